import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import { sequenceChanges } from './write.ts'

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
export async function startRun(input: {
  format: string
  sha256: string
  files?: readonly string[]
  asOf?: Date | null
}): Promise<string> {
  const { format, sha256, files = [], asOf } = input
  const { id } = await db.importRun.create({
    data: { id: v7(), format, sha256, files: [...files], asOf, state: 'RUNNING' },
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
  { format, sha256, files = [] }: { format: string; sha256: string; files?: readonly string[] },
  snapshots: readonly ListSnapshot[],
): Promise<void> {
  const data = snapshots.map(({ list, asOf }) => ({
    id: v7(),
    format,
    sha256,
    asOf: new Date(asOf),
    state: 'DONE' as const,
    endedAt: new Date(),
    files: [...files],
    lists: [list],
    seen: [list],
  }))
  await db.importRun.createMany({ data })
}

/** The lists of an import. */
interface ImportedLists {
  /** Those of which the input was a complete snapshot. */
  readonly complete: readonly string[]
  /** Those with entries in the input. */
  readonly seen: readonly string[]
}

/** Records how an import ended. What its snapshots show is known from then on. */
export async function endRun(
  id: string,
  state: 'DONE' | 'FAILED',
  counts: ImportCounts,
  { complete, seen }: ImportedLists,
): Promise<void> {
  const { read, created, changed, unchanged, retracted, rejected } = counts
  const lists = { lists: [...complete], seen: [...seen] }
  const data = { state, endedAt: new Date(), read, created, changed, unchanged, retracted, rejected, ...lists }
  await db.importRun.update({ where: { id }, data, select: { id: true } })
  await sequenceChanges().catch(() => {})
}

/** Records that the database does not know what was known before now: an export of another database was imported. */
export async function forgetWhatWasKnown(): Promise<void> {
  await db.$executeRaw`SELECT forget_what_was_known()`
}
