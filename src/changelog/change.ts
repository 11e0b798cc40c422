import { reads } from '../db/client.ts'
import type { Prisma } from '../db/generated/prisma/client.ts'
import type { ChangeOperation, TrackedType } from '../db/generated/prisma/enums.ts'

/** One entry of the log. */
export interface Change {
  position: number
  type: TrackedType
  entityId: string
  operation: ChangeOperation
  /** The record's version after the change. */
  version: number
  before: unknown
  after: unknown
  children: unknown
  writer: string
  committedAt: Date
}

/** A merge, or its undoing: the UUIDs of the merged record and of the surviving record; null if the merge was undone. */
export interface Merge {
  from: string
  to: string | null
}

/** Selects changes. All given conditions must match; null and missing conditions are ignored. */
export interface ChangeFilter {
  types?: readonly TrackedType[] | null
  operations?: readonly ChangeOperation[] | null
  entityIds?: readonly string[] | null
  /** Only changes that were committed at or after this time. */
  since?: Date | null
}

/** The end of a range of changes, and the side from which it is read. */
interface RangeEnd {
  /** Only changes before this position. Default: to the end of the log. */
  before?: number | undefined
  /** Whether the last changes of the range are returned, in log order. Default: the first ones. */
  isBackward?: boolean
}

export const matches = ({ types, operations, entityIds, since }: ChangeFilter, change: Change): boolean =>
  (!since || change.committedAt >= since) &&
  (types?.includes(change.type) ?? true) &&
  (operations?.includes(change.operation) ?? true) &&
  (entityIds?.includes(change.entityId) ?? true)

/** Returns at most `limit` matching changes after a position, in log order. */
export async function readChanges(
  after: number,
  limit: number,
  filter: ChangeFilter = {},
  { before, isBackward = false }: RangeEnd = {},
): Promise<Change[]> {
  const position = { gt: after, ...(before !== undefined && { lt: before }) }
  const rows = await reads.change.findMany({
    where: { position, ...whereOf(filter) },
    orderBy: { position: isBackward ? 'desc' : 'asc' },
    take: limit,
  })
  if (isBackward) rows.reverse()
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}

/** Returns the number of matching changes after a position. */
export const countChanges = (after: number, filter: ChangeFilter = {}): Promise<number> =>
  reads.change.count({ where: { position: { gt: after }, ...whereOf(filter) } })

const whereOf = ({ types, operations, entityIds, since }: ChangeFilter): Prisma.ChangeWhereInput => ({
  ...(types && { type: { in: [...types] } }),
  ...(operations && { operation: { in: [...operations] } }),
  ...(entityIds && { entityId: { in: [...entityIds] } }),
  ...(since && { committedAt: { gte: since } }),
})
