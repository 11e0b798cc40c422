// Answers and log lines when the database fails.
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'
import { createKey } from '../../src/store/api-key.ts'
import { testDatabase } from '../database.ts'

interface Logged {
  level: number
  msg: string
  requestId?: string
  operation?: string
}

const logged: Logged[] = []
let server: RunningServer
let secret: string

beforeAll(async () => {
  openDatabase(testDatabase().url, { connections: 1, timeouts: { statement_timeout: 600, lock_timeout: 300 } })
  const log = pino({ level: 'warn' }, { write: (line) => void logged.push(JSON.parse(line) as Logged) })
  server = await startServer({ port: 0, host: '127.0.0.1', log })
  secret = (await createKey('desk', ['write'])).secret
})

afterEach(() => {
  logged.length = 0
})

afterAll(async () => {
  await server.stop()
  await closeDatabase()
})

async function ask(query: string, accept = 'application/json') {
  const headers = {
    'content-type': 'application/json',
    accept,
    ...(query.startsWith('mutation') && { authorization: `Bearer ${secret}` }),
  }
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  const answer = (await response.json()) as {
    data?: unknown
    errors?: { message: string; extensions: { code: string } }[]
    extensions?: { requestId: string }
  }
  return { status: response.status, headers: response.headers, ...answer }
}

/** Runs `work` while another transaction has locked a table. */
const whileLocked = <T>(table: string, work: () => Promise<T>): Promise<T> =>
  withClient(testDatabase().url, async (client) => {
    await client.query(`BEGIN; LOCK TABLE "${table}" IN ACCESS EXCLUSIVE MODE`)
    try {
      return await work()
    } finally {
      await client.query('ROLLBACK')
    }
  })

/** Expects one log line with the request id and the operation, and an answer without internals. */
function expectOneLine({ headers, extensions, errors }: Awaited<ReturnType<typeof ask>>, operation?: string): void {
  const requestId = headers.get('x-request-id')
  expect(requestId).toMatch(/^[\w-]+$/)
  expect(extensions?.requestId).toBe(requestId)
  expect(logged).toMatchObject([{ level: 50, msg: 'A request failed unexpectedly.', requestId, operation }])
  expect(JSON.stringify(errors)).not.toMatch(/prisma|statement|lock|stack|SELECT/i)
}

test.each(['application/json', 'text/event-stream'])(
  'an operation that takes the database too long is aborted (%s)',
  async (accept) => {
    const query = 'query Slow { sources { totalCount } }'
    const answer = await whileLocked('Source', () => ask(query, accept))
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
    expect(answer.errors).toMatchObject([{ extensions: { code: 'DATABASE_TIMEOUT' } }])
    expectOneLine(answer, 'Slow')
    // The connection stays usable.
    expect((await ask(query)).errors).toBeUndefined()
  },
)

test('if no connection is free in time, callers are told to retry', async () => {
  // The resolvers have only one connection here: each statement holds it for 300 ms, and none waits longer than 1,500
  // ms.
  const query = 'query Log { viewer { name } feedCursor }'
  const begun = performance.now()
  const answers = await whileLocked('FeedHead', () => Promise.all(Array.from({ length: 9 }, () => ask(query))))
  expect(performance.now() - begun).toBeLessThan(2500)
  for (const { status, headers } of answers)
    expect([status, headers.get('retry-after')]).toEqual([503, expect.stringMatching(/^\d+$/)])
  const codes = answers.map(({ errors }) => errors?.[0]?.extensions.code)
  expect(codes.filter((code) => code === 'SERVICE_UNAVAILABLE').length).toBeGreaterThan(2)
  expect((await ask(query)).errors).toBeUndefined()
})

test('connections that the database closes are replaced', async () => {
  const query = 'query Count { sources { totalCount } }'
  await ask(query)
  await withClient(testDatabase().url, (client) =>
    client.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
    ),
  )
  for (let asked = 0; asked < 20; asked++) {
    const { status, errors } = await ask(query)
    if (errors) expect([status, errors[0]?.extensions.code]).toEqual([503, 'SERVICE_UNAVAILABLE'])
  }
  expect((await ask(query)).errors).toBeUndefined()
})

test('if the disk of the database is full, writes fail with a code and reads work', async () => {
  const create = `mutation Add { eventCreate(input: { title: "x", type: OTHER, status: OCCURRED, certainty: ASSERTED,
    date: { precision: UNKNOWN, basis: STATED } }) { __typename } }`
  await withClient(testDatabase().url, async (client) => {
    await client.query(`CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER full_disk BEFORE INSERT ON "Event" EXECUTE FUNCTION full_disk()`)
    try {
      const answer = await ask(create)
      expect(answer.status).toBe(503)
      expect(answer.headers.get('retry-after')).toBe('60')
      expect(answer.errors).toMatchObject([{ extensions: { code: 'DATABASE_FULL' } }])
      expectOneLine(answer, 'Add')
      expect((await ask('{ events { totalCount } }')).errors).toBeUndefined()
    } finally {
      await client.query('DROP TRIGGER full_disk ON "Event"; DROP FUNCTION full_disk()')
    }
  })
  expect((await ask(create)).data).toEqual({ eventCreate: { __typename: 'EventCreateSuccess' } })
})

test('a request keeps the id that the client sent, if it is fit for the log', async () => {
  const idOf = async (sent: string) => {
    const response = await fetch(`${server.url}/graphql?query={__typename}`, { headers: { 'x-request-id': sent } })
    const { extensions } = (await response.json()) as { extensions: { requestId: string } }
    expect(response.headers.get('x-request-id')).toBe(extensions.requestId)
    return extensions.requestId
  }
  expect(await idOf('desk-1:2.3')).toBe('desk-1:2.3')
  for (const unfit of ['two words', '<b>', 'a'.repeat(129)]) expect(await idOf(unfit)).toMatch(/^[0-9a-f-]{36}$/)
})
