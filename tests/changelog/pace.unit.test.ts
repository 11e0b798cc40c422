import { expect, test } from 'vitest'
import { Pace, untilAllowed } from '../../src/changelog/pace.ts'
import { freePayer, type Payer, POINTS_PER_MS, paced } from '../../src/changelog/payer.ts'

test('work may use a burst of time, and then a share of each second', () => {
  let now = 0
  const pace = new Pace({ atOnce: 100, perSecond: 50 }, () => now)
  let spent = 0
  for (; now < 10_000; now += pace.wait || 1) {
    if (pace.wait > 0) continue
    pace.spend(10)
    spent += 10
  }
  expect(spent).toBeGreaterThanOrEqual(590)
  expect(spent).toBeLessThanOrEqual(620)
})

test('unused time does not accumulate beyond the burst', () => {
  let now = 0
  const pace = new Pace({ atOnce: 100, perSecond: 50 }, () => now)
  now = 60_000
  pace.spend(110)
  expect(pace.wait).toBe(220)
})

test('a payer waits for the slowest of its paces, and stops waiting when the subscription ends', async () => {
  const slow = new Pace({ atOnce: 10, perSecond: 100 })
  const charged: number[] = []
  const payer: Payer = {
    ...freePayer,
    charge: (points) => charged.push(points),
    paces: [new Pace({ atOnce: 1000, perSecond: 1000 }), slow],
  }
  const { pay, charge } = paced(payer)
  const start = performance.now()
  charge(20 * POINTS_PER_MS)
  await pay(0)
  expect(performance.now() - start).toBeGreaterThan(90)
  expect(charged).toEqual([20 * POINTS_PER_MS])
  slow.spend(60_000)
  await expect(untilAllowed([slow], AbortSignal.timeout(10))).rejects.toThrow()
})
