import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Lane } from '../../src/db/lane.ts'
import { QueueFull } from '../../src/db/turns.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase } from '../database.ts'

const { url } = testDatabase()
const lane = new Lane(url, { connections: 2, statementTimeout: 2000 })
beforeAll(() => Promise.all([lane.run(wait(0.1), one('a')), lane.run(wait(0.1), one('b'))]))
afterAll(() => lane.close())

const one = (caller: string) => ({ caller })
const wait = (seconds: number) => ({ text: 'select pg_sleep($1)', values: [seconds] })

/** Returns the number of running statements with this text on the server. */
const runningOf = (text: string) =>
  withClient(url, async (client) => {
    const asked = `select count(*)::int as count from pg_stat_activity where state = 'active' and query = $1`
    return (await client.query<{ count: number }>(asked, [text])).rows[0]?.count
  })

const outcomeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'fulfilled',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  )

test('a statement returns its rows and its time', async () => {
  const { rows, milliseconds } = await lane.run<{ n: number }>(
    { name: 'sum', text: 'select $1::int + 1 as n from pg_sleep(0.05)', values: [1] },
    one('a'),
  )
  expect(rows).toEqual([{ n: 2 }])
  expect(milliseconds).toBeGreaterThan(49)
  const asArrays = await lane.run<[number]>({ text: 'select 1', values: [], rowMode: 'array' }, one('a'))
  expect(asArrays.rows).toEqual([[1]])
})

test('connections plan without JIT and without parallel workers', async () => {
  const text = `select current_setting('jit') as jit, current_setting('max_parallel_workers_per_gather') as workers`
  expect((await lane.run({ text, values: [] }, one('a'))).rows).toEqual([{ jit: 'off', workers: '0' }])
})

test('callers take turns, even if one of them has many waiting statements', async () => {
  const narrow = new Lane(url, { connections: 1, statementTimeout: 2000 })
  const ended: string[] = []
  const run = (caller: string, n: number) =>
    narrow.run(wait(0.01), one(caller)).then(() => void ended.push(`${caller}${n}`))
  await Promise.all([run('a', 1), run('a', 2), run('a', 3), run('a', 4), run('b', 1), run('b', 2), run('c', 1)])
  for (const other of ['b1', 'c1']) expect(ended.indexOf(other)).toBeLessThan(ended.indexOf('a3'))
  expect([ended[0], ended.at(-1)]).toEqual(['a1', 'a4'])
  await narrow.close()
})

test('a caller runs one statement at a time, and leaves the other connections to other callers', async () => {
  const ended: string[] = []
  const run = (caller: string, seconds: number) => lane.run(wait(seconds), one(caller)).then(() => ended.push(caller))
  const start = performance.now()
  const slow = Array.from({ length: 3 }, () => run('a', 0.3))
  await run('b', 0)
  await expect.poll(() => lane.load, { interval: 5 }).toEqual({ waiting: 2, running: 1 })
  await Promise.all(slow)
  expect(ended).toEqual(['b', 'a', 'a', 'a'])
  expect(performance.now() - start).toBeGreaterThan(850)
})

test('an abort removes a waiting statement from the queue', async () => {
  const running = lane.run(wait(0.2), one('a'))
  const aborting = new AbortController()
  const times: number[] = []
  const waiting = lane.run(wait(5), { ...one('a'), signal: aborting.signal, onEnd: (ms) => times.push(ms) })
  aborting.abort(new Error('Left.'))
  expect(await outcomeOf(waiting)).toBe('Left.')
  expect(lane.load).toEqual({ waiting: 0, running: 1 })
  await running
  expect(times).toEqual([])
})

test('an abort cancels a running statement on the server at once, and its connection stays usable', async () => {
  const pid = async () =>
    (await lane.run<{ pid: number }>({ text: 'select pg_backend_pid() as pid', values: [] }, one('a'))).rows[0]?.pid
  const text = `select pg_sleep($1), 'to be aborted'`
  const abortOne = async (): Promise<number> => {
    const aborting = new AbortController()
    const times: number[] = []
    const running = outcomeOf(
      lane.run(
        { text, values: [10] },
        { ...one('a'), signal: aborting.signal, timeout: 20_000, onEnd: (ms) => times.push(ms) },
      ),
    )
    await expect.poll(() => runningOf(text)).toBe(1)
    const before = performance.now()
    aborting.abort(new Error('Left.'))
    expect(await running).toBe('Left.')
    await expect.poll(() => runningOf(text), { interval: 2 }).toBe(0)
    const took = performance.now() - before
    await expect.poll(() => times).toHaveLength(1)
    return took
  }
  // Takes the best of three, because the machine may be busy.
  expect(Math.min(await abortOne(), await abortOne(), await abortOne())).toBeLessThan(1000)
  for (let n = 0; n < 20; n++) expect(await pid()).toBeTypeOf('number')
})

