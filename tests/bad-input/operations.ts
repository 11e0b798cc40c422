// Operations that are not permitted, each with the class of its answer.

import { readHead } from '../../src/changelog/position.ts'
import { seal } from '../../src/domain/seal.ts'
import { read } from '../client.ts'

/** The class of an answer: the codes of its errors, or a class without errors. */
export type Class =
  | 'limit'
  | 'validation'
  | 'syntax'
  | 'operation'
  | 'input'
  | 'expired'
  | 'ahead'
  | 'forbidden'
  | 'literal'
  | 'nothing'

export interface Operation {
  what: string
  query: string
  variables?: object | (() => Promise<object>)
  operationName?: string
  /** `literal`: the answer treats the input as plain text. `nothing`: the answer is null. */
  answer: Class
  /** The limit that refuses the operation before anything is read. */
  limit?: string
}

const many = (count: number, part: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => part(at)).join(' ')

/** Returns a query with this number of nested fields. */
const deep = (levels: number): string =>
  `{ event(by: { slug: "x" }) ${many((levels - 2) / 2, () => '{ links { other')} { title } ${many(levels - 2, () => '}')} }`

const asked = '{ event(by: { slug: "x" }) { title } }'

/** Returns fragments that each spread the next one twice. */
const doubling = (steps: number): string =>
  `{ ...F0 } ${many(steps, (at) => `fragment F${at} on Query { ...F${at + 1} ...F${at + 1} }`)}
  fragment F${steps} on Query { event(by: { slug: "x" }) { title } }`

const documents: Operation[] = [
  { what: '301 aliases', query: `{ ${many(301, (at) => `a${at}: feedCursor`)} }`, answer: 'limit', limit: 'fields' },
  {
    what: '301 aliases of __typename',
    query: `{ ${many(301, (at) => `a${at}: __typename`)} }`,
    answer: 'limit',
    limit: 'fields',
  },
  { what: '500 times one field', query: `{ ${many(500, () => '__typename')} }`, answer: 'limit', limit: 'repeats' },
  {
    what: '250 times one field with fields',
    query: `{ ${many(160, () => 'events { totalCount }')} }`,
    answer: 'limit',
    limit: 'repeats',
  },
  { what: '250 times a field of one letter', query: `{ ${many(250, () => 'a{b}')} }`, answer: 'limit' },
  {
    what: '60 known directives',
    query: `{ ${many(60, (at) => `__typename @skip(if: ${at % 2 === 0})`)} }`,
    answer: 'limit',
  },
  {
    what: '60 known directives on one field',
    query: `{ feedCursor ${many(60, () => '@skip(if: true)')} }`,
    answer: 'limit',
    limit: 'directives',
  },
  {
    what: '900 unknown directives',
    query: `{ feedCursor ${many(400, () => '@a')} }`,
    answer: 'limit',
    limit: 'directives',
  },
  {
    what: '900 unknown directives',
    query: `{ feedCursor ${many(900, () => '@a')} }`,
    answer: 'limit',
    limit: 'tokens',
  },
  { what: '20 levels', query: deep(20), answer: 'limit', limit: 'depth' },
  {
    what: '20 levels through fragments',
    query: `{ event(by: { slug: "x" }) { ...A } }
      fragment A on Event { links { edges { other { links { edges { other { ...B } } } } } } }
      fragment B on Event { links { edges { other { links { edges { other { ...C } } } } } } }
      fragment C on Event { links { edges { other { links { edges { other { ...D } } } } } } }
      fragment D on Event { links { edges { other { links { edges { other { links { edges { other { title } } } } } } } } } }`,
    answer: 'limit',
    limit: 'depth',
  },
  { what: '2^20 fields by fragments', query: doubling(20), answer: 'limit' },
  {
    what: 'a fragment that leads to itself',
    query: '{ event(by: { slug: "x" }) { ...A } } fragment A on Event { links { edges { other { ...A } } } }',
    answer: 'validation',
  },
  {
    what: 'fragments that lead to each other',
    query: '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
    answer: 'validation',
  },
  { what: '20,000 braces', query: '{'.repeat(20_000), answer: 'syntax' },
  { what: '20,000 levels', query: '{a'.repeat(20_000), answer: 'limit', limit: 'tokens' },
  { what: '400 braces', query: '{'.repeat(400), answer: 'syntax' },
  { what: 'no document', query: '# nothing', answer: 'syntax' },
  { what: 'an operation that is not there', query: `query A ${asked}`, operationName: 'B', answer: 'operation' },
  { what: 'two operations without a name', query: `${asked} ${asked}`, answer: 'operation' },
]

