import { db } from '../db/client.ts'
import type { Transaction } from './rows.ts'

interface WriteOptions {
  /** How long to wait for a connection, and how long the transaction may take, in milliseconds. */
  maxWait?: number
  timeout?: number
}

/** Runs one write in one transaction, under the name of who writes; what it changed is in the log when this ends. */
export async function write<T>(
  writer: string,
  work: (tx: Transaction) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const result = await db.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT set_config('dateline.writer', ${writer}, true)`
    return work(tx)
  }, options)
  await sequenceChanges()
  return result
}

const BATCH = 1000

/** Puts into the log what transactions that have committed changed. */
export async function sequenceChanges(): Promise<void> {
  for (;;) {
    const [row] = await db.$queryRaw<{ moved: bigint }[]>`SELECT moved FROM sequence_changes(${BATCH}::int)`
    if (Number(row?.moved) < BATCH) return
  }
}
