// How changes reach subscription groups: who pays, who waits, and what is buffered.
import { afterAll, beforeEach, expect, test } from 'vitest'
import { FanOut } from '../../src/changelog/fan-out.ts'
import { Pace } from '../../src/changelog/pace.ts'
import { firstSolvent, freePayer, type Payer, POINTS_PER_MS } from '../../src/changelog/payer.ts'
import { readHead } from '../../src/changelog/position.ts'
import type { Item, SubscriptionQuery } from '../../src/changelog/subscription-query.ts'
import { Lane } from '../../src/db/lane.ts'
import { checkReadiness } from '../../src/server/http/health.ts'
import { database } from '../client.ts'
import { testDatabase } from '../database.ts'
import { addEvent } from '../world.ts'

const { url } = testDatabase()
const live = new Lane(url, { connections: 2, statementTimeout: 2000 })
const slow = new Lane(url, { connections: 2, statementTimeout: 300 })
afterAll(() => Promise.all([live.close(), slow.close()]))

let fanOut: FanOut
const ended: string[] = []
beforeEach(async () => {
  ended.length = 0
  const { epoch, position } = await readHead('service')
  fanOut = new FanOut({
    epoch,
    head: position,
    live,
    slow,
    onTooSlow: ({ message }) => ended.push(message),
  })
})

interface Options {
  filterPrice?: number
  /** The seconds that the filter takes for one change. */
  seconds?: number
  /** Collects the number of changes in each rendering. */
  rendered?: number[]
  records?: number
}

/** Returns a query for all changes, whose filter and rendering take time in the database. */
const queryOf = (
  key: string,
  { filterPrice = 1, seconds = 0, rendered = [], records = 1 }: Options = {},
): SubscriptionQuery => ({
  key,
  filter: seconds,
  filterPrice,
  select: async (changes, filters: readonly number[], run) => {
    const sum = filters.reduce((total, each) => total + each, 0) * changes.length
    if (sum > 0) await run({ text: 'select pg_sleep($1)', values: [sum] })
    return filters.map(() => changes)
  },
  renderer: {
    price: records,
    render: async (changes, { run }) => {
      rendered.push(changes.length)
      await run({ text: 'select pg_sleep(0.01)', values: [] })
      return changes.map(({ position }): Item => ({ position, json: `${position}` }))
    },
  },
})

/** Adds a subscriber whose sink accepts everything, or this number of items. */
function follow(query: SubscriptionQuery, { after = fanOut.head, payer = freePayer as Payer, room = 1e9 } = {}) {
  const items: number[] = []
  const reasons: unknown[] = []
  const subscriber = fanOut.follow(
    query,
    after,
    { take: ({ position }) => items.push(position) % room !== 0, end: (reason) => reasons.push(reason) },
    payer,
  )
  return { items, reasons, subscriber }
}

/** Adds entries to the log, and delivers them to the groups. */
async function grow(count = 1): Promise<number[]> {
  const from = fanOut.head
  for (let i = 0; i < count; i++) await addEvent('Grown')
  const rows = await database.change.findMany({ where: { position: { gt: from } }, orderBy: { position: 'asc' } })
  const changes = rows.map((row) => ({ ...row, position: Number(row.position) }))
  fanOut.publish(changes)
  return changes.map(({ position }) => position)
}