const page = 'query ($first: Int) { events(first: $first) { nodes { title } } }'
const nested = (first: number) =>
  `{ events(first: ${first}) { nodes { participants(first: ${first}) { nodes { actor { events(first: ${first}) { nodes { title } } } } } } } }`
const ids = (count: number) => Array.from({ length: count }, (_, at) => `id${at}`)

const sizes: Operation[] = [
  { what: 'a page of 100,000', query: '{ events(first: 100000) { nodes { title } } }', answer: 'limit', limit: 'cost' },
  { what: 'a page of 100,000 as variable', query: page, variables: { first: 100_000 }, answer: 'limit', limit: 'cost' },
  {
    what: 'a page of 100,000 as default',
    query: 'query ($first: Int = 100000) { events(first: $first) { nodes { title } } }',
    answer: 'limit',
    limit: 'cost',
  },
  { what: 'three nested pages of 100', query: nested(100), answer: 'limit', limit: 'cost' },
  ...['first: 0', 'first: -1', 'first: 101', 'first: 1, last: 1'].map(
    (size): Operation => ({ what: size, query: `{ events(${size}) { nodes { title } } }`, answer: 'input' }),
  ),
  ...[0, -1].map(
    (first): Operation => ({ what: `first: ${first} as variable`, query: page, variables: { first }, answer: 'input' }),
  ),
  {
    what: '251 ids',
    query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
    variables: { ids: ids(251) },
    answer: 'input',
    limit: 'items',
  },
  {
    what: '251 ids in the document',
    query: `{ nodes(ids: [${many(251, (at) => `"id${at}"`)}]) { id } }`,
    answer: 'input',
    limit: 'items',
  },
  {
    what: '251 ids in a filter',
    query: 'query ($ids: [ID!]) { events(where: { id: { in: $ids } }) { totalCount } }',
    variables: { ids: ids(251) },
    answer: 'input',
    limit: 'items',
  },
  {
    what: 'variables 2,000 levels deep',
    query: 'query ($where: EventWhere) { events(where: $where) { totalCount } }',
    variables: async () => ({ where: JSON.parse(`${'{"not":'.repeat(2000)}{}${'}'.repeat(2000)}`) }),
    answer: 'input',
    limit: 'nesting',
  },
  {
    what: 'a filter 21 levels deep',
    query: `{ events(where: ${'{ not: '.repeat(20)}{}${' }'.repeat(20)}) { totalCount } }`,
    answer: 'input',
    limit: 'nesting',
  },
]

/**
 * A filter that makes the database read each actor's listings, their sanctions' targets, and those actors' listings.
 */
const examining = `{ not: { listings: { every: { sanction: { targets: { every: { actor:
  { listings: { every: { not: { listingId: { eq: "zq" } } } } } } } } } } } }`
/** Returns this number of nested quantifiers. */
const quantified = (levels: number): object =>
  levels === 0 ? { slug: { eq: 'x' } } : { sanctionsImposed: { some: { authority: quantified(levels - 1) } } }
const aliased = (count: number, field: string) => `{ ${many(count, (at) => `a${at}: ${field}`)} }`

/** Operations that return little and make the database read much. */
const examinations: Operation[] = [
  {
    what: 'a filter of three quantifiers, for a page of one',
    query: `{ actors(first: 1, where: ${examining}) { pageInfo { hasNextPage } } }`,
    answer: 'limit',
    limit: 'cost',
  },
  {
    what: 'a filter of two quantifiers as variable',
    query: 'query ($where: EventWhere) { events(first: 1, where: $where) { nodes { title } } }',
    variables: { where: { actors: { none: { events: { none: { title: { contains: 'zq' } } } } } } },
    answer: 'limit',
    limit: 'cost',
  },
  {
    what: 'a filter of four quantifiers',
    query: 'query ($where: ActorWhere) { actors(where: $where) { nodes { name } } }',
    variables: { where: quantified(4) },
    answer: 'limit',
    limit: 'quantifiers',
  },
  {
    what: 'a filter of four quantifiers of a list below another',
    query: 'query ($where: EventWhere) { people { nodes { events(where: $where) { nodes { title } } } } }',
    variables: { where: { actors: { some: quantified(3) } } },
    answer: 'limit',
    limit: 'quantifiers',
  },
  {
    what: '15 searches of which only pageInfo is read',
    query: aliased(15, 'events(search: "zq") { pageInfo { hasNextPage } }'),
    answer: 'limit',
    limit: 'cost',
  },
  {
    what: '15 searches of which only the count is read',
    query: aliased(15, 'people(search: "zq") { totalCount }'),
    answer: 'limit',
    limit: 'cost',
  },
  { what: '15 counts', query: aliased(15, 'events { totalCount }'), answer: 'limit', limit: 'cost' },
  {
    what: 'all facets',
    query: '{ events { facets(by: [TYPE, COUNTRY, PERSON, MONTH, YEAR, SANCTION_PROGRAM]) { by } } }',
    answer: 'limit',
    limit: 'cost',
  },
]

