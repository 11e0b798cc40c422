import { PrismaPg } from '@prisma/adapter-pg'
import type { ClientBase } from 'pg'
import { PrismaClient } from './generated/prisma/client.ts'
import { MeteredClient, unmetered } from './meter.ts'
import { Reader } from './reader.ts'

/** The database of this process. `openDatabase` has to come first; until then it is undefined. */
export let db: PrismaClient

/** The same database, for statements that are made elsewhere. */
export let reader: Reader

/** For how long the server lets its statements run, wait for a lock, and leave a transaction idle, in milliseconds. */
type Timeouts = Readonly<
  Partial<Record<'statement_timeout' | 'lock_timeout' | 'idle_in_transaction_session_timeout', number>>
>

interface DatabaseOptions {
  connections?: number
  /** Without them it waits as long as it takes, for a connection of the pool too. */
  timeouts?: Timeouts
}

/** How long a request waits for a connection of the pool. */
const WAIT_MS = 1500

/** Connects lazily, at the first statement, over a pool that suits a small machine. */
export function openDatabase(url: string, { connections = 5, timeouts }: DatabaseOptions = {}): PrismaClient {
  const settings = Object.entries(timeouts ?? {}).map(([name, limit]) => `SET ${name} = ${limit}`)
  const pool = {
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: timeouts ? WAIT_MS : 0,
    // Not as parameters of the connection, which poolers refuse.
    onConnect: (client: ClientBase) => settings.length > 0 && unmetered(() => client.query(settings.join('; '))),
    Client: MeteredClient,
  }
  db = new PrismaClient({ adapter: new PrismaPg(pool), log: [{ emit: 'event', level: 'query' }] })
  reader = new Reader(url, { settings })
  return db
}

/** Ends once what was sent has been answered, however long that takes. */
export const closeDatabase = async (): Promise<void> => {
  await Promise.all([db.$disconnect(), reader.close()])
}
