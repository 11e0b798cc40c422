import { getNamedType, isInterfaceType, isObjectType, parse } from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../../src/schema/schema.ts'
import { compilePrice } from '../../../src/server/limits/price/price.ts'
import { fieldWeights } from '../../../src/server/limits/price/weights.ts'
import '../../client.ts'
import { askingWithin } from './asking.ts'

const ask = askingWithin({})

const REQUEST = 25

/** Returns the price of an operation without the base price of a request. */
function priceOf(query: string, variables: object = {}): number {
  const document = parse(query)
  const [operation] = document.definitions
  if (operation?.kind !== 'OperationDefinition') throw new Error('The first definition is no operation.')
  return compilePrice(schema, document, operation)({ ...variables }).total - REQUEST
}

/** A row of a page costs one point, its fields a tenth each, and the page itself one. */
const page = (rows: number, row: number) => 1 + rows * (1 + row)
const roundedUp = (points: number) => Math.ceil(Number(points.toFixed(3)))

test.each<[query: string, price: number, variables?: object]>([
  ['{ __typename }', 0],
  ['{ __schema { types { name fields { name } } } }', 0],
  ['{ event(by: { slug: "x" }) { title date { label } } }', 1.2],
  ['{ country(by: { code: "BY" }) { name(lang: "be") } }', 1 + 1],
  ['{ events { nodes { title } } }', page(20, 0.1)],
  ['{ events(first: 3) { nodes { location { name } } } }', page(3, 1.1)],
  ['{ events(last: 3) { nodes { title } } }', page(3, 0.1)],
  ['{ events(first: 2) { nodes { participants { nodes { actor { name } } } } } }', page(2, page(10, 1.1))],
  ['{ events(first: 2) { nodes { links { nodes { kind } } } } }', page(2, page(10, 0.1))],
  ['{ events(first: 2) { nodes { links(first: 50) { nodes { kind } } } } }', page(2, page(50, 0.1))],
  ['query ($n: Int = 7) { events(first: $n) { nodes { title } } }', page(7, 0.1)],
  ['query ($n: Int = 7) { events(first: $n) { nodes { title } } }', page(9, 0.1), { n: 9 }],
  ['query ($n: Int) { events(first: $n) { nodes { title } } }', page(20, 0.1)],
  ['query ($n: Int) { events(first: $n) { nodes { title } } }', page(20, 0.1), { n: null }],
  ['query ($a: Int, $b: Int) { events(first: $a, last: $b) { nodes { title } } }', page(5, 0.1), { a: 5 }],
  ['query ($a: Int, $b: Int) { events(first: $a, last: $b) { nodes { title } } }', page(4, 0.1), { b: 4 }],
  ['query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', page(3, 0.1), { ids: ['a', 'b', 'c'] }],
  ['{ events { totalCount } }', 3000],
  ['{ events(where: { type: { eq: OTHER } }) { totalCount } }', 1500 + 220],
  ['{ events(where: { type: { eq: OTHER } }) { totalCount nodes { title } } }', page(20, 0.1) + 1500 + 2 * 220],
  ['{ events { facets(by: [TYPE, YEAR]) { values { count } } } }', 20_000],
  ['{ events { facets(by: [TYPE, TYPE]) { values { count } } } }', 10_000],
  ['{ events(search: "potash") { facets(by: [TYPE, YEAR]) { values { count } } } }', 2 * 2500 + 2500],
  ['{ countries(first: 5) { nodes { events { totalCount } } } }', page(5, 100)],
  ['{ countries(first: 5) { nodes { events { facets(by: [TYPE, YEAR]) { by } } } } }', page(5, 2000)],
  ['{ bilateral(between: ["BY", "US"]) { events { totalCount facets(by: [TYPE]) { by } } } }', 1000 + 1 + 1500 + 2500],
  ['{ people(search: "x", first: 5) { nodes { name } } }', 2500 + page(5, 0.1)],
  ['{ people(search: "x") { totalCount } }', 2500 + 1500],
  ['{ search(text: "x") { nodes { __typename } } }', 7700 + page(10, 0)],
  ['{ search(text: "x", kinds: null, first: 5) { edges { score node { __typename } } } }', 7700 + page(5, 0.1)],
  ['{ search(text: "x", kinds: [PERSON, ASSET], first: 5) { nodes { ... on Person { name } } } }', 2500 + page(5, 0.1)],
  ['{ search(text: "x", kinds: [SOURCE, GROUP, EVENT]) { nodes { __typename } } }', 5200 + page(10, 0)],
  ['{ search(text: "x", kinds: SANCTION) { nodes { __typename } } }', 2500 + page(10, 0)],
  ['{ search(text: "x", kinds: []) { pageInfo { endCursor } } }', page(10, 0)],
  [
    'query ($kinds: [SearchKind!]) { search(text: "x", kinds: $kinds) { nodes { __typename } } }',
    2700 + page(10, 0),
    { kinds: ['SOURCE', 'COUNTRY'] },
  ],
  [
    '{ bilateral(between: ["BY", "US"]) { events(search: "x") { pageInfo { hasNextPage } } } }',
    1000 + 1 + 2500 + page(20, 0),
  ],
  [
    '{ bilateral(between: ["BY", "US"]) { relation(by: MONTH, where: { type: { eq: OTHER } }) { date } } }',
    2000 + 1 + 20 + page(10, 0.1),
  ],
  ['{ mergeCandidates(first: 5) { reasons { kind } } }', 4000 + page(5, page(10, 0.1))],
  ['{ changes(first: 5) { nodes { cursor } } }', page(5, 0.1)],
  ['{ changes(first: 5) { nodes { fields { field } } } }', page(5, 15 + page(10, 0.1))],
  ['{ changes(first: 5, where: { types: [EVENT] }) { nodes { version } } }', 500 + page(5, 0.1)],
  ['{ changes(first: 5, where: { countries: ["BY"] }) { nodes { version } } }', 3500 + page(5, 0.1)],
  ['{ events(first: 5) { nodes { history(first: 2) { nodes { cursor } } } } }', page(5, page(2, 0.1))],
  [
    '{ ...A } fragment A on Query { events(first: 4) { ...B } } fragment B on EventConnection { nodes { title } }',
    page(4, 0.1),
  ],
  ['{ events(first: 2) { ...C nodes { title } } } fragment C on EventConnection { totalCount }', 3000 + page(2, 0.1)],
  ['query ($more: Boolean!) { events { totalCount nodes @include(if: $more) { title } } }', 3000, { more: false }],
  [
    'query ($more: Boolean!) { events { totalCount nodes @include(if: $more) { title } } }',
    3000 + page(20, 0.1),
    { more: true },
  ],
  ['query ($less: Boolean!) { events @skip(if: $less) { nodes { title } } __typename }', 0, { less: true }],
  [
    'query ($less: Boolean!) { ...A @skip(if: $less) __typename } fragment A on Query { events { totalCount } }',
    0,
    { less: true },
  ],
])('%s costs %d points', (query, price, variables) => {
  expect(priceOf(query, variables)).toBe(roundedUp(price))
})

