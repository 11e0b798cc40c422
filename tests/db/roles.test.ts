// The rights of the service's role.
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pruneLog, renewEpoch } from '../../src/changelog/maintenance.ts'
import { readConfig } from '../../src/config.ts'
import { closeDatabase, db, openDatabase } from '../../src/db/client.ts'
import { openConfiguredDatabase } from '../../src/db/configured.ts'
import { grantService } from '../../src/db/grants.ts'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { createKey, findKey, revokeKey } from '../../src/store/api-key.ts'
import { setErasureKey } from '../../src/store/erasure/tombstone.ts'
import { erasePerson } from '../../src/store/erasure.ts'
import { refreshDueSanctions } from '../../src/store/sanction.ts'
import { sequenceChanges, write } from '../../src/store/write.ts'
import { eventsOf, startFeedService } from '../changelog/server.ts'
import { testDatabase, urlOf } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'

const owner = testDatabase().url
const role = `dateline_test_${randomBytes(4).toString('hex')}`
const service = new URL(owner)
service.username = role
service.password = 'secret'

const asOwner = (sql: string) => withClient(owner, async (client) => (await client.query(sql)).rows)
const asService = (sql: string) => withClient(service.href, async (client) => (await client.query(sql)).rows)

beforeAll(async () => {
  await asOwner(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
  await grantService(owner, role)
  openDatabase(service.href)
})
afterAll(async () => {
  await closeDatabase()
  await asOwner(`DROP OWNED BY ${role}`)
  await asOwner(`DROP ROLE ${role}`)
})

test('grants can be applied again, also concurrently, and change nothing then', async () => {
  const grants = () =>
    asOwner(`SELECT relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1`)
  const before = await grants()
  await Promise.all([grantService(owner, role), grantService(owner, role)])
  expect(await grants()).toEqual(before)
})

test('the service reads, writes, subscribes, stores keys and prunes the log with this role', async () => {
  const { secret } = await createKey('roles', ['write'])
  const running = await startFeedService({ databaseUrl: service.href })
  try {
    const stream = await fetch(`${running.url}?query=subscription{eventAdded{event{title}}}`, {
      headers: { accept: 'text/event-stream' },
    })
    const events = eventsOf(stream)
    await events.next()
    const response = await fetch(running.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
      body: JSON.stringify({ query: CREATE }),
    })
    expect(await response.json()).toMatchObject({
      data: { eventCreate: { event: { title: 'By the role', history: { nodes: [{ operation: 'CREATED' }] } } } },
    })
    expect((await events.next()).value?.data).toContain('By the role')
    await stream.body?.cancel().catch(() => {})
    await expect.poll(async () => (await findKey(secret))?.lastUsedAt).toBeTruthy()
    await revokeKey(secret.slice(0, 11))
    await refreshDueSanctions(new Date('0001-01-01'))
    await asOwner(`UPDATE "Change" SET "committedAt" = '2020-01-01' WHERE position <= 2`)
    expect(await pruneLog(new Date('2021-01-01'))).toBe(2)
    expect(await (await fetch(running.url.replace('/graphql', '/readyz'))).text()).toBe('Ready.\n')
  } finally {
    await running.stop()
  }
})

