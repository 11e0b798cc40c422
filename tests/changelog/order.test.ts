import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { readHead } from '../../src/changelog/position.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import '../client.ts'
import { testDatabase, urlOf } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'

// The order of the log for concurrent transactions, statement by statement, each on its own connection.

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

/** Returns the entries that `work` adds to the log, as slug and version. */
async function entriesOf(work: () => Promise<unknown>): Promise<string[]> {
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

/** Creates two events and three connections with open transactions. */
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
  const entries = await entriesOf(async () => {
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
  const entries = await entriesOf(async () => {
    await a.query(rename(one))
    await b.query(rename(third.slug))
    await b.query('COMMIT')
    await a.query(rename(other))
    await a.query('COMMIT')
  })
  expect(entries).toEqual([`${third.slug} v2`, `${one} v2`, `${other} v2`])
})

test('a transaction that is rolled back to a savepoint is logged with the remaining changes', async () => {
  const { one, other, transactions } = await scene()
  const [a] = transactions
  const entries = await entriesOf(async () => {
    await a.query(`SAVEPOINT s; ${rename(one)}; ROLLBACK TO s; ${rename(other)}`)
    await a.query('COMMIT')
  })
  expect(entries).toEqual([`${other} v2`])
})

test('versions also ascend when constraints are checked immediately', async () => {
  const { one, other, transactions } = await scene()
  const [a, b] = transactions
  const entries = await entriesOf(async () => {
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

test('a transaction without changes holds up no large one, whichever number it drew', async () => {
  const large = await connect()
  await large.query(
    `INSERT INTO "Source" (id, kind, title) SELECT gen_random_uuid(), 'ARTICLE', 'Held ' || n FROM generate_series(1, 350) n`,
  )
  const before = await readHead('service')
  await observer.query('SELECT sequence_changes(100)')
  await observer.query(
    'INSERT INTO "ChangeTransaction" (transaction, "order", last) SELECT 1, "order" - 1, last FROM "ChangeTransaction"',
  )
  await sequenceChanges()
  expect((await readHead('service')).position).toBe(before.position + 350)
  expect((await observer.query('SELECT FROM "ChangeTransaction"')).rowCount).toBe(0)
})

test('a transaction that is larger than a call is moved by as many calls as it takes', async () => {
  await observer.query(
    `INSERT INTO "Source" (id, kind, title) SELECT gen_random_uuid(), 'ARTICLE', 'Part ' || n FROM generate_series(1, 5) n`,
  )
  const moved: string[] = []
  for (let i = 0; i < 4; i++)
    moved.push((await observer.query<{ moved: string }>('SELECT moved FROM sequence_changes(2)')).rows[0]?.moved ?? '')
  expect(moved).toEqual(['2', '2', '1', '0'])
})

test('a call that waited for another one leaves to others what was committed meanwhile', async () => {
  const { one, other, transactions } = await scene()
  const [first] = transactions
  const second = await connect()
  await observer.query(rename(one))
  await first.query('SELECT sequence_changes()')
  const waiting = second.query<{ moved: string }>('SELECT moved FROM sequence_changes()')
  await isWaiting()
  await observer.query(rename(other))
  await first.query('COMMIT')
  expect((await waiting).rows).toEqual([{ moved: '0' }])
  const { rows } = await observer.query<{ moved: string }>('SELECT moved FROM sequence_changes()')
  expect(rows).toEqual([{ moved: '1' }])
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

/** Returns the number of rows that sequence_changes reads when nothing is left to do. */
async function rowsRead(): Promise<number> {
  const { rows } = await observer.query<{ left: string }>(
    'SELECT (SELECT last_value FROM change_order) - (SELECT last_value FROM change_floor) AS left',
  )
  return Number(rows[0]?.left)
}

async function renameAndSequence(slug: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await observer.query(rename(slug))
    await observer.query('SELECT sequence_changes()')
  }
}

test('entries of the log are not looked at again, whatever snapshots and transactions are open on the server', async () => {
  const { one, other, transactions } = await scene()
  const [holder, importer] = transactions
  const elsewhere = new pg.Client({ connectionString: urlOf(testDatabase().url, 'postgres') })
  await elsewhere.connect()
  clients.push(elsewhere)
  await holder.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT FROM "Change" LIMIT 1')
  await importer.query(rename(other))
  await elsewhere.query('BEGIN; SELECT pg_current_xact_id()')
  await renameAndSequence(one, 100)
  const left = await rowsRead()
  for (const each of [holder, importer, elsewhere]) await each.query('COMMIT')
  expect(left).toBeLessThan(50)
})

test('a transaction is read however long it stays open after its number was assigned', async () => {
  const { one, other, transactions } = await scene()
  const [open] = transactions
  const entries = await entriesOf(async () => {
    await open.query(`SET CONSTRAINTS ALL IMMEDIATE; ${rename(one)}`)
    await renameAndSequence(other, 20)
    expect(await rowsRead()).toBeGreaterThan(20)
    await open.query('COMMIT')
  })
  expect(entries.at(-1)).toBe(`${one} v2`)
})

test('the first change of a log is found, also after calls that found nothing', async () => {
  await observer.query(`ALTER SEQUENCE change_order RESTART;
    SELECT setval('change_floor', 0), setval('change_ceiling', 0)`)
  for (let i = 0; i < 4; i++) await observer.query('SELECT sequence_changes()')
  const { position } = await readHead('service')
  await observer.query(`INSERT INTO "Source" (id, kind, title) VALUES (gen_random_uuid(), 'ARTICLE', 'First')`)
  await sequenceChanges()
  expect((await readHead('service')).position).toBe(position + 1)
})

async function isWaiting(): Promise<void> {
  const sql = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
  while (!(await observer.query(sql)).rowCount);
}
