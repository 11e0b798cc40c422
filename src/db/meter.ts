import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'

const meter = new AsyncLocalStorage<{ statements: number }>()

/** Does a piece of work, and counts the statements that it sends to the database. */
export async function countStatements<T>(work: () => T): Promise<{ result: Awaited<T>; statements: number }> {
  const count = { statements: 0 }
  const result = await meter.run(count, async () => await work())
  return { result, statements: count.statements }
}

/** Does a piece of work that counts for nobody. */
export const unmetered = <T>(work: () => T): T => meter.exit(work)

/** A connection whose statements count for the work on behalf of which they are sent. */
export class MeteredClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // Handed from one who uses it to the next, it has no listener for a moment; an error unheard would end the process. Whoever
    // uses it next is told that it is lost.
    this.on('error', () => {})
  }

  override query = ((...args: Parameters<pg.Client['query']>) => {
    const count = meter.getStore()
    if (count) count.statements++
    return super.query(...args)
  }) as pg.Client['query']
}
