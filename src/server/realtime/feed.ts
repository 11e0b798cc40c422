// Starts reading the change log and delivering it to subscriptions.
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { Tailer } from '../../changelog/tail.ts'
import { gaps } from '../../domain/log-cursor.ts'
import { createNameHider } from '../graphql/schema-names.ts'
import { MAX_LAG_MS } from '../http/health.ts'
import type { Limits } from '../limits/limits.ts'
import { Follower } from './follower.ts'

export interface RunningFeed {
  follower: Follower
  stop(): Promise<void>
}

/** Starts to read the log and to deliver its changes. Resolves when the end of the log is known or the signal is aborted. */
export async function startFollowing(options: {
  /** A direct connection to the database, for notifications. */
  directUrl: string
  /** The database from which the log and its records are read. */
  url: string
  schema: GraphQLSchema
  log: Logger
  /** Whether errors may contain names of the schema that the caller did not send. Default: true. */
  introspection?: boolean
  limits?: Pick<Limits, 'cost'> | undefined
  /** Ends the wait for the end of the log. */
  signal?: AbortSignal
}): Promise<RunningFeed> {
  const { url, directUrl, schema, log, introspection = true, limits, signal } = options
  const hideNames = introspection ? undefined : createNameHider(schema)
  const follower = new Follower({ schema, url, log, hideNames, cost: limits?.cost })
  const tailer = new Tailer({
    url: directUrl,
    readUrl: url,
    onChanges: (changes) => follower.publish(changes),
    onBreak: (reason, end) => {
      log.error({ reason, ...end }, 'The change log cannot be read without a gap: all subscriptions were ended.')
      follower.begin(end, gaps[reason])
    },
    onProblem: (err) => log.warn({ err }, 'The change log cannot be read: retrying.'),
  })
  await tailer.start(signal)
  if (tailer.end) follower.begin(tailer.end)
  follower.isReady = () => tailer.ready
  follower.readLog = () => tailer.look()
  const watch = watchLag(follower, log)
  const stop = async () => {
    clearInterval(watch)
    await tailer.stop()
    await follower.close()
  }
  return { follower, stop }
}

const WATCH_MS = 1000

/** Logs an error when the delivery lag exceeds `MAX_LAG_MS`, and a message when it no longer does. */
function watchLag(follower: Follower, log: Logger): NodeJS.Timeout {
  let isLagging = false
  return setInterval(() => {
    const lags = follower.lag > MAX_LAG_MS
    if (lags !== isLagging && lags)
      log.error({ milliseconds: Math.round(follower.lag) }, 'Subscribers receive no changes.')
    if (lags !== isLagging && !lags) log.info('Subscribers receive changes again.')
    isLagging = lags
  }, WATCH_MS).unref()
}
