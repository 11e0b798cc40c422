// Real clients with their retries, through disconnects and restarts: they receive every event once and in order.
import { setTimeout as sleep } from 'node:timers/promises'
import { EventSource } from 'eventsource'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient as createWsClient } from 'graphql-ws'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { follow, overFetch } from '../../packages/client/follow.js'
import { askBoth } from '../client.ts'
import { seriesOf } from '../series.ts'
import { addEvent } from '../world.ts'
import { type FeedService, startFeedService } from './server.ts'

const QUERY = 'subscription ($after: String) { eventAdded(after: $after) { cursor event { title } } }'

interface Added {
  cursor: string
  event: { title: string }
}

type Follower = (url: string, after: string, onTitle: (title: string) => void) => () => void

const RETRY = { retryAttempts: Number.POSITIVE_INFINITY, retryWait: () => sleep(50) }

const followers: Record<string, Follower> = {
  'an EventSource': (url, after, onTitle) => {
    const source = new EventSource(`${url}?${new URLSearchParams({ query: QUERY })}`, {
      fetch: (input, init) => {
        const headers = new Headers(init?.headers)
        // The first request starts at the same cursor as the others. After its first event the client sends its own
        // position.
        if (!headers.has('last-event-id')) headers.set('last-event-id', after)
        return fetch(input, { ...init, headers })
      },
    })
    source.addEventListener('next', ({ data }) => onTitle(titleIn(JSON.parse(String(data)))))
    return () => source.close()
  },
  'follow() over fetch': (url, after, onTitle) =>
    follow<Added>(overFetch(url, { query: QUERY }), { after, retry: 50, onEvent: ({ event }) => onTitle(event.title) }),
  'follow() over graphql-sse': (url, after, onTitle) => {
    const client = createSseClient({ url, ...RETRY })
    return follow<Added>((cursor, sink) => client.subscribe({ query: QUERY, variables: { after: cursor } }, sink), {
      after,
      retry: 50,
      onEvent: ({ event }) => onTitle(event.title),
    })
  },
  'follow() over graphql-ws': (url, after, onTitle) => {
    const client = createWsClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, ...RETRY })
    return follow<Added>((cursor, sink) => client.subscribe({ query: QUERY, variables: { after: cursor } }, sink), {
      after,
      retry: 50,
      onEvent: ({ event }) => onTitle(event.title),
    })
  },
  'graphql-sse, which passes the cursor on itself': (url, after, onTitle) => {
    let cursor = after
    const client = createSseClient({ url, ...RETRY, headers: () => ({ 'last-event-id': cursor }) })
    return client.subscribe<{ eventAdded: Added }>(
      { query: QUERY },
      {
        next: ({ data }) => {
          if (!data) return
          cursor = data.eventAdded.cursor
          onTitle(data.eventAdded.event.title)
        },
        error: () => {},
        complete: () => {},
      },
    )
  },
}

const titleIn = ({ data }: { data: { eventAdded: Added } }) => data.eventAdded.event.title

const EVENTS = seriesOf(160, 400)
const RESTARTS = 4

test('every client receives each of many events once and in order, through disconnects and restarts', async () => {
  let service: FeedService = await startFeedService()
  const { url } = service
  const port = Number(new URL(url).port)
  const after = (await askBoth<{ feedCursor: string }>('{ feedCursor }')).data?.feedCursor ?? ''
  const seen = new Map<string, string[]>()
  const stops = Object.entries(followers).map(([name, begin]) => {
    const titles: string[] = []
    seen.set(name, titles)
    return begin(url, after, (title) => titles.push(title))
  })
  const expected = Array.from({ length: EVENTS }, (_, i) => `Event ${i}`)
  for (const [i, title] of expected.entries()) {
    await addEvent(title)
    if (i % (EVENTS / RESTARTS) !== EVENTS / RESTARTS / 2) continue
    await service.stop()
    await sleep(100)
    service = await startFeedService({ port })
  }
  const deadline = Date.now() + 10_000
  const all = () => [...seen.values()].every((titles) => titles.length >= EVENTS)
  while (!all() && Date.now() < deadline) await sleep(50)
  for (const stop of stops) stop()
  await service.stop()
  for (const [name, titles] of seen) expect([name, titles]).toEqual([name, expected])
})
