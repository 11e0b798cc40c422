import { beforeAll, expect, test } from 'vitest'
import { ask, database, read } from '../client.ts'
import { aCountry, anAction, anEvent, aParticipant, aPerson, aSanction, on, span } from '../world.ts'

interface Facets {
  by: string
  values: { value: string; label: string; count: number }[]
}

test('the events around Belarus since 2025, by type, person and month', async () => {
  const { country } = await read<{ country: { events: { totalCount: number; facets: Facets[] } } }>(`{
    country(by: { code: "BY" }) { events(first: 1, where: { date: { overlaps: { from: "2025-01-01" } } }) {
      totalCount
      facets(by: [TYPE, PERSON, MONTH], first: 3) { by values { value label count } }
    } }
  }`)
  expect(country.events).toEqual({
    totalCount: 19,
    facets: [
      {
        by: 'TYPE',
        values: [
          { value: 'PRISONER_RELEASE', label: 'Prisoner release', count: 3 },
          { value: 'PROCESS', label: 'Process', count: 3 },
          { value: 'STATEMENT', label: 'Statement', count: 3 },
        ],
      },
      {
        by: 'PERSON',
        values: [
          { value: 'alexander-lukashenko', label: 'Alexander Lukashenko', count: 9 },
          { value: 'donald-trump', label: 'Donald Trump', count: 6 },
          { value: 'john-coale', label: 'John Coale', count: 4 },
        ],
      },
      {
        by: 'MONTH',
        values: [
          { value: '2025-12', label: 'December 2025', count: 4 },
          { value: '2025-09', label: 'September 2025', count: 9 },
          { value: '2025-08', label: 'August 2025', count: 1 },
        ],
      },
    ],
  })
})

let slug: string

/** Creates a country with events of several years, types, people, countries and programmes. */
beforeAll(async () => {
  const [here, there] = [await aCountry({ name: 'Hither' }), await aCountry({ name: 'Yon' })]
  slug = here.slug
  const [often, gone] = [await aPerson({ name: 'Often' }), await aPerson({ name: 'Gone', retractedAt: new Date() })]
  const facts = [
    { type: 'MEETING' as const, ...on('2023-05-01') },
    { type: 'MEETING' as const, ...span('date', '2023-05-31', '2023-06-10') },
    { type: 'PHONE_CALL' as const, ...span('date', '2022-01-01', '2022-12-31'), datePrecision: 'YEAR' as const },
    { type: 'AGREEMENT' as const, ...span('date', null, null) },
    { type: 'MEETING' as const, ...on('2023-05-02'), retractedAt: new Date() },
  ]
  const events = []
  for (const each of facts) events.push(await anEvent({ ...each, locationId: here.id }))
  const [first, second] = events
  for (const event of events.slice(0, 2)) {
    await aParticipant(event.id, often.id)
    await aParticipant(event.id, often.id, { role: 'SPEAKER' })
    await aParticipant(event.id, gone.id)
  }
  await aParticipant(first?.id ?? '', there.id)
  const sanction = await aSanction({ program: 'ALPHA' })
  await anAction(sanction.id, { eventId: first?.id })
  await database.sanctionReason.create({ data: { sanctionId: sanction.id, eventId: first?.id ?? '' } })
  await anAction((await aSanction({ program: 'ALPHA' })).id, { eventId: first?.id })
  await anAction((await aSanction({ program: 'BETA' })).id, { eventId: second?.id })
  await anAction((await aSanction()).id, { eventId: second?.id })
})

const all = '[TYPE, COUNTRY, PERSON, MONTH, YEAR, SANCTION_PROGRAM]'
const counts = (facets: Facets[]) =>
  Object.fromEntries(facets.map(({ by, values }) => [by, values.map(({ label, count }) => `${label} ${count}`)]))

test('each event counts once for each of its values; retracted events and unknown values do not count', async () => {
  const query = `query ($slug: String!) {
    nested: country(by: { slug: $slug }) { events { facets(by: ${all}) { by values { label count } } } }
    root: events(where: { actors: { some: { slug: { eq: $slug } } } }) { facets(by: ${all}) { by values { label count } } }
  }`
  const { nested, root } = await read<{ nested: { events: { facets: Facets[] } }; root: { facets: Facets[] } }>(query, {
    slug,
  })
  expect(counts(root.facets)).toEqual({
    TYPE: ['Meeting 2', 'Agreement 1', 'Phone call 1'],
    COUNTRY: ['Hither 4', 'Yon 1'],
    PERSON: ['Often 2'],
    MONTH: ['May 2023 2'],
    YEAR: ['2023 2', '2022 1'],
    SANCTION_PROGRAM: ['ALPHA 1', 'BETA 1'],
  })
  expect(nested.events.facets).toEqual(root.facets)
})

