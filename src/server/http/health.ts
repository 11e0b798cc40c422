import { setTimeout as sleep } from 'node:timers/promises'
import { db } from '../../db/client.ts'
import { pendingMigrations } from '../../db/migrate.ts'

export interface Readiness {
  ready: boolean
  /** A sentence with the reason. */
  detail: string
}

/** The delivery lag above which the service is not ready, in milliseconds. */
export const MAX_LAG_MS = 10_000

/** The state of the subscriptions. `lag`: how long, in milliseconds, undelivered changes have waited without any delivery. */
interface FeedState {
  isReady(): boolean
  readonly lag: number
}

/**
 * Checks whether the service can answer requests: the database answers and has all migrations, the change log is being read, and
 * subscribers receive its changes. `timeout` is in milliseconds.
 */
export async function checkReadiness(feed?: FeedState, timeout = 2_000): Promise<Readiness> {
  const reads = {
    query: async (sql: string) => ({ rows: await db.$queryRawUnsafe<{ migration_name: string }[]>(sql) }),
  }
  try {
    const pending = await withDeadline(pendingMigrations(reads), timeout)
    if (pending.length === 0 && feed && !feed.isReady())
      return { ready: false, detail: 'The change log is not being read yet: the connection is being opened.' }
    if (pending.length === 0 && feed && feed.lag > MAX_LAG_MS)
      return { ready: false, detail: `Subscribers have received no changes for ${Math.round(feed.lag / 1000)} s.` }
    if (pending.length === 0) return { ready: true, detail: 'Ready.' }
    return { ready: false, detail: `The database lacks the migrations ${pending.join(', ')}: run "dateline migrate".` }
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
