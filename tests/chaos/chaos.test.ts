import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { runChaos } from './chaos.ts'

const home = mkdtempSync(path.join(tmpdir(), 'dateline-chaos-'))
// PostgreSQL's account must be able to enter it.
chmodSync(home, 0o755)
afterAll(() => rmSync(home, { recursive: true, force: true }))

test('through kills, cuts and a crash every client gets every event once and in order', async () => {
  const dir = path.join(home, 'data')
  const counts = await runChaos({ dir, seconds: 6, services: 2, clients: 12, writers: 6 })
  const nothing = { lost: 0, duplicated: 0, disordered: 0, acknowledgedButMissing: 0 }
  expect(counts).toMatchObject({ ...nothing, crashes: 1 })
  expect(counts.written).toBeGreaterThan(50)
})
