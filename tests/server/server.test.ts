import { readFile } from 'node:fs/promises'
import { request as rawRequest } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { parse, printSchema } from 'graphql'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { schema } from '../../src/schema/schema.ts'
import { examples } from '../../src/server/http/examples.ts'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'
import { testDatabase } from '../database.ts'

const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

let server: RunningServer
const logged: Record<string, unknown>[] = []

beforeAll(async () => {
  openDatabase(testDatabase().url)
  const log = pino({ level: 'info' }, { write: (line) => logged.push(JSON.parse(line)) })
  server = await startServer({ prepare: true, port: 0, host: '127.0.0.1', log })
})

afterAll(async () => {
  await server.stop()
  await db.$disconnect()
})

afterEach(() => {
  logged.length = 0
})

const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(server.url + path, { method, headers, redirect: 'manual' })

async function ask(query: unknown, variables?: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ query, variables }),
  })
  return (await response.json()) as Answer
}

interface Answer {
  data?: unknown
  errors?: { message: string; path?: string[]; extensions?: Record<string, unknown> }[]
}

/** Returns the raw bytes of an answer. fetch would decompress them and send its own headers. */
function getRaw(path: string, headers: Record<string, string>): Promise<{ headers: object; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const call = rawRequest(server.url + path, { headers }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({ headers: response.headers, body: Buffer.concat(chunks) })
    })
    call.on('error', reject).end()
  })
}

test('a query by POST is answered', async () => {
  expect(await ask('query ($code: String!) { country(by: { code: $code }) { name } }', { code: 'BY' })).toEqual({
    data: { country: { name: 'Belarus' } },
    extensions: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      cost: { requested: 27, limit: 25_000, path: 'prepared', statements: 1 },
    },
  })
})

test('a query by GET is answered', async () => {
  const query = encodeURIComponent('{ country(by: { code: "BY" }) { name } }')
  const response = await get(`/graphql?query=${query}`)
  expect(response.status).toBe(200)
  expect(await response.json()).toMatchObject({ data: { country: { name: 'Belarus' } } })
})

test('any page can read, without credentials', async () => {
  const response = await get('/graphql?query={__typename}', { origin: 'https://news.example' })
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(response.headers.get('access-control-allow-credentials')).toBeNull()
})

