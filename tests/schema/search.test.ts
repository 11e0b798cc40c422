import { beforeAll, describe, expect, test } from 'vitest'
import { searchKey } from '../../src/domain/name.ts'
import { ask, database, read } from '../client.ts'
import { aGroup, aPerson, aSanction, aTarget } from '../world.ts'

interface Page {
  actors: {
    edges: { score: number; cursor: string; node: { slug: string } }[]
    pageInfo: { endCursor: string; hasNextPage: boolean }
    totalCount: number
  }
}

const search = `query ($search: String, $first: Int, $last: Int, $after: String, $before: String,
  $where: ActorWhere, $orderBy: [ActorOrder!]) {
  actors(search: $search, first: $first, last: $last, after: $after, before: $before, where: $where, orderBy: $orderBy) {
    edges { score cursor node { slug } } pageInfo { endCursor hasNextPage } totalCount
  }
}`

const found = async (text: string, more: object = {}) => (await read<Page>(search, { search: text, ...more })).actors
const slugs = async (text: string, more: object = {}) =>
  (await found(text, more)).edges.map(({ node: { slug } }) => slug)

/** Creates a person with each of the names. */
async function named(...names: string[]) {
  const person = await aPerson({ name: names[0] })
  await database.actorName.createMany({
    data: names.map((value) => ({ actorId: person.id, value, kind: 'ALIAS' as const, searchKey: searchKey(value) })),
  })
  return person
}

test.each([
  ['as it is written', 'Alexander Lukashenko'],
  ['by the surname alone', 'Lukashenka'],
  ['in Russian', 'Лукашенко'],
  ['in Belarusian', 'Лукашэнка'],
  ['misspelt as in the article', 'Lukasheno'],
  ['as another list spells it', 'Alyaksandr Lukashenka'],
  ['with letters dropped, doubled and swapped', 'Alexnder Lukkashneko'],
  ['the other way round', 'LUKASHENKO, Alexander'],
])('Alexander Lukashenko is the first result %s', async (_how, text) => {
  expect((await slugs(text))[0]).toBe('alexander-lukashenko')
})

test('search finds a name in another script, and a country by its metonym and its short form', async () => {
  expect((await slugs('Ціханоўская'))[0]).toBe('sviatlana-tsikhanouskaya')
  expect((await slugs('Minsk'))[0]).toBe('belarus')
  expect((await slugs('US'))[0]).toBe('united-states')
})

test('search finds a short name with two letters swapped', async () => {
  const { slug } = await named('Qvzx')
  expect(await slugs('Qzvx')).toEqual([slug])
})

test('an actor that several of its names match is listed once, at the best match', async () => {
  const { slug } = await named('Wendelgard Oort', 'Wendelgart Oort', 'W. Oort')
  const { edges, totalCount } = await found('Wendelgard Oort')
  expect([edges.map(({ node }) => node.slug), totalCount]).toEqual([[slug], 1])
  expect(edges[0]?.score).toBeGreaterThan(0.95)
})

test('people, countries, organizations and groups are searched like actors', async () => {
  const lists = await read(`{
    people(search: "lukashenka") { edges { score node { slug } } }
    countries(search: "Беларусь", first: 1) { nodes { slug } }
    organizations(search: "embasy in minsk") { nodes { slug } }
    groups(search: "the west", first: 1) { nodes { slug } }
    assets(search: "lukashenka") { nodes { slug } }
  }`)
  expect(lists).toEqual({
    people: { edges: [{ score: expect.closeTo(0.95, 2), node: { slug: 'alexander-lukashenko' } }] },
    countries: { nodes: [{ slug: 'belarus' }] },
    organizations: { nodes: [{ slug: 'us-embassy-in-minsk' }] },
    groups: { nodes: [{ slug: 'the-west' }] },
    assets: { nodes: [] },
  })
})

test('search finds events by their words in any form, then by misspelt words', async () => {
  const { words, misspelt, unknown } = await read(`{
    words: events(search: "release prisoner") { totalCount nodes { slug } }
    misspelt: events(search: "potas") { edges { score node { slug } } facets(by: [TYPE]) { values { value } } }
    unknown: events(search: "zzyzx") { totalCount nodes { slug } }
  }`)
  expect(words).toEqual({
    totalCount: 2,
    nodes: expect.arrayContaining([{ slug: 'prisoner-release-june-2025' }, { slug: 'prisoner-release-december-2025' }]),
  })
  expect(misspelt).toEqual({
    edges: expect.arrayContaining([
      { score: 0.9, node: { slug: 'us-lifts-potash-sanctions' } },
      { score: 0.8943, node: { slug: 'coale-declares-potash-lifting' } },
    ]),
    facets: [{ values: [{ value: 'SANCTION_STEP' }, { value: 'STATEMENT' }] }],
  })
  expect(unknown).toEqual({ totalCount: 0, nodes: [] })
})

