import { once } from 'node:events'
import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { anEvent } from '../world.ts'
import { type FeedService, startFeedService } from './server.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService({ origins: ['https://desk.example'] })
})
afterAll(() => service.stop())

const address = () => service.url.replace('http', 'ws')
const PROTOCOL = 'graphql-transport-ws'
const TITLES = 'subscription ($after: String) { eventAdded(after: $after) { cursor event { title } } }'

interface Added {
  eventAdded: { cursor: string; event: { title: string } }
}

async function withClient<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = createClient({ url: address(), webSocketImpl: WebSocket, retryAttempts: 0 })
  try {
    return await work(client)
  } finally {
    await client.dispose()
  }
}

test('a subscription goes on after a cursor, then live', () =>
  withClient(async (client) => {
    const { value } = await client.iterate<{ feedCursor: string }>({ query: '{ feedCursor }' }).next()
    const after = value?.data?.feedCursor
    await anEvent({ title: 'Before' })
    const events = client.iterate<Added>({ query: TITLES, variables: { after } })
    const titles = [(await events.next()).value?.data?.eventAdded.event.title]
    await anEvent({ title: 'After' })
    titles.push((await events.next()).value?.data?.eventAdded.event.title)
    expect(titles).toEqual(['Before', 'After'])
  }))

test.each([
  ['a syntax error', 'subscription {', /Syntax Error/],
  ['an unknown field', 'subscription { nothing }', /Cannot query field/],
  ['a damaged cursor', 'subscription { eventAdded(after: "x") { cursor } }', /not a valid cursor/],
  ['two root fields', 'subscription { a: eventAdded { cursor } b: eventAdded { cursor } }', /must select only one/],
])('%s is an error of that subscription, and the connection goes on', (_what, query, message) =>
  withClient(async (client) => {
    const wrong = client.iterate({ query })
    const said = await wrong.next().then(
      ({ value }) => JSON.stringify(value),
      (error: unknown) => JSON.stringify(error),
    )
    expect(said).toMatch(message)
    const { value } = await client.iterate({ query: '{ __typename }' }).next()
    expect(value).toMatchObject({ data: { __typename: 'Query' } })
  }),
)

test('a connection may hold 100 subscriptions, and the 101st is refused', () =>
  withClient(async (client) => {
    const streams = Array.from({ length: 101 }, () => client.iterate<Added>({ query: TITLES }))
    const last = streams.at(-1)?.next()
    const others = streams.slice(0, 100).map((stream) => stream.next())
    const refused = Promise.any(
      [last, ...others].map((next) => next?.then(Promise.reject, (errors: unknown) => errors)),
    )
    expect(JSON.stringify(await refused)).toContain('A connection may have at most 100 subscriptions')
    for (const stream of streams) void stream.return?.()
  }))

const statusOf = async (path: string, origin: string): Promise<number> => {
  const socket = new WebSocket(address().replace('/graphql', path), [PROTOCOL], { origin })
  socket.on('error', () => {})
  const opened = once(socket, 'open').then(() => 101)
  const refused = once(socket, 'unexpected-response').then(
    (found) => (found[1] as { statusCode?: number }).statusCode ?? 0,
  )
  const status = await Promise.race([opened, refused])
  socket.terminate()
  return status
}

test('pages connect from the origins that are allowed, and at the path of the API', async () => {
  expect(await statusOf('/graphql', 'https://desk.example')).toBe(101)
  expect(await statusOf('/graphql', 'https://evil.example')).toBe(403)
  expect(await statusOf('/elsewhere', 'https://desk.example')).toBe(404)
})

test('when the service stops, connections are cut so that clients come back', async () => {
  const other = await startFeedService()
  const socket = new WebSocket(other.url.replace('http', 'ws'), [PROTOCOL])
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await other.stop()
  expect((await closed)[0]).toBe(1012)
})