test.each(examples.filter(({ query }) => !query.includes('subscription')))(
  'the example $title runs without an error and returns records',
  async ({ query }) => {
    const { data, errors } = await ask(query)
    expect(errors).toBeUndefined()
    expect(JSON.stringify(data)).toMatch(/"(title|name)":"\w/)
  },
)

test('each example has its own operation name, which is the title of its tab', () => {
  const names = examples.map(({ title, query }) => {
    const [operation] = parse(query).definitions
    const name = operation?.kind === 'OperationDefinition' ? operation.name?.value : undefined
    expect(name?.toLowerCase()).toBe(title.replace(/\W/g, '').toLowerCase())
    return name
  })
  expect(new Set(names).size).toBe(examples.length)
})

test('a browser receives GraphiQL with all examples', async () => {
  const response = await get('/graphql', browser)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-cache')
  expect(response.headers.get('vary')).toBe('accept, accept-encoding')
  const page = await response.text()
  expect(page).toContain('<title>Dateline</title>')
  for (const { query } of examples) expect(page).toContain(JSON.stringify(query))
})

test('GraphiQL loads nothing from another host, and its policy forbids it', async () => {
  const response = await get('/graphql', browser)
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).not.toMatch(/https?:|\*/)
  const page = await response.text()
  const [markup = ''] = page.split('<script>')
  expect(page).not.toMatch(/<script[^>]*\ssrc=/)
  expect(markup.match(/<link[^>]*>/g)).toEqual([expect.stringContaining('href="data:')])
  expect(markup).not.toMatch(/@import|url\(["']?(https?:)?\/\//)
  expect(page.match(/url\(["']?(https?:)?\/\/[^)]*\)/g)).toBeNull()
})

test('GraphiQL is compressed for clients that accept it', async () => {
  const zipped = await getRaw('/graphql', { ...browser, 'accept-encoding': 'gzip, br' })
  expect(zipped.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-length': String(zipped.body.length) })
  const plain = await getRaw('/graphql', browser)
  expect(plain.headers).not.toHaveProperty('content-encoding')
  expect(gunzipSync(zipped.body).equals(plain.body)).toBe(true)
  expect(zipped.body.length).toBeLessThan(plain.body.length / 3)
})

test.each(['/graphql', '/schema.graphql'])('%s is not sent again to a client that has it', async (path) => {
  const etag = (await get(path, browser)).headers.get('etag') ?? ''
  const again = await get(path, { ...browser, 'if-none-match': `"other", ${etag}` })
  expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: '' })
  const other = await get(path, { ...browser, 'if-none-match': '"other"' })
  expect(other.status).toBe(200)
})

test('the schema can be read as text', async () => {
  const response = await get('/schema.graphql')
  expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
  expect(await response.text()).toBe(`${printSchema(schema)}\n`)
})

test.each([
  ['/client.js', 'text/javascript', 'follow.js'],
  ['/client.d.ts', 'text/plain', 'follow.d.ts'],
])('%s is the file of the client package, for pages of any origin', async (path, type, file) => {
  const response = await get(path)
  expect(response.headers.get('content-type')).toBe(`${type}; charset=utf-8`)
  expect(response.headers.get('access-control-allow-origin')).toBe('*')
  expect(await response.text()).toBe(await readFile(`packages/client/${file}`, 'utf8'))
})

test('the root redirects to the API', async () => {
  const response = await get('/')
  expect(response.status).toBe(303)
  expect(response.headers.get('location')).toBe('/graphql')
})

test('any other path is not found, with a sentence', async () => {
  for (const path of ['/graphq', '/graphql/more', '//']) {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe(`There is no resource at ${path}: use the API at /graphql.\n`)
  }
  expect(logged).toEqual([])
})

test.each([
  ['/graphql', 200],
  ['/schema.graphql', 200],
  ['/client.js', 200],
  ['/client.d.ts', 200],
  ['/healthz', 200],
  ['/readyz', 200],
  ['/', 303],
  ['/nowhere', 404],
])('HEAD %s has the headers of a GET and no body', async (path, status) => {
  const [head, whole] = await Promise.all([get(path, browser, 'HEAD'), get(path, browser)])
  expect(head.status).toBe(status)
  expect(await head.text()).toBe('')
  expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'))
  expect(head.headers.get('etag')).toBe(whole.headers.get('etag'))
})

test('the service is alive and ready', async () => {
  expect(await (await get('/healthz')).text()).toBe('Alive.\n')
  const ready = await get('/readyz')
  expect({ status: ready.status, text: await ready.text() }).toEqual({ status: 200, text: 'Ready.\n' })
})

test('the service is not ready while the database lacks a migration', async () => {
  await withClient(testDatabase().url, async (client) => {
    const { rows } = await client.query(
      `UPDATE "_prisma_migrations" SET rolled_back_at = now() RETURNING migration_name`,
    )
    try {
      const response = await get('/readyz')
      const text = await response.text()
      expect(response.status).toBe(503)
      for (const { migration_name } of rows) expect(text).toContain(migration_name)
      expect(text).toMatch(/^The database lacks the migrations .+: run "dateline migrate"\.\n$/)
    } finally {
      await client.query('UPDATE "_prisma_migrations" SET rolled_back_at = NULL')
    }
  })
})

test('the service is not ready on a database that was never migrated', async () => {
  await withClient(testDatabase().url, async (client) => {
    await client.query('ALTER TABLE "_prisma_migrations" RENAME TO "hidden"')
    try {
      const response = await get('/readyz')
      expect(response.status).toBe(503)
      expect(await response.text()).toMatch(/^The database lacks the migrations .+: run "dateline migrate"\.\n$/)
    } finally {
      await client.query('ALTER TABLE "hidden" RENAME TO "_prisma_migrations"')
    }
  })
})

test('the service is alive but not ready while the database does not answer', async () => {
  await withClient(testDatabase().url, async (client) => {
    await client.query('BEGIN; LOCK TABLE "_prisma_migrations" IN ACCESS EXCLUSIVE MODE')
    const begun = performance.now()
    const [ready, alive] = await Promise.all([get('/readyz'), get('/healthz')])
    expect(alive.status).toBe(200)
    expect(ready.status).toBe(503)
    expect(await ready.text()).toBe('The database does not answer.\n')
    expect(performance.now() - begun).toBeLessThan(3000)
    await client.query('ROLLBACK')
  })
  expect((await get('/readyz')).status).toBe(200)
})

test('an unexpected error is logged once and completely, and the caller learns nothing about it', async () => {
  await withClient(testDatabase().url, async (client) => {
    await client.query('ALTER TABLE "Country" RENAME TO "Country_hidden"')
    try {
      const { errors } = await ask('{ country(by: { code: "BY" }) { name } }')
      expect(errors).toEqual([
        {
          message:
            'An unexpected error occurred and was logged: try again, or report it to the operator of this service.',
          extensions: { code: 'INTERNAL_SERVER_ERROR' },
        },
      ])
    } finally {
      await client.query('ALTER TABLE "Country_hidden" RENAME TO "Country"')
    }
  })
  const [failed, ...more] = logged
  expect(failed).toMatchObject({ level: 50, msg: 'A request failed unexpectedly.' })
  expect(JSON.stringify(failed?.err)).toMatch(/Country.*stack/)
  expect(more).toEqual([])
})

test.each([
  ['that is no GraphQL', '{ country(', {}],
  ['of fields that do not exist', '{ nothing }', {}],
  ['with a date that is none', '{ events(where: { date: { overlaps: { from: "soon" } } }) { totalCount } }', {}],
  ['with a wrong type', '{ events(first: "three") { totalCount } }', {}],
  [
    'with a variable that is not a date',
    'query ($d: Date!) { events(where: { date: { overlaps: { from: $d } } }) { totalCount } }',
    { d: 'x' },
  ],
  [
    'with a variable missing',
    'query ($d: Date!) { events(where: { date: { overlaps: { from: $d } } }) { totalCount } }',
    {},
  ],
  ['with a page that is too long', '{ events(first: 1000) { totalCount nodes { title } } }', {}],
  ['with an invalid id', '{ node(id: "nonsense") { id } }', {}],
  ['that is missing', undefined, {}],
])('a query %s is the caller’s error, and nothing is logged', async (_what, query, variables) => {
  const { errors } = await ask(query, variables)
  expect(errors).toHaveLength(1)
  expect(errors?.[0]?.message).not.toMatch(/unexpected error/i)
  expect(JSON.stringify(errors)).not.toMatch(/\bat \S+ \(|node_modules|stack/)
  expect(logged).toEqual([])
})

test("a body that is not JSON is the caller's error, and nothing is logged", async () => {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${server.url}/graphql`, { method: 'POST', headers, body: '{' })
  expect(response.status).toBe(400)
  expect(await response.text()).not.toMatch(/unexpected error|stack|node_modules/)
  expect(logged).toEqual([])
})

test('a port in use is reported in a sentence that says what to do', async () => {
  const port = Number(new URL(server.url).port)
  await expect(startServer({ prepare: true, port, host: '127.0.0.1', log: pino({ level: 'silent' }) })).rejects.toThrow(
    `Port ${port} is in use: stop the program that uses it, or set PORT to another port.`,
  )
})

test('an address that the machine does not have is reported in a sentence that says what to do', async () => {
  await expect(
    startServer({ prepare: true, port: 0, host: '192.0.2.1', log: pino({ level: 'silent' }) }),
  ).rejects.toThrow(/^The server cannot listen on 192\.0\.2\.1, port 0 \(.+\): set HOST or PORT to another value\.$/)
})
