import { getIntrospectionQuery, isEnumType, isInputObjectType, isObjectType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { schema } from '../../../src/schema/schema.ts'
import { transports } from '../../bad-input/transports.ts'
import '../../client.ts'
import { type FeedService, startFeedService } from '../../changelog/server.ts'
import { askingWithin } from './asking.ts'

const whole = getIntrospectionQuery()

describe.each(['on', 'off'])('with INTROSPECTION=%s', (introspection) => {
  let service: FeedService
  beforeAll(async () => {
    service = await startFeedService({ introspection: introspection === 'on' })
  })
  afterAll(() => service.stop())

  test.each(Object.keys(transports))('over %s', async (transport) => {
    for (const query of [whole, '{ __type(name: "Event") { name } }']) {
      const said = await transports[transport]?.(service.url, { query, variables: undefined })
      if (introspection === 'on')
        expect(said?.answer).toMatchObject({ data: { [query === whole ? '__schema' : '__type']: {} } })
      else expect(said?.answer.errors?.[0]?.extensions?.code).toBe('GRAPHQL_VALIDATION_FAILED')
      if (introspection === 'off') expect(said?.text).not.toMatch(/Event(?!\\")/)
    }
  })

  test('the schema as text', async () => {
    const { status } = await fetch(service.url.replace('/graphql', '/schema.graphql'))
    expect(status).toBe(introspection === 'on' ? 200 : 404)
  })

  test('the error for an unknown name suggests similar names only with introspection', async () => {
    const said = await transports['POST, as JSON']?.(service.url, {
      query: '{ evens { nodes { titel } } }',
      variables: undefined,
    })
    expect(said?.text.includes('Did you mean')).toBe(introspection === 'on')
  })
})

/** The names of the schema, except those that are also English words. */
const names = new Set(
  Object.values(schema.getTypeMap()).flatMap((type) => [
    type.name,
    ...(isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : []),
    ...(isEnumType(type) ? type.getValues().map(({ name }) => name) : []),
  ]),
)

const personId = Buffer.from('Person:0190a5c0-0000-7000-8000-000000000000').toString('base64url')

test.each<[what: string, query: string, variables?: object]>([
  ['a near field', '{ evens { a } }'],
  ['a near field of a record', '{ events { nodes { titel } } }'],
  ['a near argument', '{ events(frst: 1) { totalCount } }'],
  ['an argument of a record', '{ events { nodes { participants(x: 1) { totalCount } } } }'],
  ['a near type', '{ node(id: "x") { ... on Evnt { id } } }'],
  ['a near enum value', '{ events(where: { type: { eq: MEETIN } }) { totalCount } }'],
  [
    'a near enum value in a variable',
    'query ($x: EventWhere) { events(where: $x) { totalCount } }',
    { x: { type: { eq: 'MEETIN' } } },
  ],
  ['a near input field', '{ events(where: { titl: { eq: "x" } }) { totalCount } }'],
  [
    'a near input field in a variable',
    'query ($x: EventWhere) { events(where: $x) { totalCount } }',
    { x: { titl: 1 } },
  ],
  [
    'a near input field in a variable of a deeper type',
    'query ($x: EventWhere) { events(where: $x) { totalCount } }',
    { x: { title: { eqq: 1 } } },
  ],
  ['a missing argument', '{ event { title } }'],
  ['a missing input field', 'mutation ($x: EventCreateInput!) { eventCreate(input: $x) { __typename } }', { x: {} }],
  ['a missing input field in the document', 'mutation { eventCreate(input: {}) { __typename } }'],
  ['a missing variable', 'query ($x: EventBy!) { event(by: $x) { title } }'],
  ['a variable of the wrong type', 'query ($x: Boolean) { events(first: $x) { totalCount } }'],
  [
    'a null for an argument that may not be null',
    'query ($x: [ID!] = []) { nodes(ids: $x) { __typename } }',
    { x: null },
  ],
  ['no selection', '{ events }'],
  ['no selection in a record', '{ events { nodes { participants } } }'],
  ['a selection of a scalar', '{ events { nodes { title { x } } } }'],
  ['a fragment that does not fit', '{ events { nodes { ... on Person { id } } } }'],
  ['fields that conflict', '{ events { nodes { a: title a: participants { totalCount } } } }'],
  ['two keys of a oneof', '{ event(by: { id: "x", slug: "y" }) { title } }'],
  ['no key of a oneof in a variable', 'query ($x: EventBy!) { event(by: $x) { title } }', { x: {} }],
  ['a text for a number', '{ events(first: "three") { totalCount } }'],
  [
    'a text for a number in a variable',
    'query ($x: EventWhere) { events(where: $x, first: 1) { totalCount } }',
    { x: { and: 1 } },
  ],
  ['a text that is not a day', '{ events(where: { date: { overlaps: { from: "soon" } } }) { totalCount } }'],
  ['an id of another type', 'query ($x: ID!) { event(by: { id: $x }) { title } }', { x: personId }],
  ['a cursor of another list', '{ events { nodes { participants(after: "WyJ4IiwieSJd") { totalCount } } } }'],
  ['a cursor that is damaged', '{ changes(after: "x") { nodes { cursor } } }'],
  ['a subscription to nothing', 'subscription { evntAdded { cursor } }'],
  ['two subscriptions', 'subscription { a: eventAdded { cursor } b: eventAdded { cursor } }'],
])('with INTROSPECTION=off an error contains only names from the request: %s', async (_what, query, variables) => {
  const service = await startFeedService({ introspection: false })
  try {
    const sent = new Set(`${query} ${JSON.stringify(variables)}`.match(/\w+/g))
    for (const transport of Object.keys(transports)) {
      if (transport === 'GET' && query.startsWith('mutation')) continue
      const said = await transports[transport]?.(service.url, { query, variables })
      expect(said?.answer.errors?.length).toBeGreaterThan(0)
      for (const { message } of said?.answer.errors ?? []) {
        const told = [...message.matchAll(/"[^"]*"|\b\w*[A-Z_]\w*/g)].flatMap(([text]) => text.match(/\w+/g) ?? [])
        expect(
          told.filter((name) => names.has(name) && !sent.has(name)),
          message,
        ).toEqual([])
        expect(message).not.toContain('Did you mean')
        expect(message).toMatch(/\.$/)
      }
    }
  } finally {
    await service.stop()
  }
})

test.each<[graphiql: boolean | undefined, introspection: boolean, status: number]>([
  [undefined, true, 200],
  [undefined, false, 404],
  [false, true, 404],
  [true, false, 200],
])('with GRAPHIQL=%s and INTROSPECTION=%s a browser gets %i', async (graphiql, introspection, status) => {
  const service = await startFeedService({ graphiql, introspection })
  try {
    const response = await fetch(service.url, { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(response.status).toBe(status)
    const text = await response.text()
    expect(text.includes('graphiql')).toBe(status === 200)
    if (status !== 200) expect(text.length).toBeLessThan(1000)
  } finally {
    await service.stop()
  }
})

test('circular introspection is refused', async () => {
  const ask = askingWithin({})
  const round = (steps: number) =>
    `{ __schema { types { ${'fields { type { '.repeat(steps)} name ${'} }'.repeat(steps)} } } }`
  expect((await ask(round(1))).errors).toBeUndefined()
  expect((await ask(round(5))).errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
  const fragments = Array.from(
    { length: 12 },
    (_, at) => `fragment F${at} on __Type { a: ofType { ...F${at + 1} } b: ofType { ...F${at + 1} } }`,
  )
  const doubling = `{ __schema { types { ...F0 } } } ${fragments.join(' ')} fragment F12 on __Type { name }`
  expect((await ask(doubling)).errors?.[0]?.extensions.code).toBe('LIMIT_EXCEEDED')
})
