import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  accessSync,
  chmodSync,
  chownSync,
  constants,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { copyPrograms, type Programs, program } from './programs.ts'

export interface Account {
  uid: number
  gid: number
}

/** The directory of a server's files, its programs, and the account that runs it. */
export interface DataDirectory {
  dir: string
  /** The directory of PostgreSQL's programs. */
  native: string
  /** The account that runs the server. Set only if this process is root, because PostgreSQL refuses to run as root. */
  account?: Account
  notes: string[]
}

const FALLBACK_DIR = '/var/lib/dateline'

/** Chooses the data directory, and for root an account that may run PostgreSQL and has access to its files. */
export function chooseDataDirectory(requested: string, programs: Programs, fallbackDirs?: string[]): DataDirectory {
  const dir = path.resolve(requested)
  const failure = makeDir(dir)
  if (process.getuid?.() !== 0) {
    const why = failure ?? accessErrorOf(dir)
    if (why) {
      throw new Error(
        `The data directory ${dir} cannot be used by this user (${why}). ` +
          'Give this user access to it, set DATA_DIR to another directory, or set DATABASE_URL.',
      )
    }
    return { dir: realpathSync(dir), native: programs.native, notes: [] }
  }
  return chooseAsRoot(dir, programs, fallbackDirs ?? [FALLBACK_DIR, path.join(tmpdir(), 'dateline')])
}

function chooseAsRoot(dir: string, programs: Programs, fallbackDirs: string[]): DataDirectory {
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 12)
  const dirs = [dir, ...fallbackDirs.map((fallback) => path.join(fallback, name))]
  const existing = dirs.find((each) => existsSync(path.join(each, 'pgdata', 'PG_VERSION')))
  // An existing data directory keeps its owner.
  const account = existing ? ownerOf(path.join(existing, 'pgdata')) : nobody()
  const isUsable = (each: string) => (each === dir || isTrusted(path.dirname(each), account)) && giveTo(account, each)
  const chosen = (existing && isUsable(existing) ? existing : undefined) ?? dirs.find(isUsable)
  if (!chosen) {
    throw new Error(
      `PostgreSQL does not run as root, and the account that it would use (uid ${account.uid}) has no access to any of ` +
        `${dirs.join(', ')}. Give the account access to one of them, run Dateline as another user, or set DATABASE_URL.`,
    )
  }
  const notes: string[] = []
  if (chosen !== dir) notes.push(movedMessage(dir, chosen))
  return { dir: realpathSync(chosen), native: reachablePrograms(programs, fallbackDirs, account), account, notes }
}

function movedMessage(dir: string, chosen: string): string {
  const where = `PostgreSQL does not run as root, and its account has no access to ${dir}. The data is in ${chosen}`
  const isTemporary = chosen.startsWith(`${tmpdir()}/`)
  return isTemporary ? `${where}, which may be deleted at a reboot. Set DATABASE_URL to keep the data.` : `${where}.`
}

function reachablePrograms(programs: Programs, fallbackDirs: string[], account: Account): string {
  const run = (native: string) => spawnSync(program(native, 'postgres'), ['--version'], { ...account, cwd: '/' })
  const first = run(programs.native)
  if (first.status === 0) return programs.native
  for (const fallback of fallbackDirs) {
    if (!isTrusted(fallback, account)) continue
    const copy = copyPrograms(programs, fallback)
    if (run(copy).status === 0) return copy
  }
  throw new Error(
    `The PostgreSQL programs in ${programs.native} do not run on this machine (${first.error?.message ?? String(first.stderr).trim()}). ` +
      'Set DATABASE_URL to a PostgreSQL server.',
  )
}

/**
 * Whether a fallback directory belongs to root, is not writable for others, and the account can enter it. In a shared directory
 * such as /tmp another user may have created it.
 */
function isTrusted(fallback: string, account: Account): boolean {
  const isNew = !existsSync(fallback)
  if (makeDir(fallback)) return false
  if (isNew) chmodSync(fallback, 0o755)
  const stats = lstatSync(fallback)
  return stats.isDirectory() && stats.uid === 0 && (stats.mode & 0o022) === 0 && allows('-x', fallback, account)
}

/** Makes the account the owner of a directory, unless it has other contents. Returns whether the account can write to it. */
function giveTo(account: Account, dir: string): boolean {
  if (makeDir(dir)) return false
  const entries = readdirSync(dir)
  if (entries.length === 0 || entries.includes('pgdata')) {
    chownSync(dir, account.uid, account.gid)
    chmodSync(dir, 0o700)
  }
  return allows('-w', dir, account)
}

function allows(what: '-x' | '-w', dir: string, account: Account): boolean {
  return spawnSync('/bin/sh', ['-c', `test ${what} "$0"`, dir], { ...account, cwd: '/' }).status === 0
}

/** Creates a directory. Returns the error's message if that fails. */
function makeDir(dir: string): string | undefined {
  return errorMessageOf(() => mkdirSync(dir, { recursive: true }))
}

function accessErrorOf(dir: string): string | undefined {
  return errorMessageOf(() => accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK))
}

function errorMessageOf(attempt: () => void): string | undefined {
  try {
    attempt()
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return undefined
}

function ownerOf(data: string): Account {
  const { uid, gid } = lstatSync(data)
  return uid === 0 ? nobody() : { uid, gid }
}

function nobody(): Account {
  const users = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : []
  const [, , uid, gid] = users.find((line) => line.startsWith('nobody:'))?.split(':') ?? []
  // On macOS the uid of `nobody` is -2, which the kernel treats as an unsigned number.
  return { uid: Number(uid ?? 65534) >>> 0, gid: Number(gid ?? 65534) >>> 0 }
}
