import { beforeAll, describe, expect, test } from 'vitest'
import { ask, database, read } from '../client.ts'
import { aCountry, anAction, anEvent, aParticipant, aPerson, aSanction, aTarget, country, on, span } from '../world.ts'

interface Page {
  nodes: { slug: string }[]
  edges: { cursor: string; node: { slug: string } }[]
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null }
}

/** A list query with a placeholder for the page's arguments, and the path of the list in the answer. */
interface List {
  query: string
  path: string[]
  variables?: object
}

const rows =
  'nodes { slug } edges { cursor node { slug } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }'
const places = '$first: Int, $last: Int, $after: String, $before: String'
const page = 'first: $first, last: $last, after: $after, before: $before'

const events = (orderBy = '', where = ''): List => ({
  query: `query (${places}) { events(${page}${orderBy && `, orderBy: ${orderBy}`}${where && `, where: ${where}`}) { ${rows} } }`,
  path: ['events'],
})

async function pageOf({ query, path, variables }: List, args: object): Promise<Page> {
  const data = await read(query, { ...variables, ...args })
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], data) as Page
}

/** More rows than any list here has. A test that reads so many rows does not terminate. */
const beyondAll = 300

/** Returns all rows, page by page from the start. Calls `between` after each page. */
async function forward(list: List, size: () => number, between = async (_page: Page) => {}): Promise<string[]> {
  const slugs: string[] = []
  for (let after: string | null = null, more = true; more; ) {
    const found = await pageOf(list, { first: size(), after })
    slugs.push(...found.nodes.map(({ slug }) => slug))
    expect(slugs.length).toBeLessThan(beyondAll)
    expect(found.pageInfo.hasPreviousPage).toBe(after !== null)
    ;({ endCursor: after, hasNextPage: more } = found.pageInfo)
    if (more) await between(found)
  }
  return slugs
}

/** Returns all rows, page by page from the end. */
async function backward(list: List, size: () => number): Promise<string[]> {
  const slugs: string[] = []
  for (let before: string | null = null, more = true; more; ) {
    const found = await pageOf(list, { last: size(), before })
    slugs.unshift(...found.nodes.map(({ slug }) => slug))
    expect(slugs.length).toBeLessThan(beyondAll)
    expect(found.pageInfo.hasNextPage).toBe(before !== null)
    ;({ startCursor: before, hasPreviousPage: more } = found.pageInfo)
  }
  return slugs
}

const three = () => 3

let place: string
let sanctioned: string
let sanction: string

beforeAll(async () => {
  // All sort keys have ties: dates, titles and creation times come in threes.
  const here = await aCountry()
  const target = await aPerson()
  const story = await aSanction()
  place = here.slug
  sanctioned = target.slug
  sanction = story.slug
  for (let n = 0; n < 12; n++) {
    const third = Math.floor(n / 3)
    const date = n % 5 === 0 ? span('date', null, null, { precision: 'UNKNOWN' }) : on(`2031-0${third + 1}-01`)
    const made = new Date(Date.UTC(2031, 0, 1, 0, 0, 0, third))
    const event = await anEvent({
      title: `Title ${third}`,
      createdAt: made,
      updatedAt: made,
      locationId: here.id,
      ...date,
    })
    await aParticipant(event.id, here.id)
    const measure = await aSanction({ title: `Sanction ${third}`, createdAt: made, updatedAt: made })
    await aTarget(measure.id, target.id)
    await aTarget(measure.id, target.id, { listingId: 'again' })
    await anAction(measure.id, { eventId: event.id, ...on(`2031-0${third + 1}-01`) })
    await anAction(story.id, { eventId: event.id })
  }
})

const orders = [
  '',
  ...['DATE', 'TITLE', 'CREATED_AT', 'UPDATED_AT'].flatMap((field) =>
    ['ASC', 'DESC'].map((direction) => `[{ field: ${field}, direction: ${direction} }]`),
  ),
  '[{ field: DATE, direction: DESC }, { field: TITLE, direction: ASC }]',
  '[{ field: CREATED_AT, direction: ASC }, { field: DATE, direction: DESC }, { field: TITLE, direction: DESC }]',
]

const nested = (root: string, field: string, variables: object, orderBy = ''): List => ({
  query: `query ($slug: String!, ${places}) { ${root}(by: { slug: $slug }) { ${field}(${page}${orderBy && `, orderBy: ${orderBy}`}) { ${rows} } } }`,
  path: [root, field],
  variables,
})

