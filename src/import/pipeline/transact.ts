import { db } from '../../db/client.ts'
import { write } from '../../store/write.ts'
import type { Transact } from './batch.ts'

/** Limits, in milliseconds: `maxWait` to wait for a connection, `timeout` for the transaction. */
const limits = { maxWait: 60_000, timeout: 600_000 }
const DAY_MS = 24 * 60 * 60 * 1000

/** Returns a function that runs each call in its own transaction, with the writer's name in the change log. */
export const transactAs =
  (writer: string): Transact =>
  (work) =>
    write(writer, work, limits)

/** Runs `work` in one transaction, rolls it back, and returns the result of the work. */
export async function dryRun<T>(work: (transact: Transact) => Promise<T>): Promise<T> {
  const rollback = new Error('The dry run is complete.')
  let result: { readonly value: T } | undefined
  try {
    await db.$transaction(
      async (tx) => {
        await tx.$executeRaw`SELECT set_config('jit', 'off', true)`
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
