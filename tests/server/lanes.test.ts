// Slow reads of one caller do not delay others. A statement that waits for a locked table stands for a slow one.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { withClient } from '../../src/db/with-client.ts'
import { createKey } from '../../src/store/api-key.ts'
import '../client.ts'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { testDatabase } from '../database.ts'

const RATE = 500_000
const TIMEOUT_MS = 300

let service: FeedService
/** The same service with the same time limit for all callers. */
let unlimited: FeedService
beforeAll(async () => {
  service = await startFeedService({ trustProxy: 1, rateLimit: RATE, anonymousTimeout: TIMEOUT_MS })
  unlimited = await startFeedService()
})
afterAll(async () => {
  await service.stop()
  await unlimited.stop()
})

let asked = 0
/** Returns a new document each time, whose duration is unknown to the service. */
const slow = () => `{ sources(first: ${1 + (asked++ % 100)}) { nodes { slow${asked}: title } } }`
const slowFieldByField = () => `{ feedCursor slow${asked++}: sources(first: 1) { nodes { title } } }`

interface From {
  address?: string
  url?: string
  signal?: AbortSignal
  headers?: Record<string, string>
}

function ask(query: string, { address = '198.51.100.1', url = service.url, signal, headers }: From = {}) {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': address, ...headers },
    body: JSON.stringify({ query }),
    ...(signal && { signal }),
  })
}

const whileLocked = <T>(work: (client: pg.Client) => Promise<T>): Promise<T> =>
  withClient(testDatabase().url, async (client) => {
    await client.query('BEGIN; LOCK TABLE "Source" IN ACCESS EXCLUSIVE MODE')
    try {
      return await work(client)
    } finally {
      await client.query('ROLLBACK')
    }
  })

/** Returns the number of statements that wait for the table. */
async function waiting(client: pg.Client): Promise<number> {
  // Within a transaction, the server returns the same statistics again.
  await client.query('SELECT pg_stat_clear_snapshot()')
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM pg_stat_activity
     WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  )
  return rows[0]?.count ?? 0
}

async function until(client: pg.Client, count: number, milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; await sleep(5))
    if ((await waiting(client)) === count) return
  expect(await waiting(client)).toBe(count)
}

type Begin = (query: string) => () => void

const overPost =
  (accept: string): Begin =>
  (query) => {
    const gone = new AbortController()
    ask(query, { url: unlimited.url, signal: gone.signal, headers: { accept } }).catch(() => {})
    return () => gone.abort()
  }

const overGet: Begin = (query) => {
  const gone = new AbortController()
  fetch(`${unlimited.url}?${new URLSearchParams({ query })}`, { signal: gone.signal }).catch(() => {})
  return () => gone.abort()
}

const overWebSocket =
  (leave: (socket: WebSocket) => void): Begin =>
  (query) => {
    const socket = new WebSocket(unlimited.url.replace('http', 'ws'), ['graphql-transport-ws'])
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })))
    socket.once('message', () => socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query } })))
    return () => leave(socket)
  }

const ways: Record<string, Begin> = {
  POST: overPost('application/json'),
  GET: overGet,
  'server-sent events': overPost('text/event-stream'),
  'WebSocket, by closing it': overWebSocket((socket) => socket.terminate()),
  'WebSocket, by a complete message': overWebSocket((socket) =>
    socket.send(JSON.stringify({ id: '1', type: 'complete' })),
  ),
}

describe.each(Object.entries(ways))('a client that goes away over %s', (_way, begin) => {
  test.each([
    ['a prepared statement', slow],
    ['what is read field by field', slowFieldByField],
  ])('ends %s at once', async (_what, document) => {
    await whileLocked(async (client) => {
      const leave = begin(document())
      await until(client, 1, 2000)
      leave()
      await until(client, 0, 1500)
    })
  })
})

test('slow reads of one caller, aborted or not, delay no other caller', async () => {
  const query = '{ countries(first: 3) { nodes { name } } }'
  for (let known = 0; known < 10; known++) await ask(query, { address: '198.51.100.9' })
  await whileLocked(async () => {
    const gone = new AbortController()
    for (let i = 0; i < 12; i++) {
      ask(slow(), { signal: gone.signal }).catch(() => {})
      ask(slowFieldByField(), { signal: gone.signal }).catch(() => {})
    }
    await sleep(50)
    gone.abort()
    for (let i = 0; i < 12; i++) void ask(slow(), { address: `198.51.100.${100 + i}` }).then((said) => said.text())
    const start = performance.now()
    for (const address of ['198.51.100.9', '198.51.100.10']) expect((await ask(query, { address })).status).toBe(200)
    expect(performance.now() - start).toBeLessThan(3000)
    const ready = await fetch(service.url.replace('/graphql', '/readyz'))
    expect(ready.status).toBe(200)
  })
})

test('a caller without a key has a shorter time limit than one with a key', async () => {
  const { secret } = await createKey('desk', ['write'])
  await whileLocked(async (client) => {
    const address = '198.51.100.20'
    const anonymous = await ask(slow(), { address })
    expect(anonymous.status).toBe(503)
    expect(await anonymous.json()).toMatchObject({ errors: [{ extensions: { code: 'DATABASE_TIMEOUT' } }] })
    const keyed = ask(slow(), { address, headers: { authorization: `Bearer ${secret}` } })
    await sleep(3 * TIMEOUT_MS)
    expect(await waiting(client)).toBe(1)
    await client.query('ROLLBACK; BEGIN')
    expect((await keyed).status).toBe(200)
  })
})

test('a known document whose statement fails is executed once', async () => {
  const address = '198.51.100.21'
  const query = slow()
  const headers = { accept: 'application/json' }
  const remaining = (response: Response) => Number(response.headers.get('ratelimit-remaining'))
  const before = remaining(await ask(query, { address, headers }))
  const failed = await whileLocked(() => ask(query, { address, headers }))
  expect(await failed.json()).toMatchObject({ errors: [{ extensions: { code: 'DATABASE_TIMEOUT' } }] })
  // The statement reaches the time limits of the fast and of the slow lane.
  const points = (100 + TIMEOUT_MS) * 167
  expect(before - remaining(failed)).toBeGreaterThan(0.7 * points)
  expect(before - remaining(failed)).toBeLessThan(1.5 * points)
})

test.each([
  ['by one statement', slow],
  ['field by field', slowFieldByField],
])('the time of a read %s is charged afterwards, and a caller in debt waits', async (_how, document) => {
  const address = `198.51.100.${30 + asked}`
  const remaining = async () => Number((await ask('{ __typename }', { address })).headers.get('ratelimit-remaining'))
  await remaining()
  const before = await remaining()
  await whileLocked(async () => {
    await (await ask(document(), { address })).text()
  })
  expect(before - (await remaining())).toBeGreaterThan(0.9 * TIMEOUT_MS * 167)
  const refusals = await whileLocked(() =>
    Promise.all(
      Array.from({ length: 12 }, async () => {
        for (let i = 0; ; i++) {
          const { status, headers } = await ask(document(), { address })
          if (status === 429 || i > 12) return { status, retryAfter: headers.get('retry-after') }
        }
      }),
    ),
  )
  expect(refusals).toEqual(refusals.map(() => ({ status: 429, retryAfter: expect.stringMatching(/^\d+$/) })))
  expect(refusals).toHaveLength(12)
})
