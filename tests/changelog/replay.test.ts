// Replays from any cursor after random changes, retractions, merges and undone merges: two instances send the same bytes, with the
// current state of the database. A client on one of them follows the same subscription live.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { readHead } from '../../src/changelog/position.ts'
import { writeId } from '../../src/domain/id.ts'
import { feedCursor } from '../../src/domain/log-cursor.ts'
import { unmerge } from '../../src/store/merge/unmerge.ts'
import { mergeActors, mergeEvents } from '../../src/store/merge.ts'
import { sequenceChanges, write } from '../../src/store/write.ts'
import { database } from '../client.ts'
import { seriesOf } from '../series.ts'
import { anEvent, aPerson } from '../world.ts'
import { eventsOf, type FeedService, startFeedService } from './server.ts'

let watched: FeedService
let fresh: FeedService
beforeAll(async () => {
  watched = await startFeedService()
  fresh = await startFeedService()
})
afterAll(async () => {
  await watched.stop()
  await fresh.stop()
})

const PERSONS = 3
const EVENTS = 5

const at = fc.nat(EVENTS - 1)
const who = fc.nat(PERSONS - 1)
const title = fc.constantFrom('Blue', 'Red')

/** The steps of a history. Each refers to one of the events that exist by then. */
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ does: fc.constant('add' as const), title, who: fc.uniqueArray(who) }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('rename' as const), at, title }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('retract' as const), at }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('restore' as const), at }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('participate' as const), at, who }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('merge persons' as const), one: who, other: who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('merge events' as const), at, other: at }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('unmerge a person' as const), who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('unmerge an event' as const), at }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('add many' as const), title, who }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('rename all' as const), title }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('retract all' as const), title }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('sequence' as const), wait: fc.constantFrom(0, 30) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** The records of one history. */
interface Scene {
  persons: string[]
  events: string[]
}

const participant = (actorId: string) => ({ actorId, role: 'PARTY' as const })

async function take(asked: Step, { persons, events }: Scene): Promise<void> {
  const event = (place: number) => ({ where: { id: events[place % Math.max(1, events.length)] ?? '' } })
  /** A merged record has no participants: its survivor has them. */
  const survivor = async (place: number) => {
    const id = persons[place] ?? ''
    return (await database.actor.findUniqueOrThrow({ where: { id } })).mergedIntoId ?? id
  }
  if (asked.does === 'add') {
    const actors = new Set(await Promise.all(asked.who.map(survivor)))
    const participants = { create: [...actors].map(participant) }
    events.push((await anEvent({ title: asked.title, participants })).id)
  } else if (asked.does === 'add many') {
    const actorId = await survivor(asked.who)
    await database.$transaction(async (tx) => {
      const rows = await tx.$queryRaw<{ id: string }[]>`
        INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
        SELECT gen_random_uuid(), 'many-' || gen_random_uuid(), ${asked.title}, 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED'
        FROM generate_series(1, 120) RETURNING id::text`
      await tx.eventParticipant.createMany({ data: rows.map(({ id }) => ({ eventId: id, ...participant(actorId) })) })
      events.push(...rows.map(({ id }) => id))
    })
  } else if (asked.does === 'rename all')
    await database.$executeRaw`UPDATE "Event" SET title = ${asked.title} || '!' WHERE id = ANY(${events}::uuid[])`
  else if (asked.does === 'retract all')
    await database.$executeRaw`UPDATE "Event" SET "retractedAt" = now() WHERE id = ANY(${events}::uuid[]) AND title = ${asked.title}`
  else if (asked.does === 'sequence') {
    await sequenceChanges()
    await sleep(asked.wait)
  } else if (asked.does === 'merge persons')
    await write('test', (tx) => mergeActors(tx, mergeOf('Person', persons, asked.one, asked.other)))
  else if (asked.does === 'unmerge a person')
    await write('test', (tx) => unmerge(tx, 'ACTOR', { id: { type: 'Person', id: persons[asked.who] ?? '' } }))
  else if (events.length === 0) return
  else if (asked.does === 'unmerge an event')
    await write('test', (tx) => unmerge(tx, 'EVENT', { id: { type: 'Event', id: event(asked.at).where.id } }))
  else if (asked.does === 'merge events')
    await write('test', (tx) => mergeEvents(tx, mergeOf('Event', events, asked.at, asked.other)))
  else if (asked.does === 'participate') {
    const actorId = await survivor(asked.who)
    await database.eventParticipant.create({ data: { eventId: event(asked.at).where.id, ...participant(actorId) } })
  } else if (asked.does === 'rename')
    await database.event.update({ ...event(asked.at), data: { title: `${asked.title} ${asked.at}` } })
  else
    await database.event.update({
      ...event(asked.at),
      data: { retractedAt: asked.does === 'retract' ? new Date() : null },
    })
}

function mergeOf(type: string, records: readonly string[], one: number, other: number) {
  const [id = '', into = ''] = [records[one % records.length], records[other % records.length]]
  return { id: { type, id }, into: { type, id: into } }
}

/** Steps that are not valid, such as merging a record with itself, are refused and change nothing. */
const refused = { does: 0, done: 0 }

