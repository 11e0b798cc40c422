// Merges of records, which the filters of subscriptions follow by the ids in them.

import type { Change, Merge } from './change.ts'
import type { Select } from './subscription-query.ts'
import type { Work } from './work.ts'

export const mergesIn = (changes: readonly Change[]): Merge[] =>
  changes.flatMap(({ operation, entityId, after }) => {
    const { mergedIntoId } = (after ?? {}) as { mergedIntoId?: string | null }
    return operation === 'MERGED' && mergedIntoId ? [{ from: entityId, to: mergedIntoId }] : []
  })

/** Whose filter follows merges. */
interface Filtered {
  readonly query: { readonly filter: unknown; readonly select: Select; merged?: unknown }
  merge(merge: Merge): void
}

/**
 * The changes that match the filter of each group; all select alike. A statement may see a merge that has not come out of the log
 * yet: then the filters follow it first. `head` is the end of the log up to which they follow merges.
 */
export async function selectFor(
  groups: readonly Filtered[],
  changes: readonly Change[],
  { run }: Pick<Work, 'run'>,
  head: number,
): Promise<readonly (readonly Change[])[]> {
  for (;;) {
    const filters = groups.map(({ query }) => query.filter as never)
    const selected = (await groups[0]?.query.select(changes, filters, run)) ?? []
    if (groups.every(({ query }) => !query.merged)) return selected
    const merges = await run<Merge>({ text: MERGES, values: [head] })
    for (const merge of merges) for (const group of groups) group.merge(merge)
    if (groups.every(({ query }, i) => query.filter === filters[i])) return selected
  }
}

/** What came after a position, and what is not in the log yet. */
const MERGES = `
  SELECT "entityId" AS from, after ->> 'mergedIntoId' AS to FROM "Change" WHERE position > $1 AND operation = 'MERGED'
  UNION ALL
  SELECT "entityId", after ->> 'mergedIntoId' FROM "ChangePending" WHERE operation = 'MERGED'`
