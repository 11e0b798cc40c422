// Callers with the same selection share its renderer, whatever filters and other variables they send.
import { inspect } from 'node:util'
import { parse } from 'graphql'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { FanOut } from '../../src/changelog/fan-out.ts'
import { freePayer } from '../../src/changelog/payer.ts'
import type { SubscriptionQuery } from '../../src/changelog/subscription-query.ts'
import { schema } from '../../src/schema/schema.ts'
import { Follower } from '../../src/server/realtime/follower.ts'
import { testDatabase } from '../database.ts'

let follower: Follower
beforeEach(() => {
  follower = new Follower({ schema, url: testDatabase().url, log: pino({ level: 'silent' }) })
  follower.begin({ epoch: 'epoch', position: 0, oldest: 0 })
})
afterEach(() => follower.close())

const TEXT =
  'subscription ($where: EventWhere, $large: String) { eventAdded(where: $where) { cursor event { title } } }'
const shared = parse(TEXT)

/** Opens a subscription. Returns its query as the fan-out gets it. */
async function queryOf(variableValues: Record<string, unknown>, document = shared): Promise<SubscriptionQuery> {
  const opened = await follower.open({ schema, document, variableValues }, freePayer)
  if ('errors' in opened) throw new Error(opened.errors.map(({ message }) => message).join())
  const following = vi.spyOn(FanOut.prototype, 'follow').mockReturnValueOnce({} as never)
  opened.subscribe({} as never)
  const [query] = following.mock.lastCall ?? []
  following.mockRestore()
  if (!query) throw new Error('The subscription was not followed.')
  return query
}

test("one caller's expensive filter does not raise the price of the renderer that other callers share", async () => {
  const every = { actors: { every: { slug: { eq: 'x' } } } }
  const expensive = await queryOf({ where: { or: [every, every, every] } })
  const plain = await queryOf({})
  expect(plain.renderer).toBe(expensive.renderer)
  expect(plain.filterPrice).toBeLessThan(expensive.filterPrice)
  expect(plain.renderer.price).toBe(2)
})

test('a renderer keeps the variables that its document declares, and no others', async () => {
  const { renderer } = await queryOf({ where: { slug: { eq: 'declared' } }, other: 'undeclared' })
  const kept = inspect(renderer, { depth: 6 })
  expect(kept).toContain("'declared'")
  expect(kept).not.toContain("'undeclared'")
})

test('renderers with large variables replace the oldest ones before there are 1,000', async () => {
  const { renderer } = await queryOf({})
  expect((await queryOf({})).renderer).toBe(renderer)
  const large = 'x'.repeat(1_000_000)
  for (let i = 0; i < 16; i++) await queryOf({ large }, parse(TEXT))
  expect((await queryOf({})).renderer).not.toBe(renderer)
})
