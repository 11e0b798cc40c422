// Reads CPU time and memory of processes from the kernel. Values are undefined without /proc, or if PostgreSQL runs on
// another machine.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'

export interface Memory {
  /** Current resident memory in MB. */
  resident: number
  /** Maximum resident memory in MB. */
  peak: number
}

const SETTLE_MS = 5000

const tick = existsSync('/proc/self/stat')
  ? 1000 / Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
  : 0

/** Returns the CPU time of a process and its children, in milliseconds. */
export function cpuOf(pid: number): number | undefined {
  const stat = readStat(pid)
  if (!stat) return undefined
  return stat.cpu + childrenOf(pid).reduce((sum, child) => sum + (cpuOf(child) ?? 0), 0)
}

/** Returns the CPU time of an application's backends, in milliseconds; undefined if they run on another machine. */
export async function backendCpu(client: pg.Client, application: string): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE application_name = $1', [
    application,
  ])
  const stats = rows.map(({ pid }) => readStat(pid))
  if (stats.some((stat) => stat?.command !== 'postgres')) return undefined
  return stats.reduce((sum, stat) => sum + (stat?.cpu ?? 0), 0)
}

/** Waits until the CPU time stops rising, so that the next measurement has the machine to itself. */
export async function settle(used: () => Promise<number>): Promise<void> {
  const begun = performance.now()
  let last = await used()
  while (performance.now() - begun < SETTLE_MS) {
    await sleep(150)
    const now = await used()
    if (now - last <= tick) return
    last = now
  }
}

export function memoryOf(pid: number): Memory | undefined {
  const status = readProc(pid, 'status')
  const read = (key: string) => Number(status?.match(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm'))?.[1]) / 1024
  return status ? { resident: read('VmRSS'), peak: read('VmHWM') } : undefined
}

const LOOK_MS = 20

/** Samples the memory of a process every few milliseconds. `rise` stops it, and returns the maximum increase in MB. */
export function watchMemory(pid: number): { rise(): number } {
  const resident = () => memoryOf(pid)?.resident ?? Number.NaN
  const before = resident()
  let most = before
  const looking = setInterval(() => {
    most = Math.max(most, resident())
  }, LOOK_MS)
  const rise = () => {
    clearInterval(looking)
    return most - before
  }
  return { rise }
}

function readStat(pid: number): { command: string; cpu: number } | undefined {
  const stat = readProc(pid, 'stat')
  if (!stat) return undefined
  const [, command = '', rest = ''] = stat.match(/^\d+ \((.*)\) (.*)/s) ?? []
  // The fields utime, stime, and the same of children that have exited.
  const times = rest.split(' ').slice(11, 15)
  return { command, cpu: times.reduce((sum, time) => sum + Number(time), 0) * tick }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      (readProc(pid, `task/${thread}/children`) ?? '').split(' ').filter(Boolean).map(Number),
    )
  } catch {
    return []
  }
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8')
  } catch {
    return undefined
  }
}
