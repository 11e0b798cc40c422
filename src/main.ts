// The service: configuration → database → migrations → seed → server → shutdown.
import { once } from 'node:events'
import { styleText } from 'node:util'
import type { Logger } from 'pino'
import { pruneLog } from './changelog/maintenance.ts'
import { stopSignal } from './cli/stop-signal.ts'
import type { Config } from './config.ts'
import { db } from './db/client.ts'
import { type ConfiguredDatabase, openConfiguredDatabase } from './db/configured.ts'
import { seed } from './import/seed.ts'
import { schema } from './schema/schema.ts'
import { readPersistedDocuments } from './server/graphql/persisted-documents.ts'
import { graphqlPath, startServer } from './server/http/server.ts'
import { createTokenReader } from './server/http/token.ts'
import { createLogger } from './server/logger.ts'
import { startFollowing } from './server/realtime/feed.ts'
import { ensureAdminKey } from './store/api-key.ts'
import { setErasureKey } from './store/erasure/tombstone.ts'
import { pruneIdempotencyKeys } from './store/idempotent-write.ts'
import { refreshDueSanctions } from './store/sanction.ts'
import { countWords } from './store/statistics.ts'

/** Prints text to the terminal. */
type Print = (text: string) => void

interface ServeOptions {
  /** Ends the service. Default: SIGINT or SIGTERM, of which a second one ends the process immediately. */
  readonly stop?: AbortSignal
  /** Called when the service answers, with its URL, such as http://localhost:4000. */
  readonly ready?: (url: string) => Promise<void>
}

/** Runs the service until the stop signal. */
export async function serve(config: Config, print: Print, options: ServeOptions = {}): Promise<void> {
  const { stop = stopSignal(), ready } = options
  try {
    const database = await openConfiguredDatabase(config, 'service', stop)
    try {
      for (const note of database.notes) print(note)
      await run(config, database, { stop, ready, print })
    } finally {
      await database.close()
    }
  } catch (error) {
    // After a stop signal, errors of interrupted steps are expected.
    if (!stop.aborted) throw error
  }
  print('Stopped.')
}

/** Starts the service and runs it until the stop signal. A signal during the start ends it after the current step. */
async function run(
  config: Config,
  database: ConfiguredDatabase,
  { stop, ready, print }: { stop: AbortSignal; ready: ServeOptions['ready']; print: Print },
): Promise<void> {
  if (stop.aborted) return
  setErasureKey(config.erasureKey)
  const applied = await database.migrate()
  if (stop.aborted) return
  const seeded = await seedIfEmpty()
  if (stop.aborted) return
  const { persistedDocuments: file, tokens } = config
  const readToken = tokens && (await createTokenReader(tokens))
  if (config.adminApiKey) await ensureAdminKey(config.adminApiKey)
  const log = createLogger(config.logLevel)
  const { introspection, limits } = config
  const feed = await startFollowing({ ...database, schema, log, introspection, limits, signal: stop })
  try {
    if (stop.aborted) return
    const persisted = file ? await readPersistedDocuments(file, schema) : undefined
    const { follower } = feed
    const server = await startServer({ ...config, persisted, readToken, log, follower })
    print(welcome(server.url, { ...database, applied, seeded, graphiql: config.graphiql }))
    await ready?.(server.url)
    const timers = [
      refreshSanctionsHourly(log),
      pruneLogHourly(config.changeRetention, log),
      pruneIdempotencyKeysHourly(log),
      countWordsHourly(log),
    ]
    if (!stop.aborted) await once(stop, 'abort')
    print('Stopping after the requests in progress …')
    for (const timer of timers) clearInterval(timer)
    await server.stop()
  } finally {
    await feed.stop()
  }
}

const HOUR_MS = 3_600_000

/** Updates the status of sanctions with actions up to today: now for all actions, then hourly for those of the last 48 hours. */
function refreshSanctionsHourly(log: Logger): NodeJS.Timeout {
  const refresh = (since: Date) =>
    refreshDueSanctions(since).catch((err: unknown) =>
      log.error({ err }, 'The status of sanctions could not be updated for the current day.'),
    )
  void refresh(new Date('0001-01-01'))
  return setInterval(() => void refresh(new Date(Date.now() - 48 * HOUR_MS)), HOUR_MS)
}

/** Prunes entries of the log that are older than so many days: now and then hourly. */
function pruneLogHourly(days: number, log: Logger): NodeJS.Timeout {
  const prune = () =>
    pruneLog(new Date(Date.now() - days * 24 * HOUR_MS)).catch((err: unknown) =>
      log.error({ err }, 'Old entries of the change log could not be pruned.'),
    )
  void prune()
  return setInterval(() => void prune(), HOUR_MS)
}

/** Deletes expired idempotency keys hourly. */
const pruneIdempotencyKeysHourly = (log: Logger): NodeJS.Timeout =>
  setInterval(
    () =>
      pruneIdempotencyKeys().catch((err: unknown) => log.error({ err }, 'Old idempotency keys could not be deleted.')),
    HOUR_MS,
  )

/** Counts the words of names and titles: now and then hourly. */
function countWordsHourly(log: Logger): NodeJS.Timeout {
  const count = () =>
    countWords().catch((err: unknown) => log.error({ err }, 'The words of names and titles could not be counted.'))
  void count()
  return setInterval(() => void count(), HOUR_MS)
}

async function seedIfEmpty(): Promise<string> {
  if (await db.actor.findFirst({ select: { id: true } })) return 'none, because the database already has data'
  const { created, rejected } = await seed()
  return `${created} records: the countries, and the facts of the first article${rejected ? ` (${rejected} were rejected)` : ''}`
}

function welcome(
  url: string,
  start: { description: string; applied: string[]; seeded: string; graphiql: boolean },
): string {
  const style = (format: 'bold' | 'cyan', text: string) => styleText(format, text, { stream: process.stderr })
  const migrations = start.applied.length ? `; ${start.applied.length} migrations applied` : ''
  const query = '{ country(by: { code: "BY" }) { name events(first: 3) { nodes { title date { label } } } } }'
  return `
${style('bold', 'Dateline')} is ready after ${process.uptime().toFixed(1)} s.

  ${start.graphiql ? 'GraphiQL' : 'GraphQL '}  ${style('cyan', url + graphqlPath)}
  Database  ${start.description}${migrations}
  Seed      ${start.seeded}
  Try       curl -s ${url}${graphqlPath} -H 'content-type: application/json' -d '${JSON.stringify({ query })}'

Press Ctrl-C to stop.
`
}
