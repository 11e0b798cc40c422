import { beforeAll, describe, expect, test } from 'vitest'
import { ask, database, idOf, read } from '../client.ts'
import { anAction, anEvent, aParticipant, aPerson, aSanction, aTarget, country, on, span } from '../world.ts'

/** Returns the letters of this file's events that match a condition. */
async function matching(where: string, variables?: object): Promise<string> {
  const query = `${variables ? 'query ($v: ID!) ' : ''}{ events(first: 100, orderBy: [{ field: TITLE, direction: ASC }],
    where: { and: [{ cameoCode: { startsWith: "99" } }, ${where}] }) { totalCount nodes { title } } }`
  const { events } = await read<{ events: { totalCount: number; nodes: { title: string }[] } }>(query, variables)
  expect(events.totalCount).toBe(events.nodes.length)
  return events.nodes.map(({ title }) => title[0]).join('')
}

const ids: Record<string, string> = {}

beforeAll(async () => {
  const belarus = await country('BY')
  const ann = await aPerson({ name: 'Ann' })
  const gone = await aPerson({ name: 'Gone', retractedAt: new Date() })
  const a = await anEvent({
    title: 'a 100% deal',
    summary: 'Alpha',
    type: 'MEETING',
    goldstein: 5,
    cameoCode: '99',
    locationId: belarus.id,
    ...on('2040-01-01'),
  })
  const b = await anEvent({
    title: 'b_under\\score',
    summary: 'beta',
    type: 'PROTEST',
    goldstein: -5,
    cameoCode: '990',
    ...span('date', '2040-02-01', '2040-02-29'),
  })
  const c = await anEvent({
    title: 'c',
    type: 'MEETING',
    status: 'ONGOING',
    cameoCode: '99',
    ...span('date', '2040-03-01', null),
  })
  const d = await anEvent({
    title: 'd',
    type: 'ATTACK',
    goldstein: 0,
    cameoCode: '99',
    ...span('date', null, '2040-01-15'),
  })
  const e = await anEvent({ title: 'e', cameoCode: '99', ...span('date', null, null, { precision: 'UNKNOWN' }) })
  await anEvent({ title: 'x, withdrawn', cameoCode: '99', retractedAt: new Date() })
  Object.assign(ids, { a: a.id, b: b.id, c: c.id, d: d.id, e: e.id })
  await aParticipant(a.id, ann.id)
  await aParticipant(b.id, ann.id, { role: 'TOPIC', count: 3, countKind: 'EXACT' })
  await aParticipant(b.id, gone.id)
  await aParticipant(c.id, gone.id)
  await aParticipant(d.id, belarus.id)
  await database.eventLink.create({ data: { fromId: a.id, toId: b.id, kind: 'CAUSED', basis: 'STATED' } })
})

test.each([
  ['{ title: { eq: "c" } }', 'c'],
  ['{ title: { eq: "C" } }', ''],
  ['{ title: { in: ["c", "d", "nope"] } }', 'cd'],
  ['{ title: { in: [] } }', ''],
  ['{ title: { contains: "DEAL" } }', 'a'],
  ['{ title: { startsWith: "B_U" } }', 'b'],
  ['{ title: { contains: "%" } }', 'a'],
  ['{ title: { contains: "_" } }', 'b'],
  ['{ title: { contains: "\\\\" } }', 'b'],
  ['{ title: { startsWith: "%" } }', ''],
  ['{ title: { startsWith: "" } }', 'abcde'],
  ['{ summary: { isNull: true } }', 'cde'],
  ['{ summary: { isNull: false } }', 'ab'],
  ['{ summary: { eq: "Alpha" } }', 'a'],
  ['{ type: { eq: MEETING } }', 'ac'],
  ['{ type: { in: [PROTEST, ATTACK] } }', 'bd'],
  ['{ status: { eq: ONGOING }, type: { eq: MEETING } }', 'c'],
  ['{ goldstein: { gt: 0 } }', 'a'],
  ['{ goldstein: { gte: 0 } }', 'ad'],
  ['{ goldstein: { lt: 0 } }', 'b'],
  ['{ goldstein: { lte: 0, gte: -1 } }', 'd'],
  ['{ goldstein: { isNull: true } }', 'ce'],
  ['{ goldstein: { eq: 5 } }', 'a'],
  ['{ location: { iso2: { eq: "BY" } } }', 'a'],
  ['{ location: { iso3: { in: ["BLR", "USA"] } } }', 'a'],
  ['{ location: { iso2: { eq: "by" } } }', ''],
  ['{ actors: { some: { iso2: { eq: "BY" } } } }', 'ad'],
  ['{ actors: { none: { iso2: { eq: "BY" } } } }', 'bce'],
  ['{ location: { region: { startsWith: "euro" } } }', 'a'],
  ['{ createdAt: { gt: "2020-01-01T00:00:00Z" } }', 'abcde'],
  ['{ createdAt: { lt: "2020-01-01T00:00:00+03:00" } }', ''],
])('%s matches %s', async (where, letters) => {
  expect(await matching(where)).toBe(letters)
})

