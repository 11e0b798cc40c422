import { once } from 'node:events'
import { connect } from 'node:net'
import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { writeId } from '../../src/domain/id.ts'
import { database } from '../client.ts'
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
const FROM_NOW = 'subscription { eventAdded { cursor } }'

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

test('a subscription delivers the events after a cursor, and then new ones', () =>
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
])('%s is an error of that subscription, and the connection stays open', (_what, query, message) =>
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

/** Opens an acknowledged connection, and collects its messages. */
async function connected() {
  const socket = new WebSocket(address(), [PROTOCOL])
  await once(socket, 'open')
  const acknowledged = once(socket, 'message')
  socket.send(JSON.stringify({ type: 'connection_init' }))
  await acknowledged
  const messages: { id: string; type: string; payload?: unknown }[] = []
  socket.on('message', (data) => messages.push(JSON.parse(String(data))))
  const send = (message: object) => socket.send(JSON.stringify(message))
  const subscribe = (id: string, query: string) => send({ id, type: 'subscribe', payload: { query } })
  /** Waits for the answer of an operation that is sent now. */
  const settle = async () => {
    subscribe('settle', '{ feedCursor }')
    await vi.waitFor(() => expect(messages.map(({ id, type }) => `${id} ${type}`)).toContain('settle complete'), 5000)
    return messages.filter(({ id }) => id !== 'settle')
  }
  return { socket, send, subscribe, settle, messages }
}

test('a subscription that its client completes during or after its opening is removed', async () => {
  const { socket, send, subscribe, settle, messages } = await connected()
  // Subscriptions of earlier tests may still be ending.
  await vi.waitFor(() => expect(service.followers()).toBe(0), 5000)
  subscribe('early', FROM_NOW)
  send({ id: 'early', type: 'complete' })
  expect(await settle()).toEqual([])
  expect(service.followers()).toBe(0)
  subscribe('late', FROM_NOW)
  await vi.waitFor(() => expect(service.followers()).toBe(1), 5000)
  send({ id: 'late', type: 'complete' })
  await vi.waitFor(() => expect(service.followers()).toBe(0), 5000)
  expect(messages.filter(({ id }) => id === 'late')).toEqual([])
  socket.terminate()
})

test('a subscription that ends with an error sends it as its last message, and the connection stays open', async () => {
  const { socket, subscribe, settle, messages } = await connected()
  subscribe('ended', FROM_NOW)
  await vi.waitFor(() => expect(service.followers()).toBe(1), 5000)
  await database.$executeRaw`UPDATE "FeedHead" SET epoch = gen_random_uuid()`
  await vi.waitFor(() => expect(messages).toHaveLength(1), 5000)
  const errors = [{ extensions: { code: 'CURSOR_EXPIRED', requestId: expect.any(String) } }]
  expect(await settle()).toMatchObject([{ id: 'ended', type: 'error', payload: errors }])
  socket.terminate()
})

test('a variable named payload is passed unchanged', () =>
  withClient(async (client) => {
    const { id } = await anEvent({ title: 'Paid' })
    const query = 'query ($payload: EventRef!) { event(by: $payload) { title } }'
    const { value } = await client.iterate({ query, variables: { payload: { id: writeId('Event', id) } } }).next()
    expect(value).toMatchObject({ data: { event: { title: 'Paid' } } })
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

test('pages connect only from permitted origins, and at the path of the API', async () => {
  expect(await statusOf('/graphql', 'https://desk.example')).toBe(101)
  expect(await statusOf('/graphql', 'https://evil.example')).toBe(403)
  expect(await statusOf('/elsewhere', 'https://desk.example')).toBe(404)
})

test('the socket of a refused connection is closed, even if the client does not close its side', async () => {
  const { hostname, port } = new URL(service.url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const headers = 'host: dateline\r\nconnection: upgrade\r\nupgrade: websocket'
  socket.on('error', () => {}).write(`GET /elsewhere HTTP/1.1\r\n${headers}\r\n\r\n`)
  let answer = ''
  socket.on('data', (data) => {
    answer += String(data)
  })
  await once(socket, 'end')
  expect(answer).toContain('There is no WebSocket endpoint here')
  // Data for a closed socket is answered with a reset.
  await vi.waitFor(() => {
    socket.write('more')
    expect(socket.destroyed).toBe(true)
  }, 2000)
})

test('when the service stops, connections are closed with a code that makes clients reconnect', async () => {
  const other = await startFeedService()
  const socket = new WebSocket(other.url.replace('http', 'ws'), [PROTOCOL])
  await once(socket, 'open')
  const closed = once(socket, 'close')
  await other.stop()
  expect((await closed)[0]).toBe(1012)
})
