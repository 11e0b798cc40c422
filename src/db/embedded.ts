import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { type Cluster, openCluster } from './embedded/cluster.ts'
import { chooseDataDirectory } from './embedded/data-directory.ts'
import { limitLogSize } from './embedded/log.ts'
import { type Launch, launch, readPostmaster, shutDown } from './embedded/postmaster.ts'
import { findPrograms } from './embedded/programs.ts'

export interface EmbeddedOptions {
  /** Where the data lives. Root may be given another place, which `Embedded.dir` and `notes` then name. */
  dir: string
  database?: string
  /** False trades the data's safety in a crash of the machine for speed: for tests alone. */
  durable?: boolean
  /** Directories that stand in for `dir` when the account that runs PostgreSQL cannot enter it; best first. */
  fallbackDirs?: string[]
}

export interface Embedded {
  /** As the owner of the database, who may do anything. */
  url: string
  /** As the role that the service connects as, which may do what it is granted. */
  serviceUrl: string
  serviceRole: string
  /** The `postgres` database of the same server, for CREATE DATABASE and the like. */
  adminUrl: string
  dir: string
  /** False when the server was already running. */
  started: boolean
  /** Sentences the operator should read, such as where the data had to go. */
  notes: string[]
  /** Leaves the server; the last user stops it, whoever started it. A second call changes nothing. */
  stop(): Promise<void>
}

interface Membership {
  client: pg.Client
  socket: Socket
  port: number
  started: boolean
}

/** Each user of a server holds this advisory lock shared, in the database `postgres`; who can hold it alone is the last. */
const SERVICE_ROLE = 'dateline_service'

const IN_USE = 4_711_018

const START_TIMEOUT_MS = 120_000
const LAUNCHES = 5

/** Starts the PostgreSQL that npm installed, or joins the one that another process runs on the same directory. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { database = 'dateline', durable = true } = options
  const programs = findPrograms()
  const place = chooseDataDirectory(options.dir, programs, options.fallbackDirs)
  const { cluster, notes } = await openCluster(place, programs, durable)
  const seat = await joinOrLaunch(cluster, durable)
  try {
    await createDatabase(seat.client, database)
    await createRole(seat.client, cluster.servicePassword)
  } catch (error) {
    await leave(cluster, seat)
    throw error
  }
  // A user that ends without stop() must not be kept alive by its seat.
  seat.socket.unref()
  const endLogLimit = limitLogSize(cluster.log)
  let stopped: Promise<void> | undefined
  return {
    url: cluster.url(seat.port, database),
    serviceUrl: cluster.url(seat.port, database, { role: SERVICE_ROLE, password: cluster.servicePassword }),
    serviceRole: SERVICE_ROLE,
    adminUrl: cluster.url(seat.port, 'postgres'),
    dir: place.dir,
    started: seat.started,
    notes: [...place.notes, ...notes],
    stop: () => {
      endLogLimit()
      stopped ??= leave(cluster, seat)
      return stopped
    },
  }
}

/** Joins the running server, waits for one that is starting or stopping, and launches one where there is none. */
async function joinOrLaunch(cluster: Cluster, durable: boolean): Promise<Membership> {
  const deadline = Date.now() + START_TIMEOUT_MS
  let ours: Launch | undefined
  let launches = 0
  try {
    while (Date.now() < deadline) {
      const running = readPostmaster(cluster.data)
      const seat = running && (await tryJoin(cluster, running.port))
      if (seat) return { ...seat, port: running.port, started: running.pid === ours?.pid }
      if (!running && (!ours || ours.failed())) {
        if (launches === LAUNCHES) break
        // It may have failed because another process won, the port was taken, or backends of a killed server linger.
        if (launches > 0) await sleep(50 * 2 ** launches)
        ours = await launch(cluster, durable)
        launches++
      }
      await sleep(20)
    }
  } catch (error) {
    ours?.abandon()
    throw error
  }
  ours?.abandon()
  throw new Error(
    `PostgreSQL did not start on ${cluster.data}. See the end of ${cluster.log}:\n${cluster.lastWords()}\n` +
      'Fix the problem that it names; or delete the directory if the data may be lost; or set DATABASE_URL to another server.',
  )
}

/** A connection that counts as a user, or nothing when the server is not ready or is being shut down. */
async function tryJoin(cluster: Cluster, port: number): Promise<Pick<Membership, 'client' | 'socket'> | undefined> {
  const socket = new Socket()
  const client = new pg.Client({
    connectionString: cluster.url(port, 'postgres'),
    connectionTimeoutMillis: 5000,
    application_name: 'dateline: in use',
    keepAlive: true,
    stream: () => socket,
  })
  // The server may go away at any time; whoever reads from it notices by their own connection.
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ seated: boolean }>(
      `SELECT current_setting('data_directory') = $1 AND pg_try_advisory_lock_shared($2) AS seated`,
      [cluster.data, IN_USE],
    )
    if (rows[0]?.seated) return { client, socket }
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
    // The lock is held until the server is gone, so nobody can take a seat in a server that is going down.
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
    // The connection broke: the server is gone already, or it no longer counts this user.
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
    // Another user of the same server was quicker.
    if (!['42P04', '42710', '23505'].some((code) => hasCode(error, code))) throw error
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
