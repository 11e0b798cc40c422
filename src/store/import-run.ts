import { v7 } from 'uuid'
import { db } from '../db/client.ts'

/** Numbers of rows of an input by result. */
export interface ImportCounts {
  read: number
  created: number
  changed: number
  unchanged: number
  retracted: number
  rejected: number
}

/** Records the start of an import, and returns the id of its run. */
export async function startRun(input: { format: string; sha256: string; asOf?: Date | null }): Promise<string> {
  const { format, sha256, asOf } = input
  const { id } = await db.importRun.create({
    data: { id: v7(), format, sha256, asOf, state: 'RUNNING' },
    select: { id: true },
  })
  return id
}

/** A complete snapshot of a sanctions list that was imported. */
export interface ListSnapshot {
  readonly list: string
  /** The day whose state the snapshot shows. */
  readonly asOf: string
}

/** Returns the last complete snapshot of each list. */
export const lastSnapshots = (): Promise<ListSnapshot[]> => db.$queryRaw<ListSnapshot[]>`
  SELECT list, max("asOf")::text AS "asOf" FROM "ImportRun", unnest(lists) list
  WHERE state = 'DONE' AND "asOf" IS NOT NULL GROUP BY list ORDER BY list COLLATE "C"`

/** Records snapshots that another database imported and that its export mentions. */
export async function recordSnapshots(
  { format, sha256 }: { format: string; sha256: string },
  snapshots: readonly ListSnapshot[],
): Promise<void> {
  const data = snapshots.map(({ list, asOf }) => ({
    id: v7(),
    format,
    sha256,
    asOf: new Date(asOf),
    state: 'DONE' as const,
    endedAt: new Date(),
    lists: [list],
  }))
  await db.importRun.createMany({ data })
}

/** Records how an import ended. `lists` are the lists of which the input was a complete snapshot. */
export async function endRun(
  id: string,
  state: 'DONE' | 'FAILED',
  counts: ImportCounts,
  lists: string[] = [],
): Promise<void> {
  const { read, created, changed, unchanged, retracted, rejected } = counts
  const data = { state, endedAt: new Date(), read, created, changed, unchanged, retracted, rejected, lists }
  await db.importRun.update({ where: { id }, data, select: { id: true } })
}