test('search finds sanctions by their texts, and by their targets', async () => {
  const { slug, id } = await aSanction({ title: 'Measures against shipping', reason: 'evasion of caps' })
  await aTarget(id, (await named('Wolfhart Yxkull')).id)
  await aTarget(id, (await named('Wolfhard Yxkull')).id)
  const query = 'query ($search: String) { sanctions(search: $search) { nodes { slug } } }'
  for (const text of ['capping ships', 'mesures against', 'Вольфхарт Yxkull'])
    expect(await read(query, { search: text })).toEqual({ sanctions: { nodes: [{ slug }] } })
})

describe('for a family of seven', () => {
  const family: string[] = []

  beforeAll(async () => {
    for (const given of ['Ada', 'Bo', 'Cy', 'Dov', 'Eli', 'Flo']) family.push((await named(`${given} Quarkwitz`)).slug)
    const group = await aGroup({ name: 'The Quarkwitz' })
    await database.actorName.create({
      data: { actorId: group.id, value: group.name, kind: 'PRIMARY', searchKey: searchKey(group.name) },
    })
    family.push(group.slug)
  })

  test('the pages contain each once, the best match first, forward and backward', async () => {
    const all = await found('Quarkwits', { first: 100 })
    const scores = all.edges.map(({ score }) => score)
    expect([all.totalCount, scores]).toEqual([7, scores.toSorted((a, b) => b - a)])
    const order = all.edges.map(({ node }) => node.slug)
    const paged: string[] = []
    let after: string | undefined
    for (let more = true; more; ) {
      const { edges, pageInfo } = await found('Quarkwits', { first: 3, after })
      paged.push(...edges.map(({ node }) => node.slug))
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
    expect(paged).toEqual(order)
    const before = all.edges[5]?.cursor
    expect(await slugs('Quarkwits', { last: 2, before })).toEqual(order.slice(3, 5))
  })

  test('a page does not shift when another person with the name is added', async () => {
    const first = await found('Quarkwits', { first: 2 })
    const next = await slugs('Quarkwits', { first: 2, after: first.pageInfo.endCursor })
    const { slug } = await named('Quarkwits Quarkwits')
    expect((await slugs('Quarkwits'))[0]).toBe(slug)
    expect(await slugs('Quarkwits', { first: 2, after: first.pageInfo.endCursor })).toEqual(next)
    await database.actor.update({ where: { slug }, data: { retractedAt: new Date() } })
  })

  test('results can be filtered and sorted like any list', async () => {
    expect(await slugs('Quarkwitz', { where: { kind: { in: ['GROUP'] } } })).toEqual([family[6]])
    expect(await slugs('Quarkwitz', { where: { name: { startsWith: 'Dov' } } })).toEqual([family[3]])
    const orderBy = [{ field: 'NAME', direction: 'DESC' }]
    expect(await slugs('Quarkwitz', { orderBy, first: 3 })).toEqual([family[6], family[5], family[4]])
    const worst = [{ field: 'RELEVANCE', direction: 'ASC' }]
    expect((await found('Quarkwitz', { orderBy: worst, first: 7 })).edges.map(({ node }) => node.slug)).toEqual(
      (await slugs('Quarkwitz', { first: 7 })).toReversed(),
    )
  })
})

test('a search takes one statement when prepared, and one more field by field', async () => {
  const query = 'query ($search: String) { people(search: $search) { nodes { name } } }'
  expect(await ask(query, { search: 'Trump' })).toMatchObject({ path: 'prepared', statements: 2 })
  expect(await ask(query, { search: null })).toMatchObject({ path: 'prepared', statements: 1 })
})

test.each([
  ['', 0],
  ['   ', 0],
  ['x'.repeat(101), 101],
])('a search for %j is refused', async (text, length) => {
  const { errors } = await ask(search, { search: text })
  expect(errors).toMatchObject([
    {
      message: `search must have 1 to 100 characters, but has ${length}: pass a text of this length.`,
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ])
})

test.each(['-', "'", '%', '\u0301', '。', '--'])(
  'a search for %j, without letters and digits, finds nothing',
  async (text) => {
    expect(await found(text)).toMatchObject({ edges: [], totalCount: 0 })
    const query =
      'query ($search: String) { events(search: $search) { totalCount } sanctions(search: $search) { totalCount } }'
    expect(await read(query, { search: text })).toEqual({ events: { totalCount: 0 }, sanctions: { totalCount: 0 } })
  },
)

test.each(['💥💥', '%%', '__', "'; --", '"unclosed', '& | !', '漢字', 'x'.repeat(100)])(
  '%j is searched for as plain text',
  async (text) => {
    const query = `query ($search: String) { actors(search: $search) { totalCount } events(search: $search) { totalCount }
      sanctions(search: $search) { totalCount } }`
    expect(await ask(query, { search: text })).toMatchObject({ errors: undefined, path: 'prepared' })
  },
)

test('an order by relevance has no effect without a search', async () => {
  const { errors } = await ask('{ events(orderBy: [{ field: RELEVANCE, direction: DESC }]) { nodes { title } } }')
  expect(errors).toMatchObject([{ message: 'RELEVANCE requires a search: pass search, or sort by another field.' }])
})
