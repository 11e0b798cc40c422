// Random histories of imports, edits, retractions and merges: what restricts whom, asked with a time in the history, is what the
// database answered then.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { askBoth, database } from '../client.ts'
import { importText } from '../import/run.ts'
import { seriesOf } from '../series.ts'
import { anEditor, day, type Editor, newEvent } from './mutation/editor.ts'

const ENTRIES = 4

const entry = fc.nat(ENTRIES - 1)
const year = fc.integer({ min: 2019, max: 2023 })
const kind = fc.constantFrom('IMPOSED', 'LIFTED', 'REIMPOSED', 'SUSPENDED', 'LIFT_ANNOUNCED', 'EASED')

const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ does: fc.constant('import' as const), listed: fc.uniqueArray(entry, { minLength: 1 }) }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('merge' as const), a: entry, b: entry }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('unmerge' as const), a: entry }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract' as const), a: entry }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('restore' as const), a: entry }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('date the listing' as const), a: entry, year }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('act on the sanction' as const), kind, year }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('act on a target' as const), a: entry, kind, year }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('remove an action' as const), n: fc.nat(5) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('change the event' as const),
      status: fc.constantFrom('OCCURRED', 'PROSPECTIVE', 'CANCELLED'),
    }),
  },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract the event' as const) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract the sanction' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant('change the sanction' as const),
      sector: fc.constantFrom('potash', null),
    }),
  },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('license' as const), year, extended: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('revoke' as const), year }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The first steps of each history, so that a short series has the most important ones. */
const first: Step[] = [
  { does: 'import', listed: [0, 1, 2] },
  { does: 'act on a target', a: 0, kind: 'LIFTED', year: 2021 },
  { does: 'import', listed: [0, 2, 3] },
  { does: 'merge', a: 0, b: 2 },
  { does: 'import', listed: [0, 1, 2, 3] },
  { does: 'unmerge', a: 0 },
  { does: 'act on the sanction', kind: 'LIFTED', year: 2020 },
  { does: 'change the event', status: 'PROSPECTIVE' },
]

const FIELDS = `target { id } authority { id } sanction { id } measures scope status confirmedUntil licences { id } files`
const QUERY = `query ($program: String!, $at: DateTime, $ids: [ID!]!) {
  old: restrictions(on: "2020-06-01", knownAt: $at, where: { sanction: { program: { eq: $program } } }, first: 50) { totalCount nodes { ${FIELDS} } }
  new: restrictions(on: "2030-01-01", knownAt: $at, where: { sanction: { program: { eq: $program } } }, first: 50) { totalCount nodes { ${FIELDS} } }
  nodes(ids: $ids) {
    id
    ... on Actor { restrictions(on: "2022-06-01", knownAt: $at) { ${FIELDS} } }
    ... on Sanction { statusOn(date: "2021-06-01", knownAt: $at) }
    ... on SanctionTarget { statusOn(date: "2021-06-01", knownAt: $at) }
  }
}`

interface Answer {
  old: object
  new: object
  /** Null for a record that was removed. */
  nodes: ({ id: string } | null)[]
}

/** A history: its records, and what was answered at its times. */
interface World {
  number: number
  editor: Editor
  snapshot: number
  people: (string | undefined)[]
  event: string
  moments: { at: string; ids: string[]; answer: Answer }[]
}

let made = 0

async function aWorld(editor: Editor): Promise<World> {
  const { event } = await editor.done('eventCreate', newEvent('An announcement'), { select: 'event { id }' })
  return { number: ++made, editor, snapshot: 0, people: [], event: event.id, moments: [] }
}

const programOf = ({ number }: World) => `PROGRAM${number}`

/** Imports a list with some of the entries, a month after the one before. */
async function load(world: World, listed: readonly number[]) {
  const rows = listed.map(
    (n) =>
      `${world.number * 100 + n},"PERSON ${world.number} ${n}","individual","${programOf(world)}",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- `,
  )
  // One list for all histories, so the days of its snapshots ascend from one history to the next.
  const asOf = new Date(Date.UTC(2000 + world.number, world.snapshot++, 1)).toISOString().slice(0, 10)
  await importText(ofac, 'sdn.csv', rows.join('\n'), { asOf, maxDelisted: 100 })
  for (let n = 0; n < ENTRIES; n++) {
    const found = await database.actor.findFirst({
      where: { identifiers: { some: { scheme: 'OFAC_SDN', value: String(world.number * 100 + n) } } },
    })
    // The identifier moves when the actor is merged: the first id is kept.
    if (found) world.people[n] ??= writeId('Person', found.id)
  }
}

async function sanctionOf(world: World) {
  const sanction = await database.sanction.findFirst({
    where: { program: programOf(world) },
    include: { targets: { orderBy: { id: 'asc' } }, actions: { orderBy: { id: 'asc' } }, licences: true },
  })
  return sanction && { ...sanction, gid: writeId('Sanction', sanction.id) }
}

