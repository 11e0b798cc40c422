import { v7 } from 'uuid'
import type { Certainty, DetentionOutcome } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import { type CitationWrite, citationWrites, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type FindId, optional } from './find-id.ts'
import { type ChildTable, saveChildren, type Transaction } from './rows.ts'
import type { DetentionInput } from './rules/actor.ts'

export interface DetentionWrite {
  readonly authorityId?: string | null
  readonly startedById?: string | null
  readonly start?: FuzzyDate | null
  readonly endedById?: string | null
  readonly end?: FuzzyDate | null
  readonly certainty: Certainty
  readonly outcome?: DetentionOutcome | null
  readonly charge?: string | null
  readonly term?: string | null
  readonly termMonths?: number | null
  readonly courtId?: string | null
  readonly citations?: readonly CitationWrite[]
}

/** Replaces the references of a detention by ids. */
export function detentionWrite(input: DetentionInput, findId: FindId): DetentionWrite {
  const { authority, court, startedBy, endedBy, citations, ...rest } = input
  return {
    ...rest,
    authorityId: optional(authority, (key) => findId('actor', key)),
    courtId: optional(court, (key) => findId('actor', key)),
    startedById: optional(startedBy, (key) => findId('event', key)),
    endedById: optional(endedBy, (key) => findId('event', key)),
    citations: citationWrites(citations, findId),
  }
}

/** The start of a detention is its key, so that its end can be added later. */
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
    'charge',
    'term',
    'termMonths',
    'courtId',
  ],
  hasId: true,
  deletes: 'all',
}

/** Replaces the detentions of each person whose `detentions` are set. Returns the ids of the persons that changed. */
export async function saveDetentions(
  tx: Transaction,
  persons: readonly { readonly id: string; readonly detentions?: readonly DetentionWrite[] }[],
): Promise<Set<string>> {
  const owners = persons.filter(({ detentions }) => detentions)
  const rows = owners.flatMap(({ id: personId, detentions = [] }) =>
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
    owners.map(({ id }) => id),
    rows,
  )
  const ownerOf = new Map(rows.map(({ id, personId }) => [id, personId]))
  for (const id of await saveCitationsOfChildren(tx, 'detentionId', detentionTable, rows, ownerOf)) touched.add(id)
  return touched
}
