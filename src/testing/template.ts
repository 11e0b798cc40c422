// Copies of databases with their seed, which later starts copy instead of creating and seeding a database again.
import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { isAlive } from '../db/embedded/postmaster.ts'

/** The number of templates that are kept: those that were used last. One has 30 to 40 MB. */
const KEPT = 4

/** The age at which the rest of an interrupted copy is deleted, in milliseconds. */
const ABANDONED_MS = 10 * 60_000

/** How long to wait while another process makes the same template, in milliseconds. */
const WAIT_MS = 60_000

/**
 * Makes a data directory of PostgreSQL: a copy of the template of this package and these seed files, or a new one by `create`, which
 * becomes the template. `create` leaves a stopped server. If several processes need a template, one makes it, and the others wait.
 * Returns whether the directory is a copy.
 */
export async function copyOrCreate(
  data: string,
  seed: readonly string[] | undefined,
  create: () => Promise<void>,
): Promise<boolean> {
  const home = openHome()
  if (!home) return create().then(() => false)
  const template = path.join(home, keyOf(seed))
  const release = await lock(template)
  try {
    if (await copyTo(template, data)) return true
    await create()
    await publish(data, template)
    deleteOld(home)
    return false
  } finally {
    release()
  }
}

/** Deletes the template, from which a server did not start. */
export function deleteTemplate(seed: readonly string[] | undefined): void {
  const home = openHome()
  if (home) rmSync(path.join(home, keyOf(seed)), { recursive: true, force: true })
}

/** Returns the folder of the templates. Undefined if it belongs to another user, or others may write to it. */
function openHome(): string | undefined {
  const home = path.join(tmpdir(), `dateline-templates-${process.getuid?.() ?? 'user'}`)
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
    const stats = lstatSync(home)
    const isOwn = !process.getuid || (stats.uid === process.getuid() && (stats.mode & 0o077) === 0)
    return stats.isDirectory() && isOwn ? home : undefined
  } catch {
    return undefined
  }
}

/** Returns the name of the template, which depends on the installed files of this package and the contents of the seed files. */
function keyOf(seed: readonly string[] | undefined): string {
  const hash = createHash('sha256')
  const root = fileURLToPath(new URL('../../', import.meta.url))
  hash.update(`${root}\n${process.version}\n`)
  for (const folder of ['dist', 'prisma', 'seed/data'])
    for (const name of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).sort()) {
      // npm gives all files the same time of modification, but not the same time of change.
      const { size, ctimeMs } = statSync(path.join(root, folder, name))
      hash.update(`${name} ${size} ${ctimeMs}\n`)
    }
  for (const file of seed ?? ['default']) {
    const content = seed && existsSync(file) ? readFileSync(file) : ''
    hash.update(`${file} ${content.length}\n`).update(content)
  }
  return hash.digest('hex').slice(0, 32)
}

/** Takes the lock of a template unless it exists. Returns a function that releases it. */
async function lock(template: string): Promise<() => void> {
  const file = `${template}.lock`
  for (const deadline = Date.now() + WAIT_MS; !existsSync(template) && Date.now() < deadline; await sleep(20)) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch {
      if (isAbandoned(file)) rmSync(file, { force: true })
    }
  }
  return () => {}
}

function isAbandoned(file: string): boolean {
  try {
    const pid = Number(readFileSync(file, 'utf8'))
    return pid > 0 && !isAlive(pid)
  } catch {
    // The other process has released it.
    return false
  }
}

async function copyTo(template: string, data: string): Promise<boolean> {
  if (!existsSync(template)) return false
  try {
    const now = new Date()
    utimesSync(template, now, now)
    await copy(template, data)
    return true
  } catch {
    // Another process has deleted the template meanwhile.
    rmSync(data, { recursive: true, force: true })
    return false
  }
}

/** Copies the data to the template. The template is complete or does not exist. Without a template, later starts are only slower. */
async function publish(data: string, template: string): Promise<void> {
  const temporary = `${template}.new-${randomBytes(4).toString('hex')}`
  try {
    await copy(data, temporary)
    renameSync(temporary, template)
  } catch {
    rmSync(temporary, { recursive: true, force: true })
  }
}

/** Copies a folder with the owners of its files, which are other users if this process is root. */
async function copy(from: string, to: string): Promise<void> {
  if (process.platform === 'win32') return cp(from, to, { recursive: true })
  await promisify(execFile)('/bin/cp', ['-Rp', from, to])
}

function deleteOld(home: string): void {
  const entries = readdirSync(home).map((name) => {
    const entry = path.join(home, name)
    return { entry, isTemplate: !name.includes('.'), time: statSync(entry, { throwIfNoEntry: false })?.mtimeMs ?? 0 }
  })
  const templates = entries.filter(({ isTemplate }) => isTemplate).sort((a, b) => b.time - a.time)
  const copies = entries.filter(({ entry, time }) => entry.includes('.new-') && Date.now() - time > ABANDONED_MS)
  for (const { entry } of [...templates.slice(KEPT), ...copies]) rmSync(entry, { recursive: true, force: true })
}
