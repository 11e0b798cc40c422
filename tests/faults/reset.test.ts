// Answers while connections to the database are reset and closed at random moments.
import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'graphql'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { schema } from '../../src/schema/schema.ts'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'
import { type RunningFeed, startFollowing } from '../../src/server/realtime/feed.ts'
import { createKey } from '../../src/store/api-key.ts'
import { testDatabase } from '../database.ts'
import { seriesOf } from '../series.ts'

const CUTTING_MS = seriesOf(2500, 6000)

let proxy: Server
const connections = new Set<Socket>()
let feed: RunningFeed
let prepared: RunningServer
let fieldByField: RunningServer
let secret: string

beforeAll(async () => {
  openDatabase(testDatabase().url)
  secret = (await createKey('resets', ['write'])).secret
  await closeDatabase()
  const { hostname, port } = new URL(testDatabase().url)
  proxy = createServer((near) => {
    const far = connect(Number(port || 5432), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy()).on('close', () => to.destroy())
    }
    connections.add(near)
    near.on('close', () => connections.delete(near))
  }).listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const url = new URL(testDatabase().url)
  url.host = `127.0.0.1:${(proxy.address() as { port: number }).port}`
  openDatabase(url.href, { timeouts: { statement_timeout: 5000 } })
  const log = pino({ level: 'silent' })
  feed = await startFollowing({ url: url.href, directUrl: url.href, schema, log })
  const text = '{ events(first: 2) { nodes { title } } feedCursor }'
  const persisted = new Map([['one', { text, document: parse(text) }]])
  const options = { port: 0, host: '127.0.0.1', log, follower: feed.follower }
  prepared = await startServer({ ...options, persisted })
  fieldByField = await startServer({ ...options, prepare: false })
})

afterAll(async () => {
  await prepared.stop()
  await fieldByField.stop()
  await feed.stop()
  await closeDatabase()
  proxy.close()
})

const READ = '{ events(first: 3) { nodes { title participants { nodes { actor { name } } } } } }'
const SEARCH = '{ actors(search: "Lukashenka") { nodes { name } } event(by: { slug: "x" }) { title } feedCursor }'
const WRITE = `mutation { eventCreate(input: { title: "While connections are cut", type: MEETING, status: OCCURRED,
  certainty: ASSERTED, date: { precision: UNKNOWN, basis: STATED } }) { ... on EventCreateSuccess { event { title } } } }`
const FOLLOW = encodeURIComponent('subscription { eventAdded(after: null) { cursor } }')

const post = (url: string, query: string, accept: string) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...(query === WRITE && { authorization: `Bearer ${secret}` }),
    },
    body: JSON.stringify({ query }),
  })

const kinds: Record<string, () => Promise<Response>> = {
  'a prepared read': () => post(prepared.url, READ, 'application/json'),
  'a prepared read as a GraphQL response': () => post(prepared.url, READ, 'application/graphql-response+json'),
  'a read field by field': () => post(fieldByField.url, READ, 'application/json'),
  'a search field by field': () => post(fieldByField.url, SEARCH, 'application/json'),
  'a write': () => post(prepared.url, WRITE, 'application/json'),
  'a persisted document': () =>
    fetch(`${prepared.url}/graphql?documentId=one`, { headers: { accept: 'application/json' } }),
  'a subscription': async () => {
    const ended = new AbortController()
    const headers = { accept: 'text/event-stream' }
    const response = await fetch(`${prepared.url}/graphql?query=${FOLLOW}`, { headers, signal: ended.signal })
    if (response.status !== 200) return response
    ended.abort()
    return new Response('{}')
  },
}

/** Sends all operations repeatedly until the signal. Returns the number of answers by kind. */
async function askUntil(over: AbortSignal): Promise<Map<string, number>> {
  const answers = new Map<string, number>()
  const ask = async ([what, send]: [string, () => Promise<Response>]) => {
    while (!over.aborted) {
      const response = await send()
      const { errors = [] } = (await response.json()) as { errors?: { extensions: { code: string } }[] }
      const codes = errors.map(({ extensions }) => extensions.code)
      const answer = `${what} ${response.status} ${response.headers.get('retry-after')} ${[...new Set(codes)]}`
      answers.set(answer, (answers.get(answer) ?? 0) + 1)
    }
  }
  await Promise.all([...Object.entries(kinds), ...Object.entries(kinds)].map(ask))
  return answers
}

test.each<[how: string, cut: () => Promise<unknown>]>([
  [
    'reset',
    async () => {
      for (const socket of connections) if (Math.random() < 0.2) socket.resetAndDestroy()
    },
  ],
  [
    'closed',
    async () => {
      for (const socket of connections) if (Math.random() < 0.2) socket.destroy()
    },
  ],
  [
    'ended by the database',
    () =>
      withClient(testDatabase().url, (client) =>
        client.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.2`,
        ),
      ),
  ],
])(
  'while connections are %s, each request is answered, or fails with 503 and the time to retry',
  { timeout: 60_000 },
  async (_how, cut) => {
    const over = AbortSignal.timeout(CUTTING_MS)
    const asked = askUntil(over)
    while (!over.aborted) {
      await cut()
      await sleep(Math.random() * 40)
    }
    const answers = [...(await asked).keys()].sort()
    for (const what of Object.keys(kinds)) expect(answers.some((answer) => answer.startsWith(what))).toBe(true)
    expect(answers.filter((answer) => !/ (200 null|503 1 SERVICE_UNAVAILABLE) ?$/.test(answer))).toEqual([])
    expect(answers.some((answer) => answer.includes('503'))).toBe(true)
  },
)