test('edges, nodes and pageInfo cost the same, because each of them reads the page', () => {
  const rows = priceOf('{ events(first: 50) { nodes { __typename } } }')
  expect(rows).toBe(51)
  expect(priceOf('{ events(first: 50) { edges { node { __typename } } } }')).toBe(rows)
  expect(priceOf('{ events(first: 50) { pageInfo { hasNextPage } } }')).toBe(rows)
  expect(priceOf('{ events(first: 50) { edges { __typename } nodes { __typename } pageInfo { endCursor } } }')).toBe(
    rows,
  )
})

/** Returns the price of the conditions of a filter on root events. */
const conditions = (where: string) =>
  priceOf(`{ events(first: 1, where: ${where}) { pageInfo { hasNextPage } } }`) - 2 - 200

test.each<[where: string, price: number]>([
  ['{ type: { eq: OTHER } }', 20],
  ['{ type: { in: [OTHER, PROTEST] } }', 20.4],
  ['{ date: { overlaps: { from: "2025-01-01", to: "2025-12-31" } } }', 40],
  ['{ date: { within: { from: "2025-01-01" }, before: "2025-06-01", after: "2025-01-31" } }', 60],
  ['{ title: { contains: "x" } }', 200],
  ['{ title: { startsWith: "x" } }', 200],
  ['{ type: { eq: OTHER }, not: { slug: { eq: "x" } } }', 40],
  ['{ and: [{ type: { eq: OTHER } }, { slug: { eq: "x" } }] }', 40],
  ['{ or: [{ type: { eq: OTHER } }, { slug: { eq: "x" } }] }', 80],
  ['{ or: { type: { eq: OTHER } } }', 40],
  ['{ location: { slug: { eq: "x" } } }', 40],
  ['{ actors: { some: { slug: { eq: "x" } } } }', 200],
  ['{ actors: { some: {} } }', 200],
  ['{ actors: { none: { slug: { eq: "x" } } } }', 800],
  ['{ actors: { every: { slug: { eq: "x" } } } }', 2500],
  ['{ actors: { some: { slug: { eq: "x" } }, none: { slug: { eq: "y" } } } }', 1000],
  ['{ participants: { some: { actor: { listings: { some: { isListed: true } } } } } }', 4000],
  ['{ actors: { some: { events: { some: { actors: { some: { slug: { eq: "x" } } } } } } } }', 20_000],
])('the conditions %s cost %d points', (where, price) => {
  expect(conditions(where)).toBe(roundedUp(price))
})

test('the conditions of a nested list cost a tenth for each parent', () => {
  const list = (where: string) => priceOf(`{ people(first: 10) { nodes { events${where} { nodes { id } } } } }`)
  expect(list('(where: { actors: { some: { slug: { eq: "x" } } } })') - list('')).toBe(10 * (50 + 20))
})

