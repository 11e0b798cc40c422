// A subscription delivers the same bytes from the statement for many changes and from the resolvers.
import { getOperationAST, getVariableValues, parse, validate } from 'graphql'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Change } from '../../src/changelog/change.ts'
import { freePayer } from '../../src/changelog/payer.ts'
import { workOver } from '../../src/changelog/work.ts'
import { Lane } from '../../src/db/lane.ts'
import { Turns } from '../../src/db/turns.ts'
import { writeId } from '../../src/domain/id.ts'
import { schema } from '../../src/schema/schema.ts'
import type { Feed } from '../../src/schema/subscription.ts'
import { maskWith } from '../../src/server/graphql/errors.ts'
import { ItemCache } from '../../src/server/realtime/item-cache.ts'
import { ItemRenderer } from '../../src/server/realtime/renderer.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { database } from '../client.ts'
import { testDatabase } from '../database.ts'
import { seriesOf } from '../series.ts'
import { aLink, anEvent, aParticipant, aPerson, country, span } from '../world.ts'
import { type Known, subscriptions } from './operations.ts'

// These tests compare answers. On a slow machine, some selections take longer than the service allows.
const timeout = 60_000

const SUBSCRIPTIONS = seriesOf(100, 1000)

const lane = new Lane(testDatabase().url, { connections: 2, statementTimeout: timeout })
afterAll(() => lane.close())
const work = workOver(lane, freePayer)

let added: Change[] = []
beforeAll(async () => {
  const belarus = await country('BY')
  const person = await aPerson()
  const odd = await anEvent({ title: 'A "quote", a \\, \u2028 and 💥', goldstein: -0.5, ...span('date', null, null) })
  const survivor = await anEvent({ locationId: belarus.id })
  await anEvent({ mergedIntoId: survivor.id })
  await anEvent({ retractedAt: new Date() })
  await aParticipant(odd.id, person.id, { count: 3, countKind: 'ABOUT', onBehalfOfId: belarus.id })
  await aLink(odd.id, survivor.id)
  await sequenceChanges()
  const rows = await database.change.findMany({
    where: { type: 'EVENT', operation: 'CREATED' },
    orderBy: { position: 'asc' },
  })
  added = rows.map((row) => ({ ...row, position: Number(row.position) }))
})

function rendererOf(query: string, variables: Record<string, unknown> = {}): ItemRenderer {
  const document = parse(query)
  const operation = getOperationAST(document)
  const root = operation?.selectionSet.selections[0]
  if (!operation || root?.kind !== 'Field') throw new Error(`There is no subscription in ${query}`)
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  const field = schema.getSubscriptionType()?.getFields()[root.name.value]
  return new ItemRenderer({
    key: query,
    args: { schema, document, variableValues: variables },
    operation,
    coerced: coerced ?? {},
    feed: field?.extensions.feed as Feed,
    epoch: 'epoch',
    price: 1,
    mask: maskWith(pino({ level: 'silent' })),
    cache: new ItemCache(),
    turns: new Turns({ capacity: 1, perCaller: 1 }),
    timeout,
  })
}

const jsonOf = (items: readonly { json: string }[]) => items.map(({ json }) => json)

/** Returns items without the places in lists of their errors: of several records with the same error, any may be told first. */
const jsonOfAny = (items: readonly { json: string }[]) =>
  jsonOf(items).map((json) => json.replace(/"path":\[[^\]]*\]/g, (path) => path.replace(/\b\d+\b/g, '0')))

test.each([
  'subscription { eventAdded { cursor event { title } } }',
  'subscription { eventAdded { cursor committedAt __typename } }',
  'subscription { a: eventAdded { b: event { slug } c: event { slug title } __typename d: cursor } }',
  'subscription { eventAdded { ...E event { title } } } fragment E on EventAdded { event { slug type: __typename } at: committedAt }',
  'subscription { eventAdded { cursor @skip(if: true) event { title @include(if: false) slug } } }',
  'subscription { eventAdded @skip(if: true) { cursor } }',
  'subscription Added { eventAdded { cursor committedAt event { id slug title type date { label } countries { nodes { iso2 } } } } }',
  'subscription { eventAdded { event { participants(first: 2) { totalCount nodes { role actor { name __typename } } } } } }',
])('%s', async (query) => {
  const renderer = rendererOf(query)
  expect(renderer.isCompiled).toBe(true)
  expect(await renderer.compute(added, work)).not.toContain(undefined)
  expect(jsonOf(await renderer.render(added, work))).toEqual(jsonOf(await renderer.resolve(added, work)))
})

test('one statement renders many events', async () => {
  const texts: string[] = []
  const renderer = rendererOf('subscription { eventAdded { cursor event { title countries { nodes { name } } } } }')
  const counted = {
    payer: freePayer,
    run: <Row>(statement: { text: string; values: readonly unknown[] }) => {
      texts.push(statement.text)
      return work.run<Row>(statement)
    },
  }
  expect(await renderer.render(added, counted)).toHaveLength(added.length)
  await renderer.render(added, counted)
  expect(texts).toHaveLength(1)
})

test('an event that no longer exists causes the same error as in the resolvers, for its own delivery', async () => {
  const renderer = rendererOf('subscription { eventAdded { event { title } } }')
  const [first] = added
  if (!first) throw new Error('There is no event.')
  const gone = { ...first, entityId: '0193a1b2-0000-7000-8000-000000000000' }
  const outcome = (rendered: Promise<unknown>) => rendered.catch((error: Error) => error.message)
  expect(await outcome(renderer.render([gone], work))).toEqual(await outcome(renderer.resolve([gone], work)))
})

test.each([
  ['wrong arguments', 'subscription { eventAdded { event { participants(first: 0) { totalCount } } } }', true],
  ['a field that needs a scope', 'subscription { changes { writer } }', false],
])('%s is rendered by the resolvers', async (_what, query, _isEvent) => {
  expect(validate(schema, parse(query))).toEqual([])
  const renderer = rendererOf(query)
  expect(renderer.isCompiled).toBe(false)
  expect(await renderer.render(added.slice(0, 2), work)).toHaveLength(2)
})

test(`${SUBSCRIPTIONS} subscriptions at random deliver the same by both ways`, async () => {
  const people = await database.actor.findMany({ where: { kind: 'PERSON' }, select: { id: true } })
  const known: Known = {
    ids: {
      Event: added.map(({ entityId }) => writeId('Event', entityId)),
      Person: people.map(({ id }) => writeId('Person', id)),
    },
    texts: ['BY', 'belarus', 'a', 'E', '%', 'en', 'Europe', "'; --", '💥"\\'],
    cursors: [],
  }
  let asked = 0
  let compiled = 0
  for (const { query, variables } of subscriptions(schema, known, 20_261_125)) {
    if (validate(schema, parse(query)).length > 0) continue
    const renderer = rendererOf(query, variables)
    const some = added.slice(asked % 20, (asked % 20) + 5)
    const rendered = await renderer.render(some, work).then(jsonOfAny, String)
    const resolved = await renderer.resolve(some, work).then(jsonOfAny, String)
    expect(rendered, query).toEqual(resolved)
    if (renderer.isCompiled) compiled++
    if (++asked === SUBSCRIPTIONS) break
  }
  console.info(`Of ${asked} subscriptions ${compiled} were compiled.`)
  expect(compiled).toBeGreaterThan(SUBSCRIPTIONS * 0.8)
}, 900_000)