// The dates: a is 1 January, b is February, c is open from 1 March, d is open until 15 January, e is undated.
test.each([
  ['overlaps: { from: "2040-02-10", to: "2040-02-20" }', 'be'],
  ['overlaps: { from: "2040-01-01", to: "2040-01-01" }', 'ade'],
  ['overlaps: { from: "2040-01-15", to: "2040-02-01" }', 'bde'],
  ['overlaps: { from: "2040-01-16" }', 'bce'],
  ['overlaps: { to: "2039-12-31" }', 'de'],
  ['overlaps: { from: "2050-01-01" }', 'ce'],
  ['overlaps: {}', 'abcde'],
  ['within: { from: "2040-02-01", to: "2040-02-29" }', 'b'],
  ['within: { from: "2040-02-02", to: "2040-02-29" }', ''],
  ['within: { from: "2040-02-01", to: "2040-02-28" }', ''],
  ['within: { from: "2040-02-01" }', 'b'],
  ['within: { to: "2040-01-31" }', 'a'],
  ['within: { from: "0001-01-01", to: "9999-12-31" }', 'ab'],
  ['within: { from: null, to: null }', 'abcde'],
  ['before: "2040-01-16"', 'ad'],
  ['before: "2040-01-15"', 'a'],
  ['before: "2040-02-29"', 'ad'],
  ['before: "9999-12-31"', 'abd'],
  ['after: "2039-12-31"', 'abc'],
  ['after: "2040-01-01"', 'bc'],
  ['after: "2040-02-01"', 'c'],
  ['after: "2039-12-31", before: "2040-02-01"', 'a'],
  ['overlaps: { from: "2040-01-10" }, within: { to: "2040-12-31" }', 'b'],
  ['overlaps: null, within: null, before: null, after: null', 'abcde'],
  ['', 'abcde'],
])('by date, { %s } matches the events %s, and its negation matches the others', async (filter, letters) => {
  const others = [...'abcde'].filter((letter) => !letters.includes(letter)).join('')
  expect(await matching(`{ date: { ${filter} } }`)).toBe(letters)
  expect(await matching(`{ not: { date: { ${filter} } } }`)).toBe(others)
})

test('an empty date filter matches the records that have the date', async () => {
  const names = async (birth: string) => {
    const { people } = await read<{ people: { nodes: { name: string }[] } }>(
      `{ people(where: { and: [{ name: { in: ["Born", "Ann"] } }, ${birth}] }) { nodes { name } } }`,
    )
    return people.nodes.map(({ name }) => name)
  }
  await aPerson({ name: 'Born', person: { create: span('birth', null, '1960-12-31') } })
  expect(await names('{ birth: {} }')).toEqual(['Born'])
  expect(await names('{ birth: { before: "1961-01-01" } }')).toEqual(['Born'])
  expect(await names('{ not: { birth: {} } }')).toEqual(['Ann'])
  expect(await names('{ not: { birth: { after: "1950-01-01" } } }')).toEqual(['Ann', 'Born'])
})

