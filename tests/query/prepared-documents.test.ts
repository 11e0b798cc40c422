import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { writeCursor } from '../../src/query/cursor.ts'
import { type Execution, isUnprepared, PreparedDocuments } from '../../src/query/prepared/prepared-documents.ts'
import { schema } from '../../src/schema/schema.ts'
import { askBoth, read } from '../client.ts'

/** Returns a cache of prepared documents that takes query texts, and parses each text once, as the server does. */
function testDocuments(options: { maxBytes?: number } = {}) {
  const notCompilable: string[] = []
  const documents = new PreparedDocuments({ schema, ...options, onNotCompilable: (part) => notCompilable.push(part) })
  const parsed = new Map<string, ReturnType<typeof parse>>()
  const execution = (query: string, variables = {}, operationName?: string): Execution | undefined => {
    const document = parsed.get(query) ?? parse(query)
    parsed.set(query, document)
    const result = documents.execution({ document, variables, operationName })
    return isUnprepared(result) ? undefined : result
  }
  const statement = (query: string, variables = {}) => {
    const result = execution(query, variables)
    if (!result || !('text' in result)) throw new Error(`${query} has no statement.`)
    return result
  }
  return { documents, execution, statement, notCompilable }
}

const hostile = `'; DROP TABLE "Event"; -- \\" $1 %`

test.each([
  ['a slug', 'query ($text: String!) { event(by: { slug: $text }) { title } }'],
  ['a searched text', 'query ($text: String!) { events(where: { title: { contains: $text } }) { nodes { title } } }'],
  ['a language', 'query ($text: String!) { country(by: { code: "BY" }) { name(lang: $text) } }'],
  ['a list', 'query ($text: String!) { people(where: { name: { in: [$text] } }) { totalCount } }'],
])('a hostile text as %s is only a parameter', async (_what, query) => {
  const { text, values } = testDocuments().statement(query, { text: hostile })
  expect(text).not.toContain('DROP')
  expect(JSON.stringify(values)).toContain('DROP TABLE')
  expect(text).toBe(testDocuments().statement(query, { text: 'harmless' }).text)
  expect(await askBoth(query, { text: hostile })).toMatchObject({ path: 'prepared', errors: undefined })
  const literal = query.replace(/query \([^)]*\) /, '').replace('$text', JSON.stringify(hostile))
  expect(testDocuments().statement(literal).text).toBe(text)
})

test.each<[string, (n: number) => string]>([
  ['pairs of countries', (n) => writeId('Bilateral', `AA-Z${String.fromCharCode(65 + n)}`)],
  ['events', (n) => writeId('Event', `0190a5c0-0000-7000-8000-00000000000${n}`)],
])('the statement for several %s by their ids is the same for any number of them', (_what, idOf) => {
  const { statement } = testDocuments()
  const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Bilateral { countries { name } } } }'
  const textOf = (count: number) => statement(query, { ids: Array.from({ length: count }, (_, n) => idOf(n)) }).text
  expect(textOf(9)).toBe(textOf(1))
})

test('a hostile cursor of the right list and order is only a parameter', async () => {
  const query =
    'query ($after: String!) { events(orderBy: [{ field: TITLE, direction: ASC }], after: $after) { nodes { title } } }'
  const values = [hostile, '0190a5c0-0000-7000-8000-000000000000']
  const after = writeCursor({ list: 'Query.events', order: 'TITLE:ASC', values })
  expect(testDocuments().statement(query, { after }).text).not.toContain('DROP')
  expect(await askBoth(query, { after })).toMatchObject({ path: 'prepared', errors: undefined })
})

test.each(['constructor', '__proto__', 'toString'])('a missing variable with the name %s is missing', async (name) => {
  const { events } = await read<{ events: { nodes: object[] } }>(
    `query ($${name}: Int) { events(first: $${name}, where: { slug: { eq: "none" } }) { nodes { title } } }`,
  )
  expect(events.nodes).toEqual([])
})

test('arguments with variables have the values of graphql-js', async () => {
  const query = `query ($first: Int = 2, $type: EventType, $or: [EventWhere!], $title: String, $last: Int) {
    events(first: $first, last: $last, where: { type: { in: [MEETING, $type] }, or: $or, title: { contains: $title } }) { nodes { slug } }
  }`
  const requests = [
    {},
    { first: 3, type: 'OTHER' },
    { first: 3, type: 'OTHER', or: [{ slug: { eq: 'x' } }, { type: { eq: 'MEETING' } }], title: 'e' },
    { first: 3, type: null, or: null, title: null },
    { first: null, type: 'OTHER', title: 'a', last: 2 },
  ]
  for (const variables of [...requests, ...requests.toReversed()]) await askBoth(query, variables)
})

test('other values use the same statement, and other shapes use another statement', () => {
  const { statement } = testDocuments()
  const query = `query ($where: EventWhere, $first: Int, $orderBy: [EventOrder!], $with: Boolean = true) {
    events(where: $where, first: $first, orderBy: $orderBy) { nodes { title slug @include(if: $with) } }
  }`
  const { name } = statement(query, { where: { title: { eq: 'a' } } })
  expect(statement(query, { where: { title: { eq: 'b' } } })).toMatchObject({ name, values: ['b'] })
  const others = [
    { where: { title: { contains: 'a' } } },
    { where: { slug: { eq: 'a' } } },
    { where: { title: { eq: 'a' }, summary: { isNull: true } } },
    { where: { title: { eq: 'a' }, summary: { isNull: false } } },
    { where: { or: [{ title: { eq: 'a' } }] } },
    { where: { title: { eq: 'a' } }, first: 3 },
    { where: { title: { eq: 'a' } }, orderBy: [{ field: 'TITLE', direction: 'ASC' }] },
    { where: { title: { eq: 'a' } }, orderBy: [{ field: 'TITLE', direction: 'DESC' }] },
    { where: { title: { eq: 'a' } }, with: false },
  ]
  const names = others.map((variables) => statement(query, variables).name)
  expect(new Set([name, ...names]).size).toBe(others.length + 1)
  expect(others.map((variables) => statement(query, variables).name)).toEqual(names)
})

