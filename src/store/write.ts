import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '../db/client.ts'
import { databaseErrorOf, isCollision } from './database-error.ts'
import type { Transaction } from './rows.ts'

interface WriteOptions {
  /** How long to wait for a connection, and how long the transaction may take, in milliseconds. */
  maxWait?: number
  timeout?: number
}

/** How often a transaction is begun that is in another's way. */
const ATTEMPTS = 5

/** How long a writer puts changes into the log, its own and others', in milliseconds. A service that follows the log does the rest. */
const SEQUENCING_MS = 50

/**
 * Runs one write in one transaction, under the name of who writes. When this ends, its changes are in the log, or have their
 * places there and follow soon. The work is done again where the database gave it up for the sake of another's.
 */
export async function write<T>(
  writer: string,
  work: (tx: Transaction) => Promise<T>,
  options?: WriteOptions,
): Promise<T> {
  const result = await transact(writer, work, options)
  // The write is committed. Any instance that follows the log sequences its changes within a second.
  await sequenceChanges(SEQUENCING_MS).catch(() => {})
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
    const failure = databaseErrorOf(error)
    if (!failure || !isCollision(failure) || attempt === ATTEMPTS) throw error
  }
  await sleep(Math.random() * 50 * attempt)
  return transact(writer, work, options, attempt + 1)
}

/** How many changes one call puts into the log. Other writers wait for a call that runs. */
const BATCH = 250

/** Puts into the log what transactions that have committed changed: all of it, or what can be done in so many milliseconds. */
export async function sequenceChanges(milliseconds = Number.POSITIVE_INFINITY): Promise<void> {
  const start = performance.now()
  while ((await sequenceBatch()) === BATCH && performance.now() - start < milliseconds);
}

/** The call that runs, and the one that begins after it. */
let running: Promise<number> | undefined
let next: Promise<number> | undefined

/**
 * Puts a batch into the log, and resolves to its size. One call runs at a time, and writers that commit while it runs share the
 * next one: a call gives positions to all transactions that had committed when it began.
 */
function sequenceBatch(): Promise<number> {
  if (next) return next
  if (!running) return begin()
  const begun = running
    .catch(() => {})
    .then(() => {
      next = undefined
      return begin()
    })
  next = begun
  return begun
}

function begin(): Promise<number> {
  running = callOnce().finally(() => {
    running = undefined
  })
  return running
}

async function callOnce(): Promise<number> {
  const [row] = await db.$queryRaw<{ moved: bigint }[]>`SELECT moved FROM sequence_changes(${BATCH}::int)`
  return Number(row?.moved)
}
