import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type pg from 'pg'
import { openDatabase } from '../src/db/client.ts'
import { migrate } from '../src/db/migrate.ts'
import { seed } from '../src/import/seed.ts'
import { urlOf } from './database.ts'

/** The files that determine the template's content. */
const SOURCES = ['prisma', 'seed/data', 'src/domain', 'src/import', 'src/store', 'tests/template.ts']

const TEMPLATE = 'dateline_template_'
const CLONE = 'dateline_test_'
const RUN = 'dateline-test'

/** Creates the tables and the facts of the seed article, which every test can rely on. */
async function fill(url: string): Promise<void> {
  await migrate(url)
  const db = openDatabase(url)
  await seed()
  await db.$disconnect()
}

/** Returns the name of the connection that a run keeps open, which marks its databases as in use. */
export function runName(run: string): string {
  return `${RUN} ${run} ${templateName()}`
}

export function databasePrefix(run: string): string {
  return `${CLONE}${run}_`
}

/** Creates the template unless an earlier run has created it. Returns its name. */
export async function makeTemplate(admin: pg.Client, adminUrl: string, run: string): Promise<string> {
  const name = templateName()
  const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name])
  if (rowCount) return name
  // It has the run's own name until it is complete.
  const making = `${databasePrefix(run)}template`
  await admin.query(`CREATE DATABASE "${making}" TEMPLATE template0`)
  await fill(urlOf(adminUrl, making))
  try {
    await admin.query(`ALTER DATABASE "${making}" RENAME TO "${name}"`)
  } catch (error) {
    // Another run was faster. This template is dropped with the other databases of the run.
    if (!(error instanceof Error && 'code' in error && error.code === '42P04')) throw error
  }
  return name
}

/** Drops the databases of killed runs and the templates of earlier sources, but none that a running run uses. */
export async function sweep(admin: pg.Client): Promise<void> {
  const { rows: living } = await admin.query<{ application_name: string }>(
    'SELECT application_name FROM pg_stat_activity WHERE application_name LIKE $1',
    [`${RUN} %`],
  )
  const kept = living.flatMap(({ application_name }) => {
    const [, run = '', template = ''] = application_name.split(' ')
    return [databasePrefix(run), template]
  })
  await drop(admin, (name) => !kept.some((each) => name.startsWith(each)))
}

export async function dropRun(admin: pg.Client, run: string): Promise<void> {
  await drop(admin, (name) => name.startsWith(databasePrefix(run)))
}

async function drop(admin: pg.Client, isMeant: (name: string) => boolean): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `SELECT datname FROM pg_database
     WHERE (starts_with(datname, $1) OR starts_with(datname, $2)) AND pg_has_role(datdba, 'USAGE')`,
    [CLONE, TEMPLATE],
  )
  for (const { datname } of rows) {
    if (isMeant(datname)) await admin.query(`DROP DATABASE IF EXISTS "${datname}" WITH (FORCE)`)
  }
}

let name: string | undefined

function templateName(): string {
  if (!name) {
    const hash = createHash('sha256')
    for (const file of SOURCES.flatMap(filesOf)) hash.update(file).update('\0').update(readFileSync(file)).update('\0')
    name = `${TEMPLATE}${hash.digest('hex').slice(0, 12)}`
  }
  return name
}

function filesOf(place: string): string[] {
  if (!existsSync(place)) return []
  if (path.extname(place) === '.ts') return [place]
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
}
