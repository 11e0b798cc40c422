import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type Run, runPrisma } from './run-prisma.ts'

const USAGE = `Usage: npm run migrate:check
       npm run migrate:new -- --name add-something`

/** Exit codes of Prisma's `migrate diff --exit-code`. */
const SAME = 0
const DIFFERENT = 2

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    schema: { type: 'string', default: 'prisma/schema.prisma' },
    migrations: { type: 'string', default: 'prisma/migrations' },
  },
})
const folder = path.resolve(values.migrations)

if (positionals[0] === 'check') process.exitCode = await check()
else if (positionals[0] === 'new' && values.name) process.exitCode = await makeMigration(values.name)
else {
  console.error(USAGE)
  process.exitCode = 1
}

/** Checks that the migrations create the database that the schema describes, except triggers, functions and checks. */
async function check(): Promise<number> {
  const run = await diff()
  if (run.code === SAME) console.error('The migrations make what the schema describes.')
  if (run.code === DIFFERENT) {
    console.error(`The schema and the migrations differ. What the migrations lack:\n\n${run.stdout.trim()}\n`)
    console.error('Run "npm run migrate:new -- --name what-changes" and review the SQL, or correct the schema.')
  }
  if (run.code !== SAME && run.code !== DIFFERENT) console.error(run.stderr || run.stdout)
  return run.code
}

/** Writes a migration from the existing migrations to the schema, for review. Does not apply it. */
async function makeMigration(title: string): Promise<number> {
  const run = await diff('--script')
  if (run.code !== SAME && run.code !== DIFFERENT) {
    console.error(run.stderr || run.stdout)
    return run.code
  }
  const sql =
    run.code === DIFFERENT ? run.stdout : '-- The schema needs no change: write here what Prisma cannot say.\n'
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const name = `${stamp}_${title.toLowerCase().replace(/[^a-z0-9]+/g, '_')}`
  const file = path.join(folder, name, 'migration.sql')
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, sql)
  const lock = path.join(folder, 'migration_lock.toml')
  if (!existsSync(lock)) writeFileSync(lock, 'provider = "postgresql"\n')
  console.error(`Wrote ${path.relative(process.cwd(), file)}. Review it; "npm run migrate:check" then compares anew.`)
  return 0
}

function diff(...more: string[]): Promise<Run> {
  const args = ['--from-migrations', folder, '--to-schema', path.resolve(values.schema), '--exit-code', ...more]
  return runPrisma(['migrate', 'diff', ...args], { quiet: true, scratch: true })
}
