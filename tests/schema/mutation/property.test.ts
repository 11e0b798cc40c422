import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readId } from '../../../src/domain/id.ts'
import { database } from '../../client.ts'
import { seriesOf } from '../../series.ts'
import { anEditor, day, type Editor, newEvent, type Result } from './editor.ts'
import { replayed, stored, withoutVersion } from './replay.ts'

/** A random action of an editor: `a` and `b` choose among the existing records, `expected` is the expected version. */
interface Step {
  action: keyof typeof actions
  a: number
  b: number
  text: string
  expected: number | null
}

/** The ids of the existing records, which grow with each success. */
type World = Record<'events' | 'people' | 'sanctions' | 'sources' | 'parts', string[]>

const pick = (ids: readonly string[], place: number) => ids[place % ids.length] ?? ''

const partOf = (world: World, type: string, place: number) => {
  const those = world.parts.filter((id) => readId(id).type === type)
  return those.length > 0 ? pick(those, place) : undefined
}

/** The mutation of each action and its input; undefined if there is no record for it yet. */
const actions = {
  createEvent: (_world: World, { text }: Step) => ['eventCreate', newEvent(text)],
  createWhole: (world: World, { a, text }: Step) => [
    'eventCreate',
    newEvent(text, {
      participants: [{ actor: pick(world.people, a), role: 'PARTY' }],
      citations: [{ source: pick(world.sources, a), quote: text, basis: 'STATED' }],
    }),
  ],
  createPerson: (_world: World, { text }: Step) => ['personCreate', { name: text, birth: day('1990-01-01') }],
  renamePerson: (world: World, { a, text, expected }: Step) => [
    'personUpdate',
    { id: pick(world.people, a), name: text, death: day('2020-01-01'), expectedVersion: expected },
  ],
  update: (world: World, { a, text, expected }: Step) => [
    'eventUpdate',
    { id: pick(world.events, a), title: text, summary: expected ? text : null, expectedVersion: expected },
  ],
  occur: (world: World, { a, b }: Step) => [
    'eventUpdate',
    { id: pick(world.events, a), status: b % 2 ? 'PROSPECTIVE' : 'OCCURRED', date: day(`2025-0${1 + (b % 9)}-01`) },
  ],
  takePart: (world: World, { a, b }: Step) => [
    'eventParticipantAdd',
    { event: pick(world.events, a), actor: pick(world.people, b), onBehalfOf: pick(world.people, a), role: 'PARTY' },
  ],
  note: (world: World, { a, text }: Step) => {
    const id = partOf(world, 'EventParticipant', a)
    return id ? ['eventParticipantUpdate', { id, note: text }] : undefined
  },
  leave: (world: World, { a }: Step) => {
    const id = partOf(world, 'EventParticipant', a)
    return id ? ['eventParticipantRemove', { id }] : undefined
  },
  link: (world: World, { a, b }: Step) => [
    'eventLinkAdd',
    {
      event: pick(world.events, a),
      to: pick(world.events, b),
      kind: b % 2 ? 'PART_OF' : 'CAUSED',
      basis: 'STATED',
      citations: [{ source: pick(world.sources, a), basis: 'STATED' }],
    },
  ],
  unlink: (world: World, { a }: Step) => {
    const id = partOf(world, 'EventLink', a)
    return id ? ['eventLinkRemove', { id }] : undefined
  },
  relate: (world: World, { a, b }: Step) => [
    'relationshipAdd',
    { subject: pick(world.people, a), object: pick(world.people, b), kind: 'ALLY_OF' },
  ],
  detain: (world: World, { a, b }: Step) => [
    'detentionAdd',
    { person: pick(world.people, a), startedBy: pick(world.events, b), certainty: 'ASSERTED' },
  ],
  release: (world: World, { a, b }: Step) => {
    const id = partOf(world, 'Detention', a)
    return id ? ['detentionUpdate', { id, endedBy: pick(world.events, b) }] : undefined
  },
  act: (world: World, { a, b }: Step) => [
    'sanctionActionAdd',
    {
      sanction: pick(world.sanctions, a),
      kind: b % 2 ? 'LIFTED' : 'REIMPOSED',
      date: day(`2025-0${1 + (b % 9)}-01`),
      event: pick(world.events, b),
      certainty: 'ASSERTED',
    },
  ],
  list: (world: World, { a, b }: Step) => [
    'sanctionTargetAdd',
    { sanction: pick(world.sanctions, a), actor: pick(world.people, b), listed: day('2024-01-01') },
  ],
  cite: (world: World, { a, b, text }: Step) => [
    'citationAdd',
    { of: pick([...world.events, ...world.people], a), source: pick(world.sources, b), quote: text, basis: 'INFERRED' },
  ],
  mergeEvents: (world: World, { a, b, expected }: Step) => [
    'eventMerge',
    { id: pick(world.events, a), into: pick(world.events, b), expectedVersion: expected },
  ],
  mergePeople: (world: World, { a, b }: Step) => [
    'actorMerge',
    { id: pick(world.people, a), into: pick(world.people, b) },
  ],
  retract: (world: World, { a, expected }: Step) => [
    'eventRetract',
    { id: pick(world.events, a), expectedVersion: expected ?? 2 },
  ],
} satisfies Record<string, (world: World, step: Step) => unknown>