const lists: [name: string, list: () => List][] = [
  ...orders.map((order): [string, () => List] => [`events ${order}`, () => events(order)]),
  ...orders.map((order): [string, () => List] => [
    `Actor.events ${order}`,
    () => nested('country', 'events', { slug: place }, order),
  ]),
  ...orders.map((order): [string, () => List] => [
    `Actor.sanctions ${order}`,
    () => nested('person', 'sanctions', { slug: sanctioned }, order),
  ]),
  ['Sanction.events', () => nested('sanction', 'events', { slug: sanction })],
  [
    'Sanction.events by TITLE',
    () => nested('sanction', 'events', { slug: sanction }, '[{ field: TITLE, direction: DESC }]'),
  ],
  ['Actor.sanctionsImposed', () => nested('country', 'sanctionsImposed', { slug: 'united-states' })],
  ['people', () => ({ query: `query (${places}) { people(${page}) { ${rows} } }`, path: ['people'] })],
]

test.each(lists)('pages of three through %s contain each row once, forward and backward', async (_name, list) => {
  const whole = (await pageOf(list(), { first: 100 })).nodes.map(({ slug }) => slug)
  expect(whole.length).toBeGreaterThan(7)
  expect(new Set(whole).size).toBe(whole.length)
  expect(await forward(list(), three)).toEqual(whole)
  expect(await backward(list(), three)).toEqual(whole)
})

test('pages of any sizes together are the whole list', async () => {
  const list = events('[{ field: TITLE, direction: ASC }]')
  const whole = (await pageOf(list, { first: 100 })).nodes.map(({ slug }) => slug)
  for (let seed = 1; seed <= 8; seed++) {
    let state = seed
    // Park and Miller's random number generator, so that failures are repeatable.
    const random = () => {
      state = (state * 48_271) % 2_147_483_647
      return 1 + (state % 9)
    }
    expect([seed, await forward(list, random)]).toEqual([seed, whole])
    expect([seed, await backward(list, random)]).toEqual([seed, whole])
  }
})

test('a cursor from the middle of a page continues after that row, in both directions', async () => {
  const list = events()
  const { edges } = await pageOf(list, { first: 7 })
  const [second, fifth] = [edges[1], edges[4]]
  const between = await pageOf(list, { first: 10, after: second?.cursor, before: fifth?.cursor })
  expect(between.edges).toEqual(edges.slice(2, 4))
  expect((await pageOf(list, { last: 1, before: fifth?.cursor })).edges).toEqual([edges[3]])
})

test('a list of participants is paged in the order of the source', async () => {
  const { slug, id } = await anEvent()
  const roles = ['TOPIC', 'SPEAKER', 'PARTY', 'AGENT', 'TARGET', 'SUBJECT', 'AUTHORITY'] as const
  const { id: actorId } = await aPerson()
  for (const role of roles) await aParticipant(id, actorId, { role })
  const query = `query ($slug: String!, ${places}) {
    event(by: { slug: $slug }) { participants(${page}) { nodes { slug: role } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }
  }`
  const list = { query, path: ['event', 'participants'], variables: { slug } }
  expect(await forward(list, three)).toEqual(roles)
  expect(await backward(list, three)).toEqual(roles)
})

test('participants and targets are sorted by the name of the actor, and participations by the date of the event', async () => {
  const people = await Promise.all(
    ['Cyr', 'Ada', 'Bob', 'Eve', 'Dan'].map((name) => aPerson({ name: `${name} Of A List` })),
  )
  const { id, slug } = await anEvent(on('2025-03-01'))
  const sanction = await aSanction()
  for (const { id: actorId } of people) {
    await aParticipant(id, actorId)
    await aTarget(sanction.id, actorId)
  }
  const order = 'orderBy: { field: NAME, direction: DESC }'
  const inOrder = ['Eve', 'Dan', 'Cyr', 'Bob', 'Ada'].map((name) => `${name} Of A List`)
  const nodes = 'nodes { actor { name } } pageInfo { endCursor }'
  const asked = `query ($slug: String!, $after: String, $sanction: String!) {
    event(by: { slug: $slug }) { participants(first: 3, after: $after, ${order}) { ${nodes} } }
    sanction(by: { slug: $sanction }) { targets(first: 5, ${order}) { ${nodes} } }
  }`
  type Names = { nodes: { actor: { name: string } }[]; pageInfo: { endCursor: string } }
  const readNames = async (after?: string) =>
    read<{ event: { participants: Names }; sanction: { targets: Names } }>(asked, {
      slug,
      after,
      sanction: sanction.slug,
    })
  const first = await readNames()
  const next = await readNames(first.event.participants.pageInfo.endCursor)
  const namesOf = ({ nodes }: Names) => nodes.map(({ actor }) => actor.name)
  expect([...namesOf(first.event.participants), ...namesOf(next.event.participants)]).toEqual(inOrder)
  expect(namesOf(first.sanction.targets)).toEqual(inOrder)

  const [person] = people
  for (const day of ['2025-02-01', '2025-04-01']) await aParticipant((await anEvent(on(day))).id, person?.id ?? '')
  const { actor } = await read<{ actor: { participations: { nodes: { event: { date: { edtf: string } } }[] } } }>(
    `query ($slug: String!) { actor(by: { slug: $slug }) {
      participations(orderBy: { field: DATE, direction: ASC }) { nodes { event { date { edtf } } } } } }`,
    { slug: person?.slug },
  )
  expect(actor.participations.nodes.map(({ event }) => event.date.edtf)).toEqual([
    '2025-02-01',
    '2025-03-01',
    '2025-04-01',
  ])
})

