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
}

export const matches = ({ types, operations, entityIds }: ChangeFilter, change: Change): boolean =>
  (types?.includes(change.type) ?? true) &&
  (operations?.includes(change.operation) ?? true) &&
  (entityIds?.includes(change.entityId) ?? true)

/** Returns at most `limit` matching changes after a position, in log order. */
export async function readChanges(after: number, limit: number, filter: ChangeFilter = {}): Promise<Change[]> {
  const { types, operations, entityIds } = filter
  const where: Prisma.ChangeWhereInput = {
    position: { gt: after },
    ...(types && { type: { in: [...types] } }),
    ...(operations && { operation: { in: [...operations] } }),
    ...(entityIds && { entityId: { in: [...entityIds] } }),
  }
  const rows = await reads.change.findMany({ where, orderBy: { position: 'asc' }, take: limit })
  return rows.map((row) => ({ ...row, position: Number(row.position) }))
}
