import { parse, validate } from 'graphql'
import { beforeAll, expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { schema } from '../../src/schema/schema.ts'
import { askBoth, database, logged } from '../client.ts'
import { seriesOf } from '../series.ts'
import { aLink, anAction, anEvent, aParticipant, aPerson, aSanction, aTarget, country, span } from '../world.ts'
import { type Known, operations } from './operations.ts'

const OPERATIONS = seriesOf(300, 3000)

const known: Known = { ids: {}, texts: [], cursors: [] }

beforeAll(async () => {
  await addEdgeCases()
  const rows: Record<string, { id: string }[]> = {
    Event: await database.event.findMany({ select: { id: true } }),
    EventLink: await database.eventLink.findMany({ select: { id: true } }),
    EventParticipant: await database.eventParticipant.findMany({ select: { id: true } }),
    Detention: await database.detention.findMany({ select: { id: true } }),
    Relationship: await database.relationship.findMany({ select: { id: true } }),
    Sanction: await database.sanction.findMany({ select: { id: true } }),
    SanctionAction: await database.sanctionAction.findMany({ select: { id: true } }),
    SanctionTarget: await database.sanctionTarget.findMany({ select: { id: true } }),
    Source: await database.source.findMany({ select: { id: true } }),
    Citation: await database.citation.findMany({ select: { id: true } }),
    Person: await database.actor.findMany({ where: { kind: 'PERSON' }, select: { id: true } }),
    Country: await database.actor.findMany({
      where: { country: { iso2: { in: ['BY', 'US', 'LT'] } } },
      select: { id: true },
    }),
    Organization: await database.actor.findMany({ where: { kind: 'ORGANIZATION' }, select: { id: true } }),
    Group: await database.actor.findMany({ where: { kind: 'GROUP' }, select: { id: true } }),
  }
  const encode = ([type, found]: [string, { id: string }[]]) => [type, found.map(({ id }) => writeId(type, id))]
  known.ids = Object.fromEntries(Object.entries(rows).map(encode))
  known.ids.Bilateral = ['BY-US', 'BY-LT'].map((codes) => writeId('Bilateral', codes))
  known.ids.Actor = ['Person', 'Country', 'Organization', 'Group'].flatMap((type) => known.ids[type] ?? [])
  const events = await database.event.findMany({ select: { slug: true, title: true } })
  const some = [
    'BY',
    'USA',
    'belarus',
    'a',
    'E',
    '%',
    '_',
    '',
    'en',
    'be',
    'potash',
    'ISO3166',
    'Europe',
    "'; --",
    '💥"\\',
  ]
  known.texts = [...some, ...events.flatMap(({ slug, title }) => [slug, title, title.slice(0, 5)])]
  const lists = ['events', 'people', 'countries', 'sanctions', 'actors']
  for (const list of lists) await gatherCursors(`{ ${list}(first: 5) { edges { cursor } } }`)
  await gatherCursors('{ country(by: { code: "BY" }) { events(first: 5) { edges { cursor } } } }')
})

/**
 * Adds texts that need escaping in JSON, retracted and merged records, a record linked to itself, and ties in sort
 * keys.
 */
async function addEdgeCases(): Promise<void> {
  const belarus = await country('BY')
  const odd = await anEvent({
    title: 'A "quote", a \\, a tab\t, \u2028, é and 💥',
    goldstein: -0.5,
    ...span('date', null, null),
  })
  const gone = await anEvent({ retractedAt: new Date(), locationId: belarus.id })
  const survivor = await anEvent({ locationId: belarus.id, goldstein: 0 })
  await anEvent({ mergedIntoId: survivor.id, locationId: belarus.id })
  const person = await aPerson()
  await aPerson({ mergedIntoId: person.id })
  for (const { id } of [odd, gone, survivor])
    await aParticipant(id, person.id, { count: 3, countKind: 'ABOUT', onBehalfOfId: belarus.id })
  await aLink(odd.id, survivor.id)
  await aLink(survivor.id, gone.id)
  const sanction = await aSanction({ measures: ['ASSET_FREEZE', 'TRAVEL_BAN'] })
  await aTarget(sanction.id, person.id, span('listed', '2021-01-01', null))
  await anAction(sanction.id, { eventId: survivor.id })
  await anAction(sanction.id, { kind: 'LIFTED', ...span('date', '2022-05-01', '2022-05-31') })
}

/** Collects the cursors in an answer, for later operations. */
async function gatherCursors(query: string): Promise<void> {
  remember(JSON.stringify((await askBoth(query, {}, { limits: 'none' })).data))
}

function remember(text: string): void {
  for (const [, cursor = ''] of text.matchAll(/"(WzEs[\w-]+)"/g))
    if (known.cursors.length < 500) known.cursors.push(cursor)
}

test(`${OPERATIONS} operations at random are answered alike by both paths`, async () => {
  const counts = { prepared: 0, refused: 0, found: 0 }
  let asked = 0
  for (const { query, variables } of operations(schema, known, 20_261_124)) {
    if (validate(schema, parse(query)).length > 0) continue
    const { data, errors, path } = await askBoth(query, variables, { limits: 'none', mistakes: 'many' })
    // A cursor of an unusual order fits in hardly any other operation.
    if (!query.includes('orderBy')) remember(JSON.stringify(data ?? null))
    if (errors) counts.refused++
    // A mistake below restrictions or in the arguments of a history is not found if there are none: then the resolvers answer without it.
    else if (!/(restrictions|history)\(/.test(query))
      expect([path, logged.at(-1)], query).toEqual(['prepared', undefined])
    if (path === 'prepared') counts.prepared++
    if (/:(?!null|\{|\[)/.test(JSON.stringify(data ?? null))) counts.found++
    if (++asked === OPERATIONS) break
  }
  console.info(
    `Of ${asked} operations ${counts.prepared} were prepared, ${counts.refused} refused; ${counts.found} found something.`,
  )
  expect(counts.found).toBeGreaterThan(OPERATIONS / 2)
}, 1_800_000)
