// Authentication by a key or a token over each transport: HTTP, server-sent events, WebSocket.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CryptoKey, generateKeyPair, UnsecuredJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { createTokenReader } from '../../src/server/http/token.ts'
import { createKey, revokeKey } from '../../src/store/api-key.ts'
import { eventsOf, type FeedService, startFeedService } from '../changelog/server.ts'
import { askBoth, database } from '../client.ts'
import { type Issuer, inSeconds, openIssuer } from './issuer.ts'

let issuer: Issuer
let service: FeedService
let otherKey: CryptoKey
beforeAll(async () => {
  issuer = await openIssuer({ clockTolerance: 1 })
  otherKey = (await generateKeyPair('ES256')).privateKey
  service = await startFeedService({ readToken: await createTokenReader(issuer.settings) })
})
afterAll(async () => {
  await service.stop()
  issuer.close()
})

const FOLLOW = 'subscription { eventAdded { cursor event { title } } }'
const CREATE = `mutation { eventCreate(input: {
  title: "A token's event", type: MEETING, status: OCCURRED, certainty: ASSERTED,
  date: { earliest: "2025-12-01", latest: "2025-12-01", precision: DAY, basis: STATED }
}) { __typename ... on EventCreateSuccess { event { history { nodes { author } } } } ... on ForbiddenError { requiredScopes } } }`

const count = () => database.event.count()

interface Answer {
  status: number
  data?: unknown
  /** The codes of the errors. */
  codes: unknown[]
}

async function post(query: string, secret?: string, more: Record<string, string> = {}, search = ''): Promise<Answer> {
  const authorization = secret === undefined ? undefined : { authorization: `Bearer ${secret}` }
  const response = await fetch(service.url + search, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...authorization, ...more },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  const { data, errors = [] } = JSON.parse(text) as { data?: unknown; errors?: { extensions: { code: string } }[] }
  expect(text).not.toMatch(/node_modules|\.ts:\d/)
  return { status: response.status, data, codes: errors.map(({ extensions }) => extensions?.code) }
}

const follow = (secret?: string) => {
  const authorization = secret === undefined ? undefined : { authorization: `Bearer ${secret}` }
  const url = `${service.url}?${new URLSearchParams({ query: FOLLOW })}`
  return fetch(url, { headers: { accept: 'text/event-stream', ...authorization } })
}

interface Frame {
  type: string
  payload?: unknown
}

/** Connects with these parameters and sends a query. Returns the messages, and the code if the connection is closed. */
async function connect(parameters: object | undefined, query: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(service.url.replace('http', 'ws'), 'graphql-transport-ws', { headers })
  const closed = new Promise<number>((resolve) => socket.on('close', resolve))
  const frames: Frame[] = []
  const settled = new Promise<void>((resolve) =>
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame
      frames.push(frame)
      if (frame.type === 'connection_ack')
        socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } }))
      if (['error', 'next', 'complete'].includes(frame.type)) resolve()
    }),
  )
  socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: parameters })))
  return { socket, frames, closed, settled }
}

async function codeOf(secret: string): Promise<number | undefined> {
  const { socket, closed, settled } = await connect({ authorization: `Bearer ${secret}` }, CREATE)
  const code = await Promise.race([closed, settled.then(() => undefined)])
  socket.close()
  return code
}

