import { z } from 'zod'
import { isUuid } from '../../../../domain/id.ts'
import { identifierPattern } from '../../../../domain/identifier.ts'
import { type References, storedDate } from '../../../../store/rules/field.ts'

/** Refers to a record by any of its identifiers. The record is in this input or in the database. */
const reference = z
  .string()
  .regex(identifierPattern, 'must be an identifier, such as "ISO3166:BY" or "DATELINE:lukashenko"')

/** The fields that identify a record. A new record gets the `id`, which exports contain. */
export const identity = {
  id: z.string().refine(isUuid, { error: 'must be a UUID in lower case' }).optional(),
  identifiers: z.array(reference).min(1, 'must contain at least one identifier of the record'),
}

/** The rules of references and dates in imports: references are identifiers. */
export const byIdentifier: References<string> = {
  date: storedDate,
  actor: reference,
  country: reference,
  event: reference,
  sanction: reference,
  source: reference,
}
