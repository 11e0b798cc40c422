// For every bad input: the answer is not an internal error and contains no stack, nothing is written, nothing is read
// for a request that is refused for its size, and the service survives.
import { once } from 'node:events'
import { type IncomingMessage, request as sendRaw } from 'node:http'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { pruneLog } from '../../src/changelog/maintenance.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { database } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent } from '../world.ts'
import { type Class, type Operation, operations, subscriptions } from './operations.ts'
import { requests, type Sent } from './requests.ts'
import { sockets } from './sockets.ts'
import { type Answer, type Transport, transports } from './transports.ts'

let service: FeedService
/** The statements that were sent since the row began, except those that read the change log. */
const statements: string[] = []
/** A connection that stays open for all comparisons of the tables' contents. */
const observer = new pg.Client({ connectionString: testDatabase().url })

beforeAll(async () => {
  await observer.connect()
  // The log contains pruned entries and current ones.
  await anEvent()
  await sequenceChanges()
  await database.$executeRaw`UPDATE "Change" SET "committedAt" = '2020-01-01'`
  await pruneLog(new Date('2021-01-01'))
  await anEvent()
  await sequenceChanges()
  service = await serve()
  const query = pg.Client.prototype.query
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
    const [asked] = args as [string | { text: string }]
    const text = typeof asked === 'string' ? asked : asked.text
    if (!isOfTheFeed(this)) statements.push(text)
    return query.apply(this, args as never) as never
  })
})

afterAll(async () => {
  await service.stop()
  await observer.end()
})

const serve = () => startFeedService({ origins: ['https://desk.example'] })

const isOfTheFeed = (client: object) =>
  (client as { connectionParameters?: { application_name?: string } }).connectionParameters?.application_name ===
  'dateline feed'

beforeEach(() => {
  statements.length = 0
})

afterEach(async () => {
  const alive = await over('POST, as JSON')(service.url, { query: '{ __typename }', variables: undefined })
  expect(alive.answer.data).toEqual({ __typename: 'Query' })
})

/** Returns the number of rows of each table, and the end of the log. */
async function contents(): Promise<string> {
  const { rows } = await observer.query<{ counts: string }>(
    `SELECT string_agg(relname || (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname),
       false, true, '')))[1]::text, ' ' ORDER BY relname) || log_head() AS counts
     FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`,
  )
  return rows[0]?.counts ?? ''
}

interface Row {
  what: string
}

/**
 * Runs a test for each row, and then a test that the rows wrote nothing. If they did, sends them again one by one to a
 * new service, to name the rows that wrote.
 */
function describeRows<R extends Row>(
  name: string,
  rows: readonly R[],
  title: (row: R) => string,
  send: (row: R) => Promise<unknown>,
): void {
  describe(name, () => {
    let before: string
    beforeAll(async () => {
      before = await contents()
    })

    for (const row of rows) test(title(row), () => send(row).then(() => {}))

    test('no row wrote anything', async () => {
      if ((await contents()) === before) return
      await service.stop()
      service = await serve()
      const writing: string[] = []
      for (const row of rows) {
        const unchanged = await contents()
        await send(row).catch(() => {})
        if ((await contents()) !== unchanged) writing.push(title(row))
      }
      expect(writing, 'rows that write').toEqual([])
      expect(await contents()).toBe(before)
    })
  })
}

const codes: Record<Exclude<Class, 'literal' | 'nothing' | 'forbidden'>, RegExp> = {
  limit: /^LIMIT_EXCEEDED$/,
  validation: /^GRAPHQL_VALIDATION_FAILED$/,
  syntax: /^(GRAPHQL_PARSE_FAILED|BAD_REQUEST)$/,
  operation: /^(OPERATION_RESOLUTION_FAILURE|GRAPHQL_VALIDATION_FAILED|BAD_USER_INPUT|BAD_REQUEST)$/,
  input: /^BAD_USER_INPUT$/,
  expired: /^CURSOR_EXPIRED$/,
  ahead: /^CURSOR_AHEAD$/,
}

