import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startEmbedded } from '../../src/db/embedded.ts'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { testDatabase, urlOf } from '../database.ts'
import { seriesOf } from '../series.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

const SCHEMA = `
generator client {
  provider        = "prisma-client"
  output          = "./generated"
  previewFeatures = ["relationJoins", "views"]
}

datasource db {
  provider = "postgresql"
}

model News {
  id    Int      @id
  title String
  on    String
  day   DateTime @default(dbgenerated()) @db.Date

  @@index([day, id])
}

view Headline {
  id    Int    @unique
  title String
}
`

/**
 * Everything that Prisma's schema cannot express: collations, generated columns, checks, partial indexes, functions,
 * triggers and views.
 */
const SQL = `
CREATE TABLE "News" (
  "id" INTEGER NOT NULL,
  "title" TEXT COLLATE "C" NOT NULL CHECK ("title" <> ''),
  "on" TEXT NOT NULL,
  "day" DATE NOT NULL GENERATED ALWAYS AS (make_date("on"::int, 1, 1)) STORED,
  CONSTRAINT "News_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "News_day_id_idx" ON "News"("day", "id");
CREATE UNIQUE INDEX "News_recent" ON "News"("title") WHERE "id" > 7;
CREATE FUNCTION keep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END; $$;
CREATE TRIGGER keep BEFORE UPDATE ON "News" FOR EACH ROW EXECUTE FUNCTION keep();
CREATE VIEW "Headline" AS SELECT "id", "title" FROM "News";
`

/** Only in the long series, because `npm run check` also runs the tool. */
const inLongSeries = test.runIf(seriesOf(0, 1) > 0)

let home: string
const at = (...parts: string[]) => path.join(home, ...parts)

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'dateline-prisma-'))
  mkdirSync(at('migrations/1_first'), { recursive: true })
  writeFileSync(at('schema.prisma'), SCHEMA)
  writeFileSync(at('migrations/1_first/migration.sql'), SQL)
  writeFileSync(at('migrations/migration_lock.toml'), 'provider = "postgresql"\n')
})

afterEach(() => {
  rmSync(home, { recursive: true, force: true })
})

async function run(tool: string, args: string[], DATABASE_URL = testDatabase().url) {
  const env = { ...process.env, DATABASE_URL, NO_COLOR: '1' }
  const child = spawn(process.execPath, ['--import', 'tsx', `tools/${tool}.ts`, ...args], { cwd: ROOT, env })
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, stdout, stderr }
}

const migrations = (command: string, args: string[] = [], url?: string) =>
  run('migrations', [command, '--schema', at('schema.prisma'), '--migrations', at('migrations'), ...args], url)

const folder = () => pathToFileURL(`${at('migrations')}/`)

const addColumn = () =>
  writeFileSync(at('schema.prisma'), SCHEMA.replace('title String\n', 'title String\n  place String?\n'))

async function shadows(url: string): Promise<unknown[]> {
  const sql = "SELECT datname FROM pg_database WHERE datname LIKE 'prisma%shadow%'"
  return withClient(url, async (client) => (await client.query(sql)).rows)
}

inLongSeries('no difference exits 0, also with SQL that Prisma cannot say', async () => {
  expect(await migrations('check')).toMatchObject({
    code: 0,
    stderr: 'The migrations make what the schema describes.\n',
  })
})

inLongSeries('a schema that is wrong exits with neither 0 nor 2', async () => {
  writeFileSync(at('schema.prisma'), `${SCHEMA}\nmodel {`)
  const { code, stderr } = await migrations('check')
  expect(code).toBe(1)
  expect(stderr).toContain('error: ')
})

test('a new migration contains the difference, and then there is none', async () => {
  addColumn()
  expect(await migrations('new', ['--name', 'Add the place'])).toMatchObject({ code: 0 })
  const [name = ''] = readdirSync(at('migrations')).filter((each) => each.endsWith('_add_the_place'))
  expect(readFileSync(at('migrations', name, 'migration.sql'), 'utf8')).toContain('ADD COLUMN     "place" TEXT')
  expect(await migrations('check')).toMatchObject({ code: 0 })
})

test('a difference is printed and exits with 2; without DATABASE_URL the embedded database finds it, and drops the shadow database', async () => {
  addColumn()
  const { code, stderr } = await migrations('check', [], '')
  expect(code).toBe(2)
  expect(stderr).toContain('The schema and the migrations differ. What the migrations lack:')
  expect(stderr).toContain('Added column `place`')
  const scratch = await startEmbedded({ dir: path.join(ROOT, '.data/scratch'), durable: false })
  try {
    expect(await shadows(scratch.url)).toEqual([])
  } finally {
    await scratch.stop()
  }
})

inLongSeries('Prisma’s own commands continue after Dateline’s migrations', async () => {
  const { url: own } = testDatabase()
  const name = `${new URL(own).pathname.slice(1)}_dev`
  const url = urlOf(own, name)
  const config = { schema: at('schema.prisma'), migrations: { path: at('migrations') }, datasource: { url } }
  writeFileSync(at('prisma.config.ts'), `export default ${JSON.stringify(config)}`)
  const prisma = (...args: string[]) => run('prisma', [...args, '--config', at('prisma.config.ts')], url)
  await withClient(own, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`))
  try {
    await migrate(url, folder())
    expect((await prisma('migrate', 'status')).stdout).toContain('Database schema is up to date!')
    mkdirSync(at('migrations/2_second'))
    writeFileSync(at('migrations/2_second/migration.sql'), 'ALTER TABLE "News" ADD COLUMN "place" TEXT;')
    addColumn()
    // It applies the second migration, and must then still open a shadow database.
    const dev = await prisma('migrate', 'dev', '--create-only', '--name', 'third')
    expect(dev.stdout).toContain('Prisma Migrate created the following migration without applying it')
    expect((await prisma('migrate', 'deploy')).code).toBe(0)
    expect(await migrate(url, folder())).toEqual([])
  } finally {
    await withClient(own, (client) => client.query(`DROP DATABASE "${name}" WITH (FORCE)`))
  }
})
