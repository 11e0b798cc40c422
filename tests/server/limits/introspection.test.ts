import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transports } from '../../bad-input/transports.ts'
import '../../client.ts'
import { type FeedService, startFeedService } from '../../log/server.ts'
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

  test('a name that is not there is answered with those that are near only where all may be known', async () => {
    const said = await transports['POST, as JSON']?.(service.url, {
      query: '{ evens { nodes { titel } } }',
      variables: undefined,
    })
    expect(said?.text.includes('Did you mean')).toBe(introspection === 'on')
  })
})

test('introspection that goes round and round is refused', async () => {
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