test.each([
  ['drop a table', 'DROP TABLE "Event"'],
  ['alter a table', 'ALTER TABLE "Event" ADD COLUMN more INT'],
  ['switch off a trigger', 'ALTER TABLE "Event" DISABLE TRIGGER ALL'],
  ['make a table', 'CREATE TABLE more (n INT)'],
  ['make a schema', `CREATE SCHEMA ${role}`],
  ['make a function', 'CREATE FUNCTION more() RETURNS INT LANGUAGE sql AS $$ SELECT 1 $$'],
  ['empty a table', 'TRUNCATE "Event" CASCADE'],
  ['skip the triggers', `SET session_replication_role = 'replica'`],
  ['add to the log', `INSERT INTO "Change" SELECT * FROM "Change" LIMIT 1`],
  ['change the log', `UPDATE "Change" SET writer = 'someone else'`],
  ['delete from the log', 'DELETE FROM "Change"'],
  ['touch what is about to be logged', 'DELETE FROM "ChangePending"'],
  ['turn back the head of the log', 'UPDATE "FeedHead" SET oldest = 0'],
  ['write what the database derives', 'DELETE FROM "EventActor"'],
  ['pretend a migration', `UPDATE "_prisma_migrations" SET finished_at = NULL`],
  ['delete an event', 'DELETE FROM "Event"'],
  ['delete a key', 'DELETE FROM "ApiKey"'],
  ['forget an erasure', 'DELETE FROM "Erasure"'],
  ['delete the rows of a table', `SELECT * FROM erase_rows('Source', ARRAY[gen_random_uuid()])`],
  ['read files', `SELECT pg_read_file('postgresql.conf')`],
  ['run programs', `COPY "Event" TO PROGRAM 'cat'`],
  ['become the owner', 'SET ROLE postgres'],
])('the role cannot %s', async (_what, sql) => {
  await expect(asService(sql)).rejects.toThrow(/permission denied|must be owner|must be (able|superuser)/)
})

test('the role erases a person, and can change the log in no other way', async () => {
  setErasureKey('a key of the tests, with 32 characters')
  const { id } = await aPerson({ name: 'Erased By A Role' })
  await anEvent({ title: 'Somebody meets Erased By A Role' })
  await sequenceChanges()
  const erased = await write('roles', (tx) => erasePerson(tx, { id, reason: 'Request 1', confirm: true }))
  expect(erased).toMatchObject({ isErased: true, mentions: [{ redacted: 'Somebody meets [erased]' }] })
  const entries = await asOwner(
    `SELECT operation, before, after, writer FROM "Change" WHERE "entityId" = '${id}' ORDER BY position`,
  )
  expect(entries).toMatchObject([
    { operation: 'ERASED', before: null, after: null },
    { operation: 'ERASED', before: null, after: null, writer: 'roles' },
  ])
  const redact = (writer: string) => `SELECT redact_log(jsonb_build_array(jsonb_build_object('position', position,
    'before', before, 'after', after, 'children', children, 'writer', '${writer}'))) FROM "Change" ORDER BY position DESC LIMIT 1`
  await expect(asService(redact('[erased]'))).rejects.toThrow('only by a transaction that erased a person')
  const { id: other } = await aPerson({ name: 'Another One' })
  await sequenceChanges()
  const forging = write('roles', async (tx) => {
    await tx.$queryRaw`SELECT * FROM erase_person(${other}::uuid, 'Request 2', ARRAY[]::text[])`
    await tx.$executeRawUnsafe(redact('someone else'))
  })
  await expect(forging).rejects.toThrow('can only be replaced with')
})

test('earlier states of a row, which the role may only read, are erased and redacted too', async () => {
  const { id } = await aPerson({ name: 'Kept By A Trigger' })
  const { id: other } = await aPerson({ name: 'Somebody' })
  await asOwner(`CREATE TABLE "NoteVersion" ("actorId" UUID, "from" INT, note TEXT, PRIMARY KEY ("actorId", "from"))`)
  // As the trigger of such a table does, when the record is deleted.
  await asOwner(`CREATE FUNCTION keep_note() RETURNS TRIGGER LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO "NoteVersion" VALUES (OLD.id, 2, OLD.name); RETURN NULL; END $$`)
  await asOwner(`CREATE TRIGGER keep_note AFTER DELETE ON "Actor" FOR EACH ROW EXECUTE FUNCTION keep_note()`)
  await asOwner(`INSERT INTO "NoteVersion" VALUES ('${id}', 1, 'A note'), ('${other}', 1, 'Met Kept By A Trigger')`)
  await asOwner(`GRANT SELECT ON "NoteVersion" TO ${role}`)
  try {
    await write('roles', (tx) => erasePerson(tx, { id, reason: 'Request 3', confirm: true }))
    expect(await asOwner('SELECT note FROM "NoteVersion"')).toEqual([{ note: 'Met [erased]' }])
    const forge = `SELECT redact_row('NoteVersion', '{"actorId": "${other}", "from": 1}', '{"note": "Forged"}')`
    await expect(asService(forge)).rejects.toThrow('only by a transaction that erased a person')
  } finally {
    await asOwner(`DROP TABLE "NoteVersion"; DROP FUNCTION keep_note CASCADE`)
  }
})

