import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readHead } from '../../src/log/position.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'

// The order of the log: what several transactions write, statement by statement, each over a connection of its own.

const clients: pg.Client[] = []
let observer: pg.Client

async function connect(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: testDatabase().url })
  await client.connect()
  clients.push(client)
  return client
}

beforeAll(async () => {
  observer = await connect()
})
beforeEach(() => sequenceChanges())
afterAll(() => Promise.all(clients.map((client) => client.end())))

/** What the log gained by some work: slug and version of each event. */
async function gained(work: () => Promise<unknown>): Promise<string[]> {
  const { position } = await readHead('service')
  await work()
  await sequenceChanges()
  const { rows } = await observer.query<{ entry: string }>(
    `SELECT e.slug || ' v' || c.version AS entry FROM "Change" c JOIN "Event" e ON e.id = c."entityId"
     WHERE c.position > $1 ORDER BY c.position`,
    [position],
  )
  return rows.map(({ entry }) => entry)
}

const rename = (slug: string) => `UPDATE "Event" SET title = title || '!' WHERE slug = '${slug}'`

const participate = (actorId: string, ...slugs: string[]) => `
  INSERT INTO "EventParticipant" (id, "eventId", "actorId", role)
  SELECT gen_random_uuid(), id, '${actorId}', 'PARTY' FROM "Event" WHERE slug IN ('${slugs.join("', '")}')`

/** Two events and three connections with open transactions. */
async function scene() {
  const [one, other] = [await anEvent(), await anEvent()]
  const { id: person } = await aPerson()
  await sequenceChanges()
  const transactions = [await connect(), await connect(), await connect()] as const
  for (const each of transactions) await each.query('BEGIN')
  return { one: one.slug, other: other.slug, person, transactions }
}

test('the versions of a record ascend, also where a statement waits for another transaction', async () => {
  const { one, other, person, transactions } = await scene()
  const [t0, t1, t2] = transactions
  const entries = await gained(async () => {
    await t0.query(rename(one))
    const waiting = t2.query(participate(person, one, other))
    await isWaiting()
    await t1.query(rename(other))
    await t1.query('COMMIT')
    await t0.query('COMMIT')
    await waiting
    await t2.query('COMMIT')
  })
  for (const slug of [one, other])
    expect(entries.filter((each) => each.startsWith(slug))).toEqual([`${slug} v2`, `${slug} v3`])
})

test('the changes of a transaction stand next to each other', async () => {
  const { one, other, transactions } = await scene()
  const [a, b] = transactions
  const third = await anEvent()
  await sequenceChanges()
  const entries = await gained(async () => {
    await a.query(rename(one))
    await b.query(rename(third.slug))
    await b.query('COMMIT')
    await a.query(rename(other))
    await a.query('COMMIT')
  })
  expect(entries).toEqual([`${third.slug} v2`, `${one} v2`, `${other} v2`])
})

test('a transaction that is rolled back to a savepoint is logged with what is left of it', async () => {
  const { one, other, transactions } = await scene()
  const [a] = transactions
  const entries = await gained(async () => {
    await a.query(`SAVEPOINT s; ${rename(one)}; ROLLBACK TO s; ${rename(other)}`)
    await a.query('COMMIT')
  })
  expect(entries).toEqual([`${other} v2`])
})

test('versions ascend too where constraints are checked at once', async () => {
  const { one, other, transactions } = await scene()
  const [a, b] = transactions
  const entries = await gained(async () => {
    await a.query(`SET CONSTRAINTS ALL IMMEDIATE; ${rename(one)}`)
    await b.query(rename(other))
    await b.query('COMMIT')
    await a.query(rename(other))
    await a.query('COMMIT')
  })
  expect(entries).toEqual([`${other} v2`, `${one} v2`, `${other} v3`])
})

test('a transaction of many changes is given its positions at once, and does not hold up the next', async () => {
  const { one } = await scene()
  const large = await connect()
  await large.query(
    `INSERT INTO "Source" (id, kind, title) SELECT gen_random_uuid(), 'ARTICLE', 'Bulk ' || n FROM generate_series(1, 5000) n`,
  )
  const before = await readHead('service')
  await observer.query(rename(one))
  const { rows } = await observer.query<{ head: string; moved: string }>('SELECT * FROM sequence_changes(100)')
  expect(rows).toEqual([{ head: String(before.position + 100), moved: '100' }])
  const { rows: places } = await observer.query<{ last: string }>('SELECT last FROM "ChangeTransaction" ORDER BY last')
  expect(places).toEqual([{ last: String(before.position + 5000) }, { last: String(before.position + 5001) }])
  await sequenceChanges()
  expect((await readHead('service')).position).toBe(before.position + 5001)
  expect((await observer.query('SELECT FROM "ChangeTransaction"')).rowCount).toBe(0)
})

test('the moments at which changes were committed never decrease along the log', async () => {
  const { position } = await readHead('service')
  await observer.query(`UPDATE "Change" SET "committedAt" = now() + INTERVAL '1 hour' WHERE position = $1`, [position])
  await anEvent()
  await sequenceChanges()
  const { rows } = await observer.query(
    `SELECT FROM (SELECT "committedAt" - lag("committedAt") OVER (ORDER BY position) AS step FROM "Change") steps WHERE step < '0'`,
  )
  expect(rows).toEqual([])
})

test('what is in the log already is not looked at again while an old snapshot is held', async () => {
  const holder = await connect()
  await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT FROM "Change" LIMIT 1')
  const { slug } = await anEvent()
  for (let i = 0; i < 300; i++) {
    await observer.query(rename(slug))
    await observer.query('SELECT sequence_changes()')
  }
  const { rows } = await observer.query<{ left: string }>(
    'SELECT (SELECT last_value FROM change_order) - (SELECT last_value FROM change_floor) AS left',
  )
  await holder.query('COMMIT')
  expect(Number(rows[0]?.left)).toBeLessThan(5)
})

async function isWaiting(): Promise<void> {
  const sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  while (!(await observer.query(sql)).rowCount);
}
