// Runs the tests with each version of Node and PostgreSQL: npm run test:matrix. With MATRIX_DATABASE_URL, also uses
// that server; its role must be allowed to create databases.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { startEmbedded } from '../src/db/embedded.ts'

interface Row {
  node: string
  postgres: string
  passed: number
  failed: number
  seconds: number
}

/** The commands that run each Node: the current one, and the oldest and newest supported versions. */
const nodes = [[process.execPath], ...['20', '24'].filter(isAnother).map((version) => ['npx', '-y', `node@${version}`])]

/** Undefined is the embedded server. */
const servers = [undefined, ...[process.env.MATRIX_DATABASE_URL].filter(Boolean)]

const rows: Row[] = []
for (const url of servers) {
  const postgres = await postgresVersion(url)
  for (const node of nodes) rows.push(await run(node, postgres, url))
}
console.table(rows)
if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1

async function run([program = '', ...given]: string[], postgres: string, url = ''): Promise<Row> {
  const node = execFileSync(program, [...given, '-p', 'process.version'], { encoding: 'utf8' }).trim()
  console.error(`\nNode ${node}, PostgreSQL ${postgres}`)
  const scratch = mkdtempSync(path.join(tmpdir(), 'dateline-matrix-'))
  const report = path.join(scratch, 'report.json')
  const begun = performance.now()
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const child = spawn(program, [...given, 'node_modules/vitest/vitest.mjs', 'run', ...reporters, ...filters()], {
      env: { ...process.env, DATABASE_URL: url },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const [code] = await once(child, 'close')
    const { passed, failed } = readReport(report)
    // An error outside of all tests also fails a run.
    const failures = failed || (code === 0 ? 0 : 1)
    return { node, postgres, passed, failed: failures, seconds: Math.round((performance.now() - begun) / 1000) }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Returns the arguments after the command, such as the name of a test file. */
function filters(): string[] {
  return process.argv.slice(2)
}

function readReport(file: string): { passed: number; failed: number } {
  if (!existsSync(file)) return { passed: 0, failed: 1 }
  const report = JSON.parse(readFileSync(file, 'utf8')) as { numPassedTests: number; numFailedTests: number }
  return { passed: report.numPassedTests, failed: report.numFailedTests }
}

async function postgresVersion(given: string | undefined): Promise<string> {
  const embedded = given ? undefined : await startEmbedded({ dir: '.data/test', durable: false })
  const client = new pg.Client({ connectionString: given ?? embedded?.adminUrl })
  try {
    await client.connect()
    const { rows: found } = await client.query<{ server_version: string }>('SHOW server_version')
    return `${found[0]?.server_version.split(' ')[0]}${given ? '' : ' (embedded)'}`
  } finally {
    await client.end()
    await embedded?.stop()
  }
}

function isAnother(version: string): boolean {
  return !process.version.startsWith(`v${version}.`)
}
