import { randomUUID } from 'node:crypto'
import { db } from '../db/client.ts'

/** The number of entries that one transaction deletes. */
const BATCH = 10_000

/** Deletes the entries that were added to the log before a time, oldest first. Returns their number. */
export async function pruneLog(before: Date): Promise<number> {
  for (let dropped = 0; ; ) {
    const [row] = await db.$queryRaw<{ dropped: bigint }[]>`
      SELECT dropped FROM prune_changes(${before}::timestamptz, ${BATCH}::int)`
    const count = Number(row?.dropped)
    dropped += count
    if (count < BATCH) return dropped
  }
}

/**
 * Starts a new epoch of the log and returns it. Cursors of the old epoch are refused from then on, because a restored backup may
 * lack their entries. Requires the rights of the database's owner.
 */
export async function renewEpoch(): Promise<string> {
  const epoch = randomUUID()
  // Changes that the backup contains but that are not sequenced yet belong to the old epoch.
  await db.$queryRaw`SELECT moved FROM sequence_changes(1000000, whole => true)`
  await db.feedHead.update({ where: { id: 1 }, data: { epoch } })
  return epoch
}
