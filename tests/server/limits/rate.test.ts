import { once } from 'node:events'
import { connect } from 'node:net'
import { pino } from 'pino'
import { afterEach, expect, test, vi } from 'vitest'
import { PreparedDocuments } from '../../../src/query/prepared/prepared-documents.ts'
import { type HandlerOptions, type RunningServer, startServer } from '../../../src/server/http/server.ts'
import { createKey } from '../../../src/store/api-key.ts'
import { transports } from '../../bad-input/transports.ts'
import '../../client.ts'
import { startFeedService } from '../../changelog/server.ts'

let server: RunningServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

/** A document that costs more than half of the bucket, and takes much less time than its price pays for. */
const big = '{ events(first: 100) { nodes { participants(first: 100) { nodes { role } } } } }'
const PRICE = 11_226
const RATE = 22_000

async function serve(options: HandlerOptions) {
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }), ...options })
  const url = `${server.url}/graphql`
  return async (query = big, headers: Record<string, string> = {}, variables?: object) => {
    const said = { 'content-type': 'application/json', accept: 'application/json', ...headers }
    const response = await fetch(url, { method: 'POST', headers: said, body: JSON.stringify({ query, variables }) })
    const rate = ['limit', 'remaining', 'reset'].map((name) => Number(response.headers.get(`ratelimit-${name}`)))
    const answer = (await response.json()) as { errors?: { extensions: object }[]; extensions?: object }
    return { status: response.status, rate, retryAfter: response.headers.get('retry-after'), ...answer }
  }
}

test('an answer costs its price and has the remaining points, and without enough points the status is 429', async () => {
  const ask = await serve({ rateLimit: RATE })
  const first = await ask()
  expect(first).toMatchObject({ status: 200, extensions: { cost: { requested: PRICE } } })
  const [limit, remaining = 0, reset = 0] = first.rate
  expect(limit).toBe(RATE)
  expect(remaining).toBeLessThanOrEqual(RATE - PRICE)
  expect(reset).toBe(Math.ceil(((RATE - remaining) * 60) / RATE))
  const refused = await ask()
  expect(refused.status).toBe(429)
  const retryAfter = Number(refused.retryAfter)
  expect(retryAfter).toBeGreaterThanOrEqual(1)
  expect(retryAfter).toBeLessThanOrEqual(60)
  const extensions = { code: 'RATE_LIMITED', limit: 'rate', allowed: RATE, requested: PRICE, retryAfter }
  expect(refused.errors).toMatchObject([{ extensions }])
  // A cheaper operation is still answered, and a refused document also costs points.
  expect((await ask('{ __typename }')).status).toBe(200)
  let status = 0
  for (let i = 0; i < 500 && status !== 429; i++) ({ status } = await ask('{'))
  expect(status).toBe(429)
})

test('a mistake in a known document is looked for once', async () => {
  const ask = await serve({ rateLimit: RATE, limits: { cost: 500 } })
  const lookups = Array.from({ length: 60 }, (_, i) => `a${i}: event(by: { slug: "x${i}" }) { title }`)
  const query = `query ($first: Int) { bad: events(first: $first) { nodes { id } } ${lookups.join(' ')} }`
  expect((await ask(query, {}, { first: 1 })).status).toBe(200)
  const search = vi.spyOn(PreparedDocuments.prototype, 'execution')
  const { status, errors } = await ask(query, {}, { first: 0 })
  expect({ status, errors, searches: search.mock.calls.length }).toMatchObject({
    status: 200,
    errors: [{ path: ['bad'] }],
    searches: 1,
  })
  search.mockRestore()
})

test('a caller without points is refused before the body has arrived', async () => {
  const ask = await serve({ rateLimit: 100 })
  expect((await ask('{')).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }])
  const { port } = new URL(server?.url ?? '')
  const socket = connect(Number(port), '127.0.0.1')
  const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n'
  socket.setEncoding('utf8').write(`${head}content-length: 40\r\n\r\n`)
  const [short] = (await once(socket, 'data')) as [string]
  expect(short).toMatch(/^HTTP\/1.1 429 [\s\S]+\r\nretry-after: \d+\r\n[\s\S]+"code":"RATE_LIMITED"/)
  // The connection stays open: the rest of the body is received, and the next request answered.
  socket.write(`${' '.repeat(40)}GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n`)
  expect(((await once(socket, 'data')) as [string])[0]).toMatch(/^HTTP\/1.1 200 /)
  socket.write(`${head}content-length: 70000\r\n\r\n`)
  const [long] = (await once(socket, 'data')) as [string]
  expect(long).toMatch(/^HTTP\/1.1 429 [\s\S]+\r\nconnection: close\r\n/i)
  await once(socket, 'close')
})

