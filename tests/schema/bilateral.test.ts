import { pino } from 'pino'
import { describe, expect, test } from 'vitest'
import { createHandler } from '../../src/server/http/server.ts'
import { ask, database, idOf, read } from '../client.ts'
import { aCountry, anEvent, anOrganization, aParticipant, aSanction, aTarget, on, span } from '../world.ts'

interface Bilateral {
  bilateral: {
    countries: { name: string }[]
    events: { totalCount: number; nodes: { slug: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
    sanctions: { nodes: { slug: string; status: string }[] }
    relation: { date: string; events: number; meanGoldstein: number }[]
  } | null
}

const slugs = async (query: string, variables?: object) => {
  const { bilateral } = await read<Bilateral>(query, variables)
  return bilateral?.events.nodes.map(({ slug }) => slug)
}

test('relations of Belarus and the United States improve in 2025, month by month', async () => {
  const { bilateral } = await read(`{ bilateral(between: ["BY", "US"]) {
    countries { name flag }
    relation(by: MONTH) { date events meanGoldstein }
    prospective: relation(by: MONTH, where: { status: { eq: PROSPECTIVE } }) { date events meanGoldstein }
  } }`)
  expect(bilateral).toEqual({
    countries: [
      { name: 'Belarus', flag: '🇧🇾' },
      { name: 'United States', flag: '🇺🇸' },
    ],
    relation: [
      { date: '2025-03-01', events: 1, meanGoldstein: 3.4 },
      { date: '2025-08-01', events: 1, meanGoldstein: 1 },
      { date: '2025-09-01', events: 2, meanGoldstein: 2 },
      { date: '2025-12-01', events: 2, meanGoldstein: 4 },
    ],
    prospective: [],
  })
})

test("both of Coale's meetings are common events, since he acts for the President of the United States", async () => {
  expect(
    await slugs('{ bilateral(between: ["BY", "US"]) { events(where: { type: { eq: MEETING } }) { nodes { slug } } } }'),
  ).toEqual(['lukashenko-coale-meeting-december-2025', 'lukashenko-coale-meeting-september-2025'])
})

test('their calls are common events by type, and their sanctions have their status', async () => {
  const { bilateral } = await read(`{ bilateral(between: ["usa", "blr"]) {
    countries { name }
    events(where: { type: { in: [PHONE_CALL] } }) { totalCount nodes { slug people { nodes { name } } } }
    sanctions { totalCount nodes { slug status authority { name } } }
  } }`)
  expect(bilateral).toEqual({
    countries: [{ name: 'Belarus' }, { name: 'United States' }],
    events: {
      totalCount: 1,
      nodes: [
        {
          slug: 'lukashenko-trump-call',
          people: { nodes: [{ name: 'Alexander Lukashenko' }, { name: 'Donald Trump' }] },
        },
      ],
    },
    sanctions: {
      totalCount: 2,
      nodes: [
        { slug: 'us-potash', status: 'IN_FORCE', authority: { name: 'United States' } },
        { slug: 'us-belarus-restrictions', status: 'IN_FORCE', authority: { name: 'United States' } },
      ],
    },
  })
})

test('an event of only one country is not common, and sanctions on third parties are left out', async () => {
  const [one, other, third] = [await aCountry(), await aCountry(), await aCountry()]
  const [ofBoth, ofOne] = [await anEvent(), await anEvent()]
  await aParticipant(ofBoth.id, one.id)
  await aParticipant(ofBoth.id, (await anOrganization()).id, { onBehalfOfId: other.id })
  await aParticipant(ofOne.id, one.id)
  const retracted = await anEvent({ retractedAt: new Date(), locationId: other.id })
  await aParticipant(retracted.id, one.id)
  const mutual = await aSanction({ authorityId: other.id })
  await aTarget(mutual.id, one.id)
  await aTarget((await aSanction({ authorityId: one.id })).id, third.id)
  await aTarget((await aSanction({ authorityId: third.id })).id, other.id)
  const { bilateral } = await read<Bilateral>(
    `query ($between: [String!]!) { bilateral(between: $between) { events { nodes { slug } } sanctions { nodes { slug } } } }`,
    { between: await codes(one, other) },
  )
  expect(bilateral).toEqual({
    events: { nodes: [{ slug: ofBoth.slug }] },
    sanctions: { nodes: [{ slug: mutual.slug }] },
  })
})

test('the common events are paged from either end, in the requested order', async () => {
  const [one, other] = [await aCountry(), await aCountry()]
  const made = []
  for (const day of ['2024-01-01', '2024-01-02', '2024-01-02', '2024-01-03']) {
    const event = await anEvent({ ...on(day), locationId: one.id })
    await aParticipant(event.id, other.id)
    made.push(event.slug)
  }
  const page = `query ($between: [String!]!, $first: Int, $last: Int, $after: String, $orderBy: [EventOrder!]) {
    bilateral(between: $between) { events(first: $first, last: $last, after: $after, orderBy: $orderBy) {
      nodes { slug } pageInfo { endCursor hasNextPage } } } }`
  const between = await codes(one, other)
  const { bilateral } = await read<Bilateral>(page, { between, first: 2 })
  const { endCursor: after, hasNextPage } = bilateral?.events.pageInfo ?? {}
  expect(hasNextPage).toBe(true)
  expect([bilateral?.events.nodes.map(({ slug }) => slug), await slugs(page, { between, after })].flat()).toEqual(
    made.toReversed(),
  )
  expect(await slugs(page, { between, last: 1 })).toEqual([made[0]])
  const orderBy = [{ field: 'TITLE', direction: 'ASC' }]
  expect(await slugs(page, { between, orderBy })).toEqual([...made].sort())
})

test('an event counts in the month of its start; prospective and cancelled events and those without a score or a month do not count', async () => {
  const [one, other] = [await aCountry(), await aCountry()]
  const facts = [
    { goldstein: -2, ...on('2024-03-31') },
    { goldstein: 3.4, ...span('date', '2024-03-10', '2024-04-20') },
    { goldstein: 10, ...span('date', '2024-01-01', '2024-12-31'), datePrecision: 'YEAR' as const },
    { goldstein: 10, ...span('date', null, '2024-03-31') },
    { goldstein: 10, status: 'CANCELLED' as const, ...on('2024-03-01') },
    { goldstein: 10, status: 'PROSPECTIVE' as const, ...on('2024-03-01') },
    { ...on('2024-03-01') },
    { goldstein: -9.1, status: 'ONGOING' as const, ...span('date', '2024-05-01', null) },
  ]
  for (const each of facts) {
    const event = await anEvent({ ...each, locationId: one.id })
    await aParticipant(event.id, other.id)
  }
  const { bilateral } = await read<Bilateral>(
    'query ($between: [String!]!) { bilateral(between: $between) { relation(by: MONTH) { date events meanGoldstein } } }',
    { between: await codes(one, other) },
  )
  expect(bilateral?.relation).toEqual([
    { date: '2024-03-01', events: 2, meanGoldstein: 0.7 },
    { date: '2024-05-01', events: 1, meanGoldstein: -9.1 },
  ])
})

test('an event counts in the day, week, month or year of its start, if its date is precise enough', async () => {
  const [one, other] = [await aCountry(), await aCountry()]
  const facts = [
    { goldstein: 1, ...on('2024-12-29') },
    { goldstein: 2, ...on('2024-12-30') },
    { goldstein: 4, ...on('2025-01-05') },
    { goldstein: 6, ...span('date', '2025-01-05', '2025-02-20') },
    { goldstein: 8, ...span('date', '2025-01-01', '2025-01-31'), datePrecision: 'MONTH' as const },
    { goldstein: 9, ...span('date', '2025-01-01', '2025-12-31'), datePrecision: 'YEAR' as const },
    { goldstein: 10, ...span('date', null, '2025-01-05') },
  ]
  for (const each of facts) {
    const event = await anEvent({ ...each, locationId: one.id })
    await aParticipant(event.id, other.id)
  }
  const query = `query ($between: [String!]!, $by: RelationInterval!) {
    bilateral(between: $between) { relation(by: $by) { date events meanGoldstein } } }`
  const points = async (by: string) => {
    const { bilateral } = await read<Bilateral>(query, { between: await codes(one, other), by })
    return bilateral?.relation.map(({ date, events, meanGoldstein }) => [date, events, meanGoldstein])
  }
  expect(await points('DAY')).toEqual([
    ['2024-12-29', 1, 1],
    ['2024-12-30', 1, 2],
    ['2025-01-05', 2, 5],
  ])
  // 30 December 2024 is the Monday of the first week of 2025, and 5 January its Sunday.
  expect(await points('WEEK')).toEqual([
    ['2024-12-23', 1, 1],
    ['2024-12-30', 3, 4],
  ])
  expect(await points('MONTH')).toEqual([
    ['2024-12-01', 2, 1.5],
    ['2025-01-01', 3, 6],
  ])
  expect(await points('YEAR')).toEqual([
    ['2024-01-01', 2, 1.5],
    ['2025-01-01', 4, 6.75],
  ])
})

test.each(['QUARTER', 'month', null])('a relation by %s is refused', async (by) => {
  const query = `query ($by: RelationInterval!) {
    bilateral(between: ["BY", "US"]) { relation(by: $by) { date } } }`
  expect((await ask(query, { by })).errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT')
})

const missing = {
  message:
    'between must contain the ISO 3166-1 codes of two different countries: pass two codes, such as ["BY", "US"].',
  path: ['bilateral'],
  extensions: { code: 'BAD_USER_INPUT' },
}

test.each([
  ['a code of no country', ['BY', 'XX']],
  ['two codes of no country', ['', 'Belarus']],
  ['one country by both of its codes', ['BY', 'BLR']],
  ['one code twice', ['BY', 'by']],
])('%s is an error at the field, and other fields are answered', async (_what, between) => {
  const { data, errors } = await ask(
    'query ($between: [String!]!) { bilateral(between: $between) { id countries { name } } country(by: { code: "BY" }) { iso2 } }',
    { between },
  )
  expect(errors).toEqual([expect.objectContaining(missing)])
  expect(data).toEqual({ bilateral: null, country: { iso2: 'BY' } })
})

test('of several pairs, the error is at the field of the wrong one', async () => {
  const { data, errors } = await ask(
    '{ right: bilateral(between: ["BY", "US"]) { id } wrong: bilateral(between: ["BY", "XX"]) { id } }',
  )
  expect(errors).toEqual([expect.objectContaining({ ...missing, path: ['wrong'] })])
  expect(data).toMatchObject({ right: { id: pairId('BY-US') }, wrong: null })
})

test('the other fields are answered also if the document is too expensive for the resolvers', async () => {
  const query = `{ wrong: bilateral(between: ["BY", "XX"]) { id } right: bilateral(between: ["BY", "US"]) { id }
    events(first: 1) { facets(by: [YEAR]) { by } } people(first: 1000) { nodes { name } } }`
  const handler = createHandler(pino({ level: 'silent' }))
  const answerTo = async (text: string) => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query: text })
    return (await handler.fetch('http://dateline/graphql', { method: 'POST', headers, body })).json()
  }
  expect(await answerTo(query)).toMatchObject({
    data: { wrong: null, right: { id: pairId('BY-US') }, events: { facets: [{ by: 'YEAR' }] }, people: null },
    errors: [{ path: ['people'] }, { ...missing, path: ['wrong'] }],
    extensions: { cost: { path: 'prepared' } },
  })
  const one = '{ bilateral(between: ["BY", "XX"]) { events { facets(by: [TYPE, YEAR]) { by } } } }'
  expect(await answerTo(one)).toMatchObject({ data: { bilateral: null }, errors: [missing] })
})

