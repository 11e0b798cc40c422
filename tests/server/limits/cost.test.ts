import { expect, test } from 'vitest'
import '../../client.ts'
import { askingWithin } from './asking.ts'

const ask = askingWithin({})

test.each<[query: string, cost: number, variables?: object]>([
  ['{ __typename }', 0],
  ['{ event(by: { slug: "x" }) { title date { label } } }', 1],
  ['{ events { totalCount pageInfo { hasNextPage } } }', 100],
  ['{ events { facets(by: [TYPE, YEAR]) { values { count } } totalCount } }', 200],
  ['{ events { nodes { title } } }', 20],
  ['{ events { edges { cursor node { title } } } }', 20],
  ['{ events { edges { node { title } } nodes { title } } }', 40],
  ['{ events(first: 3) { nodes { location { name } } } }', 6],
  ['{ events(last: 3) { nodes { title } } }', 3],
  ['{ events(first: 2) { nodes { participants { nodes { actor { name } } } } } }', 2 * (1 + 10 * 2)],
  ['{ events(first: 2) { nodes { links { kind } } } }', 2 * (1 + 10)],
  ['{ events(first: 2) { nodes { links(first: 50) { kind } } } }', 2 * (1 + 50)],
  ['{ events(first: 2) { ...C nodes { title } } } fragment C on EventConnection { totalCount }', 102],
  ['query ($n: Int = 7) { events(first: $n) { nodes { title } } }', 7],
  ['query ($n: Int = 7) { events(first: $n) { nodes { title } } }', 9, { n: 9 }],
  ['query ($n: Int) { events(first: $n) { nodes { title } } }', 20, {}],
  ['query ($n: Int) { events(first: $n) { nodes { title } } }', 20, { n: null }],
  ['query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', 0, { ids: [] }],
  ['query ($more: Boolean!) { events { totalCount nodes @include(if: $more) { title } } }', 100, { more: false }],
  ['query ($more: Boolean!) { events { totalCount nodes @include(if: $more) { title } } }', 120, { more: true }],
  ['query ($less: Boolean!) { events @skip(if: $less) { nodes { title } } feedCursor }', 0, { less: true }],
  ['{ ...A } fragment A on Query { events(first: 4) { ...B } } fragment B on EventConnection { nodes { title } }', 4],
  [
    '{ a: events(first: 1) { nodes { ...T } } b: events(first: 2) { nodes { ...T } } } fragment T on Event { location { name } }',
    6,
  ],
  ['{ changes(first: 5) { nodes { cursor } } }', 5],
  ['{ __schema { types { name fields { name } } } }', 0],
])('%s costs %i', async (query, requested, variables) => {
  const { errors, extensions } = await ask(query, variables)
  expect(errors).toBeUndefined()
  expect(extensions?.cost).toMatchObject({ requested, limit: 25_000 })
})

test('many records that are written at once cost by their number', async () => {
  const mutation = 'mutation ($input: [EventCreateInput!]!) { eventsImport(input: $input) { __typename } }'
  const event = { title: 'T', type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED' }
  const input = Array(7).fill({ ...event, date: { precision: 'UNKNOWN', basis: 'STATED' } })
  expect((await ask(mutation, { input })).extensions?.cost).toMatchObject({ requested: 70 })
})
