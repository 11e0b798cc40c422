// A mistake in one field of Query leaves the other fields of the answer as they are.
import { expect, test } from 'vitest'
import { ask, askBoth, idOf } from '../client.ts'
import { anEvent, aPerson } from '../world.ts'

const sibling = 'country(by: { code: "BY" }) { name }'
const belarus = { name: 'Belarus' }

test.each([
  ['a damaged cursor', 'events(after: "x") { totalCount }'],
  ['a damaged cursor in a list of a record', 'events(first: 1) { nodes { participants(after: "x") { totalCount } } }'],
  ['a cursor of another list', 'sources(after: "WzEsImEiLDFd") { totalCount }'],
  ['an empty cursor', 'actors(after: "") { totalCount }'],
  ['a page size of 0', 'people(first: 0) { totalCount }'],
  ['a search text of 101 letters', `sanctions(search: "${'a'.repeat(101)}") { totalCount }`],
  ['a search of blanks', 'organizations(search: "  ") { totalCount }'],
  ['an id that is none', 'node(id: "x") { id }'],
  ['a page size of 0 of the change log', 'changes(first: 0) { nodes { cursor } }'],
  ['a field that requires a key', 'mergeCandidates { actors { id } }'],
])('%s makes its field null, with an error at its path, and no other field', async (_what, field) => {
  const name = /^\w+/.exec(field)?.[0]
  const { data, errors } = await askBoth(`{ ${field} ${sibling} }`)
  expect(data).toEqual({ [String(name)]: null, country: belarus })
  expect(errors).toMatchObject([{ path: expect.arrayContaining([name]) }])
})

test('a mistake in an operation that only one statement may answer makes only its field null', async () => {
  const expensive =
    'events(first: 100) { nodes { participants(first: 10) { nodes { actor { name names { nodes { value } } } } } } }'
  const { data, errors, path } = await ask<{ good: { nodes: unknown[] } | null }>(
    `{ bad: events(after: "x", where: { title: { contains: "y" } }) { totalCount } good: ${expensive} ${sibling} worse: people(first: 0) { totalCount } }`,
  )
  expect(data).toMatchObject({ bad: null, worse: null, country: belarus })
  expect(data?.good?.nodes.length).toBeGreaterThan(10)
  expect(errors).toMatchObject([{ path: ['bad'] }, { path: ['worse'] }])
  expect(path).toBe('prepared')
})

test('nodes has null at the place of an id that is not valid or does not exist', async () => {
  const [person, event] = [await aPerson(), await anEvent()]
  const ids = ['x', idOf('Person', person), '', idOf('FuzzyDate', event), idOf('Event', event), idOf('Event', person)]
  const { data, errors } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
  expect(errors).toBeUndefined()
  expect(data).toEqual({ nodes: [null, { id: ids[1] }, null, null, { id: ids[4] }, null] })
})

test('a search of one letter answers', async () => {
  const { data, errors } = await ask<{ people: { nodes: unknown[] } }>('{ people(search: "l") { nodes { name } } }')
  expect(errors).toBeUndefined()
  expect(data?.people.nodes).toBeInstanceOf(Array)
})
