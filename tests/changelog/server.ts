// A service on its own port, over the database of this test file, with subscriptions.
import { pino } from 'pino'
import { schema } from '../../src/schema/schema.ts'
import { type HandlerOptions, startServer } from '../../src/server/http/server.ts'
import { defaultLimits } from '../../src/server/limits/limits.ts'
import { startFollowing } from '../../src/server/realtime/feed.ts'
import { testDatabase } from '../database.ts'

export interface FeedService {
  url: string
  /** The number of subscribers. */
  followers(): number
  stop(): Promise<void>
}

export async function startFeedService({
  port = 0,
  databaseUrl = testDatabase().url,
  directUrl = databaseUrl,
  ...options
}: HandlerOptions & { port?: number; databaseUrl?: string; directUrl?: string } = {}): Promise<FeedService> {
  const log = pino({ level: 'silent' })
  const limits = { cost: options.limits?.cost ?? defaultLimits.cost }
  const feed = await startFollowing({ url: databaseUrl, directUrl, schema, log, limits })
  const server = await startServer({ port, host: '127.0.0.1', log, ...options, follower: feed.follower })
  return {
    url: `${server.url}/graphql`,
    followers: () => feed.follower.size,
    stop: async () => {
      await server.stop()
      await feed.stop()
    },
  }
}

/** One server-sent event. */
export interface SentEvent {
  event?: string
  id?: string
  data?: string
}

/** Returns the events of a stream as they arrive. Ends when the stream ends. */
export async function* eventsOf(response: Response): AsyncGenerator<SentEvent> {
  let text = ''
  const decoder = new TextDecoder()
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const block = text.slice(0, end)
      text = text.slice(end + 2)
      const lines = block.split('\n').filter((line) => !line.startsWith(':'))
      if (lines.length > 0)
        yield Object.fromEntries(lines.map((line) => [line.split(': ')[0], line.slice(line.indexOf(': ') + 2)]))
    }
  }
}