const steps = fc.array(
  fc.record<Step>({
    action: fc.constantFrom(
      ...(Object.keys(actions) as Step['action'][]),
      'takePart',
      'takePart',
      'mergeEvents',
      'mergePeople',
    ),
    a: fc.nat(7),
    b: fc.nat(7),
    text: fc.oneof(fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }), fc.lorem({ maxCount: 3 })),
    // Most editors do not send an expected version.
    expected: fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: fc.nat(5) }),
  }),
  { minLength: 20, maxLength: 60 },
)

const given: Record<string, string> = {
  eventCreate: 'event { id }',
  personCreate: 'person { id }',
  eventParticipantAdd: 'participant { id }',
  eventLinkAdd: 'link { id }',
  relationshipAdd: 'relationship { id }',
  detentionAdd: 'detention { id }',
  sanctionActionAdd: 'action { id }',
  sanctionTargetAdd: 'target { id }',
  citationAdd: 'citation { id }',
}

async function take(editor: Editor, world: World, step: Step): Promise<string> {
  const call = actions[step.action](world, step) as [string, object] | undefined
  if (!call) return 'nothing'
  const [mutation, input] = call
  const result = await editor.mutate(mutation, input, { select: given[mutation] })
  grow(world, result)
  return result.__typename
}

function grow(world: World, { event, person, sanction, source, ...others }: Result): void {
  if (event?.id) world.events.push(event.id)
  if (person?.id) world.people.push(person.id)
  if (sanction?.id) world.sanctions.push(sanction.id)
  if (source?.id) world.sources.push(source.id)
  for (const part of Object.values(others)) if (part?.id) world.parts.push(part.id)
}

async function aWorld(editor: Editor): Promise<World> {
  const world: World = { events: [], people: [], sanctions: [], sources: [], parts: [] }
  const add = async (mutation: string, input: object, select: string) =>
    grow(world, await editor.done(mutation, input, { select }))
  for (const name of ['One', 'Two', 'Three']) {
    await add('eventCreate', newEvent(name), 'event { id }')
    await add('personCreate', { name }, 'person { id }')
  }
  await add('sourceCreate', { kind: 'ARTICLE' }, 'source { id }')
  await add('sanctionCreate', { title: 'A sanction', authority: world.people[0] }, 'sanction { id }')
  return world
}

async function everythingHolds(world: World): Promise<void> {
  const ids = [...world.events, ...world.people, ...world.sanctions, ...world.sources].map((id) => readId(id).id)
  const log = await database.$queryRaw<{ entityId: string; versions: number[] }[]>`
    SELECT "entityId"::text, array_agg(version ORDER BY position) AS versions FROM "Change" GROUP BY 1`
  const tables = await stored(ids)
  for (const { entityId, versions } of log.filter(({ entityId }) => ids.includes(entityId))) {
    expect(versions).toEqual(versions.map((_, i) => i + 1))
    const row = ['Actor', 'Event', 'Sanction', 'Source'].map((name) => tables.get(`${name} ${entityId}`)).find(Boolean)
    expect(row?.version).toBe(versions.length)
  }
  expect(withoutVersion(await replayed(ids))).toEqual(withoutVersion(tables))
  for (const broken of Object.values(invariants)) expect(await database.$queryRawUnsafe(broken)).toEqual([])
}

