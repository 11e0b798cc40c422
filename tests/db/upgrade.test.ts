// Databases that an earlier version filled.
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase, urlOf } from '../database.ts'

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url))
const { url: own } = testDatabase()
const name = `${new URL(own).pathname.slice(1)}_earlier`
const url = urlOf(own, name)

beforeEach(() => withClient(own, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`)))

afterEach(() => withClient(own, (client) => client.query(`DROP DATABASE "${name}" WITH (FORCE)`)))

/** Applies the migrations before one, then the statement, then the other migrations. */
async function upgrade(first: string, statement: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-upgrade-'))
  for (const each of await readdir(migrations))
    if (each < first) await cp(path.join(migrations, each), path.join(folder, each), { recursive: true })
  await migrate(url, pathToFileURL(`${folder}/`))
  await rm(folder, { recursive: true })
  await withClient(url, (client) => client.query(statement))
  await migrate(url)
}

const read = (sql: string) => withClient(url, async (client) => (await client.query(sql)).rows)

test("the events of GDELT become machine-coded, and countries get their officials' events; versions and the log stay", async () => {
  const id = (n: number) => `'00000000-0000-0000-0000-00000000000${n}'`
  const event = (n: number) =>
    `(${id(n)}, 'event-${n}', 'Event', 'MEETING', 'OCCURRED', 'ASSERTED', '2025-05-01', '2025-05-31', 'MONTH', 'STATED')`
  await upgrade(
    '20261128100000_origin',
    `INSERT INTO "Actor" (id, kind, slug, name) VALUES (${id(1)}, 'COUNTRY', 'country', 'Country'), (${id(2)}, 'PERSON', 'president', 'President'),
       (${id(3)}, 'PERSON', 'envoy', 'Envoy');
     INSERT INTO "Country" ("actorId", iso2, iso3, region, flag) VALUES (${id(1)}, 'QM', 'QQM', 'Nowhere', '🏳️');
     INSERT INTO "Source" (id, kind) VALUES (${id(4)}, 'ARTICLE');
     INSERT INTO "Event" (id, slug, title, type, status, certainty, "dateEarliest", "dateLatest", "datePrecision", "dateBasis")
       VALUES ${event(5)}, ${event(6)};
     INSERT INTO "Identifier" (id, scheme, value, "eventId") VALUES (${id(7)}, 'GDELT', '1', ${id(6)});
     INSERT INTO "EventParticipant" (id, "eventId", "actorId", "onBehalfOfId", role) VALUES (${id(5)}, ${id(5)}, ${id(3)}, ${id(2)}, 'PARTY'),
       (${id(6)}, ${id(6)}, ${id(3)}, NULL, 'PARTY');
     INSERT INTO "Relationship" (id, "subjectId", "objectId", kind, "startEarliest", "startLatest", "startPrecision", "startBasis")
       VALUES (${id(8)}, ${id(2)}, ${id(1)}, 'HOLDS_OFFICE', '2025-01-20', '2025-01-20', 'DAY', 'STATED');
     INSERT INTO "Citation" (id, "sourceId", "relationshipId", basis) VALUES (${id(9)}, ${id(4)}, ${id(8)}, 'STATED');
     CREATE TABLE noted AS SELECT type, "entityId", version FROM "ChangePending";`,
  )
  expect(await read('SELECT slug, origin, version FROM "Event" ORDER BY slug')).toEqual([
    { slug: 'event-5', origin: 'EDITED', version: 1 },
    { slug: 'event-6', origin: 'MACHINE_CODED', version: 1 },
  ])
  expect(
    await read(
      `SELECT e.slug AS event, a.slug AS actor, "eventOrigin" FROM "EventActor" x
       JOIN "Event" e ON e.id = x."eventId" JOIN "Actor" a ON a.id = x."actorId" ORDER BY 1, 2`,
    ),
  ).toEqual([
    { event: 'event-5', actor: 'country', eventOrigin: 'EDITED' },
    { event: 'event-5', actor: 'envoy', eventOrigin: 'EDITED' },
    { event: 'event-5', actor: 'president', eventOrigin: 'EDITED' },
    { event: 'event-6', actor: 'envoy', eventOrigin: 'MACHINE_CODED' },
  ])
  // Another migration fills in the licences of known sources, which the log tells.
  const logged = `SELECT type, "entityId", version FROM "ChangePending" WHERE type <> 'SOURCE'`
  expect(await read(`${logged} EXCEPT TABLE noted`)).toEqual([])
})
