// Floods of requests that are cheap to send: each is slowed down, and other callers are not affected.
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { freePayer } from '../../../src/changelog/payer.ts'
import { anyone } from '../../../src/domain/scope.ts'
import { schema } from '../../../src/schema/schema.ts'
import { Admission } from '../../../src/server/graphql/admission.ts'
import { recordSender } from '../../../src/server/http/sender.ts'
import type { HandlerOptions } from '../../../src/server/http/server.ts'
import { defaultLimits } from '../../../src/server/limits/limits.ts'
import '../../client.ts'
import { type FeedService, startFeedService } from '../../changelog/server.ts'

let service: FeedService | undefined
afterEach(async () => {
  await service?.stop()
  service = undefined
})

async function serve(options: HandlerOptions) {
  service = await startFeedService({ trustProxy: 1, ...options })
  const { url } = service
  const headersOf = (address: string) => ({ 'content-type': 'application/json', 'x-forwarded-for': address })
  return {
    url,
    ask: (address: string, query = '{ __typename }', headers: Record<string, string> = {}) =>
      fetch(url, { method: 'POST', headers: { ...headersOf(address), ...headers }, body: JSON.stringify({ query }) }),
    async connect(address: string): Promise<WebSocket> {
      const options = { headers: { 'x-forwarded-for': address } }
      const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', options)
      socket.on('error', () => {})
      await once(socket, 'open')
      socket.send('{"type":"connection_init"}')
      await once(socket, 'message')
      return socket
    },
  }
}

/** Makes the service answer an error with its own status. */
const PRECISE = { accept: 'application/graphql-response+json' }
const [POOR, OTHER] = ['198.51.100.1', '198.51.100.2']

test('an address that has many waiting refusals receives each later', async () => {
  // Ten points in a second: the address stays without points for the time of the test, on a slow machine too.
  const { ask } = await serve({ rateLimit: 600 })
  // The first caller of a document pays for its parsing.
  await ask('203.0.113.9')
  for (let i = 0; i < 20 && (await ask(POOR, '{', PRECISE)).status !== 429; i++);
  // This refusal spends the points that are left.
  await ask(POOR)
  const start = performance.now()
  const times = await Promise.all(
    Array.from({ length: 12 }, () =>
      ask(POOR).then(({ status }) => {
        expect(status).toBe(429)
        return performance.now() - start
      }),
    ),
  )
  const sorted = times.toSorted((one, other) => one - other)
  expect(sorted[0]).toBeGreaterThan(380)
  expect(sorted.at(-1)).toBeGreaterThan(1800)
  expect((await ask(OTHER)).status).toBe(200)
})

test('a client that disconnects does not delay the next refusal', async () => {
  const { ask, url } = await serve({ rateLimit: 100 })
  await ask(POOR, '{')
  const headers = { 'content-type': 'application/json', 'x-forwarded-for': POOR }
  const gone = Array.from({ length: 20 }, () =>
    fetch(url, { method: 'POST', headers, body: '{"query":"{a}"}', signal: AbortSignal.timeout(100) }).catch(() => {}),
  )
  await Promise.all(gone)
  await sleep(100)
  const start = performance.now()
  expect((await ask(POOR)).status).toBe(429)
  expect(performance.now() - start).toBeLessThan(1500)
})

test.each([
  ['pings', (socket: WebSocket) => socket.ping()],
  ['messages', (socket: WebSocket) => socket.send('{"type":"ping"}')],
])('a connection that floods the service with %s ends once its address has spent its points', async (_what, send) => {
  const { ask, connect } = await serve({ rateLimit: 4000 })
  const socket = await connect(POOR)
  const closed = once(socket, 'close')
  for (let i = 0; i < 2000; i++) send(socket)
  await closed
  expect((await ask(POOR)).status).toBe(429)
  expect((await ask(OTHER)).status).toBe(200)
})

test('a WebSocket client without points receives its answers, with a delay', async () => {
  const { connect } = await serve({ rateLimit: 500 })
  const socket = await connect(POOR)
  let answers = 0
  socket.on('message', () => answers++)
  const query = JSON.stringify({ type: 'subscribe', id: '1', payload: { query: '{ nothing }' } })
  const start = performance.now()
  for (let i = 1; i <= 8; i++) {
    socket.send(query.replace('"1"', `"${i}"`))
    await expect.poll(() => answers, { interval: 5, timeout: 5000 }).toBe(i)
  }
  expect(performance.now() - start).toBeGreaterThan(1200)
  expect(socket.readyState).toBe(WebSocket.OPEN)
  socket.close()
})