/** Statements that must return no row after any writes. */
const invariants = {
  merged: `SELECT e.id FROM "Event" e JOIN "Event" s ON s.id = e."mergedIntoId" WHERE s."mergedIntoId" IS NOT NULL`,
  left: `SELECT e.id FROM "Event" e JOIN "EventParticipant" p ON p."eventId" = e.id WHERE e."mergedIntoId" IS NOT NULL`,
  led: `SELECT a.id FROM "Actor" a JOIN "EventParticipant" p ON a.id IN (p."actorId", p."onBehalfOfId") WHERE a."mergedIntoId" IS NOT NULL`,
  linked: `SELECT id FROM "EventLink" WHERE "fromId" = "toId"`,
  whole: `WITH RECURSIVE whole (part, id) AS (
      SELECT "fromId", "toId" FROM "EventLink" WHERE kind = 'PART_OF'
      UNION SELECT w.part, l."toId" FROM "EventLink" l JOIN whole w ON l."fromId" = w.id WHERE l.kind = 'PART_OF')
    SELECT * FROM whole WHERE part = id`,
  cited: `SELECT id FROM "Citation" WHERE num_nonnulls("actorId", "relationshipId", "eventId", "eventLinkId", "sanctionId", "sanctionActionId", "detentionId", "disputedValueId") <> 1`,
  held: `SELECT "personId" FROM "Detention" WHERE "endPrecision" IS NULL AND "endedById" IS NULL AND outcome IS NULL GROUP BY 1 HAVING count(*) > 1`,
  status: `SELECT id FROM "Sanction" s JOIN "SanctionState" v ON v."sanctionId" = s.id WHERE (s.status, s."sortDate") IS DISTINCT FROM (v.status, v."sortDate")`,
  actors: `SELECT * FROM (
      SELECT "eventId", "actorId" FROM "EventParticipant" UNION SELECT "eventId", "onBehalfOfId" FROM "EventParticipant" WHERE "onBehalfOfId" IS NOT NULL
      UNION SELECT id, "locationId" FROM "Event" WHERE "locationId" IS NOT NULL
      UNION SELECT e.id, o."countryId" FROM "Event" e JOIN "EventParticipant" p ON p."eventId" = e.id
        JOIN "Office" o ON o."holderId" IN (p."actorId", p."onBehalfOfId")
        WHERE o.since <= e."dateEarliest" AND (o.until = 'infinity' OR o.until >= e."dateLatest")) meant
    FULL JOIN "EventActor" x USING ("eventId", "actorId") WHERE meant.* IS NULL OR x.* IS NULL`,
  gaps: `SELECT log_head() AS position WHERE log_head() <> (SELECT count(*) FROM "Change")`,
}

test('after any writes of editors the rules hold, versions rise by one, and the log matches the tables', {
  timeout: 1_300_000,
}, async () => {
  const [editor, other] = [await anEditor(), await anEditor()]
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const world = await aWorld(editor)
      for (let i = 0; i < sequence.length; i += 2) {
        // Two concurrent actions, as of two editors.
        const pair = sequence.slice(i, i + 2)
        const outcomes = await Promise.all(pair.map((step, j) => take(j === 0 ? editor : other, world, step)))
        for (const outcome of outcomes) seen.set(outcome, (seen.get(outcome) ?? 0) + 1)
      }
      await everythingHolds(world)
    }),
    // A failing sequence is shrunk and reported before the test times out.
    { numRuns: seriesOf(8, 100), interruptAfterTimeLimit: seriesOf(60_000, 1_200_000) },
  )
  const done = [...seen].filter(([name]) => name.endsWith('Success'))
  expect(done.length).toBeGreaterThan(10)
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['ValidationError', 'ConflictError']))
})
