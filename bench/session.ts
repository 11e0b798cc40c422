import pg from 'pg'
import { type RunningContender, startContender } from './contenders.ts'
import { benchDatabase } from './database.ts'

/** A filled database with running contenders. */
export interface Session {
  events: number
  url: string
  client: pg.Client
  contenders: RunningContender[]
}

// A signal would end this process without its exit handlers, which stop the child processes.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

/** Runs `work` with a session for each number of events, and closes the sessions afterwards. */
export async function withSessions<T>(
  sizes: number[],
  contenders: string[],
  work: (sessions: Session[]) => Promise<T>,
): Promise<T> {
  const sessions: Session[] = []
  try {
    for (const events of sizes) {
      const url = await benchDatabase(events)
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const session: Session = { events, url, client, contenders: [] }
      sessions.push(session)
      for (const name of contenders) session.contenders.push(await startContender(name, url))
    }
    return await work(sessions)
  } finally {
    for (const { client, contenders } of sessions) {
      await client.end()
      for (const contender of contenders) await contender.stop()
    }
  }
}