describe('the id of two countries', () => {
  const fields = `id countries { iso2 } events(first: 2) { totalCount nodes { slug } } sanctions { nodes { slug } }
    relation(by: MONTH) { events }`

  test('is the same for both orders and all codes, and so are the fields', async () => {
    const pairs = [
      ['BY', 'US'],
      ['US', 'BY'],
      ['usa', 'blr'],
    ]
    const answers = []
    for (const between of pairs) {
      const query = `query ($between: [String!]!) { bilateral(between: $between) { ${fields} } }`
      answers.push((await read<{ bilateral: { id: string } }>(query, { between })).bilateral)
    }
    expect(answers[0]?.id).toBe(pairId('BY-US'))
    expect(answers).toEqual([answers[0], answers[0], answers[0]])
  })

  test('finds them by node, in one statement', async () => {
    const query = `query ($id: ID!) { node(id: $id) { __typename id ... on Bilateral { ${fields} } } }`
    const { data, path } = await ask(query, { id: pairId('BY-US') })
    const { bilateral } = await read(`{ bilateral(between: ["US", "BY"]) { ${fields} } }`)
    expect(data).toEqual({ node: { __typename: 'Bilateral', ...(bilateral as object) } })
    expect(path).toBe('prepared')
  })

  test('finds several of them, beside records of other types', async () => {
    const event = await anEvent()
    const ids = [pairId('BY-US'), idOf('Event', event), pairId('BY-XX'), pairId('LT-US')]
    const { data, path } = await ask('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })
    expect(data).toEqual({ nodes: [{ id: ids[0] }, { id: ids[1] }, null, { id: ids[3] }] })
    expect(path).toBe('prepared')
  })

  test('is null for a country that was retracted', async () => {
    const [one, other] = [await aCountry(), await aCountry()]
    await database.actor.update({ where: { id: one.id }, data: { retractedAt: new Date() } })
    const id = pairId((await codes(one, other)).sort().join('-'))
    expect(await read('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: null })
  })

  test.each([
    ['Bilateral', 'US-BY'],
    ['Bilateral', 'BY-BY'],
    ['Bilateral', 'by-us'],
    ['Bilateral', 'BY'],
    ['Bilateral', '0190a5c0-0000-7000-8000-000000000000'],
    ['Event', 'BY-US'],
  ])('of type %s cannot be %s', async (type, id) => {
    const { errors } = await ask('query ($id: ID!) { node(id: $id) { id } }', { id: idOf(type, { id }) })
    expect(errors?.[0]?.message).toBe('This is not a valid id: pass an id that a query returned.')
  })

  test('is no id of a record in a filter', async () => {
    const { errors } = await ask(`{ events(where: { id: { eq: "${pairId('BY-US')}" } }) { totalCount } }`)
    expect(errors?.[0]?.message).toBe('This is the id of a record of type Bilateral: pass an id of type Event.')
  })
})

const pairId = (codes: string) => idOf('Bilateral', { id: codes })

test.each([[['BY']], [['BY', 'US', 'LT']]])('%j is refused, because a relation has two countries', async (between) => {
  const { errors } = await ask('query ($between: [String!]!) { bilateral(between: $between) { countries { name } } }', {
    between,
  })
  expect(errors).toEqual([
    expect.objectContaining({
      message: `between must name two countries, but names ${between.length}: pass two codes, such as ["BY", "US"].`,
    }),
  ])
})

const codes = async (...countries: { id: string }[]) =>
  Promise.all(
    countries.map(async ({ id }) => (await database.country.findUniqueOrThrow({ where: { actorId: id } })).iso2),
  )
