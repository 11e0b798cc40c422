import { randomUUID } from 'node:crypto'
import { db } from '../db/client.ts'

/** How many entries go in one transaction. */
const BATCH = 10_000

/** Drops the entries that came into the log before a moment, oldest first, and tells how many they were. */
export async function pruneLog(before: Date): Promise<number> {
  for (let dropped = 0; ; ) {
    const [row] = await db.$queryRaw<{ dropped: bigint }[]>`
      SELECT dropped FROM prune_changes(${before}::timestamptz, ${BATCH}::int)`
    const count = Number(row?.dropped)
    dropped += count
    if (count < BATCH) return dropped
  }
}

/** Gives the log, as the owner of the database, another name, so that cursors of what an older backup does not have are refused. */
export async function renewEpoch(): Promise<string> {
  const epoch = randomUUID()
  // What the backup holds that was not in the log yet belongs to the log that is given up.
  await db.$queryRaw`SELECT moved FROM sequence_changes(1000000, whole => true)`
  await db.feedHead.update({ where: { id: 1 }, data: { epoch } })
  return epoch
}
