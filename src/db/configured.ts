import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Config } from '../config.ts'
import { closeDatabase, openDatabase } from './client.ts'
import { startEmbedded } from './embedded.ts'

export interface ConfiguredDatabase {
  /** Past any connection pooler. */
  directUrl: string
  /** In words, without secrets. */
  description: string
  /** Sentences the operator should read. */
  notes: string[]
  /** Disconnects; the embedded server stops, unless others use it. */
  close(): Promise<void>
}

const CONNECT_MS = 10_000

/** How long a statement may still run once the database is to be closed. */
const PATIENCE_MS = 2000

/** Opens the database that the configuration names, else the embedded one, which it starts or joins. */
export async function openConfiguredDatabase(config: Config): Promise<ConfiguredDatabase> {
  const { databaseUrl, directDatabaseUrl, dataDir } = config
  if (databaseUrl) {
    const { host, pathname } = new URL(databaseUrl)
    const description = `${pathname.slice(1)} at ${host}`
    await greet(databaseUrl, description)
    openDatabase(databaseUrl)
    return {
      directUrl: directDatabaseUrl ?? databaseUrl,
      description,
      notes: [],
      close: disconnect,
    }
  }
  const embedded = await startEmbedded({ dir: path.resolve(dataDir) })
  openDatabase(embedded.url)
  return {
    directUrl: embedded.url,
    description: `embedded PostgreSQL, data in ${shorten(embedded.dir)}`,
    notes: embedded.notes,
    close: async () => {
      await disconnect()
      await embedded.stop()
    },
  }
}

/** Fails early, and in words, where the server is not there or does not let us in. */
async function greet(url: string, description: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  try {
    await client.connect()
  } catch (cause) {
    // A host name with several addresses fails once for each.
    const first = cause instanceof AggregateError ? cause.errors[0] : cause
    const why = first instanceof Error ? first.message : String(first)
    throw new Error(`The database ${description} cannot be opened: ${why}. Start it, or correct DATABASE_URL.`, {
      cause,
    })
  } finally {
    await client.end()
  }
}

/** A pool waits for its statements to end, for ever if need be. */
async function disconnect(): Promise<void> {
  await Promise.race([closeDatabase(), sleep(PATIENCE_MS, undefined, { ref: false })])
}

function shorten(dir: string): string {
  const relative = path.relative('.', dir)
  return relative && !relative.startsWith('..') ? relative : dir
}
