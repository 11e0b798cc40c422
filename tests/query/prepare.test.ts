import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { writeCursor } from '../../src/query/cursor.ts'
import { type Execution, isUnprepared, PreparedDocuments } from '../../src/query/prepared/prepared-documents.ts'
import { schema } from '../../src/schema/schema.ts'
import { askBoth, read } from '../client.ts'

/** Prepares documents by their text, each parsed once, as a server does. */
function preparing(options: { bytes?: number } = {}) {
  const notCompilable: string[] = []
  const documents = new PreparedDocuments({ schema, ...options, onNotCompilable: (part) => notCompilable.push(part) })
  const parsed = new Map<string, ReturnType<typeof parse>>()
  const execution = (query: string, variables = {}, operationName?: string): Execution | undefined => {
    const document = parsed.get(query) ?? parse(query)
    parsed.set(query, document)
    const found = documents.execution({ document, variables, operationName })
    return isUnprepared(found) ? undefined : found
  }
  const statement = (query: string, variables = {}) => {
    const found = execution(query, variables)
    if (!found || !('text' in found)) throw new Error(`${query} has no statement.`)
    return found
  }
  return { documents, execution, statement, notCompilable }
}

const hostile = `'; DROP TABLE "Event"; -- \\" $1 %`

test.each([
  ['a slug', 'query ($text: String!) { event(by: { slug: $text }) { title } }'],
  [
    'a text to look for',
    'query ($text: String!) { events(where: { title: { contains: $text } }) { nodes { title } } }',
  ],
  ['a language', 'query ($text: String!) { country(by: { code: "BY" }) { name(lang: $text) } }'],
  ['a list', 'query ($text: String!) { people(where: { name: { in: [$text] } }) { totalCount } }'],
])('a hostile text as %s is a parameter and nothing else', async (_what, query) => {
  const { text, values } = preparing().statement(query, { text: hostile })
  expect(text).not.toContain('DROP')
  expect(JSON.stringify(values)).toContain('DROP TABLE')
  expect(text).toBe(preparing().statement(query, { text: 'harmless' }).text)
  expect(await askBoth(query, { text: hostile })).toMatchObject({ path: 'prepared', errors: undefined })
  const literal = query.replace(/query \([^)]*\) /, '').replace('$text', JSON.stringify(hostile))
  expect(preparing().statement(literal).text).toBe(text)
})

test('a hostile cursor of the right list and order is a parameter and nothing else', async () => {
  const query =
    'query ($after: String!) { events(orderBy: [{ field: TITLE, direction: ASC }], after: $after) { nodes { title } } }'
  const values = [hostile, '0190a5c0-0000-7000-8000-000000000000']
  const after = writeCursor({ list: 'Query.events', order: 'TITLE:ASC', values })
  expect(preparing().statement(query, { after }).text).not.toContain('DROP')
  expect(await askBoth(query, { after })).toMatchObject({ path: 'prepared', errors: undefined })
})

test('other values take the same statement, and what changes its shape another', () => {
  const { statement } = preparing()
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

test('one document’s operations are told apart by their names', () => {
  const { execution } = preparing()
  const query = 'query A { event(by: { slug: "a" }) { title } } query B { event(by: { slug: "b" }) { slug } }'
  expect(execution(query)).toBeUndefined()
  expect(execution(query, {}, 'A')).toMatchObject({ values: ['a'] })
  expect(execution(query, {}, 'B')).toMatchObject({ values: ['b'] })
  expect(execution(query, {}, 'C')).toBeUndefined()
})

test('what needs no row needs no statement', async () => {
  expect(preparing().execution('{ __typename events { __typename } }')).toEqual({
    known: '{"__typename":"Query","events":{"__typename":"EventConnection"}}',
  })
})

test('a document without SQL is told of once, with the part that stopped it', () => {
  const { execution, notCompilable } = preparing()
  const query = '{ events { nodes { title } } __schema { queryType { name } } }'
  expect([execution(query), execution(query)]).toEqual([undefined, undefined])
  expect(notCompilable).toEqual(['Query.__schema'])
})

test('a mistake in the arguments leaves the document prepared', () => {
  const { execution, notCompilable } = preparing()
  const query = 'query ($first: Int) { events(first: $first) { nodes { title } } }'
  expect(execution(query, { first: 0 })).toBeUndefined()
  expect(execution(query, { first: 'two' })).toBeUndefined()
  expect(execution(query, { first: 1 })).toBeDefined()
  expect(notCompilable).toEqual([])
})

test('an id that nobody was given leaves the document prepared', () => {
  const { execution, notCompilable } = preparing()
  const query = 'query ($id: ID!) { node(id: $id) { id } }'
  const uuid = '0190a5c0-0000-7000-8000-000000000000'
  for (const id of ['x', writeId('Nothing', uuid), writeId('Query', uuid)])
    expect(execution(query, { id })).toBeUndefined()
  expect(execution(query, { id: writeId('Event', uuid) })).toBeDefined()
  expect(notCompilable).toEqual([])
})

test('prepared documents take no more memory than they may, and the oldest go first', () => {
  const told: string[] = []
  const documents = new PreparedDocuments({ schema, maxBytes: 40_000, onNotCompilable: (part) => told.push(part) })
  const parts = Array.from({ length: 50 }, (_, i) => parse(`{ a${i}: __schema { queryType { name } } }`))
  for (const document of parts) documents.execution({ document })
  expect(told).toHaveLength(50)
  // What is still known is not told again.
  for (const document of parts.slice(-3)) documents.execution({ document })
  expect(told).toHaveLength(50)
  documents.execution({ document: parts[0] as ReturnType<typeof parse> })
  expect(told).toHaveLength(51)
})

test('documents are prepared ahead, with ids of whatever type they take', () => {
  const { documents, notCompilable } = preparing()
  const query = 'query ($id: ID!, $first: Int!) { sanction(by: { id: $id }) { targets(first: $first) { totalCount } } }'
  documents.prepare(parse(query))
  expect(notCompilable).toEqual([])
})

test('kinds that select one key in another order each get their own', async () => {
  const query = `{ actors(first: 60) { nodes {
    ... on Person { x: name } slug x: name ... on Country { y: iso2 } ... on Group { y: slug } z: kind
  } } }`
  const { actors } = await read<{ actors: { nodes: object[] } }>(query)
  const keys = new Set(actors.nodes.map((node) => Object.keys(node).join()))
  expect([...keys].sort()).toEqual(['slug,x,y,z', 'slug,x,z', 'x,slug,z'])
})