const bySlug = 'query ($slug: String!) { event(by: { slug: $slug }) { title } }'
const since = 'query ($m: DateTime) { events(where: { createdAt: { gt: $m } }) { totalCount } }'
const holding = 'query ($text: String!) { events(where: { title: { contains: $text } }) { totalCount } }'

const values: Operation[] = [
  { what: 'NUL in a text', query: '{ event(by: { slug: "\\u0000" }) { title } }', answer: 'input' },
  { what: 'NUL in a variable', query: bySlug, variables: { slug: 'a\0b' }, answer: 'input' },
  { what: 'half a surrogate pair in a text', query: '{ event(by: { slug: "\\ud800" }) { title } }', answer: 'syntax' },
  { what: 'half a surrogate pair in a variable', query: bySlug, variables: { slug: '\ud800' }, answer: 'input' },
  { what: 'the year 294277', query: since, variables: { m: '294277-01-01T00:00:00Z' }, answer: 'input' },
  {
    what: 'the year 294277 in the document',
    query: since.replace(/.*?\{/, '{').replace('$m', '"294277-01-01T00:00:00Z"'),
    answer: 'input',
  },
  { what: '2^31 as Int', query: page, variables: { first: 2 ** 31 }, answer: 'input' },
  { what: '2^31 in the document', query: '{ events(first: 2147483648) { totalCount } }', answer: 'validation' },
  { what: '1.5 as Int', query: page, variables: { first: 1.5 }, answer: 'input' },
  { what: '1.5 in the document', query: '{ events(first: 1.5) { totalCount } }', answer: 'validation' },
  ...['%', '_', '\'; DROP TABLE "Event"; --', '(a+)+$', '((((a{1,30}){1,30}){1,30}){1,30})*$'].map(
    (text): Operation => ({ what: `the text ${text}`, query: holding, variables: { text }, answer: 'literal' }),
  ),
]

const pageAfter =
  'query ($after: String) { events(first: 2, after: $after) { nodes { title } pageInfo { endCursor } } }'
const logAfter = 'query ($after: String) { changes(after: $after) { nodes { cursor } } }'
const aCursor = async () =>
  (await read<{ events: { pageInfo: { endCursor: string } } }>(pageAfter)).events.pageInfo.endCursor

/** Returns the cursor with one flipped bit. */
function flipped(cursor: string): string {
  const bytes = Buffer.from(cursor, 'base64url')
  bytes[3] = (bytes[3] ?? 0) ^ 1
  return bytes.toString('base64url')
}

const feedCursors: [what: string, cursor: () => Promise<string>, answer: Class][] = [
  ['damaged by a bit', async () => flipped(seal(['feed', (await readHead('service')).epoch, 1])), 'input'],
  ['of a list', aCursor, 'input'],
  ['beyond the end of the log', async () => seal(['feed', (await readHead('service')).epoch, 10 ** 9]), 'ahead'],
  ['of another epoch', async () => seal(['feed', 'another', 1]), 'expired'],
  ['at a negative place', async () => seal(['feed', (await readHead('service')).epoch, -1]), 'input'],
  ['at no whole number', async () => seal(['feed', (await readHead('service')).epoch, 0.5]), 'input'],
  ['of 300 characters', async () => 'W'.repeat(300), 'input'],
  ['older than what is kept', async () => seal(['feed', (await readHead('service')).epoch, 0]), 'expired'],
]

const listCursors: [what: string, cursor: () => Promise<string>][] = [
  ['damaged by a bit', async () => flipped(await aCursor())],
  ['of another list', async () => seal(['Query.people', 'NAME:ASC', 'a', '0190a5c0-0000-7000-8000-000000000000'])],
  ['of the log', async () => seal(['feed', (await readHead('service')).epoch, 1])],
  ['of 300 characters', async () => 'W'.repeat(300)],
  ['that is empty', async () => ''],
]

const cursors: Operation[] = [
  ...listCursors.map(
    ([what, cursor]): Operation => ({
      what: `a cursor ${what}`,
      query: pageAfter,
      variables: async () => ({ after: await cursor() }),
      answer: 'input',
    }),
  ),
  ...feedCursors.map(
    ([what, cursor, answer]): Operation => ({
      what: `a cursor of the log, ${what}`,
      query: logAfter,
      variables: async () => ({ after: await cursor() }),
      answer,
    }),
  ),
]

const byId = 'query ($id: ID!) { person(by: { id: $id }) { name } }'
const sealedId = async (type: string) =>
  (await read<{ events: { nodes: { id: string }[] } }>('{ events(first: 1) { nodes { id } } }')).events.nodes.map(
    ({ id }) => ({ id }),
  )[0] ?? { id: type }

const strangeIds: Operation[] = [
  { what: 'an id of another type', query: byId, variables: () => sealedId('Event'), answer: 'input' },
  ...['', 'x', '💥', '../../etc/passwd', 'a'.repeat(9999)].map(
    (id): Operation => ({ what: `the id "${id.slice(0, 20)}"`, query: byId, variables: { id }, answer: 'input' }),
  ),
  {
    what: 'a slug that is not there',
    query: bySlug,
    variables: { slug: '../../etc/passwd' },
    answer: 'nothing',
  },
]

/** Mutations, with rows for each concern. */
const writes: Operation[] = [
  {
    what: 'a mutation of an anonymous caller',
    query: `mutation { eventCreate(input: { title: "x", type: OTHER, status: OCCURRED, certainty: ASSERTED,
      date: { precision: UNKNOWN, basis: STATED } }) { __typename } }`,
    answer: 'forbidden',
  },
  ...[
    'actorUnmerge(input: { id: "x" })',
    'actorMergePreview(input: { id: "x", into: "x" })',
    'eventRestore(input: { id: "x" })',
    'actorErase(input: { id: "x", reason: "x", confirm: true })',
  ].map(
    (mutation): Operation => ({
      what: `${mutation} of an anonymous caller`,
      query: `mutation { ${mutation} { __typename } }`,
      answer: 'forbidden',
    }),
  ),
]

export const operations: readonly Operation[] = [
  ...documents,
  ...sizes,
  ...examinations,
  ...values,
  ...cursors,
  ...strangeIds,
  ...writes,
]

const added =
  'subscription ($after: String, $where: EventWhere) { eventAdded(after: $after, where: $where) { cursor } }'

/** Subscriptions of the same kinds, for the transports that carry them. */
export const subscriptions: readonly Operation[] = [
  {
    what: '301 aliases',
    query: `subscription { eventAdded { ${many(301, (at) => `a${at}: cursor`)} } }`,
    answer: 'limit',
    limit: 'fields',
  },
  {
    what: '11 times one field',
    query: `subscription { eventAdded { ${many(11, () => 'cursor')} } }`,
    answer: 'limit',
    limit: 'repeats',
  },
  {
    what: '20 levels',
    query: `subscription { eventAdded { event ${many(9, () => '{ links { other')} { title } ${many(18, () => '}')} } }`,
    answer: 'limit',
    limit: 'depth',
  },
  {
    what: 'a page of 100,000',
    query: 'subscription { eventAdded { event { participants(first: 100000) { nodes { role } } } } }',
    answer: 'limit',
    limit: 'cost',
  },
  {
    what: 'a filter of three quantifiers',
    query: added,
    variables: {
      where: { actors: { every: { events: { every: { participants: { every: { role: { eq: 'PARTY' } } } } } } } },
    },
    answer: 'limit',
    limit: 'cost',
  },
  {
    what: 'a filter of four quantifiers',
    query: added,
    variables: { where: { actors: { some: quantified(3) } } },
    answer: 'limit',
    limit: 'quantifiers',
  },
  { what: '251 ids', query: added, variables: { where: { id: { in: ids(251) } } }, answer: 'input', limit: 'items' },
  { what: 'NUL in a variable', query: added, variables: { where: { title: { eq: '\0' } } }, answer: 'input' },
  { what: 'a syntax error', query: 'subscription {', answer: 'syntax' },
  {
    what: 'two fields',
    query: 'subscription { a: eventAdded { cursor } b: eventAdded { cursor } }',
    answer: 'validation',
  },
  ...feedCursors.map(
    ([what, cursor, answer]): Operation => ({
      what: `a cursor of the log, ${what}`,
      query: added,
      variables: async () => ({ after: await cursor() }),
      answer,
    }),
  ),
]
