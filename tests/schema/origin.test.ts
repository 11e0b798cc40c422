import { beforeAll, expect, test } from 'vitest'
import { sequenceChanges } from '../../src/store/write.ts'
import { database, idOf, read } from '../client.ts'
import { aCountry, aLink, anAction, anEvent, aParticipant, aPerson, aSanction, on } from '../world.ts'
import { anEditor } from './mutation/editor.ts'

let one: string
let other: string
/** The code of the country in which the events are: one or the other. */
let located: string
let person: { id: string; slug: string }
let machine: { id: string; slug: string }
let sanctionSlug: string

/** Creates an edited event and a machine-coded one: alike, linked, in the same month, country, sanction and person. */
beforeAll(async () => {
  const [here, there] = [await aCountry(), await aCountry()]
  const codes = await database.country.findMany({
    where: { actorId: { in: [here.id, there.id] } },
    orderBy: { iso2: 'asc' },
  })
  one = codes[0]?.iso2 ?? ''
  other = codes[1]?.iso2 ?? ''
  located = codes.find(({ actorId }) => actorId === here.id)?.iso2 ?? ''
  person = await aPerson()
  const sanction = await aSanction()
  sanctionSlug = sanction.slug
  const events = []
  for (const [origin, goldstein] of [['EDITED', 2] as const, ['MACHINE_CODED', -8] as const]) {
    const event = await anEvent({
      title: `Quagga ${origin}`,
      origin,
      goldstein,
      locationId: here.id,
      ...on('2024-05-01'),
    })
    await aParticipant(event.id, there.id)
    await aParticipant(event.id, person.id)
    await anAction(sanction.id, { eventId: event.id })
    events.push(event)
  }
  const [edited, coded] = events
  machine = coded ?? machine
  await aLink(edited?.id ?? '', machine.id)
})

const both = ['EDITED', 'MACHINE_CODED']
const filters: [string, object, string[]][] = [
  ['nothing', {}, ['EDITED']],
  ['null', { origin: null }, ['EDITED']],
  ['an empty condition', { origin: { eq: null } }, ['EDITED']],
  ['other conditions', { type: { eq: 'OTHER' }, not: { status: { eq: 'CANCELLED' } } }, ['EDITED']],
  ['one origin', { origin: { eq: 'MACHINE_CODED' } }, ['MACHINE_CODED']],
  ['both origins', { origin: { in: both } }, both],
  ['a condition in and', { and: [{ origin: { in: ['MACHINE_CODED'] } }] }, ['MACHINE_CODED']],
  ['a condition in or', { or: [{ origin: { eq: 'MACHINE_CODED' } }, { type: { eq: 'OTHER' } }] }, both],
  ['a condition in not', { not: { origin: { eq: 'EDITED' } } }, ['MACHINE_CODED']],
  ['no origin', { origin: { in: [] } }, []],
]

interface List {
  totalCount: number
  nodes: { origin: string }[]
  facets: { values: { count: number }[] }[]
}

const events = 'events(where: $where) { totalCount nodes { origin } facets(by: [TYPE]) { values { count } } }'
const lists = `query ($where: EventWhere, $one: String!, $between: [String!]!, $person: String!, $sanction: String!) {
  ${events}
  country(by: { code: $one }) { ${events} }
  person(by: { slug: $person }) { ${events} }
  sanction(by: { slug: $sanction }) { ${events} }
  bilateral(between: $between) { ${events} }
}`

test.each(filters)(
  'a list of events has those of the origin in its filter, with its count and facets: %s',
  async (_what, filter, expected) => {
    const where = { title: { startsWith: 'Quagga' }, ...filter }
    const variables = { where, one, between: [one, other], person: person.slug, sanction: sanctionSlug }
    const { events, ...parents } = await read<{ events: List } & Record<string, { events: List }>>(lists, variables)
    for (const { totalCount, nodes, facets } of [events, ...Object.values(parents).map((each) => each.events)]) {
      expect(nodes.map(({ origin }) => origin).sort()).toEqual(expected)
      expect(totalCount).toBe(expected.length)
      expect(facets[0]?.values.map(({ count }) => count)).toEqual(expected.length ? [expected.length] : [])
    }
  },
)

test('a search finds edited events, unless it asks for others', async () => {
  const search =
    'query ($where: EventWhere) { events(search: "quagga", where: $where) { totalCount nodes { origin } } }'
  expect(await read(search)).toEqual({ events: { totalCount: 1, nodes: [{ origin: 'EDITED' }] } })
  expect(await read(search, { where: { origin: { in: both } } })).toMatchObject({ events: { totalCount: 2 } })
})