const refused: [string, () => Promise<string>][] = [
  ['a key that was never made', async () => `dl_${'x'.repeat(43)}`],
  ['a key that was revoked', async () => (await revoked()).secret],
  ['a key that has expired', async () => (await createKey('old', ['write'], new Date(Date.now() - 1000))).secret],
  ['a token that has expired', () => issuer.sign({ exp: inSeconds(-5) })],
  ['a token that is not good yet', () => issuer.sign({ nbf: inSeconds(30) })],
  ['a token that never expires', () => issuer.sign({ exp: undefined })],
  ['a token that expires after the last day of a calendar', () => issuer.sign({ exp: 1e300 })],
  ['a token that expires a second too late for a date', () => issuer.sign({ exp: 8.64e12 + 1 })],
  ['a token that expires in milliseconds since 1970', () => issuer.sign({ exp: Date.now() + 60_000 })],
  ['a token that expired before 1970', () => issuer.sign({ exp: -1 })],
  ['a token that expired at -1e300', () => issuer.sign({ exp: -1e300 })],
  ['a token whose end is a text', () => issuer.sign({ exp: `${inSeconds(60)}` as never })],
  ['a token whose end is null', () => issuer.sign({ exp: null as never })],
  ['a token for others', () => issuer.sign({ aud: 'elsewhere' })],
  ['a token of another issuer', () => issuer.sign({ iss: 'https://evil.example' })],
  ['a token of nobody', () => issuer.sign({ sub: undefined })],
  ['a token of somebody whose name holds a NUL', () => issuer.sign({ sub: 'a\0b' })],
  ['a token of somebody whose name has 300 characters', () => issuer.sign({ sub: 'x'.repeat(300) })],
  ['a token signed by another key', () => issuer.sign({}, { key: otherKey })],
  ['a token signed by a key that nobody knows', () => issuer.sign({}, { key: otherKey, kid: 'two' })],
  ['a token that is not signed', async () => unsigned()],
  [
    'a token signed with the public key as a secret',
    () => issuer.sign({}, { alg: 'HS256', key: new TextEncoder().encode(JSON.stringify(issuer.publicKey)) }),
  ],
  ['a token whose claims were changed', async () => changed(await issuer.sign())],
  ['a token cut short', async () => (await issuer.sign()).slice(0, -4)],
  ['what is no token', async () => 'abc'],
  ['three dots', async () => '...'],
]

async function revoked() {
  const made = await createKey('revoked', ['write'])
  await revokeKey(made.key.prefix)
  return made
}

const unsigned = () =>
  new UnsecuredJWT({ scope: 'write' })
    .setIssuer('https://login.example')
    .setAudience('dateline')
    .setSubject('4711')
    .setExpirationTime('1m')
    .encode()

function changed(token: string): string {
  const [head, claims = '', signature] = token.split('.')
  const more = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), sub: 'root' }
  return [head, Buffer.from(JSON.stringify(more)).toString('base64url'), signature].join('.')
}

const VIEWER = '{ viewer { name scopes } }'

test('viewer returns the name and the scopes of a key, without a statement', async () => {
  const { secret } = await createKey('my desk', ['write', 'import'])
  const { data, errors, statements } = await askBoth(VIEWER, {}, { secret })
  expect([data, errors, statements]).toEqual([
    { viewer: { name: 'my desk', scopes: ['write', 'import'] } },
    undefined,
    0,
  ])
})

test('viewer returns the subject of a token, and over WebSocket the caller of the connection', async () => {
  const viewer = { name: '4711', scopes: ['write'] }
  const token = await issuer.sign({ sub: '4711', scope: 'write openid' })
  expect(await post(VIEWER, token)).toMatchObject({ status: 200, data: { viewer } })
  const { frames, settled, socket } = await connect({ authorization: `Bearer ${token}` }, VIEWER)
  await settled
  socket.close()
  expect(frames.find(({ type }) => type === 'next')?.payload).toMatchObject({ data: { viewer } })
})

test('viewer has no name and no scopes for an anonymous caller, also beside other fields', async () => {
  const viewer = { name: null, scopes: [] }
  expect(await askBoth(VIEWER)).toMatchObject({ data: { viewer }, errors: undefined, statements: 0 })
  const { data } = await askBoth('{ country(by: { code: "BY" }) { iso3 } viewer { name scopes } }')
  expect(data).toEqual({ country: { iso3: 'BLR' }, viewer })
})