test('a null condition is ignored and free', () => {
  const whole = priceOf('{ events { nodes { title } } }')
  for (const where of [
    'null',
    '{}',
    '{ title: null }',
    '{ title: { eq: null } }',
    '{ actors: { every: null } }',
    '{ or: null }',
  ])
    expect([where, priceOf(`{ events(where: ${where}) { nodes { title } } }`)]).toEqual([where, whole])
  const query =
    'query ($where: EventWhere, $title: String) { events(where: $where) { nodes { title } } a: events(where: { title: { eq: $title } }) { nodes { title } } }'
  expect(priceOf(query, {})).toBe(2 * whole)
  expect(priceOf(query, { where: null, title: null })).toBe(2 * whole)
})

test('a filter costs the same as a literal, as a variable, and with variables inside', () => {
  const where = { actors: { every: { slug: { in: ['a', 'b', 'c'] } } }, title: { contains: 'x' } }
  const literal = priceOf(
    '{ events(where: { actors: { every: { slug: { in: ["a", "b", "c"] } } }, title: { contains: "x" } }) { totalCount } }',
  )
  expect(literal).toBe(1500 + 200 + 125 * 20.6 + 200)
  expect(priceOf('query ($where: EventWhere) { events(where: $where) { totalCount } }', { where })).toBe(literal)
  const query =
    'query ($slugs: [String!]) { events(where: { actors: { every: { slug: { in: $slugs } } }, title: { contains: "x" } }) { totalCount } }'
  expect(priceOf(query, { slugs: ['a', 'b', 'c'] })).toBe(literal)
  const inDefault = 'query ($where: EventWhere = { title: { contains: "x" } }) { events(where: $where) { totalCount } }'
  expect(priceOf(inDefault)).toBe(1500 + 200 + 200)
  expect(priceOf(inDefault, { where: {} })).toBe(3000)
})

test.each<[orderBy: string, root: number, nested: number]>([
  ['null', 0, 0],
  ['[]', 0, 0],
  ['[{ field: DATE, direction: ASC }]', 0, 0],
  ['{ field: TITLE, direction: ASC }', 0, 100],
  ['[{ field: DATE, direction: ASC }, { field: TITLE, direction: ASC }]', 200, 100],
])('the order %s, which no index serves, has a price', (orderBy, root, nested) => {
  const list = (args: string) => `events${args} { nodes { id } }`
  const below = (args: string) => `{ people(first: 1) { nodes { ${list(args)} } } }`
  expect(priceOf(`{ ${list(`(orderBy: ${orderBy})`)} }`) - priceOf(`{ ${list('')} }`)).toBe(root)
  expect(priceOf(below(`(orderBy: ${orderBy})`)) - priceOf(below(''))).toBe(nested)
})

test('a mutation costs its answer, and 10 points for each record that it writes', async () => {
  const update =
    'mutation ($input: EventUpdateInput!) { eventUpdate(input: $input) { ... on EventUpdateSuccess { event { id } } } }'
  expect(priceOf(update, { input: {} })).toBe(roundedUp(10 + 1.1))
  const mutation = 'mutation ($input: [EventCreateInput!]!) { eventsImport(input: $input) { __typename } }'
  const event = { title: 'T', type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED' }
  const input = Array(7).fill({ ...event, date: { precision: 'UNKNOWN', basis: 'STATED' } })
  expect((await ask(mutation, { input })).extensions?.cost).toMatchObject({ requested: REQUEST + 70 })
})

test('a subscription costs one event and one test of its filter, and returns the price of each event without its filter', () => {
  const query = 'subscription ($where: EventWhere) { eventAdded(where: $where) { cursor event { title } } }'
  const document = parse(query)
  const price = compilePrice(schema, document, document.definitions[0] as never)
  expect(price({})).toMatchObject({ total: 27, perEvent: 2 })
  const where = { actors: { every: { slug: { eq: 'x' } } } }
  expect(price({ where })).toMatchObject({ total: 25 + 2 + 125, perEvent: 2 })
})

test('all fields with their own price are in the schema', () => {
  for (const coordinate of Object.keys(fieldWeights)) {
    const [name = '', field = ''] = coordinate.split('.')
    const type = getNamedType(schema.getType(name))
    expect([coordinate, (isObjectType(type) || isInterfaceType(type)) && field in type.getFields()]).toEqual([
      coordinate,
      true,
    ])
  }
})

test('the price of an operation is the same for each answer, and is in the extensions', async () => {
  const query = '{ events(where: { actors: { some: { slug: { eq: "belarus" } } } }) { totalCount nodes { title } } }'
  const requested = REQUEST + priceOf(query)
  for (let i = 0; i < 3; i++) expect((await ask(query)).extensions?.cost).toMatchObject({ requested, limit: 25_000 })
})
