import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { schema } from '../../src/schema/schema.ts'
import { readPersistedDocuments } from '../../src/server/graphql/persisted-documents.ts'
import { createHandler } from '../../src/server/http/server.ts'
import { testDatabase } from '../database.ts'

const documents = {
  call: 'query Call { event(by: { slug: "lukashenko-trump-call" }) { title } }',
  one: 'query One($slug: String!) { event(by: { slug: $slug }) { title } }',
  timeline: 'query Timeline($first: Int, $after: String) { events(first: $first, after: $after) { nodes { title } } }',
}

let folder: string
let open: ReturnType<typeof createHandler>
let closed: ReturnType<typeof createHandler>

beforeAll(async () => {
  openDatabase(testDatabase().url)
  folder = await mkdtemp(path.join(tmpdir(), 'dateline-'))
  const persisted = await readPersistedDocuments(await written(documents), schema)
  const log = pino({ level: 'silent' })
  open = createHandler(log, { persisted })
  closed = createHandler(log, { persisted, onlyPersisted: true })
})

afterAll(async () => {
  await rm(folder, { recursive: true })
  await closeDatabase()
})

async function written(content: unknown): Promise<string> {
  const file = path.join(folder, 'documents.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

async function post(handler: typeof open, body: object) {
  const headers = { 'content-type': 'application/json' }
  const response = await handler.fetch('http://dateline/graphql', {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as { data?: unknown; errors?: unknown }) }
}

const title = 'Lukashenko and Trump speak by phone'

test.each([
  ['by documentId', { documentId: 'call' }],
  ['as Apollo does', { extensions: { persistedQuery: { version: 1, sha256Hash: 'call' } } }],
  ['with variables', { documentId: 'one', variables: { slug: 'lukashenko-trump-call' } }],
])('a persisted document is requested %s', async (_how, body) => {
  expect(await post(closed, body)).toMatchObject({ status: 200, data: { event: { title } } })
})

test.each(['call', 'sha256:call'])('the prefix of hashes makes no difference if the file has the id %s', async (id) => {
  const persisted = await readPersistedDocuments(await written({ [id]: documents.call }), schema)
  const handler = createHandler(pino({ level: 'silent' }), { persisted, onlyPersisted: true })
  for (const documentId of ['call', 'sha256:call'])
    expect(await post(handler, { documentId })).toMatchObject({ data: { event: { title } } })
})

test('the manifest of Apollo is read', async () => {
  const operations = [{ id: 'call', name: 'Call', type: 'query', body: documents.call }]
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations }
  expect([...(await readPersistedDocuments(await written(manifest), schema)).keys()]).toEqual(['call'])
})

test('the text of a document may be sent with its id', async () => {
  for (const query of [documents.call, documents.call.replaceAll(' ', ' \n,')])
    expect(
      await post(closed, { query, extensions: { persistedQuery: { version: 1, sha256Hash: 'call' } } }),
    ).toMatchObject({
      data: { event: { title } },
    })
})

test.each(['documentId', 'doc_id', 'id'])('the text of a document may be sent with its id as %s', async (name) => {
  const body = { query: documents.call, [name]: 'sha256:call' }
  for (const handler of [open, closed]) expect(await post(handler, body)).toMatchObject({ data: { event: { title } } })
  const parameters = new URLSearchParams(body).toString()
  for (const accept of ['application/json', 'text/event-stream']) {
    const response = await closed.fetch(`http://dateline/graphql?${parameters}`, { headers: { accept } })
    expect(await response.text()).toContain(JSON.stringify({ data: { event: { title } } }))
  }
})

test('an answer to GET contains only data', async () => {
  const variables = encodeURIComponent(JSON.stringify({ slug: 'lukashenko-trump-call' }))
  const response = await closed.fetch(`http://dateline/graphql?documentId=one&variables=${variables}`)
  expect(await response.text()).toBe(JSON.stringify({ data: { event: { title } } }))
})

test('a persisted document has a cost limit, and no limit of its text', async () => {
  const handler = createHandler(pino({ level: 'silent' }), {
    persisted: await readPersistedDocuments(await written(documents), schema),
    limits: { tokens: 3, depth: 1, cost: 40 },
  })
  expect(await post(handler, { query: documents.timeline })).toMatchObject({
    errors: [{ extensions: { limit: 'tokens' } }],
  })
  expect((await post(handler, { documentId: 'timeline', variables: { first: 10 } })).errors).toBeUndefined()
  expect(await post(handler, { documentId: 'timeline' })).toMatchObject({
    errors: [{ extensions: { limit: 'cost', allowed: 40, requested: 48 } }],
  })
})

test('besides persisted documents, others are answered too', async () => {
  expect(await post(open, { query: documents.call })).toMatchObject({ data: { event: { title } } })
})

test.each([
  ['another document', { query: '{ __typename }' }, 'PERSISTED_QUERY_ONLY'],
  ['a persisted document’s text', { query: documents.call }, 'PERSISTED_QUERY_ONLY'],
  ['an unknown id', { documentId: 'other' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
  ['an id that every object has', { documentId: 'constructor' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
  ['another document with an id', { query: '{ __typename }', documentId: 'call' }, 'PERSISTED_QUERY_ONLY'],
  ['a text that cannot be parsed with an id', { query: '"', documentId: 'call' }, 'PERSISTED_QUERY_ONLY'],
  ['a long text with an id', { query: ' '.repeat(9999), documentId: 'call' }, 'PERSISTED_QUERY_ONLY'],
  ['no id', { variables: {} }, 'PERSISTED_QUERY_ID_REQUIRED'],
  ['an id that is no text', { documentId: 1 }, 'PERSISTED_QUERY_ID_REQUIRED'],
])('a service that only answers persisted documents refuses %s', async (_what, body, code) => {
  const { status, errors } = await post(closed, body)
  expect({ status, errors }).toMatchObject({
    status: 400,
    errors: [{ message: expect.stringMatching(/\.$/), extensions: { code } }],
  })
})

test.each([
  ['no JSON', '{', /documents\.json, cannot be used/],
  ['a list', ['{ __typename }'], /must be a JSON object that maps ids to documents/],
  [
    'a field that does not exist',
    { a: '{ nothing }' },
    /The document a in .* is not valid for this schema: Cannot query field/,
  ],
  ['two documents of one id', { a: '{ feedCursor }', 'sha256:a': '{ __typename }' }, /sha256:a .* another document/],
  [
    'a manifest of Apollo of another version',
    { format: 'apollo-persisted-query-manifest', version: 2, operations: [] },
    /has a version of the manifest of Apollo that is not 1/,
  ],
  [
    'a manifest of Apollo with two documents of one id',
    {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: ['{ feedCursor }', '{ __typename }'].map((body) => ({ id: 'a', name: 'A', type: 'query', body })),
    },
    /The document a .* another document/,
  ],
  [
    'a manifest of Apollo without operations',
    { format: 'apollo-persisted-query-manifest', version: 1 },
    /has no list of operations/,
  ],
  ['no GraphQL', { b: '{' }, /The document b in .* Syntax Error/],
])('a file with %s is refused at the start', async (_what, content, sentence) => {
  await expect(readPersistedDocuments(await written(content), schema)).rejects.toThrow(sentence)
})

test('a missing file is an error at the start', async () => {
  await expect(readPersistedDocuments(path.join(folder, 'none.json'), schema)).rejects.toThrow(
    /none\.json, cannot be used/,
  )
})
