import { PrismaPg } from '@prisma/adapter-pg'
import { PrismaClient } from './generated/prisma/client.ts'
import { MeteredClient } from './meter.ts'
import { Reader } from './reader.ts'

/** The database of this process. `openDatabase` has to come first; until then it is undefined. */
export let db: PrismaClient

/** The same database, for statements that are made elsewhere. */
export let reader: Reader

/** Connects lazily, at the first statement, over a pool that suits a small machine. */
export function openDatabase(url: string, { connections = 5 } = {}): PrismaClient {
  const pool = { connectionString: url, max: connections, idleTimeoutMillis: 0, Client: MeteredClient }
  db = new PrismaClient({ adapter: new PrismaPg(pool), log: [{ emit: 'event', level: 'query' }] })
  reader = new Reader(url)
  return db
}

/** Ends once what was sent has been answered, however long that takes. */
export const closeDatabase = async (): Promise<void> => {
  await Promise.all([db.$disconnect(), reader.close()])
}
