import { v7 } from 'uuid'
import type { DisputedField } from '../db/generated/prisma/enums.ts'
import type { FuzzyDate } from '../domain/date.ts'
import { type CitationWrite, citationWrites, saveCitationsOfChildren } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { type FindId, optional } from './find-id.ts'
import { saveChildren, type Transaction } from './rows.ts'
import type { DisputedValueInput } from './rules/disputed-value.ts'

export interface DisputedValueWrite {
  readonly field: DisputedField
  readonly date?: FuzzyDate | null
  readonly text?: string | null
  readonly referenceId?: string | null
  readonly citations?: readonly CitationWrite[]
}

/** Replaces the references of disputed values by ids. */
export function disputedValueWrites(
  input: readonly DisputedValueInput[] | undefined,
  findId: FindId,
): DisputedValueWrite[] | undefined {
  return input?.map(({ reference, citations, ...value }) => ({
    ...value,
    referenceId: optional(reference, (key) => findId('actor', key)),
    citations: citationWrites(citations, findId),
  }))
}

/**
 * Adds disputed values that are not stored yet, with their citations. `parent` is the column of the records or parts that have
 * the fields. Returns the ids of those that changed.
 */
export async function saveDisputedValues(
  tx: Transaction,
  parent: 'actorId' | 'eventId' | 'participantId' | 'targetId',
  owners: readonly { readonly id: string; readonly disputedValues?: readonly DisputedValueWrite[] | undefined }[],
): Promise<Set<string>> {
  const rows = owners.flatMap(({ id: owner, disputedValues = [] }) =>
    disputedValues.map(({ date, ...value }) => ({
      ...value,
      ...dateColumns('date', date ?? null),
      id: v7(),
      [parent]: owner,
      owner,
    })),
  )
  if (rows.length === 0) return new Set()
  const key = ['field', ...dateColumnNames('date'), 'text', 'referenceId']
  const table = { name: 'DisputedValue', parent, key, rest: [], hasId: true, deletes: 'none' } as const
  const touched = await saveChildren(tx, table, [...new Set(rows.map(({ owner }) => owner))], rows)
  const ownerOf = new Map(rows.map(({ id, owner }) => [id, owner]))
  for (const id of await saveCitationsOfChildren(tx, 'disputedValueId', table, rows, ownerOf)) touched.add(id)
  return touched
}
