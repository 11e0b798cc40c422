import { z } from 'zod'
import { identifierPattern } from '../../../../domain/identifier.ts'
import type { References } from '../../../../store/rules/field.ts'

/** Leads to a record of this input or one that was imported before, by any of its identifiers. */
const reference = z
  .string()
  .regex(identifierPattern, 'must be an identifier, such as "ISO3166:BY" or "DATELINE:lukashenko"')

export const identifiers = z.array(reference).min(1, 'must contain at least one identifier of the record')

/** Records refer to each other by identifiers, whatever their kind. */
export const byIdentifier: References<string> = {
  actor: reference,
  country: reference,
  event: reference,
  sanction: reference,
  source: reference,
}