/** Does one step. A step that is not possible is refused, and changes nothing. */
async function take(step: Step, world: World): Promise<void> {
  const { editor, people, event } = world
  const person = (n: number) => people[n]
  if (step.does === 'import') return load(world, step.listed)
  if (step.does === 'change the event')
    return void (await editor.mutate('eventUpdate', { id: event, status: step.status }))
  if (step.does === 'retract the event') return void (await editor.mutate('eventRetract', { id: event }))
  const sanction = await sanctionOf(world)
  if (!sanction) return
  const of = { sanction: sanction.gid }
  const target = (n: number) => sanction.targets[n % sanction.targets.length]
  switch (step.does) {
    case 'merge':
      if (person(step.a) && person(step.b))
        await editor.mutate('actorMerge', { id: person(step.a), into: person(step.b) })
      return
    case 'unmerge':
      if (person(step.a)) await editor.mutate('actorUnmerge', { id: person(step.a) })
      return
    case 'retract':
      if (person(step.a)) await editor.mutate('actorRetract', { id: person(step.a) })
      return
    case 'restore':
      if (person(step.a)) await editor.mutate('actorRestore', { id: person(step.a) })
      return
    case 'date the listing': {
      const listing = target(step.a)
      if (listing)
        await editor.mutate('sanctionTargetUpdate', {
          id: writeId('SanctionTarget', listing.id),
          listed: day(`${step.year}-03-01`),
        })
      return
    }
    case 'act on the sanction':
      await editor.mutate('sanctionActionAdd', {
        ...of,
        kind: step.kind,
        date: day(`${step.year}-02-01`),
        certainty: 'ASSERTED',
        event,
      })
      return
    case 'act on a target': {
      const listing = target(step.a)
      const targeted = listing && { target: writeId('SanctionTarget', listing.id) }
      await editor.mutate('sanctionActionAdd', {
        ...of,
        ...targeted,
        kind: step.kind,
        date: day(`${step.year}-04-01`),
        certainty: 'ASSERTED',
      })
      return
    }
    case 'remove an action': {
      const action = sanction.actions[step.n % Math.max(1, sanction.actions.length)]
      if (action) await editor.mutate('sanctionActionRemove', { id: writeId('SanctionAction', action.id) })
      return
    }
    case 'retract the sanction':
      await editor.mutate(sanction.retractedAt ? 'sanctionRestore' : 'sanctionRetract', { id: sanction.gid })
      return
    case 'change the sanction':
      await editor.mutate('sanctionUpdate', {
        id: sanction.gid,
        sector: step.sector,
        measures: step.sector ? ['SECTORAL'] : ['ASSET_FREEZE'],
      })
      return
    case 'license': {
      const [from, to] = [day(`${step.year}-01-01`), day(`${step.year}-12-08`)]
      const extended = step.extended ? { extended: day('2029-01-01') } : {}
      const country = writeId('Country', (await database.country.findUniqueOrThrow({ where: { iso2: 'US' } })).actorId)
      await editor.mutate('sanctionLicenceAdd', {
        ...of,
        authority: country,
        title: 'General License',
        scope: 'winding down',
        from,
        to,
        ...extended,
        certainty: 'ASSERTED',
      })
      return
    }
    case 'revoke': {
      const [licence] = sanction.licences
      if (licence)
        await editor.mutate('sanctionLicenceUpdate', {
          id: writeId('Licence', licence.id),
          revoked: day(`${step.year}-06-01`),
        })
    }
  }
}

/** Returns the answers to the questions by what was known at a time, or is known now. */
async function answersOf(world: World, ids: readonly string[], at?: string): Promise<Answer> {
  const { data, errors } = await askBoth<Answer>(QUERY, { program: programOf(world), ids, at }, { limits: 'none' })
  if (!data || errors) throw new Error(`The question failed: ${JSON.stringify(errors)}`)
  return data
}

/** Notes the time, and the answers that the database gives at it. */
async function note(world: World): Promise<void> {
  await sleep(3)
  const at = new Date().toISOString()
  const sanction = await sanctionOf(world)
  const ids = [
    ...world.people.flatMap((id) => id ?? []),
    ...(sanction ? [sanction.gid, ...sanction.targets.map(({ id }) => writeId('SanctionTarget', id))] : []),
  ]
  world.moments.push({ at, ids, answer: await answersOf(world, ids) })
  await sleep(3)
}

test('what was known at any time of a history is what the database answered at that time', async () => {
  const editor = await anEditor()
  let compared = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: seriesOf(3, 30) }), async (steps) => {
      const world = await aWorld(editor)
      for (const each of [...first, ...steps]) {
        await take(each, world)
        await note(world)
      }
      for (const { at, ids, answer } of world.moments) {
        const later = await answersOf(world, ids, at)
        expect({ ...later, nodes: [] }, at).toEqual({ ...answer, nodes: [] })
        // The id of a record that was merged or removed since no longer leads to it.
        for (const [i, node] of answer.nodes.entries()) {
          if (later.nodes[i]?.id !== node?.id) continue
          expect(later.nodes[i], at).toEqual(node)
          compared++
        }
      }
    }),
    { numRuns: seriesOf(2, 60), endOnFailure: true },
  )
  expect(compared).toBeGreaterThan(20)
})
