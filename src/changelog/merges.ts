// Applies merges of records to the filters of subscriptions: the id of a merged record is replaced with the survivor's, until the
// merge is undone.

import type { Change, Merge } from './change.ts'
import type { Select } from './subscription-query.ts'
import type { Work } from './work.ts'

/** Returns the merges among changes, and those that were undone. */
export const mergesIn = (changes: readonly Change[]): Merge[] =>
  changes.flatMap(({ operation, entityId, after }) => {
    const { mergedIntoId = null } = (after ?? {}) as { mergedIntoId?: string | null }
    const isMerge = operation === 'UNMERGED' || (operation === 'MERGED' && mergedIntoId !== null)
    return isMerge ? [{ from: entityId, to: mergedIntoId }] : []
  })

/** A group, with the filter to which merges are applied. */
interface Filtered {
  readonly query: { readonly filter: unknown; readonly select: Select; merged?: unknown }
  merge(merges: readonly Merge[]): void
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
    for (const group of groups) group.merge(merges)
    if (groups.every(({ query }, i) => query.filter === filters[i])) return selected
  }
}

/** Selects the merges and undone merges after a position, and those that are not sequenced yet, each record's in order. */
const MERGES = `
  SELECT "from", "to" FROM (
    SELECT "entityId" AS "from", after ->> 'mergedIntoId' AS "to", version FROM "Change"
    WHERE position > $1 AND operation IN ('MERGED', 'UNMERGED')
    UNION ALL
    SELECT "entityId", after ->> 'mergedIntoId', version FROM "ChangePending" WHERE operation IN ('MERGED', 'UNMERGED')
  ) m ORDER BY version`