test('viewer does not name the caller of a key that was revoked', async () => {
  expect(await post(VIEWER, (await revoked()).secret)).toMatchObject({ status: 401, codes: ['UNAUTHENTICATED'] })
})

test.each(refused)('%s is refused over HTTP, as a stream, and over WebSocket', async (_what, make) => {
  const secret = await make()
  const before = await count()
  expect(await post(CREATE, secret)).toEqual({ status: 401, data: undefined, codes: ['UNAUTHENTICATED'] })
  expect(await post('{ __typename }', secret)).toMatchObject({ status: 401 })
  const stream = await follow(secret)
  expect([stream.status, await stream.text()]).toEqual([401, expect.stringContaining('UNAUTHENTICATED')])
  expect(await codeOf(secret)).toBe(4403)
  expect(await count()).toBe(before)
})

/** The answer to a mutation of a caller without the scope. */
const forbidden = { eventCreate: { __typename: 'ForbiddenError', requiredScopes: ['write'] } }

test('a caller without a key or a token can read and subscribe, but not write', async () => {
  const before = await count()
  expect((await post('{ __typename }')).data).toEqual({ __typename: 'Query' })
  expect((await post(CREATE)).data).toEqual(forbidden)
  const { frames, settled, socket } = await connect(undefined, CREATE)
  await settled
  expect(frames.find(({ type }) => type === 'next')?.payload).toMatchObject({ data: forbidden })
  socket.close()
  expect(await count()).toBe(before)
})

test.each([
  ['a key', async (scopes: string) => (await createKey('k', scopes ? ['import'] : [])).secret],
  ['a token', (scopes: string) => issuer.sign({ scope: scopes })],
])('%s without the scope can read, and is forbidden to write', async (_what, make) => {
  const before = await count()
  for (const scopes of ['', 'import']) {
    const secret = await make(scopes)
    expect((await post('{ __typename }', secret)).data).toEqual({ __typename: 'Query' })
    expect((await post(CREATE, secret)).data).toEqual(forbidden)
  }
  expect(await count()).toBe(before)
})

test('a token with the scope can write over HTTP and WebSocket, and the log contains its issuer and subject', async () => {
  const secret = await issuer.sign({ sub: 'ed|17' })
  const written = { eventCreate: { event: { history: { nodes: [{ author: null }] } } } }
  expect((await post(CREATE, secret)).data).toMatchObject(written)
  const { frames, settled, socket } = await connect({ authorization: `Bearer ${secret}` }, CREATE)
  await settled
  socket.close()
  expect(frames.find(({ type }) => type === 'next')?.payload).toMatchObject({ data: written })
  const writer = 'token https://login.example ed|17'
  expect(await database.change.count({ where: { writer, operation: 'CREATED' } })).toBe(2)
})

test('a token that expires too late is forbidden with a sentence', async () => {
  const authorization = `Bearer ${await issuer.sign({ exp: 1e300 })}`
  const response = await fetch(`${service.url}?query={__typename}`, { headers: { authorization } })
  expect(await response.text()).toContain('must be in seconds since 1970 and before the year 10000')
})

test('a key outside of the header is ignored', async () => {
  const secret = await issuer.sign()
  for (const name of ['access_token', 'authorization', 'token'])
    expect((await post(CREATE, undefined, {}, `?${name}=${secret}`)).data).toEqual(forbidden)
  expect((await post(CREATE, undefined, { cookie: `authorization=Bearer ${secret}` })).data).toEqual(forbidden)
})

test("the issuer's clock may differ by the tolerance, and no more", async () => {
  const strict = await createTokenReader({ ...issuer.settings, clockTolerance: 0 })
  const lenient = await createTokenReader({ ...issuer.settings, clockTolerance: 30 })
  const slow = await issuer.sign({ exp: inSeconds(-20) })
  const fast = await issuer.sign({ nbf: inSeconds(20) })
  const tooSlow = await issuer.sign({ exp: inSeconds(-40) })
  for (const token of [slow, fast]) {
    await expect(strict(token)).rejects.toThrow('get a new one from https://login.example')
    await expect(lenient(token)).resolves.toMatchObject({ subject: '4711', scopes: ['write'] })
  }
  await expect(lenient(tooSlow)).rejects.toThrow(/is not valid/)
})

