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
  /** As the role that it was opened as. */
  url: string
  /** Past any connection pooler, as the role that it was opened as. */
  directUrl: string
  /** In words, without secrets. */
  description: string
  /** Sentences the operator should read. */
  notes: string[]
  /** Brings it up to date, as its owner, and lets the service's role use what is new. Returns the migrations applied. */
  migrate(): Promise<string[]>
  /** Disconnects; the embedded server stops, unless others use it. */
  close(): Promise<void>
}

const CONNECT_MS = 10_000

/** How long a statement may still run once the database is to be closed. */
const DISCONNECT_TIMEOUT_MS = 2000

/**
 * Opens the database that the configuration names, else the embedded one, which it starts or joins. The service has a role of
 * little power, and its statements do not run for long; whoever runs a command may do what the owner of the database may.
 * The signal ends the wait for a server that does not answer.
 */
export async function openConfiguredDatabase(
  config: Config,
  as: 'service' | 'owner',
  signal?: AbortSignal,
): Promise<ConfiguredDatabase> {
  const timeouts = as === 'service' ? config.timeouts : undefined
  const place = config.databaseUrl ? await external(config, config.databaseUrl, as, signal) : await embedded(config, as)
  const { ownerUrl, serviceRole, close, ...rest } = place
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
  /** The role that is granted what the service needs. */
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

/** Fails early, and in words, where the server is not there or does not let us in. */
async function checkConnection(url: string, description: string, signal: AbortSignal | undefined): Promise<void> {
  const socket = new Socket()
  const cut = () => socket.destroy()
  signal?.addEventListener('abort', cut)
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
    signal?.removeEventListener('abort', cut)
    await client.end()
  }
}

/** A pool waits for its statements to end, for ever if need be. */
async function disconnect(): Promise<void> {
  await Promise.race([closeDatabase(), sleep(DISCONNECT_TIMEOUT_MS, undefined, { ref: false })])
}

function shorten(dir: string): string {
  const relative = path.relative('.', dir)
  return relative && !relative.startsWith('..') ? relative : dir
}