/** A subscription, and a query for the events after a position that it should deliver. */
interface Question {
  query: string
  where?: object
  slugs(after: number): Promise<string[]>
}

const ADDED = `subscription ($where: EventWhere, $after: String) { eventAdded(where: $where, after: $after) {
  cursor committedAt event { slug title participants { nodes { actor { slug name } } } } } }`

function questionsOf({ persons }: Scene): Question[] {
  const slugs = async (after: number, condition = 'true', ...values: string[]) => {
    const rows = await database.$queryRawUnsafe<{ slug: string }[]>(
      `SELECT e.slug FROM "Change" c JOIN "Event" e ON e.id = c."entityId" WHERE c.position > $1 AND c.operation = 'CREATED'
       AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL AND ${condition} ORDER BY c.position`,
      after,
      ...values,
    )
    return rows.map(({ slug }) => slug)
  }
  const ofPerson = `EXISTS (SELECT FROM "EventActor" a JOIN "Actor" p ON p.id = $2::uuid
    WHERE a."eventId" = e.id AND a."actorId" = coalesce(p."mergedIntoId", p.id))`
  return [
    { query: ADDED, slugs: (after) => slugs(after) },
    {
      query: ADDED,
      where: { title: { contains: 'Blue' } },
      slugs: (after) => slugs(after, `e.title LIKE '%Blue%'`),
    },
    ...persons.slice(0, 2).map((id) => ({
      query: ADDED,
      where: { actors: { some: { id: { eq: writeId('Person', id) } } } },
      slugs: (after: number) => slugs(after, ofPerson, id),
    })),
  ]
}

async function open({ url }: FeedService, { query, where }: Pick<Question, 'query' | 'where'>, after: string) {
  const cut = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables: { where, after } }),
    signal: cut.signal,
  })
  return { events: eventsOf(response), cut }
}

/** Returns the bytes that a service sends after a cursor, up to its last event. */
async function replay(service: FeedService, question: Question, after: string, last: string | undefined) {
  const { events, cut } = await open(service, question, after)
  const sent: string[] = []
  const over = setTimeout(() => cut.abort(), last ? 10_000 : 100)
  try {
    for await (const event of events) {
      sent.push(JSON.stringify(event))
      // No more items should follow. The other clients wait longer, and would see them.
      if (last && event.data?.includes(`"${last}"`)) break
    }
  } catch {
    // The connection was closed here.
  }
  clearTimeout(over)
  cut.abort()
  return sent
}

const slugIn = (event: string): string | undefined => /\\"slug\\":\\"([^\\]*)/.exec(event)?.[1]

/** Follows a subscription. `seen` is the cursor of the last item. */
async function watch(service: FeedService, question: Pick<Question, 'query' | 'where'>, after: string) {
  const { events, cut } = await open(service, question, after)
  const watching = { seen: '', stop: () => cut.abort() }
  const read = async () => {
    for await (const { id } of events) watching.seen = id ?? watching.seen
  }
  read().catch(() => {})
  return watching
}

const CHANGES = { query: 'subscription ($after: String) { changes(after: $after) { cursor version operation } }' }

test('a replay from any cursor gives the same bytes from two instances, whatever has happened since', {
  timeout: 1_800_000,
}, async () => {
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 4, maxLength: 12 }),
    fc.array(fc.nat(10_000), { minLength: 2, maxLength: 2 }),
    async (steps, places) => {
      const scene: Scene = { persons: [], events: [] }
      for (let i = 0; i < PERSONS; i++) scene.persons.push((await aPerson()).id)
      await sequenceChanges()
      const head = async () => {
        const { epoch, position } = await readHead('service')
        return feedCursor(epoch, position)
      }
      const cursors = [await head()]
      const questions = questionsOf(scene)
      const start = cursors[0] ?? ''
      const watches = await Promise.all([
        ...questions.map((question) => watch(watched, question, start)),
        watch(watched, CHANGES, start),
        watch(fresh, CHANGES, start),
      ])
      for (const each of steps) {
        await take(each, scene).then(
          () => refused.done++,
          () => refused.does++,
        )
        cursors.push(await head())
      }
      await sequenceChanges()
      const end = await head()
      // Waits until both services have read the log to its end.
      await vi.waitFor(() => {
        for (const each of watches.slice(-2)) expect(each.seen).toBe(end)
      }, 5000)
      const chosen = [start, ...places.map((place) => cursors[place % cursors.length] ?? start)]
      for (const after of new Set(chosen)) {
        const [, , , position] = JSON.parse(Buffer.from(after, 'base64url').toString().slice(0, -8)) as number[]
        await Promise.all(
          questions.map(async (question) => {
            const expected = await question.slugs(position ?? 0)
            const [one, other] = await Promise.all(
              [watched, fresh].map((service) => replay(service, question, after, expected.at(-1))),
            )
            expect(one).toEqual(other)
            expect(one?.flatMap((event) => slugIn(event) ?? [])).toEqual(expected)
          }),
        )
      }
      for (const { stop } of watches) stop()
    },
  )
  await fc.assert(property, { numRuns: seriesOf(8, 200), endOnFailure: true })
  expect(refused.done).toBeGreaterThan(refused.does)
})
