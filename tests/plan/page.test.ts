import { describe, expect, test } from 'vitest'
import { ask, database } from '../client.ts'

type Page = {
  nodes: { slug: string }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
}
const fields = 'nodes { slug } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'

const lists = {
  root: {
    query: (args: string) => `{ events(${args}) { ${fields} } }`,
    read: (data: unknown) => (data as { events: Page }).events,
  },
  'of a country': {
    query: (args: string) => `{ country(by: { code: "BY" }) { events(${args}) { ${fields} } } }`,
    read: (data: unknown) => (data as { country: { events: Page } }).country.events,
  },
}
type List = (typeof lists)['root']

async function readAll(list: List, order: string, forward: boolean, between?: (page: Page) => Promise<unknown>) {
  const slugs: string[] = []
  let cursor: string | undefined
  for (let more = true; more; ) {
    const place = cursor ? `, ${forward ? 'after' : 'before'}: "${cursor}"` : ''
    const { data, errors } = await ask(list.query(`${forward ? 'first' : 'last'}: 3${place}${order}`))
    expect(errors).toBeUndefined()
    const page = list.read(data)
    const read = page.nodes.map(({ slug }) => slug)
    slugs.splice(forward ? slugs.length : 0, 0, ...read)
    cursor = forward ? page.pageInfo.endCursor : page.pageInfo.startCursor
    more = forward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage
    await between?.(page)
  }
  return slugs
}

const orders = {
  'as usual': '',
  'by date': ', orderBy: [{ field: DATE, direction: ASC }]',
  'by title': ', orderBy: [{ field: TITLE, direction: DESC }]',
  'by when it was recorded': ', orderBy: [{ field: CREATED_AT, direction: ASC }]',
  'by date, then title the other way':
    ', orderBy: [{ field: DATE, direction: DESC }, { field: TITLE, direction: ASC }]',
}

describe.each(Object.entries(lists))('the events %s', (_name, list) => {
  test.each(Object.entries(orders))(
    '%s come once each by threes, and backward in the same order',
    async (_order, order) => {
      const { data } = await ask(list.query(`first: 100${order}`))
      const whole = list.read(data).nodes.map(({ slug }) => slug)
      expect(whole.length).toBeGreaterThan(18)
      expect(await readAll(list, order, true)).toEqual(whole)
      expect(await readAll(list, order, false)).toEqual(whole)
    },
  )

  test('go on where they were when the row at the cursor is retracted', async () => {
    const whole = await readAll(list, '', true)
    const retracted: string[] = []
    const read = await readAll(list, '', true, async ({ nodes }) => {
      const slug = nodes.at(-1)?.slug ?? ''
      retracted.push(slug)
      await database.event.update({ where: { slug }, data: { retractedAt: new Date() } })
    })
    await database.event.updateMany({ where: { slug: { in: retracted } }, data: { retractedAt: null } })
    expect(read).toEqual(whole)
  })

  test('come all the same when one that was read moves to the end', async () => {
    const order = ', orderBy: [{ field: TITLE, direction: ASC }]'
    const whole = await readAll(list, order, true)
    const moved = whole[1] ?? ''
    const { title } = await database.event.findUniqueOrThrow({ where: { slug: moved } })
    let once = false
    const read = await readAll(list, order, true, async () => {
      if (!once) await database.event.update({ where: { slug: moved }, data: { title: 'zzz' } })
      once = true
    })
    await database.event.update({ where: { slug: moved }, data: { title } })
    expect(read.filter((slug) => slug !== moved)).toEqual(whole.filter((slug) => slug !== moved))
  })
})

test('one connection that is selected twice has the rows of both selections', async () => {
  const { data, statements } = await ask(`
    query { country(by: { code: "BY" }) { ...A ...B few: events(first: 1) { nodes { slug } } many: events(first: 4) { nodes { slug } } } }
    fragment A on Country { events(first: 2) { edges { node { slug } } } }
    fragment B on Actor { events(first: 2) { totalCount edges { cursor node { title } } } }
  `)
  const { events, few, many } = (
    data as { country: { events: { totalCount: number; edges: { node: object }[] }; few: Page; many: Page } }
  ).country
  expect(events.totalCount).toBe(19)
  expect(events.edges[1]?.node).toEqual({ slug: expect.any(String), title: expect.any(String) })
  expect([events.edges.length, few.nodes.length, many.nodes.length]).toEqual([2, 1, 4])
  expect(statements).toBeLessThanOrEqual(3)
})

test('aliases of one relation under many parents cost one statement more, not one for each parent', async () => {
  const { data, statements } = await ask(`{ events(first: 20) { nodes {
    subjects: participants(where: { role: { eq: SUBJECT } }) { nodes { role } }
    agents: participants(where: { role: { eq: AGENT } }) { nodes { role } }
  } } }`)
  expect((data as { events: Page }).events.nodes).toHaveLength(20)
  expect(statements).toBe(2)
})