/** Returns a payer that the test controls. */
function payerOf(name: string, isAble = true) {
  const waiting: (() => void)[] = []
  const charged: number[] = []
  const payer: Payer = {
    name,
    pay: () => (isAble ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
    charge: (points) => charged.push(points),
  }
  const allow = () => {
    isAble = true
    for (const resolve of waiting.splice(0)) resolve()
  }
  return { payer, charged, allow }
}

test("one of the group's subscribers is charged for the time of a rendering", async () => {
  const [first, second] = [payerOf('first'), payerOf('second')]
  const query = queryOf('shared')
  const both = [follow(query, first), follow(query, second)]
  const positions = await grow()
  await expect.poll(() => both.map(({ items }) => items)).toEqual([positions, positions])
  const charged = [...first.charged, ...second.charged]
  expect(charged).toHaveLength(1)
  expect(charged[0]).toBeGreaterThanOrEqual(10 * POINTS_PER_MS)
})

test('a group whose payers cannot pay waits, and delays nobody else', async () => {
  const poor = payerOf('poor', false)
  const [waiting, other] = [follow(queryOf('waiting'), poor), follow(queryOf('other'))]
  const positions = await grow(3)
  await expect.poll(() => other.items).toEqual(positions)
  expect(waiting.items).toEqual([])
  const rich = follow(queryOf('waiting'))
  poor.allow()
  const more = await grow()
  await expect.poll(() => waiting.items).toEqual([...positions, ...more])
  expect(rich.items).toEqual(more)
})

test('the first of several payers that can pay is chosen', async () => {
  const poor = payerOf('poor', false)
  const { signal } = new AbortController()
  expect(await firstSolvent([poor.payer, freePayer], signal)).toBe(freePayer)
  const later = firstSolvent([poor.payer], signal)
  poor.allow()
  expect(await later).toBe(poor.payer)
})

test('an expensive filter runs separately, lags, and receives every change', async () => {
  const [expensive, other] = [
    follow(queryOf('expensive', { filterPrice: 1000, seconds: 0.05 })),
    follow(queryOf('cheap')),
  ]
  const before = performance.now()
  const positions = await grow(20)
  const start = performance.now()
  await expect.poll(() => other.items, { interval: 5 }).toEqual(positions)
  expect(performance.now() - start).toBeLessThan(500)
  await expect.poll(() => expensive.items, { timeout: 20_000 }).toEqual(positions)
  expect(performance.now() - before).toBeGreaterThan(1000)
  expect(ended).toEqual([])
})

test('a filter that takes too long for one change ends only its own subscribers, with an error', async () => {
  const [expensive, other] = [follow(queryOf('expensive', { filterPrice: 1000, seconds: 1 })), follow(queryOf('cheap'))]
  const positions = await grow(2)
  await expect
    .poll(() => expensive.reasons, { timeout: 5000 })
    .toEqual([expect.objectContaining({ code: 'LIMIT_EXCEEDED' })])
  expect(other.items).toEqual(positions)
  expect(ended).toEqual([expect.stringMatching(/^The filter takes too long/)])
  expect(fanOut.size).toBe(1)
})

test('an expensive selection is rendered in parts, and only while the buffer has room', async () => {
  const after = fanOut.head
  const positions = await grow(40)
  const rendered: number[] = []
  const heavy = follow(queryOf('heavy', { records: 250, rendered }), { after })
  await expect.poll(() => heavy.items).toEqual(positions)
  expect(Math.max(...rendered)).toBe(8)
  const few: number[] = []
  const full = follow(queryOf('full', { rendered: few }), { after, room: 2 })
  await expect.poll(() => full.items).toHaveLength(2)
  for (let i = 2; i < 20; i += 2) {
    await expect.poll(() => full.items).toHaveLength(i)
    full.subscriber.resume()
  }
  expect(few.reduce((sum, each) => sum + each, 0)).toBeLessThan(80)
})

test('a subscriber catches up at its pace, and receives new changes at once', async () => {
  const after = fanOut.head
  const positions = await grow(40)
  const paces = [new Pace({ atOnce: 20, perSecond: 10 })]
  const query = queryOf('paced', { records: 250 })
  const live = follow(query, { payer: { ...freePayer, paces } })
  const late = follow(query, { after, payer: { ...freePayer, paces } })
  const start = performance.now()
  const added = await grow()
  await expect.poll(() => live.items, { interval: 5 }).toEqual(added)
  expect(performance.now() - start).toBeLessThan(2000)
  expect(late.items.length).toBeLessThan(positions.length)
  await expect.poll(() => late.items, { timeout: 20_000 }).toEqual([...positions, ...added])
  expect(performance.now() - start).toBeGreaterThan(1500)
})

test('a caller has a limited number of filters in the shared statement; its others run separately', async () => {
  const callers = payerOf('many')
  const all = Array.from({ length: 60 }, (_, i) => follow(queryOf(`filter ${i}`, { filterPrice: 100 }), callers))
  const other = follow(queryOf('other', { filterPrice: 100 }))
  const positions = await grow()
  await expect.poll(() => other.items).toEqual(positions)
  await expect.poll(() => all.map(({ items }) => items), { timeout: 10_000 }).toEqual(all.map(() => positions))
})

test('a service whose subscribers receive nothing for ten seconds is not ready', async () => {
  let end = () => {}
  const never = new Promise<void>((resolve) => {
    end = resolve
  })
  const query: SubscriptionQuery = {
    ...queryOf('stuck'),
    select: async (_changes, filters) => {
      await never
      return filters.map(() => [])
    },
  }
  follow(query)
  expect(fanOut.lag).toBe(0)
  await grow()
  await expect.poll(() => fanOut.lag).toBeGreaterThan(300)
  end()
  await expect.poll(() => fanOut.lag).toBe(0)
  const isReady = () => true
  expect(await checkReadiness({ isReady, lag: 9000 })).toEqual({ ready: true, detail: 'Ready.' })
  expect(await checkReadiness({ isReady, lag: 12_000 })).toEqual({
    ready: false,
    detail: 'Subscribers have received no changes for 12 s.',
  })
})
