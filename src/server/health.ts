import { db } from '../db/client.ts'
import { pendingMigrations } from '../db/migrate.ts'

export interface Readiness {
  ready: boolean
  /** A sentence: why not, or that it is. */
  detail: string
}

/** Whether requests can be answered: the database answers, and has every migration. */
export async function checkReadiness(patience = 2_000): Promise<Readiness> {
  const reads = {
    query: async (sql: string) => ({ rows: await db.$queryRawUnsafe<{ migration_name: string }[]>(sql) }),
  }
  try {
    const pending = await withDeadline(pendingMigrations(reads), patience)
    if (pending.length === 0) return { ready: true, detail: 'Ready.' }
    return { ready: false, detail: `The database lacks migrations: ${pending.join(', ')}. Run "dateline migrate".` }
  } catch {
    return { ready: false, detail: 'The database does not answer.' }
  }
}

function withDeadline<T>(work: Promise<T>, milliseconds: number): Promise<T> {
  const { promise, reject } = withRejection<T>()
  const timer = setTimeout(() => reject(new Error(`No answer within ${milliseconds} ms.`)), milliseconds)
  return Promise.race([work, promise]).finally(() => clearTimeout(timer))
}

function withRejection<T>(): { promise: Promise<T>; reject: (reason: Error) => void } {
  let reject: (reason: Error) => void = () => {}
  const promise = new Promise<T>((_resolve, no) => {
    reject = no
  })
  return { promise, reject }
}
