// Which subscriptions end and which continue after the log was pruned or restored or a record was merged.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LogPages } from '../../src/changelog/pages.ts'
import { Lane } from '../../src/db/lane.ts'
import { withClient } from '../../src/db/with-client.ts'
import { writeId } from '../../src/domain/id.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { testDatabase, urlOf } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'
import { feedCursor, startFollower } from './follower.ts'
import { type FeedService, startFeedService } from './server.ts'

let service: FeedService
let client: pg.Client
beforeEach(async () => {
  await anEvent()
  await sequenceChanges()
  service = await startFeedService()
  client = new pg.Client({ connectionString: testDatabase().url })
  await client.connect()
})
afterEach(async () => {
  await service.stop()
  await client.end()
})

const expired = ['CURSOR_EXPIRED']

async function addEvent(): Promise<string> {
  const { slug } = await anEvent()
  await sequenceChanges()
  return slug
}

test('where a primary lacks the newest entries, followers are told of the gap although nothing is written', async () => {
  const follower = await startFollower(service)
  const slugs = [await addEvent(), await addEvent()]
  await vi.waitFor(() => expect(follower.slugs).toEqual(slugs), 5000)
  await client.query('DELETE FROM "Change" WHERE position = (SELECT max(position) FROM "Change")')
  await vi.waitFor(() => expect(follower.gaps).toEqual([expired]), 5000)
  await vi.waitFor(() => expect(service.followers()).toBe(1), 5000)
  slugs.push(await addEvent())
  await vi.waitFor(() => expect(follower.slugs).toEqual(slugs), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [expired] })
  follower.stop()
})

test('where a backup with changes that are not in its log yet was restored, nothing is delivered again', async () => {
  const count = 600
  const follower = await startFollower(service)
  await client.query(
    `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
     SELECT gen_random_uuid(), 'restored-' || n, 'Restored', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED'
     FROM generate_series(1, $1::int) n`,
    [count],
  )
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toHaveLength(count), 10_000)
  // No call can move changes until the lock is released.
  await client.query('SELECT pg_advisory_lock(4202611)')
  await client.query(`
    WITH taken AS (DELETE FROM "Change" WHERE position > (SELECT max(position) FROM "Change") - ${count} RETURNING *)
    INSERT INTO "ChangePending" (transaction, type, "entityId", operation, version, before, after, children, writer)
    SELECT current_transaction(), type, "entityId", operation, version, before, after, children, writer
    FROM taken ORDER BY position`)
  // The first call moves 500 changes. The next one waits for the locked rows.
  await client.query(
    'BEGIN; SELECT FROM "ChangePending" WHERE seq > (SELECT max(seq) FROM "ChangePending") - 50 FOR UPDATE',
  )
  await client.query('SELECT pg_advisory_unlock(4202611)')
  const waiting = `SELECT FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'`
  await vi.waitFor(async () => expect((await client.query(waiting)).rowCount).toBeGreaterThan(0), 5000)
  await sleep(300)
  await client.query('COMMIT')
  await vi.waitFor(() => expect(follower.gaps).toEqual([expired]), 5000)
  await vi.waitFor(() => expect(service.followers()).toBe(1), 5000)
  const slug = await addEvent()
  await vi.waitFor(() => expect(follower.slugs.at(-1)).toBe(slug), 5000)
  expect(follower.slugs).toHaveLength(count + 1)
  expect(follower.errors).toEqual([])
  follower.stop()
})

test('a cursor of the log that took the place of another one is good at once, also where the change was not seen yet', async () => {
  await client.query('UPDATE "FeedHead" SET epoch = gen_random_uuid()')
  const follower = await startFollower(service, { after: await feedCursor() })
  await sleep(1500)
  const slug = await addEvent()
  await vi.waitFor(() => expect(follower.slugs).toEqual([slug]), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [] })
  follower.stop()
})

test('a pruning past an instance ends none of its subscriptions that miss nothing by it', async () => {
  // Nothing notifies the instance that the log has grown.
  await client.query(`INSERT INTO "Change" SELECT (jsonb_populate_record(c, jsonb_build_object('position', c.position + n))).*
    FROM "Change" c, generate_series(1, 3) n WHERE c.position = log_head()`)
  await client.query('UPDATE "FeedHead" SET oldest = log_head() - 1')
  await client.query('DELETE FROM "Change" WHERE position < log_head()')
  const follower = await startFollower(service, { after: await feedCursor() })
  await sleep(1500)
  const slug = await addEvent()
  await vi.waitFor(() => expect(follower.slugs).toEqual([slug]), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [] })
  follower.stop()
})

test('a page of the log is not taken from another log', async () => {
  const lane = new Lane(testDatabase().url, { connections: 1, statementTimeout: 5000 })
  const { rows } = await client.query<{ epoch: string; oldest: string }>('SELECT epoch, oldest FROM "FeedHead"')
  const { epoch, oldest } = rows[0] ?? { epoch: '', oldest: '' }
  expect(await new LogPages(lane, epoch).after(Number(oldest))).not.toEqual([])
  await expect(new LogPages(lane, 'another').after(Number(oldest))).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
  await lane.close()
})

test('a cursor of the primary waits where the database that is read is behind', async () => {
  const { url } = testDatabase()
  const name = new URL(url).pathname.slice(1)
  const copy = `${name}_behind`
  await service.stop()
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  await client.end()
  await withClient(urlOf(url, 'postgres'), (admin) => admin.query(`CREATE DATABASE "${copy}" TEMPLATE "${name}"`))
  client = new pg.Client({ connectionString: url })
  await client.connect()
  const write = async (database: pg.Client, number: number) => {
    await database.query(`
      INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
      VALUES ('01938f00-0000-7000-8000-00000000000${number}', 'behind-${number}', 'Behind', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`)
    await database.query('SELECT sequence_changes()')
  }
  await write(client, 1)
  const fresh = await feedCursor()
  service = await startFeedService({ databaseUrl: urlOf(url, copy), directUrl: url })
  const follower = await startFollower(service, { after: fresh })
  await sleep(500)
  await withClient(urlOf(url, copy), async (behind) => {
    await write(behind, 1)
    await sleep(500)
    await write(behind, 2)
  })
  await vi.waitFor(() => expect(follower.slugs).toEqual(['behind-2']), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [] })
  follower.stop()
})

test('an event of a record that is merged before the event is delivered is delivered all the same', async () => {
  const [old, survivor] = [await aPerson(), await aPerson()]
  await sequenceChanges()
  const where = { actors: { some: { id: { eq: writeId('Person', old.id) } } } }
  const follower = await startFollower(service, { where })
  const id = '01938f00-0000-7000-8000-0000000000aa'
  // The log, and with it the instance, has the event before the merge.
  await client.query(`
    BEGIN;
    INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
      VALUES ('${id}', 'of-merged', 'Of merged', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED');
    INSERT INTO "EventParticipant" (id, "eventId", "actorId", role) VALUES ('${id}', '${id}', '${old.id}', 'PARTY');
    COMMIT;
    BEGIN;
    UPDATE "EventParticipant" SET "actorId" = '${survivor.id}' WHERE id = '${id}';
    UPDATE "Actor" SET "mergedIntoId" = '${survivor.id}' WHERE id = '${old.id}';
    COMMIT;
    SELECT sequence_changes(1)`)
  await vi.waitFor(() => expect(follower.slugs).toEqual(['of-merged']), 5000)
  follower.stop()
})