test('an abort at any moment cancels only its own statement', async () => {
  const others: Promise<unknown>[] = []
  for (let n = 0; n < 60; n++) {
    const aborting = new AbortController()
    const aborted = lane.run(wait(0.004), { ...one('a'), signal: aborting.signal })
    others.push(lane.run(wait(0.002), one(`b${n % 5}`)))
    await sleep(n % 7)
    aborting.abort(new Error('Left.'))
    expect(['fulfilled', 'Left.']).toContain(await outcomeOf(aborted))
  }
  expect(new Set(await Promise.all(others.map(outcomeOf)))).toEqual(new Set(['fulfilled']))
})

test('a statement that runs longer than its limit fails with the code 57014', async () => {
  const times: number[] = []
  const limited = lane.run(wait(5), { ...one('a'), timeout: 50, onEnd: (ms) => times.push(ms) })
  expect(await outcomeOf(limited)).toBe('57014')
  expect(times[0]).toBeGreaterThan(45)
  expect(await outcomeOf(lane.run(wait(0.2), one('a')))).toBe('fulfilled')
  const short = new Lane(url, { connections: 1, statementTimeout: 50 })
  expect(await outcomeOf(short.run(wait(1), one('a')))).toBe('57014')
  expect(await outcomeOf(short.run(wait(0.1), { ...one('a'), timeout: 1000 }))).toBe('fulfilled')
  expect(await outcomeOf(short.run(wait(1), one('a')))).toBe('57014')
  await short.close()
})

test('a failing statement keeps its error code and does not affect other statements', async () => {
  const failed = lane.run({ name: 'bad', text: 'select 1 / $1::int', values: [0] }, one('a'))
  const good = lane.run(wait(0), one('b'))
  expect(await Promise.all([outcomeOf(failed), outcomeOf(good)])).toEqual(['22012', 'fulfilled'])
})

test('after a connection is lost, the next statement gets a new one', async () => {
  const narrow = new Lane(url, { connections: 1, statementTimeout: 2000 })
  await narrow.run(wait(0), one('a'))
  const running = outcomeOf(narrow.run({ text: `select pg_sleep(10), 'to be cut'`, values: [] }, one('a')))
  const cut = `select pg_terminate_backend(pid) from pg_stat_activity where query like '%to be cut%' and pid <> pg_backend_pid()`
  await expect.poll(() => runningOf(`select pg_sleep(10), 'to be cut'`)).toBe(1)
  await withClient(url, (client) => client.query(cut))
  expect(await running).toBe('57P01')
  expect(await outcomeOf(narrow.run(wait(0), one('a')))).toBe('fulfilled')
  await narrow.close()
})

test('statements are rejected if the server cannot be reached', async () => {
  const lost = new Lane(Object.assign(new URL(url), { port: '1' }).href, { connections: 1, statementTimeout: 100 })
  expect(await outcomeOf(lost.run(wait(0), one('a')))).toBe('ECONNREFUSED')
  await lost.close()
})

test('100 statements may wait for a caller, and 1,000 in all', async () => {
  const narrow = new Lane(url, { connections: 1, statementTimeout: 5000 })
  const outcomes: Promise<unknown>[] = []
  const run = (caller: string) => {
    const work = narrow.run(wait(0.3), one(caller))
    outcomes.push(outcomeOf(work))
    return work
  }
  for (let n = 0; n < 101; n++) void run('a').catch(() => {})
  await expect(run('a')).rejects.toThrow(QueueFull)
  for (let n = 0; n < 900; n++) void run(`b${n % 10}`).catch(() => {})
  expect(narrow.load.waiting).toBe(1000)
  await expect(run('c')).rejects.toThrow(QueueFull)
  await narrow.close()
  const counts = new Map<unknown, number>()
  for (const outcome of await Promise.all(outcomes)) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  expect(Object.fromEntries(counts)).toEqual({ fulfilled: 1, 'The database connection is closed.': 1000, 53300: 2 })
})

test('a connection that has prepared many statements is replaced', async () => {
  const narrow = new Lane(url, { connections: 1, statementTimeout: 5000 })
  for (let n = 0; n < 520; n++) await narrow.run({ name: `s${n}`, text: `select ${n}`, values: [] }, one('a'))
  const text = 'select count(*)::int as kept from pg_prepared_statements'
  const { rows } = await narrow.run<{ kept: number }>({ text, values: [] }, one('a'))
  expect(rows[0]?.kept).toBeLessThan(100)
  await narrow.close()
})

test('closing waits for the running statement', async () => {
  const other = new Lane(url, { connections: 1, statementTimeout: 5000 })
  const slow = other.run({ text: `select 'done' as said from pg_sleep(0.3)`, values: [] }, one('a'))
  await other.close()
  expect((await slow).rows).toEqual([{ said: 'done' }])
  expect(await outcomeOf(other.run(wait(0), one('a')))).toBe('The database connection is closed.')
})
