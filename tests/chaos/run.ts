// npm run test:chaos -- --runs 20 --seconds 25
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { build } from '../built.ts'
import { type Counts, runChaos } from './chaos.ts'
import type { Step } from './harm.ts'

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, seconds: { type: 'string', default: '25' } },
})

const STEPS: readonly Step[] = [
  'back up',
  'bulk',
  'freeze',
  'freeze',
  'restore a renamed log',
  'prune',
  'back up',
  'crash',
  'freeze',
  'restore and rename',
  'prune',
  'freeze',
  'bulk',
]

const bad = ({ lost, duplicated, disordered, untrue, falseGaps, acknowledgedButMissing, failures }: Counts) =>
  lost + duplicated + disordered + untrue + falseGaps + acknowledgedButMissing + failures

await build()
let failed = 0
let hasHeader = false
for (let run = 1; run <= Number(values.runs); run++) {
  const home = mkdtempSync(path.join(tmpdir(), 'dateline-chaos-'))
  // PostgreSQL's account needs access to it.
  chmodSync(home, 0o755)
  const plan = { seconds: Number(values.seconds), steps: STEPS, freeze: 4000, bulk: 20_000 }
  const counts = await runChaos({ dir: path.join(home, 'data'), plan }).catch((error: unknown) => {
    console.error(`Run ${run} did not reach its end:`, error)
  })
  rmSync(home, { recursive: true, force: true })
  if (!counts) {
    failed++
    continue
  }
  if (!hasHeader) process.stdout.write(`| run | ${Object.keys(counts).join(' | ')} |\n`)
  hasHeader = true
  process.stdout.write(`| ${run} | ${Object.values(counts).join(' | ')} |\n`)
  if (bad(counts) > 0) failed++
}
process.stdout.write(`${failed} of ${values.runs} runs failed.\n`)
process.exit(failed ? 1 : 0)
