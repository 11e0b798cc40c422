import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type pg from 'pg'
import { withClient } from './with-client.ts'

interface Migration {
  name: string
  sql: string
  checksum: string
}

interface Applied {
  migration_name: string
  checksum: string
  finished: boolean
  logs: string | null
}

/** A pg.Client or a pg.Pool. */
export interface Queryable {
  query(sql: string): Promise<{ rows: { migration_name: string }[] }>
}

const FOLDER = new URL('../../prisma/migrations/', import.meta.url)

/** The advisory lock that Prisma's engine takes, so that the engine and this code never apply migrations at the same time. */
export const MIGRATION_LOCK = 72_707_369

/** The table of Prisma's engine, so that `prisma migrate deploy`, `status` and `dev` continue from the migrations applied here. */
const TABLE = `CREATE TABLE "_prisma_migrations" (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
)`

/** Applies pending migrations and returns their names. A concurrent call waits for the first one. */
export async function migrate(url: string, folder = FOLDER): Promise<string[]> {
  const migrations = await readMigrations(folder)
  return withClient(url, async (client) => {
    await client.query(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`)
    // A role that may not create tables can still find that no migration is pending.
    if (!(await hasTable(client))) await client.query(TABLE)
    const { rows } = await client.query<Applied>(
      `SELECT migration_name, checksum, finished_at IS NOT NULL AS finished, logs
       FROM "_prisma_migrations" WHERE rolled_back_at IS NULL`,
    )
    const pending = pendingAmong(migrations, rows)
    if (pending.length > 0) await requireOwner(client, pending)
    for (const migration of pending) await apply(client, migration)
    return pending.map(({ name }) => name)
  })
}

let known: Promise<string[]> | undefined

/** Returns the repository's migrations that the database lacks. The folder is read once for each process. */
export async function pendingMigrations(database: Queryable | string, folder?: URL): Promise<string[]> {
  if (!folder) known ??= readNames(FOLDER)
  const names = await (folder ? readNames(folder) : known)
  const applied = new Set(
    typeof database === 'string' ? await withClient(database, readApplied) : await readApplied(database),
  )
  return (names ?? []).filter((name) => !applied.has(name))
}

async function readApplied(database: Queryable): Promise<string[]> {
  if (!(await hasTable(database))) return []
  const { rows } = await database.query(
    'SELECT migration_name FROM "_prisma_migrations" WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  return rows.map((row) => row.migration_name)
}

async function hasTable(database: Queryable): Promise<boolean> {
  const { rows } = await database.query(
    `SELECT relname AS migration_name FROM pg_class WHERE oid = to_regclass('"_prisma_migrations"')`,
  )
  return rows.length > 0
}

async function requireOwner(client: pg.Client, pending: Migration[]): Promise<void> {
  const { rows } = await client.query<{ may: boolean }>(
    `SELECT has_table_privilege('"_prisma_migrations"', 'INSERT') AS may`,
  )
  if (rows[0]?.may) return
  const names = pending.map(({ name }) => name).join(', ')
  throw new Error(
    `The database lacks ${names}, and this role may not apply migrations: ` +
      'run "dateline migrate" as the owner of the database, or set OWNER_DATABASE_URL.',
  )
}

async function readNames(folder: URL): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

async function readMigrations(folder: URL): Promise<Migration[]> {
  const names = await readNames(folder)
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(`${name}/migration.sql`, folder), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

/** Returns the pending migrations. Throws if an earlier migration failed or was changed after it was applied. */
function pendingAmong(migrations: Migration[], applied: Applied[]): Migration[] {
  const failed = applied.find((row) => !row.finished)
  if (failed) {
    const { migration_name: name, logs } = failed
    throw new Error(
      `The migration ${name} did not finish earlier${logs ? ` (${logs.split('\n')[0]})` : ''}. ` +
        `Undo its partial changes by hand, then run ${rolledBack(name)} in the database, and migrate again.`,
    )
  }
  const before = new Map(applied.map((row) => [row.migration_name, row.checksum]))
  for (const { name, checksum } of migrations) {
    if ((before.get(name) ?? checksum) === checksum) continue
    throw new Error(
      `The migration ${name} was changed after it was applied to this database. ` +
        'Restore the file, and make the change in a new migration.',
    )
  }
  return migrations.filter(({ name }) => !before.has(name))
}

/** Returns the statement that records that the partial changes of a failed migration were undone. */
const rolledBack = (name: string): string =>
  `UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '${name}' AND finished_at IS NULL`

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  const id = randomUUID()
  await client.query('INSERT INTO "_prisma_migrations" (id, checksum, migration_name) VALUES ($1, $2, $3)', [
    id,
    checksum,
    name,
  ])
  try {
    // The simple protocol runs all statements in one transaction, unless the file contains COMMIT.
    await client.query(sql)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    // The file may have left a failed transaction open.
    await client.query('ROLLBACK')
    await client.query('UPDATE "_prisma_migrations" SET logs = $2 WHERE id = $1', [id, why])
    throw new Error(
      `The migration ${name} failed: ${why}. Correct its file, ` +
        `then run ${rolledBack(name)} in the database, and migrate again.`,
      { cause },
    )
  }
  await client.query('UPDATE "_prisma_migrations" SET finished_at = now(), applied_steps_count = 1 WHERE id = $1', [id])
}
