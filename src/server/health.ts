import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '../db/client.ts'
import { pendingMigrations } from '../db/migrate.ts'

export interface Readiness {
  ready: boolean
  /** A sentence: why not, or that it is. */
  detail: string
}

/**
 * Whether requests can be answered: the database answers, has every migration, and the change log is followed. `patience` is
 * in milliseconds.
 */
export async function checkReadiness(feed?: { isReady(): boolean }, patience = 2_000): Promise<Readiness> {
  const reads = {
    query: async (sql: string) => ({ rows: await db.$queryRawUnsafe<{ migration_name: string }[]>(sql) }),
  }
  try {
    const pending = await withDeadline(pendingMigrations(reads), patience)
    if (pending.length === 0 && feed && !feed.isReady())
      return { ready: false, detail: 'The change log is not followed: the connection for it is being opened.' }
    if (pending.length === 0) return { ready: true, detail: 'Ready.' }
    return { ready: false, detail: `The database lacks migrations: ${pending.join(', ')}. Run "dateline migrate".` }
  } catch {
    return { ready: false, detail: 'The database does not answer.' }
  }
}

async function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const done = new AbortController()
  const late = sleep(milliseconds, undefined, { signal: done.signal }).then(() => {
    throw new Error(`No answer within ${milliseconds} ms.`)
  })
  return Promise.race([work, late]).finally(() => done.abort())
}
