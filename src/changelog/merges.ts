// Applies merges of records to the filters of subscriptions: the id of a merged record is replaced with the survivor's.

import type { Change, Merge } from './change.ts'
import type { Select } from './subscription-query.ts'
import type { Work } from './work.ts'

/** Returns the merges among changes. */
export const mergesIn = (changes: readonly Change[]): Merge[] =>
  changes.flatMap(({ operation, entityId, after }) => {
    const { mergedIntoId } = (after ?? {}) as { mergedIntoId?: string | null }
    return operation === 'MERGED' && mergedIntoId ? [{ from: entityId, to: mergedIntoId }] : []
  })

/** A group, with the filter to which merges are applied. */
interface Filtered {
  readonly query: { readonly filter: unknown; readonly select: Select; merged?: unknown }
  merge(merge: Merge): void
}

/**
 * Returns, for each group, the changes that match its filter. All groups have the same `select` function. A statement may see a
 * merge that is not in the log yet. Then the merge is applied to the filters, and they are evaluated again. `head` is the end of
 * the log up to which the filters contain merges.
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

/** Selects the merges after a position, and those that are not sequenced yet. */
const MERGES = `
  SELECT "entityId" AS from, after ->> 'mergedIntoId' AS to FROM "Change" WHERE position > $1 AND operation = 'MERGED'
  UNION ALL
  SELECT "entityId", after ->> 'mergedIntoId' FROM "ChangePending" WHERE operation = 'MERGED'`
