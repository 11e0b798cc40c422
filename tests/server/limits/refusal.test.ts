// An operation that multiplies rows is refused before anything is read. The error names the part that costs most.
import { expect, test } from 'vitest'
import '../../client.ts'
import { askingWithin } from './asking.ts'

const ask = askingWithin({})

const aliased = (count: number, field: string) =>
  `{ ${Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')} }`

const leaf = '{ listingId: { eq: "zq" } }'

test.each<[what: string, query: string, requested: number, path: string, variables?: object]>([
  [
    'every inside every',
    `{ actors(first: 1, where: { listings: { every: { sanction: { targets: { every: ${leaf} } } } } }) { pageInfo { hasNextPage } } }`,
    25 + 2 + 200 + 125 * 2 * 125 * 20,
    'actors(where.listings.every.sanction.targets.every)',
  ],
  [
    'three times every, negated',
    `{ actors(first: 1, where: { not: { listings: { every: { sanction: { targets: { every: { actor: { listings: { every: { not: ${leaf} } } } } } } } } } }) { pageInfo { hasNextPage } } }`,
    25 + 2 + 200 + 125 ** 3 * 4 * 20,
    'actors(where.not.listings.every.sanction.targets.every.actor.listings.every)',
  ],
  [
    'none inside none',
    '{ events(first: 1, where: { actors: { none: { events: { none: { title: { contains: "zq" } } } } } }) { nodes { title } } }',
    Math.ceil(25 + 2.1 + 200 + 40 * 40 * 200),
    'events(where.actors.none.events.none)',
  ],
  [
    'every inside some, as a variable',
    'query ($where: EventWhere) { all: events(first: 1, where: $where) { nodes { title } } }',
    Math.ceil(25 + 2.1 + 200 + 10 * 125 * 20 + 20),
    'all(where.actors.some.events.every)',
    { where: { type: { eq: 'OTHER' }, actors: { some: { events: { every: { cameoCode: { eq: 'zq' } } } } } } },
  ],
  [
    'texts below three times some',
    '{ events(first: 1, where: { actors: { some: { events: { some: { actors: { some: { name: { contains: "zq" } } } } } } } }) { totalCount } }',
    25 + 1500 + 200 + 1000 * 200,
    'events(where.actors.some.events.some.actors.some)',
  ],
  ['15 searches', aliased(15, 'events(search: "zq") { pageInfo { hasNextPage } }'), 25 + 15 * 2521, 'a0(search)'],
  ['15 counts', aliased(15, 'events { totalCount }'), 25 + 15 * 3000, 'a0.totalCount'],
  [
    'all facets',
    '{ events { facets(by: [TYPE, COUNTRY, PERSON, MONTH, YEAR, SANCTION_PROGRAM]) { values { count } } } }',
    25 + 60_000,
    'events.facets',
  ],
  [
    'filtered facets, 15 times',
    aliased(15, 'events(where: { type: { eq: OTHER } }) { facets(by: [TYPE, COUNTRY]) { values { count } } }'),
    25 + 15 * (220 + 5000),
    'a0.facets',
  ],
  [
    'counts below 300 records',
    '{ a: countries(first: 100) { nodes { x: events { totalCount } y: events { totalCount } z: events { totalCount } } } }',
    25 + 1 + 100 * 301,
    'a.nodes',
  ],
  [
    'sorts below 100 records',
    aliased(
      3,
      'countries(first: 100) { nodes { events(orderBy: { field: TITLE, direction: ASC }) { nodes { id } } } }',
    ),
    25 + 3 * (1 + 100 * (1 + 100 + 12)),
    'a0.nodes.events(orderBy)',
  ],
  [
    'three nested pages',
    '{ events(first: 100) { edges { node { people: participants(first: 100) { nodes { actor { events(first: 100) { nodes { title } } } } } } } } }',
    25 + 1 + 100 * (1 + 1 + 100 * (1 + 1 + 1 + 110)),
    'events.edges.node.people.nodes.actor.events',
  ],
])('%s: refused', async (_what, query, requested, path, variables) => {
  const { data, errors } = await ask(query, variables)
  expect(data).toBeUndefined()
  expect(errors).toMatchObject([
    { extensions: { code: 'LIMIT_EXCEEDED', limit: 'cost', allowed: 25_000, requested, path } },
  ])
  expect(errors?.[0]?.message).toContain(` is ${path}: `)
})

test('a refusal contains the most expensive part, and what to do', async () => {
  const where = `{ not: { listings: { every: { sanction: { targets: { every: ${leaf} } } } } } }`
  const { errors } = await ask(`{ actors(where: ${where}) { totalCount } }`)
  expect(errors?.[0]?.message).toBe(
    'This operation costs 626,725 points, 601,725 more than the 25,000 allowed. Most of it (625,200) is actors(where.not.listings.every.sanction.targets.every): use fewer nested conditions there.',
  )
  const many = await ask(aliased(15, 'events(search: "zq") { totalCount }'))
  expect(many.errors?.[0]?.message).toBe(
    'This operation costs 60,025 points, 35,025 more than the 25,000 allowed. The most expensive part (2,500) is a0(search): remove it, or select it in a separate operation.',
  )
})

test('quantifiers can be nested three deep, at any price', async () => {
  const nested = (levels: number): object =>
    levels === 0 ? { name: { eq: 'x' } } : { sanctionsImposed: { some: { authority: nested(levels - 1) } } }
  const query = 'query ($where: ActorWhere) { actors(where: $where) { nodes { name } } }'
  const roomy = askingWithin({ cost: 1e9 })
  expect((await roomy(query, { where: nested(3) })).errors).toBeUndefined()
  const { errors } = await roomy(query, { where: nested(4) })
  const path = `actors(where${'.sanctionsImposed.some.authority'.repeat(3)}.sanctionsImposed.some)`
  expect(errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'quantifiers', allowed: 3, path } }])
  expect(errors?.[0]?.message).toBe(
    `A filter may nest some, every and none at most 3 levels deep, but ${path} nests them deeper: use fewer nested conditions there.`,
  )
})

test('operations that no client should send have no price, and fail validation', async () => {
  const query = 'query ($where: EventWhere, $first: Int) { events(where: $where, first: $first) { nodes { title } } }'
  for (const where of [
    'x',
    7,
    [],
    [[]],
    { constructor: {} },
    { actors: 'x' },
    { actors: { some: [] } },
    { unknown: { every: {} } },
  ]) {
    const { errors } = await ask(query, { where })
    if (JSON.stringify(where) !== '[]') expect([where, errors?.[0]?.extensions.code]).toEqual([where, 'BAD_USER_INPUT'])
  }
})
