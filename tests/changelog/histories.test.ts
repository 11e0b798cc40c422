// Random histories of a few concurrent transactions, statement by statement, and the order that the log promises for
// them. docs/change-log.md has the promises.
import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sequenceChanges } from '../../src/store/write.ts'
import '../client.ts'
import { testDatabase } from '../database.ts'
import { seriesOf } from '../series.ts'
import { anEvent, aPerson } from '../world.ts'

const TRANSACTIONS = 6
const EVENTS = 4

/** The next step of a transaction. `sequence` runs on another connection, for a maximum number of changes. */
type Step =
  | { of: number; does: 'rename' | 'create' | 'undo' | 'commit' | 'rollback' | 'check at once'; event: number }
  | { of: number; does: 'participate'; events: number[] }
  | { does: 'sequence'; most: number }

const of = fc.nat(TRANSACTIONS - 1)
const event = fc.nat(EVENTS - 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ of, does: fc.constant('rename' as const), event }) },
  {
    weight: 3,
    arbitrary: fc.record({
      of,
      does: fc.constant('participate' as const),
      events: fc.uniqueArray(event, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ of, does: fc.constantFrom('create', 'undo', 'check at once'), event }) },
  { weight: 3, arbitrary: fc.record({ of, does: fc.constantFrom('commit', 'rollback', 'commit'), event }) },
  { weight: 2, arbitrary: fc.record({ does: fc.constant('sequence' as const), most: fc.integer({ min: 1, max: 4 }) }) },
)

/** One transaction. Its statements are sent one after the other, and may wait for another transaction. */
class Writer {
  readonly name: string
  /** The transactions that were known to be committed before its last statement was sent. */
  seen: readonly string[] = []
  isCommitted = false
  /** Whether one of its statements has changed a record. */
  hasChanged = false
  isBusy = false
  private readonly client: pg.Client
  private queue: Promise<unknown>
  private isOver = false

  constructor(client: pg.Client, name: string) {
    this.client = client
    this.name = name
    this.queue = client.query(`BEGIN; SET LOCAL deadlock_timeout = '10ms'; SET LOCAL dateline.writer = '${name}'`)
  }

  /**
   * Sends a statement after the previous ones. Waits only a moment for it, because it may wait for another transaction.
   */
  async send(sql: string, committed: readonly string[], ends?: 'commit' | 'rollback'): Promise<void> {
    if (this.isOver || this.isBusy) return
    this.isOver = ends !== undefined
    this.isBusy = true
    if (ends !== 'rollback') this.seen = ends ? this.seen : [...committed]
    const run = async () => {
      try {
        const { command } = [await this.client.query(sql)].flat().at(-1) as pg.QueryResult
        this.isCommitted = ends === 'commit' && command === 'COMMIT'
        this.hasChanged ||= command === 'INSERT' || command === 'UPDATE'
      } catch {
        // A deadlock: the transaction is rolled back.
        this.isOver = true
        await this.client.query('ROLLBACK')
      }
      this.isBusy = false
    }
    this.queue = this.queue.then(run)
    await Promise.race([this.queue, sleep(15)])
  }

  async end(committed: readonly string[]): Promise<void> {
    await this.queue
    await this.send('COMMIT', committed, 'commit')
    await this.queue
  }
}

let clients: pg.Client[]
let observer: pg.Client
let events: string[]
let person: string

beforeAll(async () => {
  const connect = async () => {
    const client = new pg.Client({ connectionString: testDatabase().url })
    await client.connect()
    return client
  }
  clients = await Promise.all(Array.from({ length: TRANSACTIONS }, connect))
  observer = await connect()
  person = (await aPerson()).id
  events = []
  for (let i = 0; i < EVENTS; i++) events.push((await anEvent()).id)
})
afterAll(() => Promise.all([observer, ...clients].map((client) => client.end())))

const EVENT = `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
  VALUES (gen_random_uuid(), gen_random_uuid(), 'New', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`

function sqlOf(asked: Exclude<Step, { does: 'sequence' }>): string {
  if (asked.does === 'participate')
    return `INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
      SELECT gen_random_uuid(), id, '${person}', 'PARTY' FROM unnest('{${asked.events.map((at) => events[at])}}'::uuid[]) id`
  const rename = `UPDATE "Event" SET title = title || '!' WHERE id = '${events[asked.event]}'`
  return {
    rename,
    create: EVENT,
    undo: `SAVEPOINT s; ${rename}; ROLLBACK TO s`,
    'check at once': 'SET CONSTRAINTS ALL IMMEDIATE',
    commit: 'COMMIT',
    rollback: 'ROLLBACK',
  }[asked.does]
}

let histories = 0

/** Runs a history. Returns its entries in the order of the log, and its transactions. */
async function play(steps: readonly Step[]) {
  const history = histories++
  await sequenceChanges()
  const { rows: before } = await observer.query<{ head: string }>('SELECT log_head() AS head')
  const writers = clients.map((client, i) => new Writer(client, `history ${history} transaction ${i}`))
  const committed = () => writers.filter(({ isCommitted }) => isCommitted).map(({ name }) => name)
  for (const each of steps) {
    if (each.does === 'sequence') await observer.query('SELECT sequence_changes($1)', [each.most])
    else {
      const ends = each.does === 'commit' || each.does === 'rollback' ? each.does : undefined
      await writers[each.of]?.send(sqlOf(each), committed(), ends)
    }
  }
  await Promise.all(writers.map((writer) => writer.end(committed())))
  await sequenceChanges()
  const { rows } = await observer.query<{
    position: string
    writer: string
    entityId: string
    version: number
    at: Date
  }>(
    `SELECT position, writer, "entityId", version, "committedAt" AS at FROM "Change" WHERE position > $1 ORDER BY position`,
    [before[0]?.head],
  )
  return { from: Number(before[0]?.head), rows, writers }
}

test('in every history transactions are contiguous, versions ascend, causes come first, and nothing is missing', {
  timeout: 1_800_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 30 }), async (steps) => {
      const { from, rows, writers } = await play(steps)
      expect(rows.map(({ position }) => Number(position))).toEqual(rows.map((_, i) => from + 1 + i))
      const order = rows.map(({ writer }) => writer).filter((writer, i, all) => writer !== all[i - 1])
      expect(new Set(order).size, 'transactions that stand whole').toBe(order.length)
      for (const id of events) {
        const versions = rows.filter(({ entityId }) => entityId === id).map(({ version }) => version)
        expect(versions, 'versions').toEqual(versions.toSorted((a, b) => a - b))
      }
      const changed = new Set(writers.filter(({ hasChanged }) => hasChanged).map(({ name }) => name))
      for (const { name, isCommitted, hasChanged } of writers)
        if (isCommitted && hasChanged) expect(order, 'committed transactions').toContain(name)
      for (const { name, seen } of writers) {
        const at = order.indexOf(name)
        if (at < 0) continue
        for (const cause of seen.filter((each) => changed.has(each)))
          expect(order.slice(0, at), `${cause} before ${name}`).toContain(cause)
      }
      const logged = new Set(order)
      for (const { name, isCommitted } of writers) if (!isCommitted) expect(logged).not.toContain(name)
    }),
    { numRuns: seriesOf(100, 2000) },
  )
  expect((await observer.query('SELECT FROM "ChangeTransaction" UNION ALL SELECT FROM "ChangePending"')).rowCount).toBe(
    0,
  )
})
