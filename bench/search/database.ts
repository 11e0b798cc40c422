import { createHash } from 'node:crypto'
import type pg from 'pg'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { searchKey } from '../../src/domain/name.ts'
import { readComment, readMigrations, recreate, server, switchChangeLog } from '../database.ts'
import { print } from '../print.ts'
import type { Name } from './names.ts'

const BATCH = 50_000

/** Returns the address of a database with an actor for each name. Fills the database unless it exists. */
export async function namesDatabase(names: readonly Name[]): Promise<string> {
  const database = `dateline_bench_names_${names.length}`
  const url = new URL(server)
  url.pathname = `/${database}`
  const hash = createHash('sha256')
    .update(JSON.stringify([await readMigrations(), INSERT, names]))
    .digest('hex')
  if ((await withClient(server, (client) => readComment(client, database))) === hash) return url.href
  await withClient(server, (client) => recreate(client, database))
  await migrate(url.href)
  await withClient(url.href, async (client) => {
    await switchChangeLog(client, 'DISABLE')
    for (let i = 0; i < names.length; i += BATCH) {
      await insertNames(client, names.slice(i, i + BATCH))
      print(`${Math.min(i + BATCH, names.length)} of ${names.length} names`)
    }
    await client.query('SELECT count_words()')
    await switchChangeLog(client, 'ENABLE')
    await client.query('VACUUM ANALYZE')
  })
  await withClient(server, (client) => client.query(`COMMENT ON DATABASE ${database} IS '${hash}'`))
  return url.href
}

/** Inserts an actor for each name. */
export async function insertNames(client: pg.Client, names: readonly Name[]): Promise<void> {
  await client.query(INSERT, [JSON.stringify(names.map((name) => ({ ...name, key: searchKey(name.value) })))])
}

const INSERT = `
  WITH row AS (SELECT * FROM jsonb_to_recordset($1::jsonb) r (slug text, value text, kind "ActorKind", key text)),
  actor AS (INSERT INTO "Actor" (id, kind, slug, name) SELECT gen_random_uuid(), kind, slug, value FROM row RETURNING id, slug)
  INSERT INTO "ActorName" (id, "actorId", value, kind, "searchKey")
  SELECT gen_random_uuid(), a.id, r.value, 'PRIMARY', r.key FROM row r JOIN actor a USING (slug)`
