// Answers while the database has a problem, and recovery after the problem.
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, db, openDatabase, reads } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { createKey } from '../../src/store/api-key.ts'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { testDatabase } from '../database.ts'
import { seriesOf } from '../series.ts'

const STATEMENT_MS = 1000

let service: FeedService
let key: string
beforeAll(async () => {
  openDatabase(testDatabase().url, { timeouts: { statement_timeout: STATEMENT_MS } })
  key = (await createKey('faults', ['write'])).secret
  service = await startFeedService()
})
afterAll(async () => {
  await service.stop()
  await closeDatabase()
})

const PREPARED = '{ events(first: 3) { nodes { title } } }'
const FIELD_BY_FIELD = '{ viewer { name } events(first: 1) { nodes { title } } }'
const WRITE = `mutation ($title: String!) { eventCreate(input: {
  title: $title, type: MEETING, status: OCCURRED, certainty: ASSERTED,
  date: { earliest: "2025-12-01", latest: "2025-12-01", precision: DAY, basis: STATED }
}) { __typename } }`

let written = 0

interface Answer {
  status: number
  retryAfter: string | null
  codes: string[]
  ms: number
  text: string
}

async function ask(query: string): Promise<Answer> {
  const start = performance.now()
  const response = await fetch(service.url, {
    method: 'POST',
    headers: {
      accept: 'application/graphql-response+json',
      'content-type': 'application/json',
      ...(query === WRITE && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables: query === WRITE ? { title: `In trouble ${++written}` } : undefined }),
    signal: AbortSignal.timeout(10_000),
  })
  const text = await response.text()
  const { errors = [] } = JSON.parse(text) as { errors?: { extensions: { code: string } }[] }
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    codes: errors.map(({ extensions }) => extensions.code),
    ms: performance.now() - start,
    text,
  }
}

/** Locks a table while the work is done. */
const withLock = (table: string, work: (client: pg.Client) => Promise<void>) =>
  withClient(
    testDatabase().url,
    async (client) => {
      await client.query(`BEGIN; LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`)
      await work(client)
      await client.query('ROLLBACK')
    },
    'holder',
  )

/** Returns the process ids of the server for this test's connections. */
const backends = async () =>
  (
    await db.$queryRaw<{ pid: number }[]>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = ''`
  ).map(({ pid }) => pid)

test.each([
  { how: 'by a prepared statement', query: PREPARED, isKept: true },
  // The pool replaces its connection after any failing statement outside of a transaction.
  { how: 'field by field', query: FIELD_BY_FIELD, isKept: false },
  { how: 'by a write', query: WRITE, isKept: true },
])(
  'a statement that takes too long fails with a code, and the next one is answered: $how',
  async ({ query, isKept }) => {
    // The document is new at first, and then known to be fast. After that, all connections are open.
    for (let times = 0; times < 3; times++) await ask(query)
    const before = await backends()
    await withLock('Event', async () => {
      const { codes, ms, text } = await ask(query)
      expect(codes).toEqual(['DATABASE_TIMEOUT'])
      expect(text).not.toMatch(/canceling|invocation|node_modules/i)
      // The statement runs in the fast lane, then for a short time in the slow lane, and then with its full time limit.
      expect(ms).toBeLessThan(5 * STATEMENT_MS)
    })
    expect((await ask(query)).codes).toEqual([])
    const after = await backends()
    expect(after.length).toBeLessThanOrEqual(before.length)
    if (isKept) expect(after).toEqual(expect.arrayContaining(before))
  },
)

test.each([
  { pool: 'reads field by field', client: () => reads, refused: FIELD_BY_FIELD, answered: [PREPARED, WRITE] },
  { pool: 'writes', client: () => db, refused: WRITE, answered: [PREPARED, FIELD_BY_FIELD] },
])(
  'while all connections for $pool are in use, callers that need one are told within two seconds when to retry; others are answered',
  async ({ client, refused: query, answered }) => {
    const held: Promise<unknown>[] = []
    const hold = () => held.push(client().$queryRaw`SELECT pg_sleep(60)::text`.catch(() => {}))
    for (let connection = 0; connection < 8; connection++) hold()
    const renewed = setInterval(hold, 20)
    try {
      await sleep(200)
      const [refused, ...others] = await Promise.all([query, ...answered].map(ask))
      expect(refused).toMatchObject({ status: 503, codes: ['SERVICE_UNAVAILABLE'] })
      expect(Number(refused?.retryAfter)).toBeGreaterThan(0)
      expect(refused?.ms).toBeLessThan(2000)
      for (const other of others) expect(other).toMatchObject({ status: 200, codes: [] })
    } finally {
      clearInterval(renewed)
      await Promise.all(held)
    }
    await expect.poll(async () => (await ask(query)).codes, { timeout: 10_000 }).toEqual([])
  },
)

test('while 40 % of its connections are cut each second, all is answered or told to come back; 2 s later all is well', {
  timeout: 30_000,
}, async () => {
  const over = AbortSignal.timeout(seriesOf(3500, 6000))
  const answers: Answer[] = []
  const askers = [PREPARED, FIELD_BY_FIELD, WRITE].flatMap((query) =>
    Array.from({ length: 4 }, async () => {
      while (!over.aborted) answers.push(await ask(query))
    }),
  )
  const cut = await withClient(testDatabase().url, async (client) => {
    let count = 0
    while (!over.aborted) {
      const { rowCount } = await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid() AND random() < 0.4`,
      )
      count += rowCount ?? 0
      await sleep(1000)
    }
    return count
  })
  await Promise.all(askers)
  expect(cut).toBeGreaterThan(5)
  expect(answers.length).toBeGreaterThan(50)
  const told = new Set(answers.flatMap(({ codes }) => codes))
  expect([...told].filter((code) => code !== 'SERVICE_UNAVAILABLE')).toEqual([])
  const calm = Date.now()
  const well = async () => (await Promise.all([PREPARED, FIELD_BY_FIELD, WRITE].map(ask))).flatMap(({ codes }) => codes)
  await expect.poll(well, { timeout: 2000, interval: 100 }).toEqual([])
  expect(Date.now() - calm).toBeLessThan(2000)
})