test.each([
  ['{ or: [] }', ''],
  ['{ and: [] }', 'abcde'],
  ['{ not: {} }', ''],
  ['{ not: { or: [] } }', 'abcde'],
  ['{ or: [{}] }', 'abcde'],
  ['{ or: [{ title: { eq: "c" } }, { title: { eq: "d" } }] }', 'cd'],
  ['{ or: [{ or: [] }, { title: { eq: "d" } }] }', 'd'],
  ['{ and: [{ type: { eq: MEETING } }, { status: { eq: ONGOING } }] }', 'c'],
  ['{ not: { type: { eq: MEETING } } }', 'bde'],
  ['{ not: { not: { type: { eq: MEETING } } } }', 'ac'],
  ['{ not: { title: { eq: "c" }, type: { eq: ATTACK } } }', 'abcde'],
  ['{ title: null, or: null, not: null, and: null, date: null }', 'abcde'],
  ['{ title: { eq: null, in: null, contains: null } }', 'abcde'],
  ['{ date: { overlaps: { from: null } } }', 'abcde'],
  ['{ participants: null, location: null }', 'abcde'],
  ['{ participants: { some: null } }', 'abcde'],
])('combined, %s matches %s', async (where, letters) => {
  expect(await matching(where)).toBe(letters)
})

test.each([
  ['{ participants: { some: {} } }', 'abcd'],
  ['{ participants: { none: {} } }', 'e'],
  ['{ participants: { some: { role: { eq: TOPIC } } } }', 'b'],
  ['{ participants: { every: { role: { eq: PARTY } } } }', 'acde'],
  ['{ participants: { some: { actor: { name: { eq: "Ann" } } } } }', 'ab'],
  ['{ participants: { some: { count: { gte: 3 } } } }', 'b'],
  ['{ actors: { some: { name: { eq: "Ann" } } } }', 'ab'],
  ['{ actors: { some: { name: { eq: "Gone" } } } }', ''],
  ['{ actors: { none: { name: { eq: "Gone" } } } }', 'abcde'],
  ['{ actors: { every: { name: { eq: "Ann" } } } }', 'bce'],
  ['{ actors: { some: {} } }', 'abd'],
  ['{ actors: { none: {} } }', 'ce'],
  ['{ actors: { some: { kind: { eq: COUNTRY } } } }', 'ad'],
  ['{ linksFrom: { some: { to: { title: { startsWith: "b" } } } } }', 'a'],
  ['{ linksTo: { some: { kind: { eq: CAUSED } } } }', 'b'],
  ['{ not: { actors: { some: {} } } }', 'ce'],
])('by related records that are not retracted, %s matches %s', async (where, letters) => {
  expect(await matching(where)).toBe(letters)
})

test('actors can be filtered by their events', async () => {
  const names = async (where: string) => {
    const { people } = await read<{ people: { nodes: { name: string }[] } }>(
      `{ people(where: { and: [{ name: { in: ["Ann", "Gone"] } }, { events: ${where} }] }) { nodes { name } } }`,
    )
    return people.nodes.map(({ name }) => name)
  }
  expect(await names('{ some: { type: { eq: MEETING } } }')).toEqual(['Ann'])
  expect(await names('{ some: { type: { eq: ATTACK } } }')).toEqual([])
  expect(await names('{ every: { type: { in: [MEETING, PROTEST] } } }')).toEqual(['Ann'])
  expect(await names('{ none: { type: { eq: MEETING } } }')).toEqual([])
})

test('a country in a filter of actors is named by its ISO code', async () => {
  const counts = await read<Record<string, { nodes: { name: string }[] }>>(`{
    two: actors(where: { iso2: { eq: "BY" } }) { nodes { name } }
    three: actors(where: { iso3: { in: ["BLR", "USA"] } }) { nodes { name } }
    none: actors(where: { iso2: { eq: "XX" } }) { nodes { name } }
    both: actors(where: { iso2: { eq: "BY" }, iso3: { eq: "USA" } }) { nodes { name } }
    others: actors(where: { not: { iso2: { startsWith: "" } }, kind: { eq: COUNTRY } }) { nodes { name } }
  }`)
  expect(Object.entries(counts).map(([key, { nodes }]) => [key, nodes.map(({ name }) => name)])).toEqual([
    ['two', ['Belarus']],
    ['three', ['Belarus', 'United States']],
    ['none', []],
    ['both', []],
    ['others', []],
  ])
  const { sanctions } = await read<{ sanctions: { nodes: { authority: { name: string } }[] } }>(
    '{ sanctions(where: { authority: { iso2: { eq: "US" } } }) { nodes { authority { name } } } }',
  )
  expect(new Set(sanctions.nodes.map(({ authority }) => authority.name))).toEqual(new Set(['United States']))
  const { relationships } = (
    await read<{ country: { relationships: { totalCount: number } } }>(
      '{ country(by: { code: "BY" }) { relationships(where: { object: { iso2: { eq: "BY" } } }) { totalCount } } }',
    )
  ).country
  expect(relationships.totalCount).toBeGreaterThan(0)
})

