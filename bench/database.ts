import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { migrate } from '../src/db/migrate.ts'
import { withClient } from '../src/db/with-client.ts'
import { basicRows, countryRows, eventRows, helpers, sanctionRows, sizes } from './rows.ts'
import { say } from './say.ts'

/** How many events go in by one transaction. */
const BATCH = 50_000

/** For every reader alike: else a plan's estimated cost decides who pays for compiling it or for starting workers. */
const settings = ['jit = off', 'max_parallel_workers_per_gather = 0', 'random_page_cost = 1.1']

export const server = process.env.BENCH_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

/** The address of a database with so many events, filled now unless it is there already. */
export async function benchDatabase(events: number): Promise<string> {
  const name = `dateline_bench_${events}`
  const url = new URL(server)
  url.pathname = `/${name}`
  const made = await fingerprint(events)
  if ((await withClient(server, (client) => readComment(client, name))) === made) return url.href
  await withClient(server, (client) => recreate(client, name))
  await migrate(url.href)
  await withClient(url.href, (client) => fill(client, events))
  await withClient(server, (client) => client.query(`COMMENT ON DATABASE ${name} IS '${made}'`))
  return url.href
}

/** Tells whether a database was filled to the end, by these statements and over these tables. */
async function fingerprint(events: number): Promise<string> {
  const tables = await readMigrations()
  const batch = { first: 0, last: BATCH, events, countries: 0 }
  const statements = [tables, settings, helpers, countryRows, basicRows, eventRows(batch), sanctionRows(batch)]
  return createHash('sha256').update(JSON.stringify(statements)).digest('hex')
}

export async function readMigrations(): Promise<string[]> {
  const migrations = new URL('../prisma/migrations/', import.meta.url)
  const files = (await readdir(migrations, { recursive: true })).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(files.map((file) => readFile(new URL(file, migrations), 'utf8')))
}

export async function readComment(client: pg.Client, name: string): Promise<string | null | undefined> {
  const { rows } = await client.query<{ comment: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS comment FROM pg_database WHERE datname = $1`,
    [name],
  )
  return rows[0]?.comment
}

export async function recreate(client: pg.Client, name: string): Promise<void> {
  await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  await client.query(`CREATE DATABASE ${name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`)
  for (const setting of settings) await client.query(`ALTER DATABASE ${name} SET ${setting}`)
}

/** Turns on or off the triggers that note changes for the log: what is loaded here is nobody's news. */
export const noteChanges = (client: pg.Client, how: 'ENABLE' | 'DISABLE') =>
  client.query(`DO $$ DECLARE t RECORD; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE tgname LIKE 'log\\_%' LOOP
      EXECUTE format('ALTER TABLE %s ${how} TRIGGER %I', t.name, t.tgname);
    END LOOP;
  END $$`)

async function fill(client: pg.Client, events: number): Promise<void> {
  await noteChanges(client, 'DISABLE')
  const begun = performance.now()
  const countries = JSON.parse(
    await readFile(new URL('../seed/data/countries.json', import.meta.url), 'utf8'),
  ) as object[]
  await client.query(`SET synchronous_commit = off; ${helpers}`)
  await client.query(countryRows, [JSON.stringify(countries)])
  for (const statement of basicRows) await client.query(statement)
  await client.query('ANALYZE')
  await inBatches(events, BATCH, async (first, last) => {
    for (const statement of eventRows({ first, last, events, countries: countries.length }))
      await client.query(statement)
    say(`${last + 1} of ${events} events after ${Math.round((performance.now() - begun) / 1000)} s`)
  })
  // The triggers look each sanction up by index only once the tables are known not to be empty.
  await inBatches(sizes.sanctions, 1000, async (first, last) => {
    for (const statement of sanctionRows({ first, last, events, countries: countries.length }))
      await client.query(statement)
    if (first === 0) await client.query('ANALYZE')
  })
  await noteChanges(client, 'ENABLE')
  await client.query('VACUUM ANALYZE')
}

async function inBatches(
  total: number,
  size: number,
  write: (first: number, last: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < total; first += size) await write(first, Math.min(first + size, total) - 1)
}
