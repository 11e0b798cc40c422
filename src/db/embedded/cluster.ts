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

/** A made data directory and what is needed to run a server on it. */
export interface Cluster {
  dir: string
  data: string
  log: string
  passwordFile: string
  native: string
  account?: Account
  /** Of the role that the service connects as; it follows from the owner's, and does not tell it. */
  servicePassword: string
  url(port: number, database: string, as?: { role: string; password: string }): string
  lastWords(): string
}

const MAKING = 'new-'
const ABANDONED_MS = 10 * 60_000

/** Opens the data directory, making it first where there is none; it is then either whole or not there. */
export async function openCluster(
  place: DataDirectory,
  programs: Programs,
  durable: boolean,
): Promise<{ cluster: Cluster; notes: string[] }> {
  const data = path.join(place.dir, 'pgdata')
  const passwordFile = path.join(data, 'dateline.password')
  const notes: string[] = []
  sweep(place.dir)
  if (existsSync(data) && !isWhole(data)) {
    const aside = `${data}.incomplete-${Date.now()}`
    renameSync(data, aside)
    notes.push(`The data directory ${data} was incomplete. It was moved to ${aside}, and a new one was created.`)
  }
  if (!existsSync(data)) await make(place, data, durable)
  refuseOtherVersion(data, programs)
  const password = readPassword(passwordFile)
  const log = path.join(place.dir, 'server.log')
  const cluster: Cluster = {
    dir: place.dir,
    data,
    log,
    passwordFile,
    native: place.native,
    account: place.account,
    servicePassword: createHmac('sha256', password).update('service').digest('base64url'),
    url: (port, database, as = { role: 'postgres', password }) =>
      `postgresql://${as.role}:${as.password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    lastWords: () =>
      existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n').slice(-5).join('\n') : '(empty)',
  }
  return { cluster, notes }
}

/** What the programs need to run: the account, and no PG* variables of the caller's that would turn their meaning. */
export function spawnOptions(account: Account | undefined, cwd: string) {
  if (process.platform === 'win32') return { cwd, windowsHide: true }
  // PostgreSQL does not start on macOS without a valid LC_ALL.
  const LC_ALL = process.platform === 'darwin' ? 'en_US.UTF-8' : 'C.UTF-8'
  return { ...account, cwd, env: { PATH: '/usr/bin:/bin', LC_ALL } }
}

async function make(place: DataDirectory, data: string, durable: boolean): Promise<void> {
  const { account } = place
  const making = mkdtempSync(path.join(place.dir, MAKING))
  const fresh = path.join(making, 'pgdata')
  const secret = path.join(making, 'password')
  try {
    writeFileSync(secret, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600, flush: durable })
    mkdirSync(fresh, { mode: 0o700 })
    if (account) for (const each of [making, fresh, secret]) chownSync(each, account.uid, account.gid)
    const args = ['-D', fresh, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', secret, '--no-instructions']
    const sync = durable ? [] : ['--no-sync']
    await promisify(execFile)(program(place.native, 'initdb'), [...args, ...locale(), ...sync], {
      ...spawnOptions(account, making),
      encoding: 'utf8',
    })
    renameSync(secret, path.join(fresh, 'dateline.password'))
    // All at once, so that neither a crash nor a second process can leave or see half of it.
    renameSync(fresh, data)
  } catch (error) {
    // Another process was quicker.
    if (isWhole(data)) return
    const why =
      error instanceof Error && 'stderr' in error && error.stderr ? String(error.stderr).trim() : String(error)
    throw new Error(`The data directory ${data} could not be created. The error of PostgreSQL's initdb: ${why}`, {
      cause: error,
    })
  } finally {
    rmSync(making, { recursive: true, force: true })
  }
}

/**
 * The same order and letter case on every system, by PostgreSQL's own tables.
 * pg_trgm still asks the system what a letter is: with a character type of C it would drop all that is not ASCII.
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

function isWhole(data: string): boolean {
  return ['PG_VERSION', 'global/pg_control'].every((file) => existsSync(path.join(data, file)))
}

/** Removes what an interrupted initdb left, but not what another process may still be making. */
function sweep(dir: string): void {
  for (const name of readdirSync(dir)) {
    const left = path.join(dir, name)
    const age = name.startsWith(MAKING) ? Date.now() - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? 0) : 0
    if (age > ABANDONED_MS) rmSync(left, { recursive: true, force: true })
  }
}

function refuseOtherVersion(data: string, { major }: Programs): void {
  const made = readFileSync(path.join(data, 'PG_VERSION'), 'utf8').trim()
  if (made === major) return
  throw new Error(
    `The data directory ${data} was created by PostgreSQL ${made}, but the installed version is ${major}, which cannot read it. ` +
      `Dump it with PostgreSQL ${made} and load the dump here, move the directory away to start with an empty database, or set DATABASE_URL.`,
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
