import { expect, test } from 'vitest'
import { Buckets } from '../../../src/server/limits/bucket.ts'

test("a bucket fills evenly, and contains at most a minute's points", () => {
  let now = 0
  const buckets = new Buckets(600, () => now)
  expect(buckets.take('a', 600)).toBeUndefined()
  expect(buckets.balance('a')).toEqual({ limit: 600, remaining: 0, reset: 60 })
  expect(buckets.take('a', 1)).toMatchObject({ retryAfter: 1 })
  now = 1000
  expect(buckets.take('a', 10)).toBeUndefined()
  expect(buckets.balance('a')).toMatchObject({ remaining: 0 })
  now = 10_000_000
  expect(buckets.take('a', 1)).toBeUndefined()
  expect(buckets.balance('a')).toMatchObject({ remaining: 599 })
  expect(buckets.take('b', 601)).toMatchObject({ remaining: 600, retryAfter: 1 })
})
