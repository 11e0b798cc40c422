// Expensive subscriptions: their cost, and that others receive their events without delay.
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readHead } from '../../src/changelog/position.ts'
import { feedCursor } from '../../src/domain/log-cursor.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { database } from '../client.ts'
import { addEvent, country } from '../world.ts'
import { eventsOf, type FeedService, startFeedService } from './server.ts'

const EVENTS = 3000

let service: FeedService
let start: string
beforeAll(async () => {
  const { epoch, position } = await readHead('service')
  start = feedCursor(epoch, position)
  const { id: locationId } = await country('BY')
  // An actor with many events: a filter from an event to its actors and to their events compares millions of rows.
  for (let i = 0; i < EVENTS; i += 500)
    await database.$executeRaw`
      INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis", "locationId")
      SELECT gen_random_uuid(), 'many-' || i, 'Many ' || i, 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED', ${locationId}::uuid
      FROM generate_series(${i}::int + 1, ${i}::int + 500) i`
  await sequenceChanges()
  // Filters of this price are refused by default. Here they stand for cheaper filters on more data.
  service = await startFeedService({ limits: { cost: Number.MAX_SAFE_INTEGER } })
})
afterAll(() => service.stop())

interface Received {
  at: number
  data: string
}

/** Opens a subscription that reads everything. */
async function subscribe(query: string, variables: object = {}) {
  const cut = new AbortController()
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query, variables }),
    signal: cut.signal,
  })
  expect(response.status).toBe(200)
  const received: Received[] = []
  let isOver = false
  const reading = (async () => {
    for await (const { data } of eventsOf(response)) if (data) received.push({ at: performance.now(), data })
  })()
    .catch(() => {})
    .finally(() => {
      isOver = true
    })
  const titleAt = (title: string) => received.find(({ data }) => data.includes(`"${title}"`))?.at
  return { received, titleAt, isOver: () => isOver, cut: () => void cut.abort(), reading }
}

/** Adds events one after the other, and returns the milliseconds until the subscriber received each. */
async function delaysOf(subscriber: Awaited<ReturnType<typeof subscribe>>, name: string, count = 5) {
  const delays: number[] = []
  for (let i = 0; i < count; i++) {
    const title = `${name} ${i}`
    const before = performance.now()
    await addEvent(title)
    await expect.poll(() => subscriber.titleAt(title), { timeout: 20_000, interval: 5 }).toBeDefined()
    delays.push((subscriber.titleAt(title) ?? 0) - before)
    await sleep(50)
  }
  return delays
}

/** Expects half of the delays to be below a second. A single one may be longer on a busy machine. */
function expectShort(delays: number[]): void {
  const sorted = delays.toSorted((a, b) => a - b)
  expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(1000)
  expect(sorted.at(-1)).toBeLessThan(5000)
}

const TITLES = 'subscription { eventAdded { event { title } } }'
const FILTERED = 'subscription ($where: EventWhere) { eventAdded(where: $where) { event { title } } }'

/** Compares the actors of the events of its actors with many texts that do not occur. */
const expensiveFilter = (text: string) => {
  const any = (where: (i: number) => object) => ({ or: Array.from({ length: 30 }, (_, i) => where(i)) })
  const names = (at: number) => any((i) => ({ name: { contains: `nowhere ${text} ${at} ${i}` } }))
  return any((i) => ({ actors: { some: { events: { some: { actors: { some: names(i) } } } } } }))
}

test('a filter that takes too long delays no other subscriber, and ends with an error', async () => {
  const innocent = await subscribe(TITLES)
  const expensive = await subscribe(FILTERED, { where: expensiveFilter('alone') })
  const { id: locationId } = await country('BY')
  const before = performance.now()
  await database.event.create({
    data: {
      slug: 'judged',
      title: 'Judged',
      type: 'OTHER',
      status: 'OCCURRED',
      certainty: 'ASSERTED',
      datePrecision: 'UNKNOWN',
      dateBasis: 'STATED',
      locationId,
    },
  })
  await sequenceChanges()
  await expect.poll(() => innocent.titleAt('Judged'), { timeout: 20_000, interval: 5 }).toBeDefined()
  expect((innocent.titleAt('Judged') ?? 0) - before).toBeLessThan(2000)
  expectShort(await delaysOf(innocent, 'After an expensive one'))
  await expect.poll(expensive.isOver, { timeout: 30_000 }).toBe(true)
  expect(JSON.parse(expensive.received.at(-1)?.data ?? '')).toEqual({
    errors: [
      {
        message: expect.stringMatching(/^The filter takes too long to evaluate/),
        extensions: { code: 'LIMIT_EXCEEDED' },
      },
    ],
  })
  innocent.cut()
})

test('many expensive filters delay no other subscriber', async () => {
  const innocent = await subscribe(TITLES)
  const expensive = await Promise.all(
    Array.from({ length: 60 }, (_, i) => subscribe(FILTERED, { where: expensiveFilter(`${i}`) })),
  )
  const { id: locationId } = await country('BY')
  const adding = (async () => {
    for (let i = 0; i < 5; i++) {
      await database.event.create({
        data: {
          slug: `located-${i}`,
          title: `Located ${i}`,
          type: 'OTHER',
          status: 'OCCURRED',
          certainty: 'ASSERTED',
          datePrecision: 'UNKNOWN',
          dateBasis: 'STATED',
          locationId,
        },
      })
      await sequenceChanges()
    }
  })()
  expectShort(await delaysOf(innocent, 'Beside expensive ones', 10))
  await adding
  for (const { cut } of [innocent, ...expensive]) cut()
})

const HEAVY = `subscription ($after: String, $where: EventWhere) { eventAdded(after: $after, where: $where) {
  cursor event { title location { name events(first: 30) { nodes {
    title participants(first: 10) { nodes { actor { name } } } countries { nodes { name } } people { nodes { name } }
  } } } }
} }`

test('50 catch-ups at once delay neither new events nor queries', async () => {
  const innocent = await subscribe(TITLES)
  const catchUps = await Promise.all(
    Array.from({ length: 50 }, (_, i) =>
      subscribe(HEAVY, { after: start, where: i % 2 ? { title: { contains: `${i % 10}` } } : expensiveFilter(`${i}`) }),
    ),
  )
  expectShort(await delaysOf(innocent, 'Beside catch-ups', 10))
  const answered: number[] = []
  for (let i = 0; i < 5; i++) {
    const before = performance.now()
    const response = await fetch(service.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: '{ feedCursor events(first: 3) { nodes { title } } }' }),
    })
    expect(await response.json()).toMatchObject({ data: { events: { nodes: [{}, {}, {}] } } })
    answered.push(performance.now() - before)
  }
  expectShort(answered)
  for (const { cut } of [innocent, ...catchUps]) cut()
  await expect.poll(service.followers, { timeout: 20_000 }).toBe(0)
})

test('a catch-up with an expensive selection delivers each event once and in order', async () => {
  const query = `subscription ($after: String) { eventAdded(after: $after, where: { title: { startsWith: "Many 1" } }) {
    event { title countries { nodes { name events(first: 20) { nodes { title } } } } } } }`
  const catchUp = await subscribe(query, { after: start })
  const expected = Array.from({ length: EVENTS }, (_, i) => `Many ${i + 1}`).filter((title) =>
    title.startsWith('Many 1'),
  )
  await expect.poll(() => catchUp.received.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(expected.length)
  const titles = catchUp.received.map(
    ({ data }) =>
      (JSON.parse(data) as { data: { eventAdded: { event: { title: string } } } }).data.eventAdded.event.title,
  )
  expect(titles).toEqual(expected)
  catchUp.cut()
})