test('an event with an open end counts only in the month and year of its earliest day, in each range that it may lie in', async () => {
  const place = await aCountry({ name: 'Open' })
  const facts = [
    { ...span('date', '2020-01-01', null), datePrecision: 'YEAR' as const },
    { ...span('date', '2030-03-01', null), datePrecision: 'MONTH' as const, status: 'PROSPECTIVE' as const },
    span('date', null, '2021-07-07'),
  ]
  for (const each of facts) await anEvent({ ...each, locationId: place.id })
  const facetsOf = async (where: string) => {
    const { country } = await read<{ country: { events: { totalCount: number; facets: Facets[] } } }>(
      `query ($slug: String!) { country(by: { slug: $slug }) { events(where: { date: ${where} }) {
        totalCount facets(by: [YEAR, MONTH]) { by values { label count } } } } }`,
      { slug: place.slug },
    )
    return [country.events.totalCount, counts(country.events.facets)]
  }
  const year = (of: number) => `{ overlaps: { from: "${of}-01-01", to: "${of}-12-31" } }`
  expect(await facetsOf(year(2021))).toEqual([2, { YEAR: ['2020 1'], MONTH: [] }])
  expect(await facetsOf(year(2025))).toEqual([1, { YEAR: ['2020 1'], MONTH: [] }])
  expect(await facetsOf(year(2040))).toEqual([2, { YEAR: ['2030 1', '2020 1'], MONTH: ['March 2030 1'] }])
  expect(await facetsOf(year(2040).replace('overlaps', 'within'))).toEqual([0, { YEAR: [], MONTH: [] }])
  expect(await facetsOf('{ after: "2029-12-31" }')).toEqual([1, { YEAR: ['2030 1'], MONTH: ['March 2030 1'] }])
})

test("facets count all events that match the list's filter, on any page", async () => {
  const { country } = await read<{ country: { events: { nodes: object[]; facets: Facets[] } } }>(
    `query ($slug: String!) { country(by: { slug: $slug }) { events(first: 1, where: { type: { eq: MEETING } }) {
      nodes { title } facets(by: [TYPE, YEAR, TYPE], first: 1) { __typename by values { __typename value count } } } } }`,
    { slug },
  )
  expect(country.events.nodes).toHaveLength(1)
  expect(country.events.facets).toEqual([
    { __typename: 'Facet', by: 'TYPE', values: [{ __typename: 'FacetValue', value: 'MEETING', count: 2 }] },
    { __typename: 'Facet', by: 'YEAR', values: [{ __typename: 'FacetValue', value: '2023', count: 2 }] },
  ])
})

test('facets take one statement, and none if they are not selected', async () => {
  const facets = `facets(by: ${all}) { by values { value } }`
  const asked = async (fields: string) => {
    const { path, statements, errors } = await ask(
      `{ events(first: 2, where: { date: { overlaps: { from: "2020-01-01" } } }) { ${fields} } }`,
    )
    return { path, statements, errors }
  }
  expect(await asked(facets)).toEqual({ path: 'prepared', statements: 1, errors: undefined })
  expect(await asked('nodes { title }')).toMatchObject({ statements: 1 })
  expect(await asked(`nodes { title } ${facets}`)).toMatchObject({ path: 'prepared', statements: 2 })
})

test('two countries in one query each have their own facets', async () => {
  const { bilateral } = await read<{ bilateral: { events: { facets: Facets[] } } }>(
    '{ bilateral(between: ["BY", "US"]) { events { facets(by: [TYPE, COUNTRY]) { by values { label count } } } } }',
  )
  expect(counts(bilateral.events.facets)).toEqual({
    TYPE: [
      'Statement 3',
      'Diplomatic change 2',
      'Meeting 2',
      'Process 2',
      'Sanction step 2',
      'Economic change 1',
      'Phone call 1',
    ],
    COUNTRY: ['Belarus 13', 'United States 13', 'Ukraine 2'],
  })
})

test.each([[0], [101]])('first: %i of each facet is refused', async (first) => {
  const { errors } = await ask(
    'query ($first: Int) { events(where: { type: { eq: MEETING } }) { facets(by: [TYPE], first: $first) { by } } }',
    { first },
  )
  expect(errors).toMatchObject([
    { message: `first must be from 1 to 100, but is ${first}: pass a number in this range.` },
  ])
})
