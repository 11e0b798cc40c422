import { v7 } from 'uuid'
import type { FuzzyDate } from '../domain/date.ts'
import { dateColumns } from './date.ts'
import { type FindId, optional } from './find-id.ts'
import { type ChildTable, saveChildren, type Transaction } from './rows.ts'
import type { BirthClaimInput } from './rules/actor.ts'

/** A statement about a person's birth, in addition to the date of birth: another date, or a place. */
export interface BirthClaimWrite {
  readonly date?: FuzzyDate | null
  readonly place?: string | null
  readonly countryId?: string | null
  readonly sourceId?: string | null
}

/** Replaces the references of a statement by ids. */
export function birthClaimWrite({ country, source, ...rest }: BirthClaimInput, findId: FindId): BirthClaimWrite {
  return {
    ...rest,
    countryId: optional(country, (key) => findId('actor', key, 'COUNTRY')),
    sourceId: optional(source, (key) => findId('source', key)),
  }
}

/** Two statements of a person are the same if their days, places and sources are. */
const birthClaimTable: ChildTable = {
  name: 'BirthClaim',
  parent: 'personId',
  key: ['dateEarliest', 'dateLatest', 'place', 'countryId', 'sourceId'],
  rest: ['datePrecision', 'dateText', 'dateBasis'],
  hasId: true,
  deletes: 'none',
}

/** Adds the statements that a person does not have yet. Returns the ids of the persons that changed. */
export async function saveBirthClaims(
  tx: Transaction,
  persons: readonly { readonly id: string; readonly births?: readonly BirthClaimWrite[] }[],
): Promise<Set<string>> {
  const owners = persons.filter(({ births = [] }) => births.length > 0)
  const rows = owners.flatMap(({ id: personId, births = [] }) =>
    births.map(({ date, ...claim }) => ({ ...claim, ...dateColumns('date', date), id: v7(), personId })),
  )
  return saveChildren(
    tx,
    birthClaimTable,
    owners.map(({ id }) => id),
    rows,
  )
}
