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
