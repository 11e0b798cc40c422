import { v7 } from 'uuid'
import { db } from '../db/client.ts'

/** How many records of an input came to what. */
export interface ImportCounts {
  read: number
  created: number
  changed: number
  unchanged: number
  retracted: number
  rejected: number
}

/** Notes that an import has begun, and returns the id of its run. */
export async function startRun(input: { format: string; sha256: string; asOf?: Date | null }): Promise<string> {
  const { format, sha256, asOf } = input
  const { id } = await db.importRun.create({
    data: { id: v7(), format, sha256, asOf, state: 'RUNNING' },
    select: { id: true },
  })
  return id
}

/** The last whole snapshot of a list. */
export interface ListSnapshot {
  readonly list: string
  /** The day whose state it shows. */
  readonly asOf: string
}

/** The last whole snapshot of each list. */
export const lastSnapshots = (): Promise<ListSnapshot[]> => db.$queryRaw<ListSnapshot[]>`
  SELECT list, max("asOf")::text AS "asOf" FROM "ImportRun", unnest(lists) list
  WHERE state = 'DONE' AND "asOf" IS NOT NULL GROUP BY list ORDER BY list COLLATE "C"`

/** Notes snapshots that came in elsewhere, of which an input tells. */
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

/** Notes how an import ended, and of which lists it was a whole snapshot. */
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