test('the page of GraphiQL costs points for its size', async () => {
  const { url } = await serve({ rateLimit: 5000 })
  const load = () =>
    fetch(url, { headers: { accept: 'text/html', 'accept-encoding': 'gzip', 'x-forwarded-for': POOR } })
  const first = await load()
  expect(first.status).toBe(200)
  await first.arrayBuffer()
  let status = 200
  for (let i = 0; i < 5 && status === 200; i++) ({ status } = await load())
  expect(status).toBe(429)
})

test.each(['/client.js', '/client.d.ts'])('%s costs points', async (path) => {
  const { url } = await serve({ rateLimit: 60 })
  const load = async () => (await fetch(new URL(path, url), { headers: { 'x-forwarded-for': POOR } })).status
  expect([await load(), await load(), await load()]).toEqual([200, 200, 429])
})

test("a subscription whose selection is not compilable may cost a fifth of an operation's maximum", async () => {
  const { ask } = await serve({ limits: { cost: 400 } })
  const people = (first: number) =>
    `subscription { changes { writer ... on EventChange { event { participants(first: ${first}) { nodes { role } } } } } }`
  const stream = { accept: 'text/event-stream' }
  const heavy = await ask(OTHER, people(100), stream)
  expect(heavy.status).toBe(400)
  expect(await heavy.json()).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost' } }] })
  const light = await ask(OTHER, people(10), stream)
  expect(light.status).toBe(200)
  await light.body?.cancel()
})

const admission = new Admission({ schema, limits: defaultLimits, rateLimit: 1e9 })

/** Sends a request from an address, with a new document. */
function requestFrom(address: string) {
  const request = new Request('http://localhost/graphql', { method: 'POST' })
  recordSender(request, { viewer: anyone, address })
  return { request, params: { query: `{ a${Math.random().toString(36).slice(2)}: __typename }` } }
}

test('unknown documents are parsed one at a time, and callers take turns', async () => {
  const order: string[] = []
  let ticks = 0
  let isOver = false
  const tick = () => {
    ticks++
    if (!isOver) setImmediate(tick)
  }
  setImmediate(tick)
  const send = async (address: string) => {
    const { request, params } = requestFrom(address)
    await admission.turnFor(request, params)
    order.push(`${address} ${ticks}`)
    const end = performance.now() + 30
    while (performance.now() < end);
    admission.admit(request, params)
  }
  await Promise.all([...Array.from({ length: 10 }, () => send(POOR)), send(OTHER)])
  isOver = true
  // Each is parsed in its own turn of the event loop, and the other caller's does not wait for all ten.
  expect(new Set(order.map((each) => each.split(' ')[1])).size).toBe(order.length)
  expect(order.findIndex((each) => each.startsWith(OTHER))).toBeLessThan(3)
})

test('a known document does not wait', async () => {
  const { request, params } = requestFrom(OTHER)
  admission.admit(request, params)
  let isLate = false
  setImmediate(() => {
    isLate = true
  })
  await admission.turnFor(request, { ...params })
  expect(isLate).toBe(false)
})

test('subscriptions without a key have their own pace and a common one; those with a key are faster', () => {
  const payerOf = (caller: string, name: string | null) =>
    admission.payerOf({ admitted: { caller }, viewer: { name, scopes: [] } })
  const [one, other] = [payerOf(POOR, null), payerOf(POOR, null)]
  const waits = (payer: typeof one) => Math.max(...(payer.paces ?? []).map(({ wait }) => wait))
  for (const pace of one.paces ?? []) pace.spend(300)
  expect(waits(one)).toBeGreaterThan(2000)
  expect(waits(other)).toBe(0)
  for (const pace of one.paces ?? []) pace.spend(400)
  expect(waits(other)).toBeGreaterThan(500)
  const keyed = payerOf('key dl_1a2b3c4d', 'key dl_1a2b3c4d')
  for (const pace of keyed.paces ?? []) pace.spend(700)
  expect(waits(keyed)).toBe(0)
  const unlimited = new Admission({ schema, limits: defaultLimits, rateLimit: 0 })
  expect(unlimited.payerOf({ admitted: { caller: POOR }, viewer: { name: null, scopes: [] } })).toEqual({
    ...freePayer,
    name: POOR,
  })
})
