import { beforeAll, expect, test } from 'vitest'
import { ask, database, read } from '../client.ts'
import { aLink, anEvent, aPerson } from '../world.ts'

interface Links {
  event: {
    links: {
      totalCount: number
      edges: { cursor: string; direction: string; other: { title: string }; node: object }[]
      pageInfo: object
    }
  }
}

/** The expected edges: an event's links alternate in direction. */
const all = ['One', 'Two', 'Three', 'Four', 'Five'].map((title, i) => ({
  direction: i % 2 === 0 ? 'OUTGOING' : 'INCOMING',
  other: { title },
}))

let slug: string

beforeAll(async () => {
  const { id, slug: key } = await anEvent({ title: 'Middle' })
  slug = key
  for (const { direction, other } of all) {
    const { id: end } = await anEvent(other)
    await (direction === 'OUTGOING' ? aLink(id, end, 'CAUSED') : aLink(end, id, 'PART_OF'))
  }
  await aLink(id, (await anEvent({ retractedAt: new Date() })).id)
  await aLink((await anEvent({ mergedIntoId: (await anEvent()).id })).id, id)
})

const page = (args: string) =>
  read<Links>(
    `query ($slug: String!) { event(by: { slug: $slug }) { links${args} {
      totalCount edges { cursor direction other { title } node { kind } } pageInfo { hasNextPage hasPreviousPage } } } }`,
    { slug },
  )

const edgesOf = async (args: string) =>
  (await page(args)).event.links.edges.map(({ direction, other }) => ({ direction, other }))

test('the links of both directions are one list, without retracted and merged events', async () => {
  const { totalCount, pageInfo } = (await page('')).event.links
  expect([totalCount, pageInfo]).toEqual([5, { hasNextPage: false, hasPreviousPage: false }])
  expect(await edgesOf('')).toEqual(all)
})

test('its pages follow each other, forward and backward', async () => {
  const [, second, third] = (await page('')).event.links.edges
  expect(await edgesOf('(first: 2)')).toEqual(all.slice(0, 2))
  expect(await edgesOf(`(first: 2, after: "${second?.cursor}")`)).toEqual(all.slice(2, 4))
  expect(await edgesOf('(last: 2)')).toEqual(all.slice(3))
  expect(await edgesOf(`(last: 1, before: "${third?.cursor}")`)).toEqual(all.slice(1, 2))
  expect((await page(`(first: 2, after: "${second?.cursor}")`)).event.links).toMatchObject({
    totalCount: 5,
    pageInfo: { hasNextPage: true, hasPreviousPage: true },
  })
})

test('a filter applies to both directions', async () => {
  expect((await page('(where: { kind: { in: [PART_OF] } })')).event.links).toMatchObject({
    totalCount: 2,
    edges: [
      { direction: 'INCOMING', other: { title: 'Two' }, node: { kind: 'PART_OF' } },
      { direction: 'INCOMING', other: { title: 'Four' }, node: { kind: 'PART_OF' } },
    ],
  })
})

test('the other end and both ends of a link are selected apart', async () => {
  const links = (args: string, selected: string) =>
    `${args}: links(first: 1) { edges { other { ${selected} } node { from { slug } to { title ${selected} } } } }`
  const { data, errors } = await ask(
    `query ($slug: String!) { event(by: { slug: $slug }) { ${links('a', 'links { edges { direction other { title } } }')}
      parts { totalCount nodes { title } } partOf { totalCount } links { totalCount nodes { kind } } } }`,
    { slug },
  )
  const incoming = { links: { edges: [{ direction: 'INCOMING', other: { title: 'Middle' } }] } }
  expect(errors).toBeUndefined()
  expect(data).toEqual({
    event: {
      a: { edges: [{ other: incoming, node: { from: { slug }, to: { title: 'One', ...incoming } } }] },
      parts: { totalCount: 2, nodes: [{ title: 'Two' }, { title: 'Four' }] },
      partOf: { totalCount: 0 },
      links: {
        totalCount: 5,
        nodes: all.map(({ direction }) => ({ kind: direction === 'OUTGOING' ? 'CAUSED' : 'PART_OF' })),
      },
    },
  })
})

test.each(['parts', 'partOf', 'links'])(
  'the number of %s is counted beside the rows of the other lists',
  async (list) => {
    const rows = ['parts { nodes { title } }', 'partOf { nodes { title } }', 'links { edges { other { title } } }']
    const others = rows.filter((row) => !row.startsWith(`${list} `)).join(' ')
    const number = await read(`query ($slug: String!) { event(by: { slug: $slug }) { ${list} { totalCount } } }`, {
      slug,
    })
    for (const selected of [
      `${others} ${list} { totalCount }`,
      `${list} { totalCount nodes @skip(if: true) { id } } ${others}`,
    ])
      expect(
        await read(`query ($slug: String!) { event(by: { slug: $slug }) { ${selected} } }`, { slug }),
      ).toMatchObject(number)
  },
)

test('the relationships of an actor have its direction, and the other actor', async () => {
  const [subject, object] = [await aPerson({ name: 'Subject' }), await aPerson({ name: 'Object' })]
  await database.relationship.create({ data: { subjectId: subject.id, objectId: object.id, kind: 'ALLY_OF' } })
  const select = 'relationships { totalCount edges { direction other { name ... on Person { gender } } } }'
  const query = `query ($subject: String!, $object: String!) { a: actor(by: { slug: $subject }) { ${select} } b: person(by: { slug: $object }) { ${select} } }`
  const { data, statements } = await ask(query, { subject: subject.slug, object: object.slug })
  const only = (direction: string, name: string) => ({
    relationships: { totalCount: 1, edges: [{ direction, other: { name, gender: null } }] },
  })
  expect([data, statements]).toEqual([{ a: only('OUTGOING', 'Object'), b: only('INCOMING', 'Subject') }, 2])
})
