import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, pendingMigrations } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase, urlOf } from '../database.ts'

const { url: template } = testDatabase()
const empty = `${new URL(template).pathname.slice(1)}_empty`
const url = urlOf(template, empty)
let folder: URL

beforeEach(async () => {
  await withClient(template, (client) => client.query(`CREATE DATABASE "${empty}" TEMPLATE template0`))
  folder = pathToFileURL(`${await mkdtemp(path.join(tmpdir(), 'dateline-migrations-'))}/`)
})

afterEach(async () => {
  await withClient(template, (client) => client.query(`DROP DATABASE "${empty}" WITH (FORCE)`))
  await rm(folder, { recursive: true })
})

async function write(name: string, sql: string): Promise<void> {
  await mkdir(new URL(`${name}/`, folder), { recursive: true })
  await writeFile(new URL(`${name}/migration.sql`, folder), sql)
}

async function query(sql: string): Promise<unknown[]> {
  return withClient(url, async (client) => (await client.query(sql)).rows)
}

test('migrations are applied once, in the order of their names', async () => {
  await write('2_second', 'INSERT INTO word VALUES (2)')
  await write('1_first', 'CREATE TABLE word (n int)')
  expect(await migrate(url, folder)).toEqual(['1_first', '2_second'])
  expect(await migrate(url, folder)).toEqual([])
  expect(await query('SELECT n FROM word')).toEqual([{ n: 2 }])
})

test('a new database lacks all migrations, and a migrated one lacks only new migrations', async () => {
  await write('1_first', 'CREATE TABLE word (n int)')
  expect(await pendingMigrations(url, folder)).toEqual(['1_first'])
  await migrate(url, folder)
  await write('2_second', 'INSERT INTO word VALUES (2)')
  expect(await withClient(url, (client) => pendingMigrations(client, folder))).toEqual(['2_second'])
})

test("a test's database lacks no migration", async () => {
  expect(await pendingMigrations(template)).toEqual([])
})

test('a migration file that changed after it was applied is refused', async () => {
  await write('1_first', 'CREATE TABLE word (n int)')
  await migrate(url, folder)
  await write('1_first', 'CREATE TABLE word (n bigint)')
  await expect(migrate(url, folder)).rejects.toThrow(
    'The migration 1_first was changed after it was applied to this database. ' +
      'Restore the file, and make the change in a new migration.',
  )
})

test('a migration that fails is rolled back, and no later one is applied', async () => {
  await write('1_first', 'CREATE TABLE word (n int); SELECT 1/0;')
  await expect(migrate(url, folder)).rejects.toThrow('The migration 1_first failed: division by zero.')
  expect(await query("SELECT to_regclass('word') AS word")).toEqual([{ word: null }])
  await write('2_second', 'CREATE TABLE other (n int)')
  const statement = `UPDATE "_prisma_migrations" SET rolled_back_at = now() WHERE migration_name = '1_first' AND finished_at IS NULL`
  await expect(migrate(url, folder)).rejects.toThrow(
    'The migration 1_first did not finish earlier (division by zero). Undo its partial changes by hand, ' +
      `then run ${statement} in the database, and migrate again.`,
  )
  expect(await pendingMigrations(url, folder)).toEqual(['1_first', '2_second'])
  await query(statement)
  await write('1_first', 'CREATE TABLE word (n int)')
  expect(await migrate(url, folder)).toEqual(['1_first', '2_second'])
})

test('a migration that fails in its own transaction is also recorded as failed', async () => {
  await write('1_first', 'BEGIN; CREATE TABLE word (n int); SELECT 1/0; COMMIT;')
  await expect(migrate(url, folder)).rejects.toThrow('The migration 1_first failed: division by zero.')
  await expect(migrate(url, folder)).rejects.toThrow('The migration 1_first did not finish earlier')
})

test('of two concurrent runs one applies the migrations, and the other has nothing to do', async () => {
  await write('1_first', 'SELECT pg_sleep(0.2); CREATE TABLE word (n int)')
  const both = await Promise.all([migrate(url, folder), migrate(url, folder)])
  expect(both.flat()).toEqual(['1_first'])
})
