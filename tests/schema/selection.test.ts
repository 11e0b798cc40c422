import { beforeAll, expect, test } from 'vitest'
import { ask, read } from '../client.ts'
import { anEvent, aParticipant, aPerson } from '../world.ts'

let slug: string

beforeAll(async () => {
  const { id, slug: made } = await anEvent({ title: 'A summit' })
  slug = made
  for (const name of ['Ann', 'Bob', 'Cid']) {
    const person = await aPerson({
      name,
      names: { create: { value: `${name}-be`, kind: 'PRIMARY', lang: 'be', searchKey: name } },
    })
    await aParticipant(id, person.id, { role: name === 'Bob' ? 'TOPIC' : 'PARTY', note: name })
  }
})

const within = (selection: string) => `query ($slug: String!) { event(by: { slug: $slug }) { ${selection} } }`

test('two fragments with different selections of one connection get both, in one statement', async () => {
  const query = `${within('...Names ...Roles')}
    fragment Names on Event { participants(first: 2) { edges { node { actor { name } } } } }
    fragment Roles on Event { participants(first: 2) { totalCount nodes { role } edges { cursor node { actor { slug kind } } } pageInfo { hasNextPage } } }`
  const { data, errors, statements } = await ask(query, { slug })
  expect(errors).toBeUndefined()
  const edge = (name: string) => ({
    cursor: expect.any(String),
    node: { actor: { name, slug: expect.any(String), kind: 'PERSON' } },
  })
  expect(data).toEqual({
    event: {
      participants: {
        totalCount: 3,
        nodes: [{ role: 'PARTY' }, { role: 'TOPIC' }],
        edges: [edge('Ann'), edge('Bob')],
        pageInfo: { hasNextPage: true },
      },
    },
  })
  expect(statements).toBe(1)
})

test('aliases of one connection with different arguments each get their own rows', async () => {
  const query = `${within('...One ...Two all: participants { totalCount nodes { note } }')}
    fragment One on Event { parties: participants(where: { role: { eq: PARTY } }) { totalCount edges { node { note } } } }
    fragment Two on Event { last: participants(last: 1) { nodes { actor { name } } } topics: participants(where: { role: { eq: TOPIC } }) { totalCount nodes { note } } }`
  const { data, errors, statements } = await ask(query, { slug })
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    event: {
      parties: { totalCount: 2, edges: [{ node: { note: 'Ann' } }, { node: { note: 'Cid' } }] },
      last: { nodes: [{ actor: { name: 'Cid' } }] },
      topics: { totalCount: 1, nodes: [{ note: 'Bob' }] },
      all: { totalCount: 3, nodes: [{ note: 'Ann' }, { note: 'Bob' }, { note: 'Cid' }] },
    },
  })
  expect(statements).toBeLessThanOrEqual(4)
})

test('aliases under twenty parents take one more statement in all, not one for each parent', async () => {
  const query = `{ events(first: 20) { nodes {
    parties: participants(where: { role: { eq: PARTY } }) { nodes { actor { name } } }
    subjects: participants(where: { role: { eq: SUBJECT } }) { nodes { actor { name } } }
  } } }`
  const { data, errors, statements } = await ask<{ events: { nodes: unknown[] } }>(query)
  expect([errors, data?.events.nodes.length, statements]).toEqual([undefined, 20, 2])
})

test('aliases of a timeline under many countries take one more statement', async () => {
  const query = `{ countries(first: 20) { nodes {
    met: events(where: { type: { eq: MEETING } }) { totalCount nodes { title } }
    said: events(where: { type: { eq: STATEMENT } }) { totalCount nodes { title } }
  } } }`
  expect(await ask(query)).toMatchObject({ errors: undefined, statements: 2 })
})

test('an alias of the same list with the same arguments takes no statement', async () => {
  const { data, statements } = await ask(
    within('a: participants(first: 1) { nodes { note } } b: participants(first: 1) { nodes { role } }'),
    {
      slug,
    },
  )
  expect(data).toEqual({ event: { a: { nodes: [{ note: 'Ann' }] }, b: { nodes: [{ role: 'PARTY' }] } } })
  expect(statements).toBe(1)
})

test('a name is returned in the requested language if it exists, otherwise as it is', async () => {
  const names = 'name be: name(lang: "be") again: name(lang: "be") ru: name(lang: "ru")'
  const { event } = await read(within(`participants(first: 1) { nodes { actor { ${names} } } }`), { slug })
  expect(event).toEqual({
    participants: { nodes: [{ actor: { name: 'Ann', be: 'Ann-be', again: 'Ann-be', ru: 'Ann' } }] },
  })
})

test('names in two languages under many countries take a constant number of statements', async () => {
  const { data, errors, statements } = await ask<{ countries: { nodes: { be: string; ru: string }[] } }>(
    '{ countries(first: 20) { nodes { ru: name(lang: "ru") be: name(lang: "be") fr: name(lang: "fr") } } }',
  )
  expect([errors, data?.countries.nodes.length]).toEqual([undefined, 20])
  expect(statements).toBeLessThanOrEqual(3)
})

