// The feed as a running part of the service: the log is read as it grows, and goes to those who follow it.
import type { ExecutionArgs, GraphQLSchema } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Logger } from 'pino'
import { readHead } from '../log/position.ts'
import { Tailer } from '../log/tail.ts'
import { maskWith } from './errors.ts'
import { Follower } from './follower.ts'
import { hidingNamesOf } from './schema-names.ts'
import { FeedStream, noteStream } from './stream.ts'

export interface RunningFeed {
  follower: Follower
  stop(): Promise<void>
}

/** Reads the log as it grows, by a direct connection to the database, and spreads it to those who follow it. */
export async function startFollowing(options: {
  url: string
  schema: GraphQLSchema
  log: Logger
  /** Whether errors may hold names of the schema that the caller did not send. Default: true. */
  introspection?: boolean
}): Promise<RunningFeed> {
  const { url, schema, log, introspection = true } = options
  const mask = maskWith(log)
  const hideNames = introspection ? undefined : hidingNamesOf(schema)
  const follower = new Follower({
    schema,
    mask: (error, asked) => mask(hideNames ? hideNames(error, asked) : error),
  })
  const tailer = new Tailer({
    url,
    onChanges: (changes) => follower.spread(changes),
    onProblem: (err) => log.warn({ err }, 'The change log cannot be followed: it is tried again.'),
  })
  await tailer.start()
  const { epoch } = await readHead('service')
  if (tailer.head !== undefined) follower.begin(epoch, tailer.head)
  follower.isReady = () => tailer.ready
  return { follower, stop: () => tailer.stop() }
}

/** Serves the subscriptions that come over HTTP. */
export const useFollower = (follower: Follower): Plugin<YogaInitialContext> => ({
  onSubscribe: ({ setSubscribeFn }) =>
    setSubscribeFn(async (args: ExecutionArgs) => {
      const context = args.contextValue as YogaInitialContext
      const result = await follower.open(args, context.request.headers.get('last-event-id'))
      if (result instanceof FeedStream) for (const opener of [context, context.request]) noteStream(opener, result)
      return result
    }),
})
