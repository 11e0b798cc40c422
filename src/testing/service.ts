// The process that `startDateline` starts: a service with a PostgreSQL of its own, until the process that started it disconnects.
// It imports what is slow to load only after it has started the programs of PostgreSQL.
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { environment, readConfig } from '../config.ts'
import { startEmbedded } from '../db/embedded.ts'
import { UserError } from '../domain/errors.ts'
import { type Scope, scopes } from '../domain/scope.ts'
import { removeAbandoned, removeInstance } from './instance.ts'
import type { FromService, ToService } from './message.ts'
import { copyOrCreate, deleteTemplate } from './template.ts'

/** How long an orderly stop may take, in milliseconds. */
const STOP_TIMEOUT_MS = 15_000

/** The database is the one that every server has: a server with one database is copied in half the time. */
const database = 'postgres'

const stop = new AbortController()

process.once('message', (request: ToService) => void run(request))
process.on('disconnect', () => stop.abort())
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stop.abort())

async function run(request: ToService): Promise<void> {
  const end = async () => {
    await removeInstance(request.folder)
    process.exit()
  }
  stop.signal.addEventListener('abort', () => setTimeout(() => void end(), STOP_TIMEOUT_MS))
  try {
    await serveUntilStopped(request)
  } catch (error) {
    console.error(error)
    await tell({ error: error instanceof Error ? error.message : String(error) })
  }
  await end()
}

async function serveUntilStopped(request: ToService): Promise<void> {
  const { folder, seed } = request
  const config = readSettings(request)
  const granted = readScopes(request.scopes)
  const dir = path.join(folder, 'data')
  const data = path.join(dir, 'pgdata')
  mkdirSync(dir)
  const creating = copyOrCreate(data, seed, () => create(dir, seed))
  // Loading the service takes as long as copying or creating the database, which other processes do.
  const loading = import('../main.ts')
  loading.catch(() => {})
  const isCopy = await creating
  const server = await startEmbedded({ dir, database, durable: false }).catch(async (error: unknown) => {
    if (!isCopy) throw error
    deleteTemplate(seed)
    rmSync(data, { recursive: true, force: true })
    await create(dir, seed)
    return startEmbedded({ dir, database, durable: false })
  })
  try {
    const { serve } = await loading
    const ready = async (url: string) => {
      const { createKey } = await import('../store/api-key.ts')
      const key = granted && (await createKey('startDateline', granted)).secret
      await tell({ url, ...(key ? { key } : {}) })
      void removeAbandoned()
    }
    const urls = { databaseUrl: server.serviceUrl, directDatabaseUrl: server.serviceUrl }
    const owner = { ownerDatabaseUrl: server.url, serviceRole: server.serviceRole }
    await serve({ ...config, ...urls, ...owner }, (text) => console.error(text), { stop: stop.signal, ready })
  } finally {
    await server.stop()
    if (server.dir !== dir) rmSync(server.dir, { recursive: true, force: true })
  }
}

/** Creates a database with its seed, and stops its server. */
async function create(dir: string, seed: readonly string[] | undefined): Promise<void> {
  const starting = startEmbedded({ dir, database, durable: false })
  const loading = import('./fill.ts')
  loading.catch(() => {})
  const server = await starting
  try {
    await (await loading).fill(server, seed)
  } finally {
    await server.stop()
  }
}

/** The settings that `startDateline` makes itself. */
const own = /^(PORT|DATA_DIR|SERVICE_ROLE|(DIRECT_|OWNER_)?DATABASE_URL)(_FILE)?$/

function readSettings({ settings, port }: ToService) {
  for (const name of Object.keys(settings)) {
    if (own.test(name))
      throw new UserError(
        `settings cannot have ${name}, because startDateline starts a database of its own: remove it.`,
      )
    if (!Object.hasOwn(environment.shape, name.replace(/_FILE$/, '')))
      throw new UserError(`There is no setting ${name}: docs/settings.md lists the settings.`)
  }
  const defaults = { HOST: '127.0.0.1', RATE_LIMIT: '0', ANONYMOUS_TIMEOUT: '0', LOG_LEVEL: 'warn' }
  return readConfig({ ...defaults, ...settings, PORT: String(port) })
}

function readScopes(names: readonly string[] | undefined): Scope[] | undefined {
  return names?.map((name) => {
    const scope = scopes.find((each) => each === name)
    if (!scope) throw new UserError(`There is no scope "${name}": pass one or more of ${scopes.join(', ')}.`)
    return scope
  })
}

/** Sends a message. Resolves when it is sent, or when nobody receives it. */
const tell = (message: FromService): Promise<void> =>
  new Promise((resolve) => {
    if (!process.connected || !process.send) return resolve()
    process.send(message, () => resolve())
  })
