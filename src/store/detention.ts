import { v7 } from 'uuid'
import type { Certainty, DetentionOutcome } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import { type CitationWrite, citationWrites, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type Find, optional } from './find.ts'
import { type ChildTable, saveChildren, type Transaction } from './rows.ts'
import type { GivenDetention } from './rules/actor.ts'

export interface DetentionWrite {
  readonly authorityId?: string | null
  readonly startedById?: string | null
  readonly start?: FuzzyDate | null
  readonly endedById?: string | null
  readonly end?: FuzzyDate | null
  readonly certainty: Certainty
  readonly outcome?: DetentionOutcome | null
  readonly citations?: readonly CitationWrite[]
}

/** What is given of a detention, with ids in the place of references. */
export function detentionWrite(given: GivenDetention, find: Find): DetentionWrite {
  const { authority, startedBy, endedBy, citations, ...rest } = given
  return {
    ...rest,
    authorityId: optional(authority, (key) => find('actor', key)),
    startedById: optional(startedBy, (key) => find('event', key)),
    endedById: optional(endedBy, (key) => find('event', key)),
    citations: citationWrites(citations, find),
  }
}

/** A detention is known by its beginning, so that its end can be added later. */
export const detentionTable: ChildTable = {
  name: 'Detention',
  parent: 'personId',
  key: ['startedById', 'startEarliest', 'startLatest'],
  rest: [
    'startPrecision',
    'startText',
    'startBasis',
    'authorityId',
    'endedById',
    ...dateColumnNames('end'),
    'certainty',
    'outcome',
  ],
  hasId: true,
  rules: 'all',
}

/** Makes the detentions of the persons who list any those listed, and tells whose changed. */
export async function saveDetentions(
  tx: Transaction,
  persons: readonly { readonly id: string; readonly detentions?: readonly DetentionWrite[] }[],
): Promise<Set<string>> {
  const listing = persons.filter(({ detentions }) => detentions)
  const rows = listing.flatMap(({ id: personId, detentions = [] }) =>
    detentions.map(({ start, end, ...detention }) => ({
      ...detention,
      ...dateColumns('start', start),
      ...dateColumns('end', end),
      id: v7(),
      personId,
    })),
  )
  const touched = await saveChildren(
    tx,
    detentionTable,
    listing.map(({ id }) => id),
    rows,
  )
  const owners = new Map(rows.map(({ id, personId }) => [id, personId]))
  for (const id of await saveCitationsOfChildren(tx, 'detentionId', detentionTable, rows, owners)) touched.add(id)
  return touched
}
