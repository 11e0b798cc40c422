import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, expect, test } from 'vitest'
import { Lanes } from '../../src/db/lanes.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'

const lanes = new Lanes(testDatabase().url, { statementTimeout: 2000 })
afterAll(() => lanes.close())

/** The time limit of the fast lane. */
const FAST = '100ms'
const LOCK = 4711

/** Runs one statement, which waits for a lock, and returns the time limit of the lane that answered. */
async function laneOf(): Promise<string | null> {
  const text = `SELECT current_setting('statement_timeout') || pg_advisory_xact_lock_shared($1)::text,
    extract(epoch FROM clock_timestamp() - statement_timestamp())::float8 * 1000`
  const turn = { caller: 'someone', client: { signal: new AbortController().signal } }
  return (await lanes.read({ name: 'waits', text, values: [LOCK] }, turn)).text
}

/** Runs the statement while the lock is held for some milliseconds. */
const laneAfter = (milliseconds: number): Promise<string | null> =>
  withClient(testDatabase().url, async (client) => {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK])
    const lane = laneOf()
    await sleep(milliseconds)
    await client.query('SELECT pg_advisory_unlock($1)', [LOCK])
    return lane
  })

test('a fast statement that runs into the limit of its lane is answered by the slow lane, and stays fast if that is quick', async () => {
  for (let n = 0; n < 4; n++) await laneOf()
  expect(await laneOf()).toBe(FAST)
  expect(await laneAfter(120)).not.toBe(FAST)
  expect(await laneOf()).toBe(FAST)
})

test('a statement that takes long in the slow lane too is no longer fast', async () => {
  expect(await laneOf()).toBe(FAST)
  expect(await laneAfter(500)).not.toBe(FAST)
  expect(await laneOf()).not.toBe(FAST)
})
