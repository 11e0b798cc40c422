import { db } from '../../db/client.ts'
import { UserError } from '../../domain/errors.ts'
import { databaseErrorOf } from '../../store/database-error.ts'
import type { Transaction } from '../../store/rows.ts'
import { write } from '../../store/write.ts'
import type { Transact } from './batch.ts'

/** Limits, in milliseconds: `maxWait` to wait for a connection, `timeout` for the transaction. */
const limits = { maxWait: 60_000, timeout: 600_000 }
const DAY_MS = 24 * 60 * 60 * 1000

/** How long an import waits while another one writes, in milliseconds. Two imports write in turns, one batch at a time. */
export const LOCK_WAIT_MS = 30_000

/** The advisory lock with which the imports of one database run one batch at a time. The number is arbitrary. */
const lock = 6_836_011_915

/** Returns a function that runs each call in its own transaction, with the writer's name in the change log. */
export const transactAs =
  (writer: string, lockWait: number): Transact =>
  (work) =>
    write(
      writer,
      async (tx) => {
        await lockImports(tx, lockWait)
        return work(tx)
      },
      limits,
    )

/** Runs `work` in one transaction, rolls it back, and returns the result of the work. */
export async function dryRun<T>(work: (transact: Transact) => Promise<T>, lockWait: number): Promise<T> {
  const rollback = new Error('The dry run is complete.')
  let result: { readonly value: T } | undefined
  try {
    await db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT set_config('jit', 'off', true)`
        await lockImports(tx, lockWait)
        const transact: Transact = async (part) => {
          await tx.$executeRaw`SAVEPOINT part`
          try {
            const value = await part(tx)
            await tx.$executeRaw`RELEASE SAVEPOINT part`
            return value
          } catch (error) {
            await tx.$executeRaw`ROLLBACK TO SAVEPOINT part`
            throw error
          }
        }
        result = { value: await work(transact) }
        throw rollback
      },
      { ...limits, timeout: DAY_MS },
    )
  } catch (error) {
    if (error !== rollback) throw error
  }
  if (!result) throw rollback
  return result.value
}

/** Waits until no other import writes. Throws a `UserError` if that takes too long. Sets the time limits of an import: none. */
async function lockImports(tx: Transaction, wait: number): Promise<void> {
  await tx.$executeRaw`SELECT set_config('lock_timeout', ${`${wait}`}, true), set_config('statement_timeout', '0', true)`
  try {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(${lock}::bigint)`
  } catch (cause) {
    if (databaseErrorOf(cause)?.code !== '55P03') throw cause
    throw new UserError(await describeOther(wait), undefined, { cause })
  }
  await tx.$executeRaw`SELECT set_config('lock_timeout', '0', true)`
}

/** Returns a sentence about the import that holds the lock. */
async function describeOther(wait: number): Promise<string> {
  const [other] = await db.$queryRaw<{ pid: number; seconds: number }[]>`
    SELECT a.pid, extract(epoch FROM clock_timestamp() - coalesce(a.xact_start, a.query_start))::int AS seconds
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32) + l.objid::bigint = ${lock}::bigint`
  const what = other
    ? `Another import has been writing for ${other.seconds} seconds (process ${other.pid} of the database server)`
    : `Other imports were writing for ${wait / 1000} seconds`
  const how = other ? `, or end it with "SELECT pg_terminate_backend(${other.pid})"` : ''
  return `${what}: wait until it has ended${how}, and import again.`
}
