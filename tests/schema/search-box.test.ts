import { beforeAll, describe, expect, test } from 'vitest'
import { searchKey } from '../../src/domain/name.ts'
import { ask, askBoth, database, idOf, read } from '../client.ts'
import { aCountry, aGroup, anAsset, anEvent, anOrganization, aPerson, aSanction, aSource, aTarget } from '../world.ts'

interface Found {
  search: {
    edges: {
      cursor: string
      score: number
      matched: string
      snippet: string | null
      node: { __typename: string; id: string }
    }[]
    nodes: { id: string }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
  }
}

const query = `query ($text: String!, $kinds: [SearchKind!], $first: Int, $after: String) {
  search(text: $text, kinds: $kinds, first: $first, after: $after) {
    edges { cursor score matched snippet node { __typename ... on Node { id } } }
    nodes { ... on Node { id } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

const find = async (text: string, more: object = {}) => (await read<Found>(query, { text, ...more })).search
const idsFound = async (text: string, more: object = {}) => (await find(text, more)).edges.map(({ node }) => node.id)

type NamedActor = { id: string; name: string }

/** Adds the name of an actor to its searched names. */
async function named<A extends NamedActor>(actor: Promise<A>): Promise<A> {
  const { id, name } = await actor
  await database.actorName.create({
    data: { actorId: id, value: name, kind: 'PRIMARY', searchKey: searchKey(name) },
  })
  return actor
}

/** A record of each kind whose name or title has the word. */
const kinds: Record<string, () => Promise<{ id: string }>> = {
  EVENT: () => anEvent({ title: 'A meeting in Quarkwitz', summary: 'The mayor of Quarkwitz was there.' }),
  PERSON: () => named(aPerson({ name: 'Ada Quarkwitz', description: 'A mayor.' })),
  COUNTRY: () => named(aCountry({ name: 'Quarkwitzland' })),
  ORGANIZATION: () => named(anOrganization({ name: 'Quarkwitz Shipyard' })),
  GROUP: () => named(aGroup({ name: 'The Quarkwitz' })),
  ASSET: () => named(anAsset({ name: 'MV Quarkwitz' })),
  SANCTION: () => aSanction({ title: 'Measures against Quarkwitz', reason: 'The harbour of Quarkwitz.' }),
  SOURCE: () => aSource({ title: 'The Quarkwitz Gazette' }),
}

const typeOf = (kind: string) => kind[0] + kind.slice(1).toLowerCase()

describe('for a record of each kind with the same word', () => {
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    for (const [kind, make] of Object.entries(kinds)) ids[kind] = idOf(typeOf(kind), await make())
  })

  test('one search finds all, the best match first, with scores from 0 to 1', async () => {
    const { edges, nodes, pageInfo } = await find('Quarkwitz')
    expect(new Set(edges.map(({ node }) => node.id))).toEqual(new Set(Object.values(ids)))
    expect(nodes.map(({ id }) => id)).toEqual(edges.map(({ node }) => node.id))
    const scores = edges.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    for (const score of scores) expect(score).toSatisfy((value: number) => value > 0 && value <= 1)
    expect(pageInfo).toEqual({
      hasNextPage: false,
      hasPreviousPage: false,
      startCursor: edges[0]?.cursor,
      endCursor: edges.at(-1)?.cursor,
    })
  })

  test.each(Object.keys(kinds))('kinds: [%s] finds only the record of this kind', async (kind) => {
    const { edges } = await find('Quarkwitz', { kinds: [kind] })
    expect(edges.map(({ node }) => node)).toEqual([{ __typename: typeOf(kind), id: ids[kind] }])
  })

  test('several kinds are found together, null stands for all, and an empty list finds nothing', async () => {
    const some = ['SOURCE', 'PERSON', 'PERSON']
    expect((await idsFound('Quarkwitz', { kinds: some })).toSorted()).toEqual([ids.PERSON, ids.SOURCE].toSorted())
    expect(await idsFound('Quarkwitz', { kinds: null })).toHaveLength(8)
    expect(await idsFound('Quarkwitz', { kinds: [] })).toEqual([])
    const { data } = await askBoth('{ search(text: "Quarkwitz", kinds: GROUP) { nodes { __typename } } }')
    expect(data).toEqual({ search: { nodes: [{ __typename: 'Group' }] } })
  })

  test('an edge has what matched, and a snippet or null', async () => {
    const { edges } = await find('Quarkwitz')
    const of = (kind: string) => {
      const { matched, snippet } = edges.find(({ node }) => node.id === ids[kind]) ?? {}
      return { matched, snippet }
    }
    expect(of('PERSON')).toEqual({ matched: 'Ada Quarkwitz', snippet: 'A mayor.' })
    expect(of('ASSET')).toEqual({ matched: 'MV Quarkwitz', snippet: null })
    for (const kind of ['EVENT', 'SANCTION', 'SOURCE']) expect(of(kind).matched).toContain('Quarkwitz')
    for (const kind of ['EVENT', 'SANCTION']) expect(of(kind).snippet).toContain('Quarkwitz')
  })

  test.each([1, 3, 8])('the pages of %d contain each record once, in the same order', async (first) => {
    const paged: string[] = []
    let after: string | null = null
    for (let more = true; more; ) {
      const { edges, pageInfo } = await find('Quarkwitz', { first, after })
      expect([edges.length <= first, pageInfo.hasPreviousPage]).toEqual([true, after !== null])
      paged.push(...edges.map(({ node }) => node.id))
      after = pageInfo.endCursor
      more = pageInfo.hasNextPage
    }
    expect(paged).toEqual(await idsFound('Quarkwitz'))
  })

  test('records of one score are on one page each', async () => {
    const twins = await Promise.all(['Gwendlyr', 'Gwendlyr', 'Gwendlyr'].map((title) => anEvent({ title })))
    const first = await find('Gwendlyr', { first: 2 })
    const rest = await find('Gwendlyr', { first: 2, after: first.pageInfo.endCursor })
    expect([first.edges.length, rest.edges.length, rest.pageInfo.hasNextPage]).toEqual([2, 1, false])
    const found = [...first.edges, ...rest.edges].map(({ node }) => node.id)
    expect(found.toSorted()).toEqual(twins.map((twin) => idOf('Event', twin)).toSorted())
  })

  test('the selections of each type and of their interfaces are answered by one statement', async () => {
    const nested = `query ($text: String!) {
      search(text: $text) {
        __typename
        edges {
          __typename
          kindOf: __typename
          node {
            __typename
            ...OfActor
            ... on Versioned { version createdAt history(first: 1) { nodes { operation } } }
            ... on Person { gender detentions { nodes { outcome } } birth { label } }
            ... on Country { iso2 events(first: 2) { nodes { title } } }
            ... on Asset { assetKind flagState { name } }
            ... on Event { title date { label edtf } participants { nodes { actor { name } } } }
            ... on Sanction { title status authority { name } targets { nodes { actor { name } } } }
            ... on Source { sourceTitle: title publisher citations(first: 1) { totalCount } }
          }
        }
        nodes { ... on Event { slug } ... on Actor { id slug } ... on Source { sourceKind: kind } }
      }
    }
    fragment OfActor on Actor { id kind name(lang: "be") names { nodes { value } } ... on Group { description } }`
    const answer = await askBoth(nested, { text: 'Quarkwitz' })
    expect(answer).toMatchObject({ errors: undefined, path: 'prepared' })
    const { search } = answer.data as { search: { edges: { node: { __typename: string } }[] } }
    expect(search.edges.map(({ node }) => node.__typename).toSorted()).toEqual(
      Object.keys(kinds).map(typeOf).toSorted(),
    )
    expect(JSON.stringify(search)).toContain('Quarkwitz Shipyard')
  })

  test('fields of the edge alone, of pageInfo alone and of the connection alone are answered', async () => {
    for (const selection of [
      'edges { score cursor }',
      'edges { matched }',
      'pageInfo { endCursor }',
      '__typename',
      'nodes { __typename }',
    ])
      expect(await askBoth(`{ search(text: "Quarkwitz", first: 3) { ${selection} } }`)).toMatchObject({
        errors: undefined,
        path: 'prepared',
      })
  })

  test('two searches of one operation are independent', async () => {
    const { data } = await askBoth(`{
      people: search(text: "Quarkwitz", kinds: [PERSON]) { nodes { ... on Person { name } } }
      sources: search(text: "Gazette", kinds: [SOURCE]) { nodes { ... on Source { title } } }
      events(search: "Quarkwitz") { nodes { title } }
    }`)
    expect(data).toEqual({
      people: { nodes: [{ name: 'Ada Quarkwitz' }] },
      sources: { nodes: [{ title: 'The Quarkwitz Gazette' }] },
      events: { nodes: [{ title: 'A meeting in Quarkwitz' }] },
    })
  })

  test('the statements field by field are one for the search and one for each kind of table', async () => {
    const names = '{ search(text: "Quarkwitz") { nodes { ... on Actor { name } ... on Event { title } } } }'
    expect(await ask(names)).toMatchObject({ path: 'prepared', statements: 5 })
  })
})

test('records of the seed are found by names in any script, by words in any form, and by the names of targets', async () => {
  const first = async (text: string, kind: string) => {
    const { data } = await askBoth(
      'query ($text: String!, $kinds: [SearchKind!]) { search(text: $text, kinds: $kinds, first: 1) { nodes { ... on Actor { slug } ... on Event { slug } ... on Sanction { slug } } } }',
      { text, kinds: [kind] },
    )
    return (data as { search: { nodes: { slug: string }[] } }).search.nodes[0]?.slug
  }
  expect(await first('Лукашенко', 'PERSON')).toBe('alexander-lukashenko')
  expect(await first('Беларусь', 'COUNTRY')).toBe('belarus')
  expect(await first('release prisoner', 'EVENT')).toMatch(/^prisoner-release/)
  const sanction = await aSanction({ title: 'Measures against shipping' })
  await aTarget(sanction.id, (await named(aPerson({ name: 'Wolfhart Yxkull' }))).id)
  expect(await first('Вольфхарт Yxkull', 'SANCTION')).toBe(sanction.slug)
})

test('retracted and merged records, and events that a machine coded, are not found', async () => {
  const retractedAt = new Date()
  const survivor = await named(aPerson({ name: 'Zyphoria Klent' }))
  await named(aPerson({ name: 'Zyphoria Klent', mergedIntoId: survivor.id }))
  await named(aPerson({ name: 'Zyphoria Klent', retractedAt }))
  await anEvent({ title: 'Zyphoria', retractedAt })
  await anEvent({ title: 'Zyphoria', origin: 'MACHINE_CODED' })
  await aSanction({ title: 'Zyphoria', retractedAt })
  await aSource({ title: 'Zyphoria', retractedAt })
  expect(await idsFound('Zyphoria Klent')).toEqual([idOf('Person', survivor)])
  expect(await idsFound('Zyphoria')).toEqual([idOf('Person', survivor)])
})

test('a cursor of another list, a damaged cursor and a page size out of range are refused', async () => {
  const other = await read<{ people: { pageInfo: { endCursor: string } } }>(
    '{ people(search: "Lukashenko") { pageInfo { endCursor } } }',
  )
  const refused = async (more: object) => (await ask(query, { text: 'Lukashenko', ...more })).errors
  expect(await refused({ after: other.people.pageInfo.endCursor })).toMatchObject([
    { message: 'This cursor belongs to the list Query.people: pass a cursor of the list Query.search.' },
  ])
  expect(await refused({ after: 'x' })).toMatchObject([
    { message: 'This is not a valid cursor: pass a cursor that a query returned.', path: ['search'] },
  ])
  for (const first of [0, -1, 101])
    expect(await refused({ first })).toMatchObject([
      { message: `first must be from 1 to 100, but is ${first}: pass a number in this range.` },
    ])
})

test.each([
  ['', 0],
  [' \n ', 0],
  ['x'.repeat(101), 101],
])('a search for %j is refused, and no other field', async (text, length) => {
  const { data, errors } = await askBoth(
    'query ($text: String!) { search(text: $text) { nodes { __typename } } country(by: { code: "BY" }) { name } }',
    { text },
  )
  expect(data).toEqual({ search: null, country: { name: 'Belarus' } })
  expect(errors).toMatchObject([
    {
      message: `text must have 1 to 100 characters, but has ${length}: pass a text of this length.`,
      path: ['search'],
      extensions: { code: 'BAD_USER_INPUT' },
    },
  ])
})

test('a mistake below a type of which no record was found is refused like any other', async () => {
  const { errors } = await askBoth(
    '{ search(text: "Lukashenko", kinds: [PERSON]) { nodes { ... on Event { people(first: 0) { totalCount } } } } }',
  )
  expect(errors).toMatchObject([{ message: expect.stringContaining('first must be from 1 to 100'), path: ['search'] }])
})

test('a text with the character NUL or an unpaired surrogate is refused', async () => {
  for (const text of ['a\0b', 'a\ud800b'])
    expect((await ask(query, { text })).errors).toMatchObject([
      { message: expect.stringContaining('A text contains'), extensions: { code: 'BAD_USER_INPUT' } },
    ])
})

test.each(['-', '?!', '%', '_', '\u0301', '。'])(
  'a search for %j, without letters and digits, finds nothing',
  async (text) => {
    expect((await find(text)).edges).toEqual([])
  },
)

test.each(['💥💥', '%%a', '__a', "'; --x", '"unclosed', '& | ! a', '漢字', 'x'.repeat(100), '\\a', '{"a":1}'])(
  '%j is searched for as plain text',
  async (text) => {
    expect(await ask(query, { text })).toMatchObject({ errors: undefined, path: 'prepared' })
  },
)