test.each(['iso2: "BY"', 'iso2: { eq: BY }', 'iso2: { isNull: true }', 'code: { eq: "BY" }'])(
  'the condition { %s } on an actor is refused',
  async (where) => {
    const { errors } = await ask(`{ actors(where: { ${where} }) { totalCount } }`)
    expect(errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED')
  },
)

test('ids in a condition must have the right type', async () => {
  expect(await matching('{ id: { eq: $v } }', { v: idOf('Event', { id: ids.c ?? '' }) })).toBe('c')
  expect(await matching('{ id: { in: [$v] } }', { v: idOf('Event', { id: ids.d ?? '' }) })).toBe('d')
  expect(await matching('{ id: { in: [] } }')).toBe('')
})

describe('a condition on a list of values', () => {
  beforeAll(async () => {
    await aSanction({ program: 'P', title: 'both', measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] })
    await aSanction({ program: 'P', title: 'freeze', measures: ['ASSET_FREEZE'] })
    await aSanction({ program: 'P', title: 'none', measures: [] })
  })

  test.each([
    ['{ has: TRAVEL_BAN }', ['both']],
    ['{ hasSome: [ASSET_FREEZE, OTHER] }', ['both', 'freeze']],
    ['{ hasSome: [] }', []],
    ['{ isEmpty: true }', ['none']],
    ['{ isEmpty: false }', ['both', 'freeze']],
  ])('%s matches %s', async (measures, titles) => {
    const data = await read(`{ sanctions(where: { program: { eq: "P" }, measures: ${measures} },
      orderBy: [{ field: TITLE, direction: ASC }]) { nodes { title } } }`)
    expect(data).toEqual({ sanctions: { nodes: titles.map((title) => ({ title })) } })
  })
})

test('sanctions can be filtered by their targets and their actions', async () => {
  const { id } = await aSanction({ program: 'Q' })
  const target = await aTarget(id, (await aPerson({ name: 'Target' })).id, {
    listingId: 'L-1',
    ...span('listed', '2040-01-01', '2040-01-01'),
  })
  await anAction(id, { kind: 'EASED', targetId: target.id, ...on('2040-05-05') })
  const found = async (where: string) =>
    (
      await read<{ sanctions: { totalCount: number } }>(
        `{ sanctions(where: { program: { eq: "Q" }, ${where} }) { totalCount } }`,
      )
    ).sanctions.totalCount
  expect(
    await found('targets: { some: { listingId: { eq: "L-1" }, listed: { overlaps: { to: "2040-12-31" } } } }'),
  ).toBe(1)
  expect(await found('targets: { some: { delisted: { overlaps: { from: "2040-01-01" } } } }')).toBe(0)
  expect(
    await found(
      'actions: { some: { date: { overlaps: { from: "2040-05-01", to: "2040-05-31" } }, target: { listingId: { isNull: false } } } }',
    ),
  ).toBe(1)
  expect(await found('authority: { name: { eq: "United States" } }')).toBe(1)
})

test('the character NUL is refused, because the database cannot store it', async () => {
  for (const where of ['{ title: { contains: "\\u0000" } }', '{ title: { in: ["a", "\\u0000"] } }']) {
    const { errors, statements } = await ask(`{ events(where: ${where}) { nodes { title } } }`)
    expect([errors?.[0]?.extensions?.code, statements]).toEqual(['BAD_USER_INPUT', 0])
    expect(errors?.[0]?.message).toContain('NUL')
  }
})
