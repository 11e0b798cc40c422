// Measures a transaction with many changes that another program than the service writes: npm run backlog -- --write
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { withClient } from '../src/db/with-client.ts'
import { startContender } from './contenders.ts'
import { makeFilled, runService, server, suffixOf, thisCheckout } from './database.ts'
import { print } from './print.ts'
import { watchMemory } from './processes.ts'
import { describeMachine } from './report/machine.ts'
import { figure, table } from './report/markdown.ts'
import { writeSection } from './report/section.ts'
import { Subscriber } from './subscriber.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '50000' },
    changes: { type: 'string', default: '45000' },
    checkout: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const [events, changes] = [Number(values.events), Number(values.changes)]
const checkout = values.checkout ? path.resolve(values.checkout) : thisCheckout
const SUBSCRIBERS = 12
/** The number of events in the database before the measurement. */
const BEFORE = 10_000
/** The number of calls without changes to measure. */
const CALLS = 300

const url = Object.assign(new URL(server), { pathname: `/dateline_bench_backlog${await suffixOf(checkout)}` }).href
await makeFilled(url, BEFORE, checkout)
const backlog = await withClient(url, deliverBacklog)
const empty = await withClient(url, holdSnapshot)
const report = await withClient(
  url,
  async (client) => `## Backlog

${await describeMachine(client, checkout)}
One transaction adds ${events.toLocaleString('en')} events by SQL, past the service, while ${SUBSCRIBERS} subscribers with the same subscription are
open over server-sent events. From its commit on, one writer adds events by eventCreate, one after the other, until the
subscribers have everything. Then ${changes.toLocaleString('en')} transactions change one event each, while a snapshot from before
is held, and sequence_changes is called ${CALLS} times when nothing is left to do.

    npm run backlog -- --events ${events} --changes ${changes} --write

${table(
  ['', 'measured', 'goal'],
  [
    ['eventCreate until its feedCursor, longest, ms', figure(backlog.slowest), '300'],
    [`eventCreate, median of ${backlog.writes}, ms`, figure(backlog.median), '–'],
    ['all events delivered to all subscribers, s', figure(backlog.delivered / 1000), '10'],
    ['memory of the service, rise at its peak, MB', figure(backlog.rise), '150'],
    ['empty sequence_changes before, p50 and p99, ms', `${figure(empty.before.p50)}, ${figure(empty.before.p99)}`, '–'],
    ['empty sequence_changes after, p50 and p99, ms', `${figure(empty.after.p50)}, ${figure(empty.after.p99)}`, '–'],
  ],
)}`,
)
process.stdout.write(report)
if (values.write) await writeSection('Backlog', report)
process.exit()

interface Backlog {
  slowest: number
  median: number
  writes: number
  delivered: number
  rise: number
}

async function deliverBacklog(client: pg.Client): Promise<Backlog> {
  const key = (await runService(checkout, url, 'key', 'create', '--name', 'bench', '--scopes', 'write')).trim()
  const contender = await startContender('dateline', url, { checkout })
  try {
    const port = Number(new URL(contender.url).port)
    const subscribers = await Promise.all(Array.from({ length: SUBSCRIBERS }, () => Subscriber.open(port)))
    await addByService(contender.url, key)
    await Promise.all(subscribers.map((subscriber) => subscriber.whole(1)))
    const memory = watchMemory(contender.pid)
    await client.query('BEGIN')
    await client.query(
      `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
       SELECT id, 'backlog-' || id, 'Backlog', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED'
       FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, $1::int)) AS made`,
      [events],
    )
    await client.query('COMMIT')
    const committed = performance.now()
    const waits: number[] = []
    let isOver = false
    const writing = (async () => {
      while (!isOver) waits.push(await addByService(contender.url, key))
    })()
    await Promise.all(subscribers.map((subscriber) => subscriber.whole(1 + events)))
    const delivered = performance.now() - committed
    isOver = true
    await writing
    await Promise.all(subscribers.map((subscriber) => subscriber.whole(1 + events + waits.length)))
    const rise = memory.rise()
    print(
      `Delivered after ${figure(delivered / 1000)} s; the first writes took ${waits.slice(0, 5).map(figure).join(', ')} ms.`,
    )
    waits.sort((a, b) => a - b)
    return { slowest: waits.at(-1) ?? 0, median: quantile(waits, 0.5), writes: waits.length, delivered, rise }
  } finally {
    await contender.stop()
  }
}

/** Returns the milliseconds from a write to its answer. */
async function addByService(address: string, key: string): Promise<number> {
  const query = `mutation ($input: EventCreateInput!) {
    eventCreate(input: $input) { __typename ... on EventCreateSuccess { feedCursor } }
  }`
  const date = { precision: 'UNKNOWN', basis: 'STATED' }
  const input = { title: `Backlog ${randomUUID()}`, type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED', date }
  const begun = performance.now()
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({ query, variables: { input } }),
  })
  const text = await response.text()
  if (!text.includes('"feedCursor":"')) throw new Error(`eventCreate was answered by: ${text}`)
  return performance.now() - begun
}

/**
 * Measures sequence_changes calls without changes, first without and then with an old snapshot that is held open during
 * many changes.
 */
async function holdSnapshot(client: pg.Client) {
  while (Number((await client.query('SELECT moved FROM sequence_changes(10000)')).rows[0].moved) > 0);
  const before = await timeEmptyCalls()
  const result = await withClient(url, async (holder) => {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM "Change" LIMIT 1')
    // Each statement is its own transaction, and so is the following call.
    await client.query(`SET synchronous_commit = off; SET jit = off`)
    await client.query(`DO $$
      DECLARE
        slugs TEXT[] := ARRAY(SELECT slug FROM "Event" ORDER BY id LIMIT 1000);
      BEGIN
        FOR i IN 1..${changes} LOOP
          UPDATE "Event" SET title = 'Changed ' || i WHERE slug = slugs[1 + i % 1000];
          COMMIT;
          PERFORM sequence_changes();
          COMMIT;
        END LOOP;
      END $$`)
    const after = await timeEmptyCalls()
    await holder.query('COMMIT')
    return after
  })
  return { before, after: result }
}

function timeEmptyCalls(): Promise<{ p50: number; p99: number }> {
  return withClient(url, async (client) => {
    const times: number[] = []
    for (let i = 0; i < CALLS; i++) {
      const begun = performance.now()
      await client.query('SELECT sequence_changes()')
      times.push(performance.now() - begun)
    }
    times.sort((a, b) => a - b)
    return { p50: quantile(times, 0.5), p99: quantile(times, 0.99) }
  })
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(share * (sorted.length - 1))] ?? 0
}
