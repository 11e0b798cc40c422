import { Socket } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Config } from '../config.ts'
import { closeDatabase, openDatabase } from './client.ts'
import { startEmbedded } from './embedded.ts'
import { grantService } from './grants.ts'
import { migrate } from './migrate.ts'

export interface ConfiguredDatabase {
  /** The connection string, for the role with which the database was opened. */
  url: string
  /** The connection string without a connection pooler, for the same role. */
  directUrl: string
  /** A description without secrets, for the operator. */
  description: string
  /** Messages for the operator. */
  notes: string[]
  /** Applies pending migrations as the owner and grants rights to the service's role. Returns the applied migrations. */
  migrate(): Promise<string[]>
  /** Disconnects. Stops the embedded server unless other processes use it. */
  close(): Promise<void>
}

const CONNECT_MS = 10_000

/** How long running statements may take when the database is closed, in milliseconds. */
const DISCONNECT_TIMEOUT_MS = 2000

/**
 * Opens the configured database, or else the embedded one, which is started or joined. The service connects with a role of few
 * rights and has time limits for statements. Commands connect as the owner, without time limits.
 * The signal ends the wait for a server that does not answer.
 */
export async function openConfiguredDatabase(
  config: Config,
  as: 'service' | 'owner',
  signal?: AbortSignal,
): Promise<ConfiguredDatabase> {
  const timeouts = as === 'service' ? config.timeouts : undefined
  const opened = config.databaseUrl
    ? await external(config, config.databaseUrl, as, signal)
    : await embedded(config, as)
  const { ownerUrl, serviceRole, close, ...rest } = opened
  const { url } = rest
  openDatabase(url, { timeouts })
  return {
    ...rest,
    migrate: async () => {
      const applied = await migrate(ownerUrl)
      if (serviceRole) await grantService(ownerUrl, serviceRole)
      return applied
    },
    close: async () => {
      await disconnect()
      await close()
    },
  }
}

interface OpenedDatabase extends Omit<ConfiguredDatabase, 'migrate'> {
  ownerUrl: string
  /** The role to which the service's rights are granted. */
  serviceRole: string | undefined
}

async function external(
  config: Config,
  databaseUrl: string,
  as: 'service' | 'owner',
  signal: AbortSignal | undefined,
): Promise<OpenedDatabase> {
  const { directDatabaseUrl, serviceRole } = config
  const ownerUrl = config.ownerDatabaseUrl ?? directDatabaseUrl ?? databaseUrl
  const { host, pathname } = new URL(databaseUrl)
  const description = `${pathname.slice(1)} at ${host}`
  const url = as === 'owner' ? ownerUrl : databaseUrl
  await checkConnection(url, description, signal)
  return {
    url,
    directUrl: as === 'owner' ? ownerUrl : (directDatabaseUrl ?? databaseUrl),
    ownerUrl,
    serviceRole,
    description,
    notes: [],
    close: async () => {},
  }
}

async function embedded({ dataDir }: Config, as: 'service' | 'owner'): Promise<OpenedDatabase> {
  const {
    url: ownerUrl,
    serviceUrl,
    serviceRole,
    dir,
    notes,
    stop,
  } = await startEmbedded({ dir: path.resolve(dataDir) })
  const url = as === 'owner' ? ownerUrl : serviceUrl
  const description = `embedded PostgreSQL, data in ${shorten(dir)}`
  return { url, directUrl: url, ownerUrl, serviceRole, description, notes, close: stop }
}

/** Throws an error with a clear message if the server cannot be reached or refuses the connection. */
async function checkConnection(url: string, description: string, signal: AbortSignal | undefined): Promise<void> {
  const socket = new Socket()
  const abort = () => socket.destroy()
  signal?.addEventListener('abort', abort)
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
    stream: () => socket,
  })
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
    signal?.removeEventListener('abort', abort)
    await client.end()
  }
}

/** Closes the connections, and stops waiting after `DISCONNECT_TIMEOUT_MS`: a pool waits for its statements without a limit. */
async function disconnect(): Promise<void> {
  await Promise.race([closeDatabase(), sleep(DISCONNECT_TIMEOUT_MS, undefined, { ref: false })])
}

function shorten(dir: string): string {
  const relative = path.relative('.', dir)
  return relative && !relative.startsWith('..') ? relative : dir
}