test("the issuer's keys are fetched on demand, and while that fails no token is called invalid", async () => {
  let isThere = false
  const provider = createServer((_request, response) => {
    response.writeHead(isThere ? 200 : 500).end(JSON.stringify({ keys: [issuer.publicKey] }))
  })
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve))
  const { port } = provider.address() as AddressInfo
  const readToken = await createTokenReader({ ...issuer.settings, keys: `http://127.0.0.1:${port}/keys` })
  const other = await startFeedService({ readToken })
  const authorization = `Bearer ${await issuer.sign()}`
  const ask = async () => (await fetch(`${other.url}?query={__typename}`, { headers: { authorization } })).status
  try {
    expect(await ask()).toBe(503)
    isThere = true
    expect(await ask()).toBe(200)
  } finally {
    await other.stop()
    provider.close()
  }
})

const ends: [string, () => Promise<{ secret: string; end?: () => Promise<unknown> }>][] = [
  ['its token expires', async () => ({ secret: await issuer.sign({ exp: inSeconds(1) }) })],
  ['its key expires', () => createKey('short', [], new Date(Date.now() + 2000))],
  [
    'its key is revoked',
    async () => {
      const { secret, key } = await createKey('revoked soon', [])
      return { secret, end: () => revokeKey(key.prefix) }
    },
  ],
]

test.each(ends)('a subscription ends when %s, and is not opened again', { timeout: 20_000 }, async (_when, make) => {
  const { secret, end } = await make()
  const stream = await follow(secret)
  expect(stream.status).toBe(200)
  const events = eventsOf(stream)
  expect((await events.next()).value).toHaveProperty('id')
  const { frames, closed, socket } = await connect({ authorization: `Bearer ${secret}` }, FOLLOW)
  const beside = await follow()
  await expect.poll(() => frames.length).toBeGreaterThan(0)
  await sleep(200)
  expect(socket.readyState).toBe(WebSocket.OPEN)
  await end?.()
  // There must be no "complete", after which a client would not reconnect.
  expect((await events.next()).done).toBe(true)
  expect(await closed).toBe(4403)
  expect((await follow(secret)).status).toBe(401)
  expect(await codeOf(secret)).toBe(4403)
  const rest = eventsOf(beside)
  await rest.next()
  expect(await Promise.race([rest.next(), sleep(100, 'still open')])).toBe('still open')
  await beside.body?.cancel().catch(() => {})
})

test('a revoked key stops working at once over WebSocket', async () => {
  const { secret, key } = await createKey('revoked at once', ['write'])
  const { socket, closed, settled } = await connect({ authorization: `Bearer ${secret}` }, '{ __typename }')
  await settled
  await revokeKey(key.prefix)
  const before = await count()
  socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query: CREATE } }))
  expect(await closed).toBe(4403)
  expect(await count()).toBe(before)
})

test('the last use of a key is recorded at most once a minute', async () => {
  const { secret, key } = await createKey('used', [])
  const lastUse = async () => (await database.apiKey.findUniqueOrThrow({ where: { id: key.id } })).lastUsedAt
  const use = () => post('{ __typename }', secret)
  await use()
  await expect.poll(lastUse).not.toBeNull()
  const first = await lastUse()
  await use()
  await sleep(100)
  expect(await lastUse()).toEqual(first)
  await database.apiKey.update({ where: { id: key.id }, data: { lastUsedAt: new Date(Date.now() - 61_000) } })
  await use()
  await expect.poll(async () => (await lastUse())?.getTime()).toBeGreaterThanOrEqual(first?.getTime() ?? 0)
})
