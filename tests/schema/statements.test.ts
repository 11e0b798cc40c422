import { Kind, parse, type SelectionSetNode } from 'graphql'
import { beforeAll, describe, expect, test } from 'vitest'
import { examples } from '../../src/server/http/examples.ts'
import { ask, database, read, sent } from '../client.ts'
import { seriesOf } from '../series.ts'
import { aCountry, anEvent, country } from '../world.ts'

test("each of GraphiQL's examples works, in one statement for each root field and each root totalCount", async () => {
  for (const { title, query } of examples) {
    // The tests of the change log run subscriptions.
    if (query.includes('subscription')) continue
    const { errors, statements } = await ask(query)
    // Field by field, `statusOn` is a statement of its own.
    const more = query.includes('statusOn') ? 1 : 0
    expect([title, errors, statements]).toEqual([title, undefined, rootFieldsAndCounts(query) + more])
  }
})

function rootFieldsAndCounts(query: string): number {
  const [operation] = parse(query).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return 0
  const fieldsOf = ({ selections }: SelectionSetNode) => selections.filter((each) => each.kind === Kind.FIELD)
  return fieldsOf(operation.selectionSet).reduce((sum, { selectionSet }) => {
    const counted = selectionSet && fieldsOf(selectionSet).some(({ name }) => name.value === 'totalCount')
    return sum + (counted ? 2 : 1)
  }, 0)
}

const shapes: [shape: string, statements: number, query: string][] = [
  ['a list', 1, '{ events { nodes { title } } }'],
  ['edges and nodes together', 1, '{ events { edges { cursor node { title } } nodes { slug date { label } } } }'],
  [
    'edges and nodes on both levels',
    1,
    '{ events { edges { node { participants { edges { node { role } } nodes { actor { name } } } } } nodes { participants { nodes { count } } } } }',
  ],
  ['pageInfo alone', 1, '{ events { pageInfo { hasNextPage } } }'],
  ['totalCount alone', 1, '{ events { totalCount } }'],
  ['rows and their totalCount', 2, '{ events { totalCount nodes { title } } }'],
  ['two roots', 2, '{ events { nodes { title } } people { nodes { name } } }'],
  ['a nested totalCount', 1, '{ events { nodes { participants { totalCount } } } }'],
  [
    'a nested totalCount of a filter',
    1,
    '{ countries { nodes { events(where: { type: { eq: MEETING } }) { totalCount nodes { title } } } } }',
  ],
  ['__typename alone', 0, '{ __typename }'],
  ['the __typename of a connection', 0, '{ events { __typename } }'],
  ['the __typename of rows', 1, '{ events { nodes { __typename } } }'],
  [
    'a list of actors with a fragment for each kind',
    1,
    `{ actors(first: 100) { nodes { name ... on Person { birth { edtf } gender detentions { nodes { outcome } } } ... on Country { iso2 flag }
      ... on Asset { assetKind flagState { name } } ... on Organization { slug } ... on Group { description } } } }`,
  ],
  [
    'four levels of connections',
    1,
    '{ countries(first: 2) { nodes { events { nodes { participants { nodes { actor { events(first: 5) { nodes { participants { nodes { role } } } } } } } } } } } }',
  ],
  [
    'sanctions with all that is theirs, and statusOn with one more',
    2,
    `{ sanctions { nodes { status statusOn(date: "2024-01-01") reasonEvents { nodes { title } } parts { nodes { title } } partOf { title } targets { nodes { actor { name } actions { nodes { kind } } } }
      actions { nodes { kind event { title } citations { nodes { source { title } } } } } events { nodes { title } } authority { sanctionsImposed { nodes { title } } } } } }`,
  ],
  ['names in a language', 1, '{ countries { nodes { name(lang: "ru") identifiers { nodes { scheme value } } } } }'],
  [
    'names in a language beside all names',
    2,
    '{ countries { nodes { name(lang: "ru") names { nodes { value lang } } } } }',
  ],
  [
    'both directions of links and relationships',
    1,
    '{ events { nodes { links { edges { other { title } node { kind } } } people { nodes { relationships { edges { other { name } } } } } countries { nodes { flag } } } } }',
  ],
  ['one record by its slug', 1, '{ event(by: { slug: "lukashenko-trump-call" }) { title people { nodes { name } } } }'],
  ['one that is not there', 1, '{ event(by: { slug: "no-such-event" }) { title } }'],
  [
    'sources with what they are cited for',
    1,
    '{ sources { nodes { title citations { nodes { quote subject { ... on Event { title } } } } } } }',
  ],
  [
    'a later page in several keys',
    1,
    '{ events(orderBy: [{ field: TITLE, direction: ASC }, { field: DATE, direction: DESC }], last: 3) { nodes { title } } }',
  ],
]

test.each(shapes)('%s: statements %i', async (_shape, statements, query) => {
  expect(await ask(query)).toMatchObject({ errors: undefined, statements })
})

test('a second page takes one statement, like the first', async () => {
  const page = 'query ($after: String) { events(first: 2, after: $after) { pageInfo { endCursor } nodes { title } } }'
  const { events } = await read<{ events: { pageInfo: { endCursor: string } } }>(page)
  expect(await ask(page, { after: events.pageInfo.endCursor })).toMatchObject({ errors: undefined, statements: 1 })
})

