import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '../db/client.ts'
import { faultOf, isCollision } from './fault.ts'
import type { Transaction } from './rows.ts'

interface WriteOptions {
  /** How long to wait for a connection, and how long the transaction may take, in milliseconds. */
  maxWait?: number
  timeout?: number
}

/** How often a transaction is begun that is in another's way. */
const ATTEMPTS = 5

/**
 * Runs one write in one transaction, under the name of who writes; what it changed is in the log when this ends. The work
 * is done again where the database gave it up for the sake of another's.
 */
export async function write<T>(
  writer: string,
  work: (tx: Transaction) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const result = await transact(writer, work, options)
  await sequenceChanges()
  return result
}

async function transact<T>(
  writer: string,
  work: (tx: Transaction) => Promise<T>,
  options: WriteOptions | undefined,
  attempt = 1,
): Promise<T> {
  try {
    return await db.$transaction(async (tx) => {
      // Compiling what the triggers do takes longer than doing it.
      await tx.$executeRaw`SELECT set_config('dateline.writer', ${writer}, true), set_config('jit', 'off', true)`
      return work(tx)
    }, options)
  } catch (error) {
    const fault = faultOf(error)
    if (!fault || !isCollision(fault) || attempt === ATTEMPTS) throw error
  }
  await sleep(Math.random() * 50 * attempt)
  return transact(writer, work, options, attempt + 1)
}

const BATCH = 1000

/** Puts into the log what transactions that have committed changed. */
export async function sequenceChanges(): Promise<void> {
  for (;;) {
    const [row] = await db.$queryRaw<{ moved: bigint }[]>`SELECT moved FROM sequence_changes(${BATCH}::int)`
    if (Number(row?.moved) < BATCH) return
  }
}
