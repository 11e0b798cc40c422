import { PrismaPg } from '@prisma/adapter-pg'
import type { ClientBase } from 'pg'
import { PrismaClient } from './generated/prisma/client.ts'
import { Lanes } from './lanes.ts'
import { MeteredClient, unmetered } from './meter.ts'
import { READ_SETTINGS } from './pipelined-reader.ts'

/** The database of this process, for writes and for what the service itself needs. Undefined until `openDatabase`. */
export let db: PrismaClient

/** The same database, for what the API reads field by field: its connections are its own, so that reads never keep writes waiting. */
export let reads: PrismaClient

/** The same database, for prepared statements. */
export let lanes: Lanes

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

/** Connections for what is read field by field. */
const READ_CONNECTIONS = 4

/** Connects lazily, at the first statement, over a pool that suits a small machine. */
export function openDatabase(url: string, { connections = 5, timeouts }: DatabaseOptions = {}): PrismaClient {
  const settings = Object.entries(timeouts ?? {}).map(([name, limit]) => `SET ${name} = ${limit}`)
  const open = (max: number, more: readonly string[] = []) => {
    const all = [...settings, ...more].join('; ')
    const pool = {
      connectionString: url,
      max,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: timeouts ? WAIT_MS : 0,
      // Not as parameters of the connection, which poolers refuse.
      onConnect: (client: ClientBase) => all !== '' && unmetered(() => client.query(all)),
      Client: MeteredClient,
    }
    return new PrismaClient({ adapter: new PrismaPg(pool), log: [{ emit: 'event', level: 'query' }] })
  }
  db = open(connections)
  reads = open(READ_CONNECTIONS, READ_SETTINGS)
  lanes = new Lanes(url, { settings, statementTimeout: timeouts?.statement_timeout })
  return db
}

/** Ends once what was sent has been answered, however long that takes. */
export const closeDatabase = async (): Promise<void> => {
  await Promise.all([db.$disconnect(), reads.$disconnect(), lanes.close()])
}
