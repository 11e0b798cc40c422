import { PrismaPg } from '@prisma/adapter-pg'
import type { ClientBase } from 'pg'
import { PrismaClient } from './generated/prisma/client.ts'
import { MeteredClient, unmetered } from './meter.ts'
import { Reader } from './reader.ts'

/** The database of this process. `openDatabase` has to come first; until then it is undefined. */
export let db: PrismaClient

/** The same database, for statements that are made elsewhere. */
export let reader: Reader

/** How long a request waits for a connection of the pool. */
const WAIT_MS = 1500

/** How long one statement may take, and wait for others, and a transaction do nothing. */
const patience = (statementMs: number): string =>
  `SET statement_timeout = ${statementMs}; SET lock_timeout = ${statementMs / 2}; SET idle_in_transaction_session_timeout = ${statementMs * 3}`

/** Connects lazily, at the first statement, over a pool that suits a small machine. */
export function openDatabase(url: string, { connections = 5, statementMs = 10_000 } = {}): PrismaClient {
  const pool = {
    connectionString: url,
    max: connections,
    idleTimeoutMillis: 0,
    connectionTimeoutMillis: WAIT_MS,
    // Not as parameters of the connection, which poolers refuse.
    onConnect: (client: ClientBase) => unmetered(() => client.query(patience(statementMs))),
    Client: MeteredClient,
  }
  db = new PrismaClient({ adapter: new PrismaPg(pool), log: [{ emit: 'event', level: 'query' }] })
  reader = new Reader(url, { settings: patience(statementMs) })
  return db
}

/** Ends once what was sent has been answered, however long that takes. */
export const closeDatabase = async (): Promise<void> => {
  await Promise.all([db.$disconnect(), reader.close()])
}
