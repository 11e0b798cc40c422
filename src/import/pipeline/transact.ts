import { db } from '../../db/client.ts'
import { write } from '../../store/write.ts'
import type { Transact } from './batch.ts'

/** How long to wait for a connection, and how long a transaction may take, in milliseconds. */
const patience = { maxWait: 60_000, timeout: 600_000 }
const day = 24 * 60 * 60 * 1000

/** Makes each piece of work a transaction of its own, under the name of who writes. */
export const transactAs =
  (writer: string): Transact =>
  (work) =>
    write(writer, work, patience)

/** Does all in one transaction that is undone in the end, and gives what came of it. */
export async function rehearse<T>(work: (transact: Transact) => Promise<T>): Promise<T> {
  const undo = new Error('The dry run is complete.')
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
        throw undo
      },
      { ...patience, timeout: day },
    )
  } catch (error) {
    if (error !== undo) throw error
  }
  if (!result) throw undo
  return result.value
}
