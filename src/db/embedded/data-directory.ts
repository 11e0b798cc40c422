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

/** Where a server's files are, and as whom it runs. */
export interface DataDirectory {
  dir: string
  native: string
  /** Set for root alone, as whom PostgreSQL refuses to run. */
  account?: Account
  notes: string[]
}

const DURABLE_REFUGE = '/var/lib/dateline'

/** Picks an account that may run PostgreSQL, and files that it can reach. */
export function chooseDataDirectory(wanted: string, programs: Programs, fallbackDirs?: string[]): DataDirectory {
  const dir = path.resolve(wanted)
  const made = makeDir(dir)
  if (process.getuid?.() !== 0) {
    const why = made ?? denial(dir)
    if (why) {
      throw new Error(
        `The data directory ${dir} cannot be used by this user (${why}). ` +
          'Give this user access to it, set DATA_DIR to another directory, or set DATABASE_URL.',
      )
    }
    return { dir: realpathSync(dir), native: programs.native, notes: [] }
  }
  return settleAsRoot(dir, programs, fallbackDirs ?? [DURABLE_REFUGE, path.join(tmpdir(), 'dateline')])
}

function settleAsRoot(dir: string, programs: Programs, fallbackDirs: string[]): DataDirectory {
  const name = createHash('sha256').update(dir).digest('hex').slice(0, 12)
  const dirs = [dir, ...fallbackDirs.map((refuge) => path.join(refuge, name))]
  const made = dirs.find((each) => existsSync(path.join(each, 'pgdata', 'PG_VERSION')))
  // A server that another account made stays with that account.
  const account = made ? ownerOf(path.join(made, 'pgdata')) : nobody()
  const usable = (each: string) => (each === dir || trusted(path.dirname(each), account)) && hand(each, account)
  const home = (made && usable(made) ? made : undefined) ?? dirs.find(usable)
  if (!home) {
    throw new Error(
      `PostgreSQL does not run as root, and the account that it would use (uid ${account.uid}) has no access to any of ` +
        `${dirs.join(', ')}. Give the account access to one of them, run Dateline as another user, or set DATABASE_URL.`,
    )
  }
  const notes: string[] = []
  if (home !== dir) notes.push(movedMessage(dir, home))
  return { dir: realpathSync(home), native: reachablePrograms(programs, fallbackDirs, account), account, notes }
}

function movedMessage(dir: string, home: string): string {
  const where = `PostgreSQL does not run as root, and its account has no access to ${dir}. The data is in ${home}`
  const lost = home.startsWith(`${tmpdir()}/`)
  return lost ? `${where}, which may be deleted at a reboot. Set DATABASE_URL to keep the data.` : `${where}.`
}

function reachablePrograms(programs: Programs, fallbackDirs: string[], account: Account): string {
  const tries = (native: string) => spawnSync(program(native, 'postgres'), ['--version'], { ...account, cwd: '/' })
  const first = tries(programs.native)
  if (first.status === 0) return programs.native
  for (const refuge of fallbackDirs) {
    if (!trusted(refuge, account)) continue
    const copy = copyPrograms(programs, refuge)
    if (tries(copy).status === 0) return copy
  }
  throw new Error(
    `The PostgreSQL programs in ${programs.native} do not run on this machine (${first.error?.message ?? String(first.stderr).trim()}). ` +
      'Set DATABASE_URL to a PostgreSQL server.',
  )
}

/** Whether a refuge is root's own and open to the account: in a shared place another user may have planted it. */
function trusted(refuge: string, account: Account): boolean {
  const isNew = !existsSync(refuge)
  if (makeDir(refuge)) return false
  if (isNew) chmodSync(refuge, 0o755)
  const at = lstatSync(refuge)
  return at.isDirectory() && at.uid === 0 && (at.mode & 0o022) === 0 && allows('-x', refuge, account)
}

/** Gives a directory to the account, unless it holds something else, and tells whether the account can use it. */
function hand(dir: string, account: Account): boolean {
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

function makeDir(dir: string): string | undefined {
  return reasonOf(() => mkdirSync(dir, { recursive: true }))
}

function denial(dir: string): string | undefined {
  return reasonOf(() => accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK))
}

function reasonOf(attempt: () => void): string | undefined {
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
  // On macOS nobody is -2, which the kernel takes as an unsigned number.
  return { uid: Number(uid ?? 65534) >>> 0, gid: Number(gid ?? 65534) >>> 0 }
}