test('the operations of a document are selected by name', () => {
  const { execution } = testDocuments()
  const query = 'query A { event(by: { slug: "a" }) { title } } query B { event(by: { slug: "b" }) { slug } }'
  expect(execution(query)).toBeUndefined()
  expect(execution(query, {}, 'A')).toMatchObject({ values: ['a'] })
  expect(execution(query, {}, 'B')).toMatchObject({ values: ['b'] })
  expect(execution(query, {}, 'C')).toBeUndefined()
})

test('a response that reads no row needs no statement', async () => {
  expect(testDocuments().execution('{ __typename events { __typename } }')).toEqual({
    constantData: '{"__typename":"Query","events":{"__typename":"EventConnection"}}',
  })
})

test('a document without SQL is reported once, with the part that has no SQL', () => {
  const { execution, notCompilable } = testDocuments()
  const query = '{ events { nodes { title } } __schema { queryType { name } } }'
  expect([execution(query), execution(query)]).toEqual([undefined, undefined])
  expect(notCompilable).toEqual(['Query.__schema'])
})

test('a part without SQL that a request leaves out does not concern it', () => {
  const { execution, notCompilable } = testDocuments()
  const document = 'query ($mine: Boolean!) { viewer @include(if: $mine) { name } countries { nodes { name } } }'
  for (const mine of [true, false, true, false])
    expect(execution(document, { mine }) === undefined, String(mine)).toBe(mine)
  expect(notCompilable).toEqual(['Query.viewer'])
})

test('a scope is needed only by a request that selects its field', () => {
  const { execution } = testDocuments()
  const document =
    'query ($all: Boolean!) { mergeCandidates @include(if: $all) { reasons { kind } } countries { nodes { name } } }'
  for (const all of [true, false, true, false])
    expect(execution(document, { all }) === undefined, String(all)).toBe(all)
})

test('a document stays prepared after a request with invalid arguments', () => {
  const { execution, notCompilable } = testDocuments()
  const query = 'query ($first: Int) { events(first: $first) { nodes { title } } }'
  expect(execution(query, { first: 0 })).toBeUndefined()
  expect(execution(query, { first: 'two' })).toBeUndefined()
  expect(execution(query, { first: 1 })).toBeDefined()
  expect(notCompilable).toEqual([])
})

test('a document stays prepared after a request with an unknown id', () => {
  const { execution, notCompilable } = testDocuments()
  const query = 'query ($id: ID!) { node(id: $id) { id } }'
  const uuid = '0190a5c0-0000-7000-8000-000000000000'
  for (const id of ['x', writeId('Nothing', uuid), writeId('Query', uuid)])
    expect(execution(query, { id })).toBeUndefined()
  expect(execution(query, { id: writeId('Event', uuid) })).toBeDefined()
  expect(notCompilable).toEqual([])
})

test('the cache keeps within its memory limit, and drops the least recently used document first', () => {
  const reported: string[] = []
  const documents = new PreparedDocuments({ schema, maxBytes: 40_000, onNotCompilable: (part) => reported.push(part) })
  const parts = Array.from({ length: 50 }, (_, i) => parse(`{ a${i}: __schema { queryType { name } } }`))
  for (const document of parts) documents.execution({ document })
  expect(reported).toHaveLength(50)
  // A document that is still in the cache is not reported again.
  for (const document of parts.slice(-3)) documents.execution({ document })
  expect(reported).toHaveLength(50)
  documents.execution({ document: parts[0] as ReturnType<typeof parse> })
  expect(reported).toHaveLength(51)
})

test('a caller is charged for compiling a statement, and not for looking it up', () => {
  const { documents } = testDocuments()
  const document = parse(
    'query ($slug: String!, $first: Int!) { event(by: { slug: $slug }) { participants(first: $first) { totalCount } } }',
  )
  const compiled: number[] = []
  const onCompile = (milliseconds: number) => compiled.push(milliseconds)
  const ask = (slug: string, first: number) => documents.execution({ document, variables: { slug, first }, onCompile })
  ask('a', 1)
  expect(compiled).toEqual([expect.any(Number)])
  ask('b', 1)
  expect(compiled).toHaveLength(1)
  // Arguments that are not valid are compiled each time, to find the field with the mistake.
  ask('b', -1)
  ask('b', -1)
  expect(compiled.length).toBeGreaterThanOrEqual(3)
})

test('documents are prepared ahead of the first request, with ids of the types that they need', () => {
  const { documents, notCompilable } = testDocuments()
  const query = 'query ($id: ID!, $first: Int!) { sanction(by: { id: $id }) { targets(first: $first) { totalCount } } }'
  documents.prepare(parse(query))
  expect(notCompilable).toEqual([])
})

test('each kind returns its keys in the order of its own selection', async () => {
  const query = `{ actors(first: 60) { nodes {
    ... on Person { x: name } slug x: name ... on Country { y: iso2 } ... on Group { y: slug } z: kind
  } } }`
  const { actors } = await read<{ actors: { nodes: object[] } }>(query)
  const keys = new Set(actors.nodes.map((node) => Object.keys(node).join()))
  expect([...keys].sort()).toEqual(['slug,x,y,z', 'slug,x,z', 'x,slug,z'])
})
