import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runChaos } from './chaos.ts'
import type { Plan } from './harm.ts'

const home = mkdtempSync(path.join(tmpdir(), 'dateline-chaos-'))
// PostgreSQL's account needs access to it.
chmodSync(home, 0o755)
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('every client receives every event once and in order through kills, freezes, a crash, a restore and a pruning', async () => {
  const plan: Plan = {
    seconds: 5,
    steps: ['back up', 'bulk', 'restore a renamed log', 'crash', 'prune'],
    freeze: 1500,
    bulk: 500,
  }
  const counts = await runChaos({ dir: path.join(home, 'data'), plan, services: 2, clients: 12, writers: 6 })
  const nothing = { lost: 0, duplicated: 0, disordered: 0, untrue: 0, falseGaps: 0, acknowledgedButMissing: 0 }
  expect(counts).toMatchObject({ ...nothing, failures: 0, crashes: 1, restores: 1, prunes: 1, bulks: 1 })
  expect(counts.written).toBeGreaterThan(550)
  expect(counts.gaps).toBeGreaterThanOrEqual(12)
})