test('fragments on the interface and on its types are merged', async () => {
  const query = `{ event(by: { slug: "lukashenko-trump-call" }) { participants { nodes { actor { ...Who ...OfPerson ... on Actor { kind } } } } } }
    fragment Who on Actor { __typename name events(first: 1) { totalCount } }
    fragment OfPerson on Person { events(first: 1) { nodes { type } } detentions { nodes { outcome } } }`
  const { data, errors, statements } = await ask(query)
  expect(errors).toBeUndefined()
  expect(data).toMatchInlineSnapshot(`
    {
      "event": {
        "participants": {
          "nodes": [
            {
              "actor": {
                "__typename": "Person",
                "detentions": {
                  "nodes": [],
                },
                "events": {
                  "nodes": [
                    {
                      "type": "MEETING",
                    },
                  ],
                  "totalCount": 9,
                },
                "kind": "PERSON",
                "name": "Alexander Lukashenko",
              },
            },
            {
              "actor": {
                "__typename": "Person",
                "detentions": {
                  "nodes": [],
                },
                "events": {
                  "nodes": [
                    {
                      "type": "STATEMENT",
                    },
                  ],
                  "totalCount": 6,
                },
                "kind": "PERSON",
                "name": "Donald Trump",
              },
            },
            {
              "actor": {
                "__typename": "Country",
                "events": {
                  "totalCount": 4,
                },
                "kind": "COUNTRY",
                "name": "Ukraine",
              },
            },
          ],
        },
      },
    }
  `)
  expect(statements).toBe(1)
})

test('edges and nodes of one page are the same rows', async () => {
  const { event } = await read<{ event: { participants: { edges: { node: object }[]; nodes: object[] } } }>(
    within('participants { edges { node { id note } } nodes { id note } }'),
    { slug },
  )
  expect(event.participants.edges.map(({ node }) => node)).toEqual(event.participants.nodes)
})

test.each([
  ['pageInfo', 'pageInfo { hasNextPage hasPreviousPage }', { pageInfo: { hasNextPage: true, hasPreviousPage: false } }],
  ['totalCount', 'totalCount', { totalCount: 3 }],
  ['__typename', '__typename', { __typename: 'EventParticipantConnection' }],
  ['the edges’ __typename', 'edges { __typename }', { edges: Array(2).fill({ __typename: 'EventParticipantEdge' }) }],
  ['the nodes’ __typename', 'nodes { __typename }', { nodes: Array(2).fill({ __typename: 'EventParticipant' }) }],
  ['an alias of totalCount', 'n: totalCount', { n: 3 }],
  ['a fragment of totalCount', '... on EventParticipantConnection { totalCount }', { totalCount: 3 }],
])('%s alone can be selected of a page', async (_what, selection, answer) => {
  const { data, errors, statements } = await ask(within(`participants(first: 2) { ${selection} }`), { slug })
  expect([data, errors, statements]).toEqual([{ event: { participants: answer } }, undefined, 1])
})

test('a root list can be asked for its totalCount or pageInfo alone, through fragments and aliases', async () => {
  const query = `query ($no: Boolean!) {
    a: events(first: 1, where: { title: { eq: "A summit" } }) { ...Count }
    b: events(first: 1, where: { title: { eq: "A summit" } }) { ... on EventConnection { p: pageInfo { hasNextPage } } }
    c: events(first: 1, where: { title: { eq: "A summit" } }) { totalCount @skip(if: $no) nodes @include(if: $no) { title } }
  } fragment Count on EventConnection { n: totalCount }`
  expect(await read(query, { no: false })).toEqual({
    a: { n: 1 },
    b: { p: { hasNextPage: false } },
    c: { totalCount: 1 },
  })
  expect(await read(query, { no: true })).toEqual({
    a: { n: 1 },
    b: { p: { hasNextPage: false } },
    c: { nodes: [{ title: 'A summit' }] },
  })
})

test.each([
  'pageInfo @include(if: $no) { hasNextPage }',
  'nodes @skip(if: true) { status }',
  '... @include(if: $no) { edges { cursor } }',
  '...Rows @skip(if: true)',
])('a list of which @include and @skip leave out the rows reads none: %s', async (selected) => {
  const fragment = selected.startsWith('...Rows') ? ' fragment Rows on RestrictionConnection { totalCount }' : ''
  const { data, errors } = await ask(
    `query ($no: Boolean = false) { restrictions(on: "2026-01-01", knownAt: "2020-01-01T00:00:00Z") { __typename ${selected} } x: event(by: { slug: "x" }) @include(if: $no) { title } }${fragment}`,
  )
  expect([data, errors]).toEqual([{ restrictions: { __typename: 'RestrictionConnection' } }, undefined])
})
