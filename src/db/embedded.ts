import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, openCluster } from './embedded/cluster.ts'
import { chooseDataDirectory } from './embedded/data-directory.ts'
import { limitLogSize } from './embedded/log.ts'
import { type Launch, launch, readPostmaster, shutDown } from './embedded/postmaster.ts'
import { findPrograms } from './embedded/programs.ts'

export interface EmbeddedOptions {
  /** The data directory. For root another directory may be used, which `Embedded.dir` and `notes` name. */
  dir: string
  /** The name of the database. Default: dateline. */
  database?: string
  /** Whether data survives a crash of the machine. Default: true. False is faster, and only for tests. */
  durable?: boolean
  /** Directories to use if the account that runs PostgreSQL has no access to `dir`, in order of preference. */
  fallbackDirs?: string[]
}

export interface Embedded {
  /** The connection string for the owner of the database. */
  url: string
  /** The connection string for the service's role, which has only the granted rights. */
  serviceUrl: string
  serviceRole: string
  /** The connection string of the database `postgres` on the same server, for statements such as CREATE DATABASE. */
  adminUrl: string
  dir: string
  /** Whether this call started the server. False if it was already running. */
  started: boolean
  /** Messages for the operator, for example about another data directory. */
  notes: string[]
  /** Disconnects. The last process that uses the server stops it. A second call has no effect. */
  stop(): Promise<void>
}

/** The connection that holds a process's shared lock on the server. */
interface Membership {
  client: pg.Client
  socket: Socket
  port: number
  started: boolean
}

const SERVICE_ROLE = 'dateline_service'

/**
 * The advisory lock, in the database `postgres`, that each process using the server holds in shared mode. A process that gets it in
 * exclusive mode is the last one.
 */
const IN_USE = 4_711_018

const START_TIMEOUT_MS = 120_000
const MAX_LAUNCHES = 5

/** Starts the PostgreSQL of the npm package, or joins the server that another process started with the same data directory. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { database = 'dateline', durable = true } = options
  const programs = findPrograms()
  const directory = chooseDataDirectory(options.dir, programs, options.fallbackDirs)
  const { cluster, notes } = await openCluster(directory, programs, durable)
  const membership = await joinOrLaunch(cluster, durable)
  try {
    await createDatabase(membership.client, database)
    await createRole(membership.client, cluster.servicePassword)
  } catch (error) {
    await leave(cluster, membership)
    throw error
  }
  // The connection must not keep a process alive that ends without calling `stop`.
  membership.socket.unref()
  const endLogLimit = limitLogSize(cluster.log)
  let stopped: Promise<void> | undefined
  return {
    url: cluster.url(membership.port, database),
    serviceUrl: cluster.url(membership.port, database, { role: SERVICE_ROLE, password: cluster.servicePassword }),
    serviceRole: SERVICE_ROLE,
    adminUrl: cluster.url(membership.port, 'postgres'),
    dir: directory.dir,
    started: membership.started,
    notes: [...directory.notes, ...notes],
    stop: () => {
      endLogLimit()
      stopped ??= leave(cluster, membership)
      return stopped
    },
  }
}

/** Joins a running server, waits for one that is starting or stopping, or launches one if none runs. */
async function joinOrLaunch(cluster: Cluster, durable: boolean): Promise<Membership> {
  const deadline = Date.now() + START_TIMEOUT_MS
  let launched: Launch | undefined
  let launches = 0
  try {
    while (Date.now() < deadline) {
      const running = readPostmaster(cluster.data)
      const joined = running && (await tryJoin(cluster, running.port))
      if (joined) return { ...joined, port: running.port, started: running.pid === launched?.pid }
      if (!running && (!launched || launched.failed())) {
        if (launches === MAX_LAUNCHES) break
        // A launch fails if another process started the server, the port is in use, or processes of a killed server still run.
        if (launches > 0) await sleep(50 * 2 ** launches)
        launched = await launch(cluster, durable)
        launches++
      }
      await sleep(20)
    }
  } catch (error) {
    launched?.stop()
    throw error
  }
  launched?.stop()
  throw new Error(
    `PostgreSQL did not start on ${cluster.data}. See the end of ${cluster.log}:\n${cluster.endOfLog()}\n` +
      'Fix the problem that it names; or delete the directory if the data may be lost; or set DATABASE_URL to another server.',
  )
}

/** Connects and takes the shared lock. Returns undefined if the server is not ready or is shutting down. */
async function tryJoin(cluster: Cluster, port: number): Promise<Pick<Membership, 'client' | 'socket'> | undefined> {
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: cluster.url(port, 'postgres'),
    connectionTimeoutMillis: 5000,
    application_name: 'dateline: in use',
    keepAlive: true,
    stream: () => socket,
  })
  // The server may stop at any time. Other connections of the process report that.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ joined: boolean }>(
      `SELECT current_setting('data_directory') = $1 AND pg_try_advisory_lock_shared($2) AS joined`,
      [cluster.data, IN_USE],
    )
    if (rows[0]?.joined) return { client, socket }
  } catch (error) {
    if (hasCode(error, '28P01')) {
      throw new Error(
        `PostgreSQL with the data directory ${cluster.data} refuses the password in ${cluster.passwordFile}. ` +
          'Restore the password of the role "postgres", or set DATABASE_URL to another server.',
        { cause: error },
      )
    }
  }
  client.end().catch(() => {})
  return undefined
}

async function leave(cluster: Cluster, { client, socket }: Membership): Promise<void> {
  socket.ref()
  try {
    // The exclusive lock is held until the server has stopped, so no process can join a server that is shutting down.
    if (await isLast(client)) await shutDown(cluster)
  } finally {
    client.end().catch(() => {})
  }
}

async function isLast(client: pg.Client): Promise<boolean> {
  try {
    await client.query('SELECT pg_advisory_unlock_shared($1)', [IN_USE])
    const { rows } = await client.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [IN_USE])
    return rows[0]?.last ?? false
  } catch {
    // The connection is lost: the server has stopped, or has released this process's lock.
    return false
  }
}

async function createDatabase(client: pg.Client, name: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name])
  if (!rowCount) await create(client, `DATABASE ${client.escapeIdentifier(name)}`)
}

async function createRole(client: pg.Client, password: string): Promise<void> {
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [SERVICE_ROLE])
  if (!rowCount) await create(client, `ROLE ${SERVICE_ROLE} LOGIN PASSWORD ${client.escapeLiteral(password)}`)
}

async function create(client: pg.Client, what: string): Promise<void> {
  try {
    await client.query(`CREATE ${what}`)
  } catch (error) {
    // Another process has created it meanwhile.
    if (!['42P04', '42710', '23505'].some((code) => hasCode(error, code))) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
