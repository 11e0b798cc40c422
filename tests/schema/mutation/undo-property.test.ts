// Random sequences of merges, retractions, their undoing, edits and imports: no fact disappears without being told in the log,
// and an undo gives back what was there if nothing came between.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeId } from '../../../src/domain/id.ts'
import { opensanctionsCsv } from '../../../src/import/formats/opensanctions/csv.ts'
import { database } from '../../client.ts'
import { importText } from '../../import/run.ts'
import { seriesOf } from '../../series.ts'
import { anEditor, day, type Editor, newEvent } from './editor.ts'
import { allFacts, differences, type Facts } from './facts.ts'

const PEOPLE = 5
const EVENTS = 4

const person = fc.nat(PEOPLE - 1)
const event = fc.nat(EVENTS - 1)
const small = fc.nat(2)

/** The first steps of each sequence, so that a short series has the most important ones. */
const first: Step[] = [
  { does: 'merge people', a: 0, b: 1 },
  { does: 'undo the latest' },
  { does: 'merge people', a: 2, b: 3 },
  { does: 'import', a: 2, n: 1 },
  { does: 'undo a merge of people', a: 2 },
]

const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('merge people' as const), a: person, b: person }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('merge events' as const), a: event, b: event }) },
  { weight: 6, arbitrary: fc.record({ does: fc.constant('undo the latest' as const) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('undo a merge of people' as const), a: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('undo a merge of events' as const), a: event }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('retract a person' as const), a: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract an event' as const), a: event }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('restore a person' as const), a: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('describe' as const), a: person, n: small }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('take part' as const), a: event, b: person, n: small }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('relate' as const), a: person, b: person }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('list' as const), a: person, n: small }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('link' as const), a: event, b: event }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('import' as const), a: person, n: small }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** An undo that is possible, and the facts that it gives back unless something came between. */
interface Undo {
  mutation: 'actorUnmerge' | 'eventUnmerge' | 'actorRestore' | 'eventRestore'
  id: string
  before: Facts
}

interface World {
  people: string[]
  events: string[]
  source: string
  sanction: string
  /** The numbers of the people in the imported list. */
  numbers: string[]
  undos: Undo[]
  day: number
}

let made = 0

/** Creates people and events with facts of all kinds, of which some are equal. */
async function aWorld(editor: Editor): Promise<World> {
  const run = ++made
  const numbers = Array.from({ length: PEOPLE }, (_, i) => `P${run}-${i}`)
  const rows = numbers.map(
    (id, i) => `${id},Person,Name ${i % 3},,${i % 2 ? `195${i}-01-01` : ''},XX-R${run},US OFAC SDN`,
  )
  await load(rows, 1, run)
  const source = (await editor.done('sourceCreate', { kind: 'ARTICLE' }, { select: 'source { id }' })).source.id
  const people: string[] = []
  for (const [i, value] of numbers.entries()) {
    const { id } = await database.actor.findFirstOrThrow({
      where: { identifiers: { some: { scheme: 'OPENSANCTIONS', value } } },
    })
    const gid = writeId('Person', id)
    people.push(gid)
    const fields = [
      { gender: 'MALE' },
      { description: 'President' },
      { death: day('2020-01-01') },
      { gender: 'FEMALE' },
    ]
    await editor.done('personUpdate', { id: gid, ...fields[i % fields.length] })
    await editor.done('citationAdd', { of: gid, source, quote: `${i}`, basis: 'STATED' })
  }
  const events: string[] = []
  for (let i = 0; i < EVENTS; i++) {
    const participants = [0, 1].map((n) => ({ actor: people[(i + n) % PEOPLE], role: 'PARTY', note: `${i} ${n}` }))
    const input = newEvent(`Event ${i % 2}`, { participants, ...(i % 2 ? { summary: 'A summary.' } : {}) })
    events.push((await editor.done('eventCreate', input, { select: 'event { id }' })).event.id)
  }
  const authority = people[0]
  const targets = people.slice(0, 3).map((actor, i) => ({ actor, listed: day(`202${i}-01-01`) }))
  const { sanction } = await editor.done(
    'sanctionCreate',
    { title: 'A sanction', authority, targets, reasonEvents: events.slice(0, 2) },
    { select: 'sanction { id }' },
  )
  await editor.done('detentionAdd', {
    person: people[1],
    startedBy: events[0],
    authority: people[2],
    court: people[0],
    outcome: 'RELEASED',
    certainty: 'ASSERTED',
  })
  return { people, events, source, sanction: sanction.id, numbers, undos: [], day: 1 }
}

const load = (rows: string[], asOf: number, run: number) =>
  importText(
    opensanctionsCsv,
    'targets.simple.csv',
    ['id,schema,name,aliases,birth_date,program_ids,dataset', ...rows].join('\n'),
    { asOf: new Date(Date.UTC(2024, 0, asOf + run * 100)).toISOString().slice(0, 10), maxDelisted: 100 },
  )

/** Performs a step. Returns the type of its answer. */
async function take(editor: Editor, world: World, asked: Step, before: Facts): Promise<string> {
  const { people, events, source, sanction } = world
  const at = (ids: readonly string[], place: number) => ids[place] ?? ''
  const undoable = async (mutation: string, input: object, undo: Omit<Undo, 'before'>) => {
    const { __typename } = await editor.mutate(mutation, input)
    if (__typename.endsWith('Success')) world.undos.push({ ...undo, before })
    return __typename
  }
  const undo = async (mutation: Undo['mutation'], id: string) => {
    const { __typename, issues } = await editor.mutate(mutation, { id })
    const latest = world.undos.at(-1)
    if (!__typename.endsWith('Success')) {
      // Undoing the latest change always succeeds.
      if (latest?.mutation === mutation && latest.id === id) expect(issues).toBeUndefined()
      return __typename
    }
    if (latest?.mutation === mutation && latest.id === id) {
      expect(differences(latest.before, await allFacts())).toEqual([])
      world.undos.pop()
    } else world.undos = []
    return __typename
  }
  const edit = async (mutation: string, input: object) => {
    const { __typename } = await editor.mutate(mutation, input)
    if (__typename.endsWith('Success')) world.undos = []
    return __typename
  }
  switch (asked.does) {
    case 'merge people': {
      const id = at(people, asked.a)
      return undoable('actorMerge', { id, into: at(people, asked.b) }, { mutation: 'actorUnmerge', id })
    }
    case 'merge events': {
      const id = at(events, asked.a)
      return undoable('eventMerge', { id, into: at(events, asked.b) }, { mutation: 'eventUnmerge', id })
    }
    case 'retract a person':
      return undoable(
        'actorRetract',
        { id: at(people, asked.a) },
        { mutation: 'actorRestore', id: at(people, asked.a) },
      )
    case 'retract an event':
      return undoable(
        'eventRetract',
        { id: at(events, asked.a) },
        { mutation: 'eventRestore', id: at(events, asked.a) },
      )
    case 'undo the latest': {
      const latest = world.undos.at(-1)
      return latest ? undo(latest.mutation, latest.id) : 'nothing'
    }
    case 'undo a merge of people':
      return undo('actorUnmerge', at(people, asked.a))
    case 'undo a merge of events':
      return undo('eventUnmerge', at(events, asked.a))
    case 'restore a person':
      return undo('actorRestore', at(people, asked.a))
    case 'describe':
      return edit('personUpdate', { id: at(people, asked.a), description: `Text ${asked.n}` })
    case 'take part': {
      const [actor, note] = [at(people, asked.b), `Note ${asked.n}`]
      return edit('eventParticipantAdd', { event: at(events, asked.a), actor, role: 'SPEAKER', note })
    }
    case 'relate': {
      const citations = [{ source, basis: 'STATED' }]
      return edit('relationshipAdd', {
        subject: at(people, asked.a),
        object: at(people, asked.b),
        kind: 'ALLY_OF',
        citations,
      })
    }
    case 'list':
      return edit('sanctionTargetAdd', { sanction, actor: at(people, asked.a), listed: day(`202${asked.n}-02-02`) })
    case 'link': {
      const input = { event: at(events, asked.a), to: at(events, asked.b), kind: 'CAUSED', basis: 'STATED' }
      return edit('eventLinkAdd', { ...input, citations: [{ source, basis: 'INFERRED' }] })
    }
    case 'import': {
      const number = world.numbers[asked.a]
      const row = `${number},Person,Name ${asked.n},Alias ${asked.n},195${asked.n}-01-01,XX-R${made};XX-S${made}-${asked.n},US OFAC SDN`
      const { rejected } = await load([row], ++world.day, made)
      expect(rejected).toBe(0)
      world.undos = []
      return 'imported'
    }
  }
}

/** Returns the rows that a step changed or removed although no entry of the log after a position has them. */
async function untold(before: Facts, after: Facts, position: bigint): Promise<string[]> {
  const entries = await database.$queryRaw<{ entry: string }[]>`
    SELECT concat("entityId", before, children) AS entry FROM "Change" WHERE position > ${position}`
  const log = entries.map(({ entry }) => entry).join('\n')
  return differences(before, after).flatMap(({ row, expected }) => {
    const [table, key = ''] = row.split(' ')
    // The database derives who is in an event, and lists in which snapshots a target was seen are not facts of their own.
    if (!expected || table === 'EventActor' || table === 'Sighting') return []
    // A reason has no id of its own.
    return log.includes(table === 'SanctionReason' ? expected : key) ? [] : [`${row}: ${expected}`]
  })
}

/** Returns the values of merged people that their survivors neither have nor keep as disputed values. */
const lostValues = () => database.$queryRaw<unknown[]>`
  SELECT d.id, v.field FROM "Actor" d JOIN "Actor" s ON s.id = d."mergedIntoId"
  JOIN "Merge" m ON m."mergedId" = d.id AND m."survivorId" = s.id
  LEFT JOIN "Person" p ON p."actorId" = d.id LEFT JOIN "Person" q ON q."actorId" = s.id
  CROSS JOIN LATERAL (VALUES
    ('DESCRIPTION', d.description, s.description),
    ('GENDER', p.gender::text, q.gender::text),
    ('BIRTH', p."birthEdtf", q."birthEdtf"),
    ('DEATH', p."deathEdtf", q."deathEdtf")) v (field, value, survivor)
  WHERE v.value IS NOT NULL AND v.survivor IS NULL AND NOT EXISTS (
    SELECT FROM "DisputedValue" o WHERE o."actorId" = s.id AND o.field::text = v.field AND v.value IN (o.text, o."dateEdtf"))`

test('merges and retractions lose no fact, and an undo gives back what was there', { timeout: 1_300_000 }, async () => {
  const editor = await anEditor()
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 6, maxLength: seriesOf(10, 40) }), async (steps) => {
      const world = await aWorld(editor)
      let before = await allFacts()
      for (const each of [...first, ...steps]) {
        const [head] = await database.$queryRaw<{ position: bigint }[]>`SELECT log_head() AS position`
        const outcome = await take(editor, world, each, before)
        seen.set(`${each.does}: ${outcome}`, (seen.get(`${each.does}: ${outcome}`) ?? 0) + 1)
        const after = await allFacts()
        expect(await untold(before, after, head?.position ?? 0n)).toEqual([])
        before = after
        expect(await lostValues()).toEqual([])
      }
      // All that can still be undone is undone, the latest first.
      while (world.undos.length > 0) await take(editor, world, { does: 'undo the latest' }, before)
    }),
    // A failing sequence is shrunk and reported before the test times out.
    { numRuns: seriesOf(2, 200), interruptAfterTimeLimit: seriesOf(60_000, 1_200_000) },
  )
  for (const done of ['merge people: ActorMergeSuccess', 'undo the latest: ActorUnmergeSuccess', 'import: imported'])
    expect(seen.has(done), `${done} in ${JSON.stringify([...seen])}`).toBe(true)
})