test('a document that is found by its text has the same cost as at first', async () => {
  const ask = await serve({ limits: { cost: 81, items: 2 } })
  const query =
    'query ($first: Int, $ids: [ID!]) { events(first: $first, where: { id: { in: $ids } }) { nodes { title } } }'
  for (let i = 0; i < 3; i++) expect((await ask(query, {}, { first: 50 })).errors).toBeUndefined()
  const costly = await ask(query, {}, { first: 51 })
  expect(costly.errors).toMatchObject([{ extensions: { limit: 'cost', requested: 83 } }])
  const long = await ask(query, {}, { first: 1, ids: ['a', 'b', 'c'] })
  expect(long.errors).toMatchObject([{ extensions: { limit: 'items', requested: 3 } }])
})

test('a key has its own bucket, from any address', async () => {
  const ask = await serve({ rateLimit: RATE })
  const { secret } = await createKey('desk', ['write'])
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(429)
  expect((await ask(big, { authorization: `Bearer ${secret}` })).status).toBe(200)
  expect((await ask(big, { authorization: `Bearer ${secret}` })).status).toBe(429)
})

test("the client's address is read from as many proxies as are configured", async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const open = await serve({ rateLimit: RATE })
  expect((await open(big, from('198.51.100.1'))).status).toBe(200)
  expect((await open(big, from('198.51.100.2'))).status).toBe(429)
  await server?.stop()
  const behind = await serve({ rateLimit: RATE, trustProxy: 1 })
  expect((await behind(big, from('198.51.100.1'))).status).toBe(200)
  expect((await behind(big, from('203.0.113.9, 198.51.100.1'))).status).toBe(429)
  expect((await behind(big, from('198.51.100.2'))).status).toBe(200)
  expect((await behind(big, from('2001:db8:1:2::1'))).status).toBe(200)
  expect((await behind(big, from('2001:db8:1:2:ffff::9'))).status).toBe(429)
  expect((await behind(big, from('2001:db8:1:3::1'))).status).toBe(200)
})

test.each([
  ['with a port', '10.0.0.1:4444', '10.0.0.1:5555'],
  ['with a port and without', '10.0.0.1:4444', '10.0.0.1'],
  ['as a mapped IPv6 address', '::ffff:10.0.0.1', '10.0.0.1'],
  ['as a mapped IPv6 address in hexadecimal', '::ffff:0a00:0001', '10.0.0.1'],
  ['as a mapped IPv6 address with a port', '[::FFFF:10.0.0.1]:80', '10.0.0.1:443'],
  ['in brackets with a port', '[2001:db8::1]:443', '2001:db8::2'],
  ['with leading zeros and in capitals', '2001:0db8::5', '2001:DB8::6'],
  ['in full and shortened', '2001:db8:0:0:1:2:3:4', '2001:db8::9'],
  ['with a zone', 'fe80::1%eth0', 'fe80::2%eth1'],
  ['quoted', '"[2001:db8::1]:443"', '2001:db8::1'],
  ['as text that is not an address', 'unknown', 'garbage'],
  ['as the name of a key', 'key dl_1a2b3c4d', 'key dl_5e6f7a8b'],
  ['as an incomplete address', '10.1', '10.2'],
  ['as text behind a valid entry', '198.51.100.1, unknown', '198.51.100.2, _hidden'],
])('an address %s is one bucket: %s and %s', async (_how, one, other) => {
  const ask = await serve({ rateLimit: RATE, trustProxy: 1 })
  const from = (address: string) => ask(big, { 'x-forwarded-for': address })
  expect((await from(one)).status).toBe(200)
  expect((await from(other)).status).toBe(429)
  expect((await from('192.0.2.77')).status).toBe(200)
})

test('the limit also applies to server-sent events and WebSocket', async () => {
  // The transport queries __typename after the refusal. There are enough points left for it.
  const service = await startFeedService({ rateLimit: RATE })
  const over = (transport: string) => transports[transport]?.(service.url, { query: big, variables: undefined })
  try {
    expect(await over('server-sent events')).toMatchObject({ status: 200, answer: { data: { events: {} } } })
    const refused = { errors: [{ extensions: { code: 'RATE_LIMITED' } }] }
    expect(await over('server-sent events')).toMatchObject({ status: 429, answer: refused })
    expect(await over('WebSocket')).toMatchObject({ answer: refused })
  } finally {
    await service.stop()
  }
})
