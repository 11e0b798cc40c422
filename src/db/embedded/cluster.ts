import { execFile } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { Account, DataDirectory } from './data-directory.ts'
import { type Programs, program } from './programs.ts'

/** An initialized data directory, and what is needed to run a server with it. */
export interface Cluster {
  dir: string
  data: string
  log: string
  passwordFile: string
  native: string
  account?: Account
  /** The password of the service's role. Derived from the owner's, which cannot be computed from it. */
  servicePassword: string
  /** Returns a connection string. Default role: the owner. */
  url(port: number, database: string, as?: { role: string; password: string }): string
  /** Returns the last lines of the server's log. */
  endOfLog(): string
}

/** The prefix of temporary directories for initdb, and the age at which they are deleted, in milliseconds. */
const TEMPORARY = 'new-'
const ABANDONED_MS = 10 * 60_000

/** Opens the data directory, and creates it if it does not exist. Creation is atomic. */
export async function openCluster(
  directory: DataDirectory,
  programs: Programs,
  durable: boolean,
): Promise<{ cluster: Cluster; notes: string[] }> {
  const data = path.join(directory.dir, 'pgdata')
  const passwordFile = path.join(data, 'dateline.password')
  const notes: string[] = []
  deleteAbandoned(directory.dir)
  if (existsSync(data) && !isComplete(data)) {
    const moved = `${data}.incomplete-${Date.now()}`
    renameSync(data, moved)
    notes.push(`The data directory ${data} was incomplete. It was moved to ${moved}, and a new one was created.`)
  }
  if (!existsSync(data)) await createCluster(directory, data, durable)
  refuseOtherVersion(data, programs)
  const password = readPassword(passwordFile)
  const log = path.join(directory.dir, 'server.log')
  const cluster: Cluster = {
    dir: directory.dir,
    data,
    log,
    passwordFile,
    native: directory.native,
    account: directory.account,
    servicePassword: createHmac('sha256', password).update('service').digest('base64url'),
    url: (port, database, as = { role: 'postgres', password }) =>
      `postgresql://${as.role}:${as.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    endOfLog: () =>
      existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '(empty)',
  }
  return { cluster, notes }
}

/** Returns the options to run PostgreSQL's programs: the account, and an environment without the caller's PG* variables. */
export function spawnOptions(account: Account | undefined, cwd: string) {
  if (process.platform === 'win32') return { cwd, windowsHide: true }
  // PostgreSQL does not start on macOS without a valid LC_ALL.
  const LC_ALL = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
  return { ...account, cwd, env: { PATH: '/usr/bin:/bin', LC_ALL } }
}

/** Runs initdb in a temporary directory, and moves the result to its place. */
async function createCluster(directory: DataDirectory, data: string, durable: boolean): Promise<void> {
  const { account } = directory
  const temporary = mkdtempSync(path.join(directory.dir, TEMPORARY))
  const created = path.join(temporary, 'pgdata')
  const secret = path.join(temporary, 'password')
  try {
    writeFileSync(secret, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: durable })
    mkdirSync(created, { mode: 0o700 })
    if (account) for (const each of [temporary, created, secret]) chownSync(each, account.uid, account.gid)
    const args = ['-D', created, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret, '--no-instructions']
    const sync = durable ? [] : ['--no-sync']
    await promisify(execFile)(program(directory.native, 'initdb'), [...args, ...locale(), ...sync], {
      ...spawnOptions(account, temporary),
      encoding: 'utf8',
    })
    renameSync(secret, path.join(created, 'dateline.password'))
    // Renaming is atomic: after a crash, and for other processes, the directory is complete or does not exist.
    renameSync(created, data)
  } catch (error) {
    // Another process has created it meanwhile.
    if (isComplete(data)) return
    const why =
      error instanceof Error && 'stderr' in error && error.stderr ? String(error.stderr).trim() : String(error)
    throw new Error(`The data directory ${data} could not be created. The error of PostgreSQL's initdb: ${why}`, {
      cause: error,
    })
  } finally {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/**
 * Returns initdb's locale options. PostgreSQL's built-in provider makes sort order and letter case the same on every system.
 * pg_trgm uses the system's character type to recognize letters: with the type C it would ignore all characters except ASCII.
 */
function locale(): string[] {
  const type = process.platform === 'darwin' ? 'en_US.UTF-8' : process.platform === 'win32' ? 'C' : 'C.UTF-8'
  return [
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    `--lc-ctype=${type}`,
  ]
}

function isComplete(data: string): boolean {
  return ['PG_VERSION', 'global/pg_control'].every((file) => existsSync(path.join(data, file)))
}

/** Deletes the temporary directories of interrupted runs of initdb, but not those that another process may be using. */
function deleteAbandoned(dir: string): void {
  for (const name of readdirSync(dir)) {
    const left = path.join(dir, name)
    const age = name.startsWith(TEMPORARY) ? Date.now() - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0
    if (age > ABANDONED_MS) rmSync(left, { recursive: true, force: true })
  }
}

function refuseOtherVersion(data: string, { major }: Programs): void {
  const version = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim()
  if (version === major) return
  throw new Error(
    `The data directory ${data} was created by PostgreSQL ${version}, but the installed version is ${major}, which cannot read it. ` +
      `Dump it with PostgreSQL ${version} and load the dump here, move the directory away to start with an empty database, or set DATABASE_URL.`,
  )
}

function readPassword(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (cause) {
    throw new Error(
      `The password file ${file} cannot be read. Run as the user who created it, restore the file, or set DATABASE_URL.`,
      { cause },
    )
  }
}
