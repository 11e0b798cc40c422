import { describe, expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { writeCursor } from '../../src/plan/cursor.ts'
import { ask } from '../client.ts'

const uuid = '01a20bd1-1863-765a-a8b4-99832f1dae4a'
const byDate = { list: 'Query.events', order: 'DATE:DESC', values: ['2025-12-01', uuid] }
const cursor = (changed: object) => writeCursor({ ...byDate, ...changed })
const damaged = `${cursor({}).slice(0, -3)}AAA`
const events = (args: string) => `{ events(${args}) { nodes { title } } }`
const nested = (args: string) => `{ country(by: { code: "BY" }) { events(${args}) { nodes { title } } } }`

describe('bad input is refused with a sentence, and nothing is sent to the database', () => {
  test.each([
    ['an empty page', events('first: 0'), 'first has to be from 1 to 100, and is 0.'],
    ['a page of fewer than none', events('first: -1'), 'first has to be from 1 to 100, and is -1.'],
    ['a page too long', events('first: 1000'), 'first has to be from 1 to 100, and is 1000.'],
    ['a page too long from the end', events('last: 101'), 'last has to be from 1 to 100, and is 101.'],
    ['both ends at once', events('first: 1, last: 1'), 'Pass first or last, not both.'],
    ['an empty nested page', nested('first: 0'), 'first has to be from 1 to 100, and is 0.'],
    ['both ends of a nested page', nested('first: 1, last: 1'), 'Pass first or last, not both.'],
    ['an empty plain list', '{ country(by: { code: "BY" }) { names(first: 0) { value } } }', 'first has to be from 1'],
    ['a damaged cursor', events(`after: "${damaged}"`), 'This cursor is damaged'],
    ['a cursor that is none', events('before: "nonsense"'), 'This cursor is damaged'],
    ['an empty cursor', events('after: ""'), 'This cursor is damaged'],
    [
      'a cursor of another list',
      events(`after: "${cursor({ list: 'Query.people' })}"`),
      'belongs to the list Query.people',
    ],
    [
      'a cursor of another order',
      events(`after: "${cursor({ order: 'TITLE:ASC' })}"`),
      'belongs to the order TITLE:ASC',
    ],
    ['a root cursor in a nested list', nested(`after: "${cursor({})}"`), 'belongs to the list Query.events'],
    ['an id that is none', '{ node(id: "garbage") { id } }', 'This id is not one that Dateline gave out'],
    ['an empty id', '{ node(id: "") { id } }', 'This id is not one that Dateline gave out'],
    ['an id of no type', `{ node(id: "${writeId('Foo', uuid)}") { id } }`, 'This id is not one that Dateline gave out'],
    [
      'an id without a UUID',
      `{ node(id: "${writeId('Event', 'x')}") { id } }`,
      'This id is not one that Dateline gave out',
    ],
    ['an id among ids that is none', '{ nodes(ids: ["garbage"]) { id } }', 'This id is not one that Dateline gave out'],
    [
      'an id of another type',
      `{ event(by: { id: "${writeId('Person', uuid)}" }) { id } }`,
      'This id is of type Person',
    ],
    [
      'a filter with an id of another type',
      events(`where: { id: { eq: "${writeId('Person', uuid)}" } }`),
      'of type Person',
    ],
    ['NUL in a slug', '{ event(by: { slug: "a\\u0000b" }) { id } }', 'the character NUL'],
    ['NUL in a filter', events('where: { title: { contains: "\\u0000" } }'), 'the character NUL'],
    ['NUL in a nested filter', nested('where: { title: { eq: "\\u0000" } }'), 'the character NUL'],
  ])('%s', async (_what, query, sentence) => {
    const { errors, statements } = await ask(query)
    expect(errors?.[0]).toMatchObject({
      message: expect.stringContaining(sentence),
      extensions: { code: 'BAD_USER_INPUT' },
    })
    expect(statements).toBe(0)
  })

  test.each([
    ['a day that is none', events('where: { date: { from: "2025-02-30" } }'), 'A Date has to be a day of the calendar'],
    [
      'a year too far',
      events('where: { createdAt: { gt: "294277-01-01T00:00:00Z" } }'),
      'A DateTime has to be a moment',
    ],
    ['two keys', '{ country(by: { code: "BY", slug: "belarus" }) { id } }', 'exactly one key'],
    ['no key', '{ country(by: {}) { id } }', 'exactly one key'],
    ['a number too large', events('first: 2147483648'), 'Int cannot represent'],
    [
      'an order that is none',
      events('orderBy: [{ field: SIZE, direction: ASC }]'),
      'does not exist in "EventOrderField"',
    ],
  ])('%s', async (_what, query, sentence) => {
    const { errors, statements } = await ask(query)
    expect(errors?.[0]?.message).toContain(sentence)
    expect(statements).toBe(0)
  })
})

test('what is not there is null', async () => {
  const { data, errors } = await ask(`{
    event(by: { slug: "no-such-event" }) { id }
    country(by: { code: "ZZ" }) { id }
    odd: country(by: { code: "x" }) { id }
    actor(by: { identifier: { scheme: "ISO3166", value: "ZZ" } }) { id }
    node(id: "${writeId('Event', uuid)}") { id }
    nodes(ids: ["${writeId('Country', uuid)}"]) { id }
    source(by: { url: "https://example.org" }) { id }
  }`)
  expect(errors).toBeUndefined()
  expect(data).toEqual({ event: null, country: null, odd: null, actor: null, node: null, nodes: [null], source: null })
})

test('what looks like SQL or a pattern is taken as text', async () => {
  const { data } = await ask(`{
    percent: events(where: { title: { contains: "%" } }) { totalCount }
    underscore: events(where: { title: { startsWith: "_" } }) { totalCount }
    drop: events(where: { title: { eq: "'; DROP TABLE \\"Event\\"; --" } }) { totalCount }
    nothing: events(where: { or: [] }) { totalCount }
    neither: events(where: { not: {} }) { totalCount }
    unasked: events(where: { title: null, type: { eq: null } }) { totalCount }
  }`)
  const none = { totalCount: 0 }
  expect(data).toEqual({
    percent: none,
    underscore: none,
    drop: none,
    nothing: none,
    neither: none,
    unasked: { totalCount: 21 },
  })
})