test('an empty page has no cursors and no next page', async () => {
  const found = await pageOf(events('', '{ title: { eq: "No such title" } }'), { first: 3 })
  const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }
  expect(found).toEqual({ nodes: [], edges: [], pageInfo })
})

describe('while others write', () => {
  test('if the row at the cursor is retracted between pages, no other row is lost or repeated', async () => {
    const list = events('[{ field: CREATED_AT, direction: ASC }]', '{ title: { startsWith: "Withdrawn" } }')
    for (let n = 0; n < 10; n++) await anEvent({ title: `Withdrawn ${n}` })
    const whole = (await pageOf(list, { first: 100 })).nodes.map(({ slug }) => slug)
    const retract = async ({ nodes }: Page) => {
      await database.event.update({ where: { slug: nodes.at(-1)?.slug ?? '' }, data: { retractedAt: new Date() } })
    }
    expect(await forward(list, three, retract)).toEqual(whole)
  })

  test('a row whose own sort key changes may move, and the others appear once each', async () => {
    const list = events('[{ field: TITLE, direction: ASC }]', '{ title: { startsWith: "Renamed" } }')
    for (let n = 0; n < 10; n++) await anEvent({ title: `Renamed ${n}` })
    const whole = (await pageOf(list, { first: 100 })).nodes.map(({ slug }) => slug)
    const moved = whole[2]
    const rename = async () => {
      await database.event.update({ where: { slug: moved ?? '' }, data: { title: 'Renamed 55' } })
    }
    const others = (slugs: string[]) => slugs.filter((slug) => slug !== moved)
    expect(others(await forward(list, three, rename))).toEqual(others(whole))
  })

  test('rows that are added to earlier pages do not shift later ones', async () => {
    const list = events('', '{ title: { startsWith: "Steady" } }')
    for (let n = 0; n < 7; n++) await anEvent({ title: `Steady ${n}`, ...on(`2032-01-0${9 - n}`) })
    const whole = (await pageOf(list, { first: 100 })).nodes.map(({ slug }) => slug)
    const add = async () => void (await anEvent({ title: 'Steady and new', ...on('2032-02-01') }))
    expect(await forward(list, three, add)).toEqual(whole)
  })
})

test('times that differ by a millisecond are sorted', async () => {
  for (const millisecond of [7, 5, 6])
    await anEvent({
      title: 'To the millisecond',
      summary: `${millisecond}`,
      createdAt: new Date(Date.UTC(2033, 0, 1, 0, 0, 0, millisecond)),
    })
  const query = `query ($after: String) { events(first: 1, after: $after, where: { title: { eq: "To the millisecond" } },
    orderBy: [{ field: CREATED_AT, direction: ASC }]) { nodes { summary createdAt } pageInfo { endCursor } } }`
  const seen: unknown[] = []
  for (let after: string | null = null, n = 0; n < 3; n++) {
    const { events: found }: { events: { nodes: unknown[]; pageInfo: { endCursor: string } } } = await read(query, {
      after,
    })
    seen.push(...found.nodes)
    after = found.pageInfo.endCursor
  }
  expect(seen).toEqual([5, 6, 7].map((n) => ({ summary: `${n}`, createdAt: `2033-01-01T00:00:00.00${n}Z` })))
})

test('an event of a country appears once, however many participants are or represent the country', async () => {
  const { slug, id } = await aCountry()
  const event = await anEvent({ locationId: id })
  const { id: envoy } = await aPerson()
  await aParticipant(event.id, id)
  await aParticipant(event.id, id, { role: 'TOPIC' })
  await aParticipant(event.id, envoy, { onBehalfOfId: id })
  const query = 'query ($slug: String!) { country(by: { slug: $slug }) { events { totalCount nodes { slug } } } }'
  expect(await ask(query, { slug })).toMatchObject({
    data: { country: { events: { totalCount: 1, nodes: [{ slug: event.slug }] } } },
  })
  expect((await country('US')).kind).toBe('COUNTRY')
})
