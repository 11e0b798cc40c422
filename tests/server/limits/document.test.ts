import { expect, test } from 'vitest'
import type { Limits } from '../../../src/server/limits/limits.ts'
import '../../client.ts'
import { askingWithin } from './asking.ts'

type Row = [limit: keyof Limits, allowed: number, within: string, beyond: string]

/** For each limit an operation just within it, and one just beyond it. */
const rows: Row[] = [
  ['tokens', 3, '{ feedCursor }', '{ feedCursor feedCursor }'],
  ['fields', 2, '{ events { totalCount } }', '{ events { totalCount } feedCursor }'],
  [
    'fields',
    3,
    '{ ...A } fragment A on Query { events { totalCount } }',
    '{ ...A b: events { totalCount } } fragment A on Query { events { totalCount } }',
  ],
  [
    'repeats',
    2,
    '{ feedCursor ... { feedCursor } }',
    '{ feedCursor ... { feedCursor } ...A } fragment A on Query { feedCursor }',
  ],
  ['repeats', 1, '{ a: feedCursor b: feedCursor }', '{ a: __typename a: __typename }'],
  ['aliases', 1, '{ a: feedCursor }', '{ a: __typename b: __typename }'],
  [
    'directives',
    1,
    '{ feedCursor @skip(if: true) __typename }',
    '{ feedCursor @skip(if: true) ... @include(if: true) { __typename } }',
  ],
  ['depth', 2, '{ events { edges { node { title } } } }', '{ events { edges { node { date { label } } } } }'],
  [
    'depth',
    2,
    '{ events { nodes { title } } }',
    '{ events { nodes { ...A } } } fragment A on Event { date { label } }',
  ],
  ['cost', 32, '{ events(first: 5) { nodes { title } } }', '{ events(first: 6) { nodes { title } } }'],
  [
    'items',
    2,
    '{ events(where: { or: [{}, {}] }) { totalCount } }',
    '{ events(where: { or: [{}, {}, {}] }) { totalCount } }',
  ],
  [
    'nesting',
    2,
    '{ events(where: { not: {} }) { totalCount } }',
    '{ events(where: { not: { not: {} } }) { totalCount } }',
  ],
]

test.each(rows)(
  '%s of %i: an operation at the limit is answered, and one beyond it is refused',
  async (limit, allowed, within, beyond) => {
    const ask = askingWithin({ [limit]: allowed })
    const answer = await ask(within)
    expect([within, answer.errors]).toEqual([within, undefined])
    const { errors, data } = await ask(beyond)
    expect(data).toBeUndefined()
    expect(errors).toMatchObject([{ message: expect.stringMatching(/\.$/), extensions: { limit, allowed } }])
    expect(errors?.[0]?.message).toContain(String(allowed))
    const requested = errors?.[0]?.extensions.requested
    if (requested !== undefined) expect(requested).toBeGreaterThan(allowed)
  },
)

test('each field may have an alias, and the limit of cost bounds what they cost', async () => {
  const ask = askingWithin({})
  const aliased = (count: number, field: string) =>
    `{ ${Array.from({ length: count }, (_, at) => `a${at}: ${field}`).join(' ')} }`
  expect((await ask(aliased(300, '__typename'))).errors).toBeUndefined()
  expect((await ask(`{ country(by: { code: "BY" }) ${aliased(200, 'name')} }`)).errors).toBeUndefined()
  expect((await ask(aliased(301, '__typename'))).errors).toMatchObject([
    { extensions: { limit: 'fields', allowed: 300, requested: 301 } },
  ])
  expect((await ask(aliased(50, 'events(search: "x") { totalCount }'))).errors).toMatchObject([
    { extensions: { limit: 'cost' } },
  ])
})

test.each([
  ['of __type', 'a', (a: string) => `${a}: __type(name: "Event") { name }`, ''],
  ['below __schema', '__schema { types {', (a: string) => `${a}: kind`, '} }'],
  ['of a fragment', '__schema { types { ...T } }', () => '', ''],
])('introspection fields may have 15 aliases: %s', async (what, before, field, after) => {
  const ask = askingWithin({ aliases: 300 })
  const documentOf = (count: number) => {
    const names = Array.from({ length: count }, (_, at) => `a${at}`)
    if (what === 'of a fragment')
      return `{ ${before} } fragment T on __Type { ${names.map((name) => `${name}: kind`).join(' ')} }`
    return `{ ${before === 'a' ? '' : before} ${names.map(field).join(' ')} ${after} }`
  }
  expect((await ask(documentOf(15))).errors).toBeUndefined()
  expect((await ask(documentOf(16))).errors).toMatchObject([
    { extensions: { limit: 'aliases', allowed: 15, requested: 16 } },
  ])
})

test('variables have the same limits as values in the document', async () => {
  const ask = askingWithin({ items: 2, nesting: 3 })
  const query = 'query ($where: EventWhere) { events(where: $where) { totalCount } }'
  expect((await ask(query, { where: { or: [{}, {}] } })).errors).toBeUndefined()
  const long = await ask(query, { where: { or: [{}, {}, {}] } })
  expect(long.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', limit: 'items', requested: 3 } }])
  const deep = await ask(query, { where: { not: { not: { not: {} } } } })
  expect(deep.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', limit: 'nesting' } }])
})

test('a known document is checked against the cost limit for each set of variables', async () => {
  const ask = askingWithin({})
  const query = 'query ($first: Int) { events(first: $first) { nodes { links(first: 100) { nodes { kind } } } } }'
  for (const first of [1, 100])
    expect(await ask(query, { first })).toMatchObject({
      extensions: { cost: { requested: 26 + first * 112, path: 'prepared' } },
    })
  const refused = await askingWithin({ cost: 500 })(query, { first: 100 })
  expect(refused.errors).toMatchObject([{ extensions: { limit: 'cost', allowed: 500, requested: 11_226 } }])
})

test('fragments that double twenty times are measured quickly', async () => {
  const many = Array.from({ length: 60 }, (_, at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)
  const begun = performance.now()
  const { errors } = await askingWithin({ repeats: 1e9 })(
    `{ ...F0 } ${many.join(' ')} fragment F60 on Query { feedCursor }`,
  )
  expect(errors).toMatchObject([{ extensions: { limit: 'repeats' } }])
  expect(performance.now() - begun).toBeLessThan(500)
})