test('filters on the events of actors and sanctions count edited events, unless they ask for others', async () => {
  const found = async (events: object) => {
    const { people, sanctions, countries } = await read<Record<string, { totalCount: number }>>(
      `query ($person: PersonWhere, $sanction: SanctionWhere, $country: CountryWhere) {
        people(where: $person) { totalCount } sanctions(where: $sanction) { totalCount } countries(where: $country) { totalCount }
      }`,
      {
        person: { slug: { eq: person.slug }, events },
        sanction: { slug: { eq: sanctionSlug }, events },
        country: { iso2: { eq: located }, eventsLocated: events },
      },
    )
    return [people?.totalCount, sanctions?.totalCount, countries?.totalCount]
  }
  const hostile = { goldstein: { lt: 0 } }
  expect(await found({ some: hostile })).toEqual([0, 0, 0])
  expect(await found({ some: { ...hostile, origin: { in: both } } })).toEqual([1, 1, 1])
  expect(await found({ none: hostile })).toEqual([1, 1, 1])
  expect(await found({ none: { ...hostile, origin: { eq: 'MACHINE_CODED' } } })).toEqual([0, 0, 0])
  expect(await found({ every: { goldstein: { gt: 0 } } })).toEqual([1, 1, 1])
  expect(await found({ every: { goldstein: { gt: 0 }, origin: { in: both } } })).toEqual([0, 0, 0])
})

test('people who are in an event of a person are found through edited events, at any depth', async () => {
  const friend = await aPerson()
  await aParticipant(machine.id, friend.id)
  const query = `query ($friend: ID!, $origin: EventOriginFilter) { events(where: { title: { startsWith: "Quagga" },
    actors: { some: { events: { some: { origin: $origin, actors: { some: { id: { eq: $friend } } } } } } } }) { nodes { origin } } }`
  const friendId = idOf('Person', friend)
  expect(await read(query, { friend: friendId })).toEqual({ events: { nodes: [] } })
  expect(await read(query, { friend: friendId, origin: { eq: 'MACHINE_CODED' } })).toEqual({
    events: { nodes: [{ origin: 'EDITED' }] },
  })
})

test('the scores of machines do not enter a relation, unless it asks for them', async () => {
  const relation = async (where?: object) => {
    const { bilateral } = await read<{ bilateral: { relation: object[] } }>(
      `query ($between: [String!]!, $where: EventWhere) { bilateral(between: $between) {
        relation(by: MONTH, where: $where) { date events meanGoldstein } } }`,
      { between: [one, other], where },
    )
    return bilateral.relation
  }
  expect(await relation()).toEqual([{ date: '2024-05-01', events: 1, meanGoldstein: 2 }])
  expect(await relation({ origin: { eq: 'MACHINE_CODED' } })).toEqual([
    { date: '2024-05-01', events: 1, meanGoldstein: -8 },
  ])
  expect(await relation({ origin: { in: both } })).toEqual([{ date: '2024-05-01', events: 2, meanGoldstein: -3 }])
})

test('a machine-coded event is read by its id and slug, through links, actions and participants, and from the log', async () => {
  const data = await read(
    `query ($id: ID!, $slug: String!, $person: String!) {
      node(id: $id) { ... on Event { origin } }
      event(by: { slug: $slug }) { origin links { nodes { from { origin } } } }
      events(where: { title: { eq: "Quagga EDITED" } }) { nodes { links { nodes { to { origin } } } } }
      person(by: { slug: $person }) { participations { nodes { event { origin } } } }
    }`,
    { id: idOf('Event', machine), slug: machine.slug, person: person.slug },
  )
  expect(data).toEqual({
    node: { origin: 'MACHINE_CODED' },
    event: { origin: 'MACHINE_CODED', links: { nodes: [{ from: { origin: 'EDITED' } }] } },
    events: { nodes: [{ links: { nodes: [{ to: { origin: 'MACHINE_CODED' } }] } }] },
    person: { participations: { nodes: [{ event: { origin: 'EDITED' } }, { event: { origin: 'MACHINE_CODED' } }] } },
  })
  await sequenceChanges()
  const { changes } = await read<{ changes: { nodes: { operation: string }[] } }>(
    `query ($id: ID!) { changes(where: { ids: [$id] }) { nodes { operation } } }`,
    { id: idOf('Event', machine) },
  )
  expect(changes.nodes[0]).toEqual({ operation: 'CREATED' })
})

test('an editor writes an edited event by default, and can say that a machine coded it', async () => {
  const editor = await anEditor()
  const input = {
    title: 'Okapi',
    type: 'OTHER',
    status: 'OCCURRED',
    certainty: 'ASSERTED',
    date: { precision: 'UNKNOWN', basis: 'STATED' },
  }
  const select = 'event { id origin }'
  expect((await editor.done('eventCreate', input, { select })).event).toMatchObject({ origin: 'EDITED' })
  const { event } = await editor.done('eventCreate', { ...input, origin: 'MACHINE_CODED' }, { select })
  expect(event).toMatchObject({ origin: 'MACHINE_CODED' })
  const kept = await editor.done('eventUpdate', { id: event.id, title: 'Okapi 2' }, { select })
  expect(kept.event.origin).toBe('MACHINE_CODED')
  const { event: changed } = await editor.done('eventUpdate', { id: event.id, origin: 'EDITED' }, { select })
  expect(changed.origin).toBe('EDITED')
  expect(await editor.mutate('eventUpdate', { id: event.id, origin: null }, { select })).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ path: ['origin'], message: 'cannot be null: pass a value, or omit it.' }],
  })
})
