import { PrismaPg } from '@prisma/adapter-pg'
import type { ClientBase } from 'pg'
import { PrismaClient } from './generated/prisma/client.ts'
import { Lanes } from './lanes.ts'
import { MeteredClient, unmetered } from './meter.ts'
import { READ_SETTINGS } from './pipelined-reader.ts'

/** The Prisma client for writes and for the service's own reads. Undefined until `openDatabase` is called. */
export let db: PrismaClient

/** The Prisma client of the resolvers. It has its own connections, so reads never delay writes. */
export let reads: PrismaClient

/** The lanes that run prepared statements. */
export let lanes: Lanes

/** Time limits of PostgreSQL for statements, locks and idle transactions, in milliseconds. */
type Timeouts = Readonly<
  Partial<Record<'statement_timeout' | 'lock_timeout' | 'idle_in_transaction_session_timeout', number>>
>

interface DatabaseOptions {
  /** The number of connections of `db`. Default: 5. */
  connections?: number
  /** The time limits. If set, waiting for a connection of the pool is limited too. Default: no limits. */
  timeouts?: Timeouts
}

/** How long a request waits for a connection of the pool, in milliseconds. */
const WAIT_MS = 1500

/** The number of connections of the resolvers. */
const READ_CONNECTIONS = 4

/** Creates the clients and lanes of this process. Connections are opened when they are first used. Returns `db`. */
export function openDatabase(url: string, { connections = 5, timeouts }: DatabaseOptions = {}): PrismaClient {
  const settings = Object.entries(timeouts ?? {}).map(([name, limit]) => `SET ${name} = ${limit}`)
  const open = (max: number, more: readonly string[] = []) => {
    const all = [...settings, ...more].join('; ')
    const pool = {
      connectionString: url,
      max,
      idleTimeoutMillis: 0,
      connectionTimeoutMillis: timeouts ? WAIT_MS : 0,
      // Sent as statements, because connection poolers refuse them as connection parameters.
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

/** Closes all connections after the running statements have ended, without a time limit. */
export const closeDatabase = async (): Promise<void> => {
  await Promise.all([db.$disconnect(), reads.$disconnect(), lanes.close()])
}
