import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask, database, idOf, logged, read } from '../client.ts'
import { anEvent, aPerson } from '../world.ts'

const uuid = '0190a5c0-0000-7000-8000-000000000000'

/** Expects an error with these words before anything is read. Mistakes are not logged. */
async function expectRefusal(query: string, variables?: object, words?: string | RegExp): Promise<void> {
  const before = logged.length
  const { errors, statements } = await ask(query, variables)
  expect(errors?.length, query).toBeGreaterThan(0)
  for (const { message, extensions } of errors ?? []) {
    const isOurs = extensions?.code === 'BAD_USER_INPUT' && !message.startsWith('Variable')
    if (isOurs) expect(message).toMatch(/^\S[\s\S]+\.$/)
    if (words) expect(message).toMatch(words)
    expect(['BAD_USER_INPUT', 'GRAPHQL_VALIDATION_FAILED', 'GRAPHQL_PARSE_FAILED']).toContain(extensions?.code)
    expect(JSON.stringify(errors)).not.toMatch(/prisma|stack|\bat \//i)
  }
  expect([query, statements]).toEqual([query, 0])
  expect(logged.slice(before)).toEqual([])
}

const belarus = (field: string) => `{ country(by: { code: "BY" }) { ${field} } }`
const call = (field: string) => `{ event(by: { slug: "lukashenko-trump-call" }) { ${field} } }`

const sizes: [size: string, words: string][] = [
  ['first: 0', 'first must be from 1 to 100, but is 0: pass a number in this range.'],
  ['first: -1', 'first must be from 1 to 100, but is -1: pass a number in this range.'],
  ['first: 101', 'first must be from 1 to 100, but is 101: pass a number in this range.'],
  ['first: 1000', 'first must be from 1 to 100, but is 1000: pass a number in this range.'],
]
const sizesOfPages: [size: string, words: string][] = [
  ...sizes,
  ['last: 0', 'last must be from 1 to 100, but is 0: pass a number in this range.'],
  ['last: -5', 'last must be from 1 to 100, but is -5: pass a number in this range.'],
  ['last: 101', 'last must be from 1 to 100, but is 101: pass a number in this range.'],
  ['first: 2, last: 2', 'first and last were both passed: pass only one of them.'],
]

test.each(sizesOfPages)('a page of %s is refused, at the root and nested', async (size, words) => {
  for (const list of ['events', 'actors', 'sanctions', 'sources']) {
    await expectRefusal(`{ ${list}(${size}) { totalCount } }`, {}, words)
    await expectRefusal(`{ ${list}(${size}) { pageInfo { hasNextPage } } }`, {}, words)
  }
  for (const list of ['events', 'sanctions', 'participations'])
    await expectRefusal(belarus(`${list}(${size}) { pageInfo { hasNextPage } totalCount }`), {}, words)
  await expectRefusal(belarus(`events(first: 2) { nodes { participants(${size}) { nodes { role } } } }`), {}, words)
})

test.each(sizesOfPages)('a page of %s of a list of which a record has few is refused', async (size, words) => {
  await expectRefusal(belarus(`names(${size}) { nodes { value } }`), {}, words)
  for (const list of ['links', 'parts', 'people', 'citations'])
    await expectRefusal(call(`${list}(${size}) { nodes { id } }`), {}, words)
})

test.each(sizes)('a list without pages of %s is refused', async (size, words) => {
  await expectRefusal(`{ people(first: 1) { nodes { births(${size}) { id } } } }`, {}, words)
  await expectRefusal(
    `{ sanctions(first: 1) { nodes { targets { nodes { sightings(${size}) { __typename } } } } } }`,
    {},
    words,
  )
})

const page =
  'query ($after: String, $before: String) { events(first: 2, after: $after, before: $before) { nodes { title } } }'

async function aCursor(list = 'events'): Promise<string> {
  const data = await read<Record<string, { pageInfo: { endCursor: string } }>>(
    `{ ${list}(first: 2) { pageInfo { endCursor } } }`,
  )
  return data[list]?.pageInfo.endCursor ?? ''
}

test.each(['', '!', 'abc', 'ä'.repeat(40), 'AAAAAAAAAAAAAAAAAAAAAAAA', '0'.repeat(10_000)])(
  'a cursor that no query can have returned is refused: %.30s',
  async (after) => {
    await expectRefusal(page, { after }, 'not a valid cursor')
    await expectRefusal(page, { before: after }, 'not a valid cursor')
  },
)

test('a cursor with a changed or missing character is refused', async () => {
  const cursor = await aCursor()
  for (let at = 0; at < cursor.length - 1; at++) {
    const other = cursor[at] === 'A' ? 'B' : 'A'
    const { errors, statements } = await ask(page, { after: cursor.slice(0, at) + other + cursor.slice(at + 1) })
    expect([at, errors?.[0]?.extensions?.code, statements]).toEqual([at, 'BAD_USER_INPUT', 0])
  }
  await expectRefusal(page, { after: cursor.slice(0, -4) }, 'not a valid cursor')
})

test('a cursor of another list is refused, and the error names the list', async () => {
  await expectRefusal(
    page,
    { after: await aCursor('people') },
    'belongs to the list Query.people: pass a cursor of the list Query.events',
  )
  await expectRefusal(
    'query ($after: String) { country(by: { code: "BY" }) { events(after: $after) { nodes { title } } } }',
    { after: await aCursor() },
    'belongs to the list Query.events: pass a cursor of the list Actor.events',
  )
})

test('a cursor of another order is refused, and the error names both orders', async () => {
  const query =
    'query ($after: String) { events(after: $after, orderBy: [{ field: TITLE, direction: ASC }]) { nodes { title } } }'
  await expectRefusal(
    query,
    { after: await aCursor() },
    'belongs to the order DATE:DESC, but the list is sorted by TITLE:ASC',
  )
})

/** Returns a cursor with any content and a valid checksum. */
function forge(content: string): string {
  const sum = createHash('sha256').update(content).digest('hex').slice(0, 8)
  return Buffer.from(content + sum).toString('base64url')
}

test('a cursor of another version is refused', async () => {
  await expectRefusal(page, { after: forge('[2,"Query.events","DATE:DESC","2025-01-01","x"]') }, 'another version')
})

test.each([
  ['no day', 'no id'],
  ['2025-01-01', 'no id'],
  ['2025-02-30', uuid],
  ['+275760-01-01', uuid],
  ['2025-01-01', '\0'],
  ['', ''],
  [uuid],
  ['2025-01-01', uuid, uuid],
  [1, 2],
  [{}, uuid],
])('a forged cursor with the values %s, %s is refused', async (...values) => {
  await expectRefusal(page, { after: forge(JSON.stringify([1, 'Query.events', 'DATE:DESC', ...values])) })
})

test.each(['', '{}', 'null', '[1', '"x"'])('a forged cursor that contains only %s is refused', async (content) => {
  await expectRefusal(page, { after: forge(content) })
})

const garbage = [
  '',
  'x',
  '💥',
  'RXZlbnQ6',
  idOf('Event', { id: 'no-uuid' }),
  idOf('Nothing', { id: uuid }),
  `${idOf('Event', { id: uuid })}=`,
  uuid,
  'a'.repeat(9999),
  '\0',
]

test.each(garbage)('an id that no query can have returned is refused: %.30s', async (id) => {
  const questions = [
    'query ($id: ID!) { node(id: $id) { id } }',
    'query ($id: ID!) { event(by: { id: $id }) { title } }',
    'query ($id: ID!) { actor(by: { id: $id }) { name } }',
    'query ($id: ID!) { country(by: { id: $id }) { name } }',
    'query ($id: ID!) { sanction(by: { id: $id }) { title } }',
    'query ($id: ID!) { source(by: { id: $id }) { title } }',
    'query ($id: ID!) { events(where: { id: { eq: $id } }) { nodes { title } } }',
    'query ($id: ID!) { people(where: { id: { in: [$id] } }) { nodes { name } } }',
  ]
  for (const query of questions) await expectRefusal(query, { id })
})

test('an id of another type than required is refused', async () => {
  const event = idOf('Event', await anEvent())
  const person = idOf('Person', await aPerson())
  await expectRefusal(
    'query ($id: ID!) { person(by: { id: $id }) { name } }',
    { id: event },
    'This is the id of a record of type Event',
  )
  await expectRefusal(
    'query ($id: ID!) { actor(by: { id: $id }) { name } }',
    { id: event },
    'This is the id of a record of type Event',
  )
  await expectRefusal(
    'query ($id: ID!) { country(by: { id: $id }) { name } }',
    { id: person },
    'of a record of type Person',
  )
  await expectRefusal(
    'query ($id: ID!) { event(by: { id: $id }) { title } }',
    { id: person },
    'of a record of type Person',
  )
  await expectRefusal(
    'query ($id: ID!) { events(where: { id: { eq: $id } }) { totalCount } }',
    { id: person },
    'Person',
  )
})

test.each([
  ['no key', '{ event(by: {}) { title } }'],
  ['two keys', '{ event(by: { slug: "a", id: "b" }) { title } }'],
  ['a null', '{ event(by: { slug: null }) { title } }'],
  ['two keys of a country', '{ country(by: { slug: "a", code: "BY" }) { name } }'],
  ['no argument', '{ actor { name } }'],
  ['half an identifier', '{ actor(by: { identifier: { scheme: "LEI" } }) { name } }'],
  ['an unknown field', '{ events { nodes { nothing } } }'],
  ['an unknown order', '{ events(orderBy: [{ field: NOTHING, direction: ASC }]) { nodes { title } } }'],
  ['a size beyond all numbers', '{ events(first: 2147483648) { nodes { title } } }'],
  ['a size that is no number', '{ events(first: "two") { nodes { title } } }'],
])('%s is refused', async (_what, query) => {
  await expectRefusal(query)
})

test.each([
  '2025-02-29',
  '2025-13-01',
  '2025-1-1',
  '0000-01-01',
  '10000-01-01',
  'yesterday',
  '',
  '2025-01-01T00:00:00Z',
  20250101,
  true,
])('the Date %s is refused', async (day) => {
  await expectRefusal('query ($d: Date) { events(where: { date: { overlaps: { from: $d } } }) { totalCount } }', {
    d: day,
  })
  await expectRefusal('query ($d: Date!) { sanctions { nodes { statusOn(date: $d) } } }', { d: day })
  await expectRefusal(`{ events(where: { date: { before: ${JSON.stringify(day)} } }) { totalCount } }`)
})

test.each([
  '2025-02-29T00:00:00Z',
  '2025-01-01',
  '2025-01-01T25:00:00Z',
  '2025-01-01T00:00:00',
  '2025-01-01T00:00Z',
  '2025-01-01 00:00:00Z',
  '294277-01-01T00:00:00Z',
  'now',
  '',
  0,
])('the DateTime %s is refused', async (moment) => {
  await expectRefusal('query ($m: DateTime) { events(where: { createdAt: { gt: $m } }) { totalCount } }', {
    m: moment,
  })
})

test.each(['2025-01-01T00:00:00Z', '2025-01-01t01:00:00.5z', '2025-01-01T00:00:00.000000001-00:00'])(
  'the DateTime %s of RFC 3339 is accepted',
  async (m) => {
    const { errors } = await ask('query ($m: DateTime) { events(where: { createdAt: { lt: $m } }) { totalCount } }', {
      m,
    })
    expect(errors).toBeUndefined()
  },
)

test.each([
  '{ event(by: { slug: "no-such-slug" }) { title } }',
  '{ event(by: { slug: "" }) { title } }',
  '{ country(by: { code: "ZZ" }) { name } }',
  '{ country(by: { code: "ẞ" }) { name } }',
  '{ country(by: { code: "Belarus" }) { name } }',
  '{ country(by: { code: "" }) { name } }',
  '{ person(by: { slug: "belarus" }) { name } }',
  '{ actor(by: { identifier: { scheme: "NONE", value: "1" } }) { name } }',
  '{ source(by: { url: "no address" }) { title } }',
  `{ node(id: "${idOf('Event', { id: uuid })}") { id } }`,
])('a missing record is null: %s', async (query) => {
  const { data, errors } = await ask(query)
  expect([errors, Object.values(data ?? {})]).toEqual([undefined, [null]])
})

test.each([
  '{ event(by: { slug: "\\u0000" }) { title } }',
  '{ country(by: { code: "\\u0000" }) { name } }',
  '{ actor(by: { identifier: { scheme: "A\\u0000", value: "1" } }) { name } }',
  '{ source(by: { url: "http://\\u0000" }) { title } }',
  '{ country(by: { code: "BY" }) { name(lang: "\\u0000") } }',
  '{ people(where: { names: { some: { value: { eq: "\\u0000" } } } }) { totalCount } }',
])('the character NUL is refused: %s', async (query) => {
  await expectRefusal(query, {}, 'NUL')
})

test('an unpaired surrogate is refused, in a query and as a variable', async () => {
  await expectRefusal('{ event(by: { slug: "\\ud800" }) { title } }')
  await expectRefusal(
    'query ($slug: String!) { event(by: { slug: $slug }) { title } }',
    { slug: '\ud800' },
    'surrogate',
  )
})

test('a range of dates that ends before it starts is refused', async () => {
  const range = '{ from: "2025-12-31", to: "2025-01-01" }'
  await expectRefusal(`{ events(where: { date: { overlaps: ${range} } }) { totalCount } }`, {}, 'swap from and to')
  await expectRefusal(`{ people(where: { birth: { within: ${range} } }) { totalCount } }`, {}, 'swap from and to')
})

test.each([
  ['query ($type: EventType) { events(where: { type: { eq: $type } }) { totalCount } }', { type: 'NOTHING' }],
  ['query ($first: Int) { events(first: $first) { totalCount } }', { first: 'two' }],
  ['query ($first: Int) { events(first: $first) { totalCount } }', { first: 2 ** 31 }],
  ['query ($slug: String!) { event(by: { slug: $slug }) { title } }', {}],
  ['query ($slug: String!) { event(by: { slug: $slug }) { title } }', { slug: null }],
  ['query ($by: EventRef!) { event(by: $by) { title } }', { by: { slug: 'a', id: 'b' } }],
  ['query ($by: EventRef!) { event(by: $by) { title } }', { by: { code: 'BY' } }],
])('a variable that does not fit its type is refused: %s %j', async (query, variables) => {
  await expectRefusal(query, variables)
})

test('SQL and patterns in values are treated as plain text', async () => {
  const { data } = await ask(`{
    percent: events(where: { title: { contains: "%" } }) { totalCount }
    underscore: events(where: { title: { startsWith: "_" } }) { totalCount }
    drop: events(where: { title: { eq: "'; DROP TABLE \\"Event\\"; --" } }) { totalCount }
    nothing: events(where: { or: [] }) { totalCount }
    neither: events(where: { not: {} }) { totalCount }
    unasked: events(where: { title: null, type: { eq: null } }) { totalCount }
  }`)
  const none = { totalCount: 0 }
  const all = { totalCount: await database.event.count() }
  expect(data).toEqual({ percent: none, underscore: none, drop: none, nothing: none, neither: none, unasked: all })
})

test.each([
  [
    'a day',
    '{ sanctions { nodes { statusOn(date: "2025-02-30") } } }',
    'A Date must be a calendar day as YYYY-MM-DD',
    38,
  ],
  [
    'a number for a day',
    '{ sanctions { nodes { statusOn(date: 5) } } }',
    'A Date must be a calendar day as YYYY-MM-DD',
    38,
  ],
  ['a time', '{ events(where: { createdAt: { gt: "x" } }) { totalCount } }', 'A DateTime must be a point in time', 36],
])('the error of %s that is wrong as a literal has its location', async (_what, query, words, column) => {
  const { errors } = await ask(query)
  expect(errors).toMatchObject([{ message: expect.stringContaining(words), locations: [{ line: 1, column }] }])
})
