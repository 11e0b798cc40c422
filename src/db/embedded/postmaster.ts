import { execFile, spawn, spawnSync } from 'node:child_process'
import { chownSync, closeSync, openSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type Cluster, spawnOptions } from './cluster.ts'
import { logSettings, truncateLog } from './log.ts'
import { program } from './programs.ts'

/** The main process of a server. */
export interface Postmaster {
  pid: number
  port: number
}

export interface Launch {
  pid: number | undefined
  failed(): boolean
  /** Stops the process if it still runs. */
  stop(): void
}

const STOP_MS = 60_000

/** Returns the server that runs with a data directory; undefined if none does. Ignores and deletes the pid file of a crash. */
export function readPostmaster(data: string): Postmaster | undefined {
  const file = path.join(data, 'postmaster.pid')
  const text = readIfExists(file)
  const [pid, , , port] = (text ?? '').split('\n').map(Number)
  if (!text || !pid || !port || !isAlive(pid)) return undefined
  if (runsOn(pid, data)) return { pid, port }
  // Another program has the pid now. PostgreSQL would refuse to start because of the file.
  if (readIfExists(file) === text) rmSync(file, { force: true })
  return undefined
}

/** Starts a server process. It becomes ready or fails later. */
export async function launch(cluster: Cluster, durable: boolean): Promise<Launch> {
  const { account, data, log } = cluster
  truncateLog(log)
  const out = openSync(log, 'a', 0o600)
  if (account) chownSync(log, account.uid, account.gid)
  const settings = {
    port: String(await freePort()),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '100',
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...logSettings,
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const child = spawn(program(cluster.native, 'postgres'), ['-D', data, ...flags], {
    ...spawnOptions(account, cluster.dir),
    stdio: ['ignore', out, out],
    // The server gets its own process group, so that Ctrl-C does not stop it before the running requests have ended.
    detached: true,
  })
  closeSync(out)
  let failed = false
  child.on('exit', () => {
    failed = true
  })
  child.on('error', () => {
    failed = true
  })
  child.unref()
  return { pid: child.pid, failed: () => failed, stop: () => void (failed || child.kill('SIGINT')) }
}

/** Stops a server in fast mode: ends all sessions and writes all data to disk. Resolves when the server has stopped. */
export async function shutDown(cluster: Cluster): Promise<void> {
  const running = readPostmaster(cluster.data)
  if (!running) return
  if (process.platform === 'win32') {
    await promisify(execFile)(program(cluster.native, 'pg_ctl'), ['stop', '-m', 'fast', '-D', cluster.data])
    return
  }
  process.kill(running.pid, 'SIGINT')
  for (const deadline = Date.now() + STOP_MS; Date.now() < deadline; await sleep(10)) {
    // The server deletes the pid file last. Its pid may remain as a zombie process.
    const left = readIfExists(path.join(cluster.data, 'postmaster.pid'))
    if (!left || Number.parseInt(left, 10) !== running.pid) return
  }
  throw new Error(`PostgreSQL (pid ${running.pid}) did not stop within a minute: see ${cluster.log}.`)
}

/** Returns whether a process of this user exists. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    // The process does not exist or belongs to another user, so it is not this user's server.
    return false
  }
}

function runsOn(pid: number, data: string): boolean {
  if (process.platform === 'win32') return true
  if (process.platform === 'linux') {
    const args = (readIfExists(`/proc/${pid}/cmdline`) ?? '').split('\0')
    return args[args.indexOf('-D') + 1] === data
  }
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(
    `-D ${data} `,
  )
}

function readIfExists(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
