import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type pg from 'pg'
import { withClient } from '../src/db/with-client.ts'
import { print } from './print.ts'
import { basicRows, countryRows, eventRows, helpers, sanctionRows, sizes } from './rows.ts'

/** The number of events in one transaction. */
const BATCH = 50_000

/**
 * The same settings for all readers. Otherwise the estimated cost of a plan decides whether PostgreSQL compiles it or
 * starts workers.
 */
const settings = ['jit = off', 'max_parallel_workers_per_gather = 0', 'random_page_cost = 1.1']

export const server = process.env.BENCH_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'

/** The folder of the repository that contains this file. */
export const thisCheckout = fileURLToPath(new URL('..', import.meta.url))

/** Returns the address of a database with this number of events. Fills the database unless it exists. */
export async function benchDatabase(events: number, checkout = thisCheckout): Promise<string> {
  const name = `dateline_bench_${events}${await suffixOf(checkout)}`
  return databaseOf(name, await fingerprint(events, checkout), (url) => makeFilled(url, events, checkout))
}

/** Recreates the database of an address with this number of events. */
export async function makeFilled(url: string, events: number, checkout: string): Promise<void> {
  await withClient(server, (client) => recreate(client, new URL(url).pathname.slice(1)))
  await runService(checkout, url, 'migrate')
  await withClient(url, (client) => fill(client, events))
}

/** Returns the address of a database that `make` fills. Reuses the one of an earlier run if its fingerprint matches. */
export async function databaseOf(
  name: string,
  fingerprint: string,
  make: (url: string) => Promise<void>,
): Promise<string> {
  const url = new URL(server)
  url.pathname = `/${name}`
  if ((await withClient(server, (client) => readComment(client, name))) === fingerprint) return url.href
  await make(url.href)
  await withClient(server, (client) => client.query(`COMMENT ON DATABASE ${name} IS '${fingerprint}'`))
  return url.href
}

/** Returns a suffix for the database's name if the migrations differ from those of this checkout. */
export async function suffixOf(checkout: string): Promise<string> {
  const [ours, theirs] = await Promise.all([readMigrations(), readMigrations(checkout)])
  const different = JSON.stringify(ours) !== JSON.stringify(theirs)
  return different ? `_${hashOf(theirs).slice(0, 8)}` : ''
}

export const hashOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex')

/** Runs a command of a built checkout on a database, and returns its output. */
export async function runService(checkout: string, url: string, ...command: string[]): Promise<string> {
  const program = path.join(checkout, 'dist/cli/dateline.js')
  const env = { ...process.env, DATABASE_URL: url, DIRECT_DATABASE_URL: url, LOG_LEVEL: 'error' }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...command], { env })
  return stdout
}

/** The exit code of an import that left out rows or parts of rows. */
const LEFT_OUT = 2

/** Imports a snapshot of OFAC's list. Parts of its rows may be left out. */
export async function importOfac(checkout: string, url: string, folder: string, asOf: string): Promise<void> {
  await runService(checkout, url, 'import', 'ofac', folder, '--as-of', asOf).catch((error: { code?: unknown }) => {
    if (error.code !== LEFT_OUT) throw error
  })
}

/**
 * Returns a hash of the statements and the migrations that fill a database. A database with the same hash is complete.
 */
export async function fingerprint(events: number, checkout: string): Promise<string> {
  const tables = await readMigrations(checkout)
  const batch = { first: 0, last: BATCH, events, countries: 0 }
  const statements = [tables, settings, helpers, countryRows, basicRows, eventRows(batch), sanctionRows(batch)]
  return hashOf(statements)
}

export async function readMigrations(checkout = thisCheckout): Promise<string[]> {
  const migrations = path.join(checkout, 'prisma/migrations')
  const files = (await readdir(migrations, { recursive: true })).filter((file) => file.endsWith('.sql')).sort()
  return Promise.all(files.map((file) => readFile(path.join(migrations, file), 'utf8')))
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

/** Turns the triggers of the change log on or off. Loaded rows are not logged. */
export const switchChangeLog = (client: pg.Client, how: 'ENABLE' | 'DISABLE') =>
  client.query(`DO $$ DECLARE t RECORD; BEGIN
    FOR t IN SELECT tgrelid::regclass AS name, tgname FROM pg_trigger WHERE tgname LIKE 'log\\_%' LOOP
      EXECUTE format('ALTER TABLE %s ${how} TRIGGER %I', t.name, t.tgname);
    END LOOP;
  END $$`)

async function fill(client: pg.Client, events: number): Promise<void> {
  await switchChangeLog(client, 'DISABLE')
  const begun = performance.now()
  const records = JSON.parse(await readFile(new URL('../seed/data/countries.json', import.meta.url), 'utf8')) as {
    country?: object
  }[]
  const countries = records.filter((record) => record.country)
  await client.query(`SET synchronous_commit = off; ${helpers}`)
  await client.query(countryRows, [JSON.stringify(countries)])
  for (const statement of basicRows) await client.query(statement)
  await client.query('ANALYZE')
  await inBatches(events, BATCH, async (first, last) => {
    for (const statement of eventRows({ first, last, events, countries: countries.length }))
      await client.query(statement)
    print(`${last + 1} of ${events} events after ${Math.round((performance.now() - begun) / 1000)} s`)
  })
  // The triggers use an index to find each sanction only once the statistics show that the tables are not empty.
  await inBatches(sizes.sanctions, 1000, async (first, last) => {
    for (const statement of sanctionRows({ first, last, events, countries: countries.length }))
      await client.query(statement)
    if (first === 0) await client.query('ANALYZE')
  })
  await switchChangeLog(client, 'ENABLE')
  await client.query('VACUUM ANALYZE')
}

async function inBatches(
  total: number,
  size: number,
  write: (first: number, last: number) => Promise<void>,
): Promise<void> {
  for (let first = 0; first < total; first += size) await write(first, Math.min(first + size, total) - 1)
}