function expectClass({ answer: wanted, limit }: Operation, answer: Answer): void {
  if (wanted === 'nothing') return void expect(answer).toMatchObject({ data: { event: null } })
  if (wanted === 'forbidden')
    return void expect(Object.values(answer.data ?? {})).toMatchObject([{ __typename: 'ForbiddenError' }])
  if (wanted === 'literal') return void expect(answer).toMatchObject({ data: { events: { totalCount: 0 } } })
  expect(answer.errors?.length).toBeGreaterThan(0)
  for (const { message, extensions } of answer.errors ?? []) {
    expect(extensions?.code).toMatch(codes[wanted])
    expect(message.length).toBeGreaterThan(10)
    if (limit) expect(extensions?.limit).toBe(limit)
  }
}

function over(transport: string): Transport {
  const found = transports[transport]
  if (!found) throw new Error(`There is no transport ${transport}.`)
  return found
}

/** Texts that reveal how the service is implemented. */
const inner = /stack|node_modules|\bat \S+ \(|\.ts:|PrismaClient|prisma[./ ]|originalError|"http":/i

async function expectAnswer(operation: Operation, transport: string): Promise<void> {
  const { query, operationName, variables: given } = operation
  const variables = typeof given === 'function' ? await given() : given
  // Node does not accept a URL of this length.
  if (transport === 'GET' && query.length + JSON.stringify(variables ?? '').length > 8000) return
  statements.length = 0
  const asked = { query, operationName, variables }
  const { status, answer, text } = await over(transport)(service.url, asked)
  expectClass(operation, answer)
  expect(text).not.toMatch(inner)
  if (status !== undefined) expect(status).toBeLessThan(500)
  if (transport === 'POST, as JSON') expect(status).toBe(operation.answer === 'operation' ? 400 : 200)
  if (transport === 'POST, as a GraphQL response' && !('data' in answer)) expect(status).toBe(400)
  if (operation.answer === 'limit' || operation.limit) expect(statements).toEqual([])
  // A text in a request is also a value for the database, not a part of a statement.
  if (operation.answer === 'literal') {
    const { text: hostile } = variables as { text: string }
    for (const statement of statements)
      expect(statement.split(hostile)[0]).toMatch(hostile.length > 1 ? statement : /./)
  }
}

const titleOf = ({ what, answer }: Operation) => `${what} → ${answer}`

for (const transport of Object.keys(transports)) {
  const carried = operations.filter(({ query }) => transport !== 'GET' || !query.startsWith('mutation'))
  describeRows(`over ${transport}`, carried, titleOf, (operation) => expectAnswer(operation, transport))
}

for (const transport of ['server-sent events', 'WebSocket'])
  describeRows(`a subscription over ${transport}`, subscriptions, titleOf, (operation) =>
    expectAnswer(operation, transport),
  )

describeRows(
  'a request',
  requests,
  ({ what, status }) => `${what} → ${status}`,
  async (sent) => {
    const said = await exchange(sent)
    expect([said.status, said.text]).toEqual([sent.status, expect.not.stringMatching(inner)])
    expect(statements).toEqual([])
    // The service does not see requests that Node itself refuses.
    if (sent.status !== 431) expect(said.requestId).toMatch(/./)
  },
)

/** Sends a request exactly as it is written. */
async function exchange({ method = 'POST', query = '', headers = {}, body, chunked }: Sent) {
  const sent = sendRaw(service.url + query, { method, headers: { accept: 'application/json', ...headers } })
  const answered = once(sent, 'response')
  if (body !== undefined && !chunked) sent.setHeader('content-length', Buffer.byteLength(body))
  if (body !== undefined) sent.write(body)
  sent.end()
  const [response] = (await answered) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, text, requestId: response.headers['x-request-id'] }
}

describeRows(
  'a WebSocket client that',
  sockets,
  ({ what, code }) => `${what} → ${code}`,
  async ({ code, messages: [first, ...others], protocols = ['graphql-transport-ws'] }) => {
    const socket = new WebSocket(service.url.replace('http', 'ws'), [...protocols])
    socket.on('error', () => {})
    socket.on('open', () => first && socket.send(first))
    socket.once('message', () => {
      for (const message of others) socket.send(message, { binary: false })
    })
    expect((await once(socket, 'close'))[0]).toBe(code)
    expect(statements).toEqual([])
  },
)

describeRows(
  'a WebSocket connection',
  [{ what: 'of a page of another origin' }],
  ({ what }) => `${what} → 403`,
  async () => {
    const socket = new WebSocket(service.url.replace('http', 'ws'), { origin: 'https://evil.example' })
    socket.on('error', () => {})
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }]
    expect(response.statusCode).toBe(403)
    socket.terminate()
  },
)
