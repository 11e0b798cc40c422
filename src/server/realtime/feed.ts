// The feed as a running part of the service: the log is read as it grows, and goes to those who follow it.
import type { GraphQLSchema } from 'graphql'
import type { Logger } from 'pino'
import { gaps } from '../../changelog/position.ts'
import { Tailer } from '../../changelog/tail.ts'
import { createNameHider } from '../graphql/schema-names.ts'
import { MAX_LAG_MS } from '../http/health.ts'
import type { Limits } from '../limits/limits.ts'
import { Follower } from './follower.ts'

export interface RunningFeed {
  follower: Follower
  stop(): Promise<void>
}

/** Reads the log as it grows, and spreads it to those who follow it. */
export async function startFollowing(options: {
  /** A direct connection to the database, for notifications. */
  directUrl: string
  /** Where the log and the records in it are read. */
  url: string
  schema: GraphQLSchema
  log: Logger
  /** Whether errors may hold names of the schema that the caller did not send. Default: true. */
  introspection?: boolean
  limits?: Pick<Limits, 'cost'> | undefined
  /** Ends the wait for the log. */
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
  follower.look = () => tailer.look()
  const watch = watchLag(follower, log)
  const stop = async () => {
    clearInterval(watch)
    await tailer.stop()
    await follower.close()
  }
  return { follower, stop }
}

const WATCH_MS = 1000

/** Logs once when deliveries lag, and once when they no longer do. */
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
