import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client.ts'

/** The database of this process. `openDatabase` has to come first; until then it is undefined. */
export let db: PrismaClient

/** Connects lazily, at the first statement, over a pool that suits a small machine. */
export function openDatabase(url: string, { connections = 5 } = {}): PrismaClient {
  const adapter = new PrismaPg({ connectionString: url, max: connections, idleTimeoutMillis: 0 })
  db = new PrismaClient({ adapter, log: [{ emit: 'event', level: 'query' }] })
  return db
}
