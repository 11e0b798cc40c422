// The feed as a running part of the service: the log is read as it grows, and goes to those who follow it.
import type { ExecutionArgs, GraphQLSchema } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { gaps } from '../log/position.ts'
import { Tailer } from '../log/tail.ts'
import type { Admission, Admitted } from './admission/admission.ts'
import { Follower } from './follower.ts'
import { MOST_LAG_MS } from './health.ts'
import { hidingNamesOf } from './schema-names.ts'
import { FeedStream, noteStream } from './stream.ts'

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
  /** Ends the wait for the log. */
  signal?: AbortSignal
}): Promise<RunningFeed> {
  const { url, directUrl, schema, log, introspection = true, signal } = options
  const follower = new Follower({ schema, url, log, hideNames: introspection ? undefined : hidingNamesOf(schema) })
  const tailer = new Tailer({
    url: directUrl,
    readUrl: url,
    onChanges: (changes) => follower.spread(changes),
    onBreak: (reason, end) => {
      log.error({ reason, ...end }, 'The change log cannot be read without a gap: all subscriptions were ended.')
      follower.begin(end, gaps[reason])
    },
    onProblem: (err) => log.warn({ err }, 'The change log cannot be read: retrying.'),
  })
  await tailer.start(signal)
  if (tailer.end) follower.begin(tailer.end)
  follower.isReady = () => tailer.ready
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
    const lags = follower.lag > MOST_LAG_MS
    if (lags !== isLagging && lags)
      log.error({ milliseconds: Math.round(follower.lag) }, 'Subscribers receive no changes.')
    if (lags !== isLagging && !lags) log.info('Subscribers receive changes again.')
    isLagging = lags
  }, WATCH_MS).unref()
}

/** Serves the subscriptions that come over HTTP. */
export const useFollower = (follower: Follower, admission: Admission): Plugin<YogaInitialContext> => ({
  onSubscribe: ({ setSubscribeFn }) =>
    setSubscribeFn(async (args: ExecutionArgs) => {
      const context = args.contextValue as YogaInitialContext & { admitted: Admitted }
      const payer = admission.payerOf(context.admitted)
      const result = await follower.open(args, payer, context.request.headers.get('last-event-id'))
      if (result instanceof FeedStream) for (const opener of [context, context.request]) noteStream(opener, result)
      return result
    }),
})