const MANY = seriesOf(10_000, 50_000)

describe(`with ${MANY} events in one country, each with two parts in it, as many later ones by machines, and ${MANY} parts in one event`, () => {
  let slug: string
  let crowd: string

  beforeAll(async () => {
    const place = await aCountry()
    const usa = await country('US')
    const crowded = await anEvent({ title: 'A congress' })
    slug = place.slug
    crowd = crowded.slug
    await database.$executeRaw`
      INSERT INTO "Event" (id, slug, title, type, status, certainty, "dateEarliest", "dateLatest", "datePrecision", "dateBasis")
      SELECT gen_random_uuid(), 'many-' || n, 'Event ' || n, 'OTHER', 'OCCURRED', 'ASSERTED', day, day, 'DAY', 'STATED'
      FROM generate_series(1, ${MANY}::int) n, LATERAL (SELECT DATE '1900-01-01' + n / 2 AS day) d`
    await database.$executeRaw`
      INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
      SELECT gen_random_uuid(), e.id, a.id::uuid, role::"ParticipantRole"
      FROM "Event" e, (VALUES (${place.id}, 'PARTY'), (${place.id}, 'TOPIC'), (${usa.id}, 'PARTY')) a (id, role)
      WHERE e.slug LIKE 'many-%'`
    await database.$executeRaw`
      INSERT INTO "Event" (id, slug, title, type, status, certainty, "dateEarliest", "dateLatest", "datePrecision", "dateBasis", origin, "locationId")
      SELECT gen_random_uuid(), 'machine-' || n, 'A machine ' || n, 'OTHER', 'OCCURRED', 'REPORTED', day, day, 'DAY', 'STATED', 'MACHINE_CODED', ${place.id}::uuid
      FROM generate_series(1, ${MANY}::int) n, LATERAL (SELECT DATE '2100-01-01' + n / 2 AS day) d`
    await database.$executeRaw`
      INSERT INTO "Actor" (id, kind, slug, name)
      SELECT gen_random_uuid(), 'GROUP', 'crowd-' || n, 'Crowd ' || n FROM generate_series(1, ${MANY}::int) n`
    await database.$executeRaw`ANALYZE`
    await database.$executeRaw`
      INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
      SELECT gen_random_uuid(), ${crowded.id}::uuid, id, 'PARTY' FROM "Actor" WHERE slug LIKE 'crowd-%'`
    await database.$executeRaw`ANALYZE`
  }, 120_000)

  test("the first two of an event's participants are read from a handful of rows", async () => {
    const query =
      'query ($slug: String!) { event(by: { slug: $slug }) { participants(first: 2) { nodes { role actor { name } } } } }'
    const { data, statements } = await ask(query, { slug: crowd })
    const nodes = Array(2).fill({ role: 'PARTY', actor: { name: expect.stringMatching(/^Crowd/) } })
    expect([data, statements]).toEqual([{ event: { participants: { nodes } } }, 1])
    expect(await mostRowsRead()).toBeLessThan(10)
  })

  test('the latest two events of a country are read from a handful of rows, also on the second page', async () => {
    const query = `query ($slug: String!, $after: String) {
      country(by: { slug: $slug }) { events(first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }
    }`
    interface Page {
      country: { events: { nodes: { title: string }[]; pageInfo: { endCursor: string } } }
    }
    const { country: place } = await read<Page>(query, { slug })
    expect(place.events.nodes).toHaveLength(2)
    expect(await mostRowsRead()).toBeLessThan(10)
    const after = place.events.pageInfo.endCursor
    const { data, statements } = await ask<Page>(query, { slug, after })
    expect(data?.country.events.nodes).toHaveLength(2)
    expect(statements).toBe(1)
    expect(await mostRowsRead()).toBeLessThan(10)
  })

  test('the latest two of all events, of one origin or both, are read from a handful of rows', async () => {
    for (const where of ['', ', where: { origin: { in: [EDITED, MACHINE_CODED] } }']) {
      await read(`{ events(first: 2${where}) { nodes { title } } }`)
      expect(await mostRowsRead()).toBeLessThan(10)
      const events = `events(first: 2${where}) { nodes { title } }`
      await read(`query ($slug: String!) { country(by: { slug: $slug }) { ${events} } }`, { slug })
      expect(await mostRowsRead()).toBeLessThan(10)
    }
  })

  test('the first two of all events by title are read from a handful of rows', async () => {
    await read('{ events(first: 2, orderBy: [{ field: TITLE, direction: DESC }]) { nodes { title } } }')
    expect(await mostRowsRead()).toBeLessThan(10)
  })
})

interface PlanNode {
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

/**
 * Returns the maximum number of rows that any step of the last statement read, including those that it filtered out.
 */
async function mostRowsRead(): Promise<number> {
  const [{ query, params } = { query: '', params: '[]' }] = sent
  const [row] = await database.$queryRawUnsafe<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
    ...(JSON.parse(params) as unknown[]),
  )
  const most = (node: PlanNode): number =>
    Math.max(
      node['Actual Rows'] * node['Actual Loops'] + (node['Rows Removed by Filter'] ?? 0) * node['Actual Loops'],
      ...(node.Plans ?? []).map(most),
    )
  return row ? most(row['QUERY PLAN'][0].Plan) : Number.POSITIVE_INFINITY
}
