// Runs the tests on each Node and each PostgreSQL: npm run test:matrix
// With MATRIX_DATABASE_URL, whose role has to be allowed to CREATE DATABASE, also on that server.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
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

const CURRENT = process.version.slice(1).split('.')[0]

/** The current one first, as it is what most often breaks. */
const versions = [CURRENT, ...['20', '24'].filter((version) => version !== CURRENT)]
const servers = [undefined, process.env.MATRIX_DATABASE_URL || undefined]
const scratch = mkdtempSync(path.join(tmpdir(), 'dateline-matrix-'))

const rows: Row[] = []
try {
  for (const [i, url] of servers.entries()) {
    if (i > 0 && !url) continue
    const postgres = await versionOf(url)
    for (const node of versions) {
      console.error(`\n== Node ${node}, PostgreSQL ${postgres}`)
      rows.push(await test(node, postgres, url))
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
console.table(rows)
if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1

async function test(version: string, postgres: string, url: string | undefined): Promise<Row> {
  const begun = performance.now()
  const report = path.join(scratch, `${rows.length}.json`)
  const vitest = ['node_modules/vitest/vitest.mjs', 'run', '--reporter=default', '--reporter=json']
  const args = [...vitest, `--outputFile.json=${report}`]
  const env = { ...process.env, DATABASE_URL: url ?? '' }
  const code = await run(
    version === CURRENT ? [process.execPath, ...args] : ['npx', '-y', `node@${version}`, ...args],
    env,
  )
  const { node, passed, failed } = readReport(report)
  const seconds = Math.round((performance.now() - begun) / 1000)
  // A run may also fail by an error outside of all tests.
  return { node: node ?? version, postgres, passed, failed: failed || Number(code !== 0), seconds }
}