test('the role can neither prune entries younger than a day nor start a new epoch', async () => {
  await expect(pruneLog(new Date())).rejects.toThrow('Changes are kept for a day at least')
  await expect(renewEpoch()).rejects.toThrow(/permission denied|denied access/)
})

test('without pending migrations the role has nothing to do; otherwise the error says who can migrate', async () => {
  expect(await migrate(service.href)).toEqual([])
  await asOwner(`UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name LIKE '%_roles'`)
  await expect(migrate(service.href)).rejects.toThrow(/lacks \d+_roles, and this role may not apply migrations/)
  await asOwner(`UPDATE "_prisma_migrations" SET rolled_back_at = NULL`)
})

test('the service migrates as the owner and works as the role, with timeouts', async () => {
  const name = `${new URL(owner).pathname.slice(1)}_roles`
  await asOwner(`CREATE DATABASE "${name}" TEMPLATE template0`)
  const config = readConfig({
    DATABASE_URL: urlOf(service.href, name),
    OWNER_DATABASE_URL: urlOf(owner, name),
    SERVICE_ROLE: role,
    STATEMENT_TIMEOUT: '3',
    LOCK_TIMEOUT: '0',
  })
  const database = await openConfiguredDatabase(config, 'service')
  try {
    expect(await database.migrate()).toContainEqual(expect.stringMatching(/_roles$/))
    expect(await db.actor.count()).toBe(0)
    const settings = `SELECT current_user, current_setting('statement_timeout') AS statement,
      current_setting('lock_timeout') AS lock, current_setting('idle_in_transaction_session_timeout') AS idle`
    expect(await db.$queryRawUnsafe(settings)).toEqual([
      { current_user: role, statement: '3s', lock: '0', idle: '30s' },
    ])
  } finally {
    await database.close()
    openDatabase(service.href)
    await withClient(urlOf(owner, name), (client) => client.query(`DROP OWNED BY ${role}`))
    await asOwner(`DROP DATABASE "${name}" WITH (FORCE)`)
  }
})

test('a temporary table cannot replace a table that a trigger reads or writes', async () => {
  const count = async () => Number((await asOwner('SELECT count(*) FROM "ChangePending"'))[0].count)
  const before = await count()
  await asService(`
    CREATE TEMPORARY TABLE "ChangePending" (LIKE public."ChangePending");
    SET search_path = pg_temp, public;
    UPDATE public."Event" SET title = title || '!' WHERE id = (SELECT id FROM public."Event" LIMIT 1)`)
  expect(await count()).toBe(before + 1)
})

test('every trigger function runs as the owner, with a fixed search path', async () => {
  const loose = await asOwner(
    `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype
     AND NOT (prosecdef AND proconfig @> ARRAY['search_path=public, pg_temp'])`,
  )
  expect(loose).toEqual([])
})

test.each([
  ['that there is not', 'nobody_at_all', /no role of this server/],
  ['that owns the tables', decodeURIComponent(new URL(owner).username), /a role of its own/],
])('a role %s is refused', async (_what, name, message) => {
  await expect(grantService(owner, name)).rejects.toThrow(message)
})

test('psql can apply the grants, as their file says', async () => {
  const sql = readFileSync('prisma/grants.sql', 'utf8')
  await asOwner(`SET dateline.service_role = '${role}'; ${sql}`)
  expect(await asService('SELECT 1 AS one')).toEqual([{ one: 1 }])
})

const CREATE = `mutation { eventCreate(input: {
  title: "By the role", type: MEETING, status: OCCURRED, certainty: ASSERTED,
  date: { earliest: "2025-12-01", latest: "2025-12-01", precision: DAY, basis: STATED }
}) { __typename ... on EventCreateSuccess { event { title history { nodes { operation } } } } } }`
