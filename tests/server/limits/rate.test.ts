import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { type HandlerOptions, type RunningServer, startServer } from '../../../src/server/server.ts'
import { createKey } from '../../../src/store/api-key.ts'
import { transports } from '../../bad-input/transports.ts'
import '../../client.ts'
import { startFeedService } from '../../log/server.ts'

let server: RunningServer | undefined
afterEach(async () => {
  await server?.stop()
  server = undefined
})

const ten = '{ events(first: 10) { nodes { title } } }'

async function serve(options: HandlerOptions) {
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }), ...options })
  const url = `${server.url}/graphql`
  return async (query = ten, headers: Record<string, string> = {}, variables?: object) => {
    const said = { 'content-type': 'application/json', accept: 'application/json', ...headers }
    const response = await fetch(url, { method: 'POST', headers: said, body: JSON.stringify({ query, variables }) })
    const rate = ['limit', 'remaining', 'reset'].map((name) => Number(response.headers.get(`ratelimit-${name}`)))
    const answer = (await response.json()) as { errors?: { extensions: object }[] }
    return { status: response.status, rate, retryAfter: response.headers.get('retry-after'), ...answer }
  }
}

test('an answer takes its price, says what is left, and is refused with 429 when too little is', async () => {
  const ask = await serve({ rateLimit: 100 })
  // How much comes back in the meantime depends on how long this takes.
  const about = (points: number) => expect.toSatisfy((left: number) => left >= points && left < points + 5)
  expect(await ask()).toMatchObject({ status: 200, rate: [100, about(63), about(19)] })
  expect(await ask()).toMatchObject({ status: 200, rate: [100, about(26), about(41)] })
  const refused = await ask()
  expect(refused).toMatchObject({ status: 429, rate: [100, about(25), about(41)] })
  expect(refused.retryAfter).toMatch(/^[4-7]$/)
  expect(refused.errors).toMatchObject([
    {
      extensions: {
        code: 'RATE_LIMITED',
        limit: 'rate',
        allowed: 100,
        requested: 37,
        retryAfter: Number(refused.retryAfter),
      },
    },
  ])
  // A cheaper operation is still answered, and a document that is refused costs a point too.
  expect(await ask('{ __typename }')).toMatchObject({ status: 200, rate: [100, about(0), about(56)] })
  for (let i = 0; i < 9; i++) await ask('{')
  expect(await ask('{ __typename }')).toMatchObject({ status: 429, errors: [{ extensions: { code: 'RATE_LIMITED' } }] })
})

test('a document that is known by its text is held to its cost as it was the first time', async () => {
  const ask = await serve({ limits: { cost: 81, items: 2 } })
  const query =
    'query ($first: Int, $ids: [ID!]) { events(first: $first, where: { id: { in: $ids } }) { nodes { title } } }'
  for (let i = 0; i < 3; i++) expect((await ask(query, {}, { first: 50 })).errors).toBeUndefined()
  const costly = await ask(query, {}, { first: 51 })
  expect(costly.errors).toMatchObject([{ extensions: { limit: 'cost', requested: 83 } }])
  const long = await ask(query, {}, { first: 1, ids: ['a', 'b', 'c'] })
  expect(long.errors).toMatchObject([{ extensions: { limit: 'items', requested: 3 } }])
})

test('a key has a bucket of its own, wherever it is used from', async () => {
  const ask = await serve({ rateLimit: 50 })
  const { secret } = await createKey('desk', ['write'])
  expect((await ask()).status).toBe(200)
  expect((await ask()).status).toBe(429)
  expect((await ask(ten, { authorization: `Bearer ${secret}` })).status).toBe(200)
  expect((await ask(ten, { authorization: `Bearer ${secret}` })).status).toBe(429)
})

test('what a client says of its address is believed of as many proxies as there are', async () => {
  const from = (address: string) => ({ 'x-forwarded-for': address })
  const open = await serve({ rateLimit: 50 })
  expect((await open(ten, from('198.51.100.1'))).status).toBe(200)
  expect((await open(ten, from('198.51.100.2'))).status).toBe(429)
  await server?.stop()
  const behind = await serve({ rateLimit: 50, trustProxy: 1 })
  expect((await behind(ten, from('198.51.100.1'))).status).toBe(200)
  expect((await behind(ten, from('203.0.113.9, 198.51.100.1'))).status).toBe(429)
  expect((await behind(ten, from('198.51.100.2'))).status).toBe(200)
  expect((await behind(ten, from('2001:db8:1:2::1'))).status).toBe(200)
  expect((await behind(ten, from('2001:db8:1:2:ffff::9'))).status).toBe(429)
  expect((await behind(ten, from('2001:db8:1:3::1'))).status).toBe(200)
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
  const ask = await serve({ rateLimit: 15, trustProxy: 1 })
  const from = (address: string) => ask(ten, { 'x-forwarded-for': address })
  expect((await from(one)).status).toBe(200)
  expect((await from(other)).status).toBe(429)
  expect((await from('192.0.2.77')).status).toBe(200)
})

test('the limit holds over server-sent events and WebSocket too', async () => {
  // The transport asks for the __typename after the refusal: that much is left.
  const service = await startFeedService({ rateLimit: 66 })
  const over = (transport: string) => transports[transport]?.(service.url, { query: ten, variables: undefined })
  try {
    expect(await over('server-sent events')).toMatchObject({ status: 200, answer: { data: { events: {} } } })
    const refused = { errors: [{ extensions: { code: 'RATE_LIMITED' } }] }
    expect(await over('server-sent events')).toMatchObject({ status: 429, answer: refused })
    expect(await over('WebSocket')).toMatchObject({ answer: refused })
  } finally {
    await service.stop()
  }
})
