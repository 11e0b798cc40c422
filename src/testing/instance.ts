import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isAlive, readPostmaster } from '../db/embedded/postmaster.ts'

/** The prefix of the folders of `startDateline`, in the folder for temporary files. Each has the database, the log and the pid. */
export const PREFIX = 'dateline-test-'

/** The age at which a folder without a pid is removed, in milliseconds. */
const ABANDONED_MS = 10 * 60_000

const STOP_MS = 5000

/** Stops the PostgreSQL of a folder without saving its data, and deletes the folder. */
export async function removeInstance(folder: string): Promise<void> {
  const data = path.join(folder, 'data', 'pgdata')
  const running = readPostmaster(data)
  if (running) process.kill(running.pid, 'SIGQUIT')
  for (const deadline = Date.now() + STOP_MS; running && readPostmaster(data) && Date.now() < deadline; )
    await sleep(10)
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}

/** Removes the folders of services that were killed together with the processes that had started them. */
export async function removeAbandoned(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    if (!name.startsWith(PREFIX)) continue
    const folder = path.join(tmpdir(), name)
    if (isAbandoned(folder)) await removeInstance(folder).catch(() => {})
  }
}

function isAbandoned(folder: string): boolean {
  try {
    const { uid, mtimeMs } = lstatSync(folder)
    if (process.getuid && uid !== process.getuid()) return false
    const pid = pidOf(folder)
    return pid ? !isAlive(pid) : Date.now() - mtimeMs > ABANDONED_MS
  } catch {
    // Another process removes it.
    return false
  }
}

function pidOf(folder: string): number {
  try {
    return Number(readFileSync(path.join(folder, 'pid'), 'utf8'))
  } catch {
    return 0
  }
}
