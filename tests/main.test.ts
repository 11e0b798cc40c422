import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { withClient } from '../src/db/with-client.ts'
import { DATELINE } from './built.ts'
import { testDatabase, urlOf } from './database.ts'

const ROOT = path.resolve(import.meta.dirname, '..')
const migrations = readdirSync(path.join(ROOT, 'prisma/migrations')).filter((name) => /^\d/.test(name))

/** A `dateline` command in its own process. */
class Command {
  out = ''
  told = ''
  readonly ended: Promise<number | null>
  private readonly child

  constructor(args: string[], env: NodeJS.ProcessEnv) {
    this.child = spawn(process.execPath, [...DATELINE, ...args], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
      // Other variables of the tests' environment, such as the database's, must not reach the command.
      env: { PATH: process.env.PATH, HOME: process.env.HOME, PORT: '0', HOST: '127.0.0.1', ...env },
    })
    this.child.stdout.setEncoding('utf8').on('data', (text) => {
      this.out += text
    })
    this.child.stderr.setEncoding('utf8').on('data', (text) => {
      this.told += text
    })
    this.ended = once(this.child, 'close').then(([code]) => code)
    running.push(this)
  }

  /** Returns the address when the service is ready. */
  async ready(): Promise<string> {
    await this.says('Press Ctrl-C to stop.')
    return /GraphiQL {2}(\S+)\/graphql/.exec(this.told)?.[1] ?? ''
  }

  async says(words: string): Promise<void> {
    let code: number | null | undefined
    void this.ended.then((ended) => {
      code = ended
    })
    while (!this.told.includes(words)) {
      if (code !== undefined) throw new Error(`It ended with ${code} before it said "${words}":\n${this.told}`)
      await sleep(20)
    }
  }

  /** Stops the process, and returns its exit code. */
  stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.child.kill(signal)
    return this.ended
  }
}

const running: Command[] = []
let home: string
let dir: string

beforeAll(() => {
  home = mkdtempSync(path.join(tmpdir(), 'dateline-main-'))
  // PostgreSQL's account needs access to it.
  chmodSync(home, 0o755)
  // The tests share one directory, in their order. The first test creates it, which takes seconds.
  dir = path.join(home, 'data')
})

afterEach(async () => {
  for (const command of running.splice(0)) await command.stop()
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

const serve = (env: NodeJS.ProcessEnv = { DATA_DIR: dir }) => new Command(['serve'], env)

async function ask(url: string, query = '{ countries { totalCount } events { totalCount } }'): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  return ((await response.json()) as { data?: unknown }).data
}

const answers = (url: string) =>
  fetch(`${url}/healthz`).then(
    () => true,
    () => false,
  )

/** Returns whether a PostgreSQL server runs on the data directory. */
function postgresRuns(where = dir): boolean {
  const file = path.join(where, 'pgdata/postmaster.pid')
  if (!existsSync(file)) return false
  try {
    process.kill(Number.parseInt(readFileSync(file, 'utf8'), 10), 0)
    return true
  } catch {
    return false
  }
}

const seeded = { countries: { totalCount: 250 }, events: { totalCount: expect.any(Number) } }

/** Locks the table of actors while the work is done. Waiting statements continue afterwards. */
function withActorsLocked<T>(url: string, work: () => Promise<T>): Promise<T> {
  return withClient(url, async (client) => {
    await client.query('BEGIN; LOCK TABLE "Actor" IN ACCESS EXCLUSIVE MODE')
    return work()
  })
}

async function isWaiting(url: string): Promise<void> {
  await withClient(url, async (client) => {
    const sql = 'SELECT FROM pg_locks WHERE NOT granted AND relation = \'"Actor"\'::regclass'
    while (!(await client.query(sql)).rowCount) await sleep(20)
  })
}

test('the first start creates, migrates and seeds the database, logs it, and serves it', async () => {
  const service = serve()
  const url = await service.ready()
  expect(service.out).toBe('')
  expect(service.told).toContain(`embedded PostgreSQL, data in ${dir}; `)
  expect(service.told).toContain(`${migrations.length} migrations applied`)
  expect(service.told).toMatch(/Seed {6}\d+ records: the countries, and the facts of the first article\n/)
  expect(service.told.split('\n').length).toBeLessThan(12)
  expect(await ask(url)).toEqual(seeded)
  expect(await service.stop()).toBe(0)
  expect(service.told).toMatch(/Stopped\.\n$/)
  expect(service.out).toBe('')
  expect(postgresRuns()).toBe(false)
})

test('the second start changes nothing and is ready within seconds; output to a pipe or with NO_COLOR has no colours', async () => {
  const begun = performance.now()
  const service = serve({ DATA_DIR: dir, NO_COLOR: '1' })
  const url = await service.ready()
  expect(performance.now() - begun).toBeLessThan(30_000)
  expect(service.told).toContain('none, because the database already has data')
  expect(service.told).not.toContain('migrations applied')
  expect(service.told).not.toContain('\u001b')
  expect(await ask(url)).toEqual(seeded)
})

test('SIGTERM lets running requests finish, refuses new ones, and stops PostgreSQL', async () => {
  const service = serve()
  const url = await service.ready()
  const database = databaseIn(dir)
  const { slow, ended } = await withActorsLocked(database, async () => {
    const slow = ask(url)
    await isWaiting(database)
    const ended = service.stop('SIGTERM')
    await service.says('Stopping')
    expect(await answers(url)).toBe(false)
    expect(postgresRuns()).toBe(true)
    return { slow, ended }
  })
  expect(await slow).toEqual(seeded)
  const answered = performance.now()
  expect(await ended).toBe(0)
  expect(performance.now() - answered).toBeLessThan(4000)
  expect(postgresRuns()).toBe(false)
})

test('with 500 open streams it stops within ten seconds, and closes each stream so that clients reconnect', async () => {
  const service = serve()
  const url = await service.ready()
  const body = JSON.stringify({ query: 'subscription { eventAdded { cursor } }' })
  const headers = { 'content-type': 'application/json', accept: 'text/event-stream' }
  const open = () => fetch(`${url}/graphql`, { method: 'POST', headers, body })
  const streams = []
  for (let i = 0; i < 10; i++) streams.push(...(await Promise.all(Array.from({ length: 50 }, open))))
  const sent = Promise.all(streams.map((stream) => stream.text()))
  const begun = performance.now()
  expect(await service.stop()).toBe(0)
  expect(performance.now() - begun).toBeLessThan(10_000)
  for (const text of await sent) expect(text).toMatch(/^id: \S+\n\n(:\n\n)*$/)
})

test('two SIGINTs, as npm sends after Ctrl-C, still cause an orderly stop', async () => {
  const service = serve()
  await service.ready()
  void service.stop('SIGINT')
  await sleep(50)
  expect(await service.stop('SIGINT')).toBe(0)
  expect(postgresRuns()).toBe(false)
})

test('a second signal ends the process at once, and the next start joins the running PostgreSQL and stops it', async () => {
  const service = serve({ DATA_DIR: dir, ANONYMOUS_TIMEOUT: '0' })
  const url = await service.ready()
  const database = databaseIn(dir)
  await withActorsLocked(database, async () => {
    const slow = ask(url).catch(() => 'cut')
    await isWaiting(database)
    void service.stop()
    await sleep(1000)
    expect(await service.stop()).toBe(1)
    expect(await slow).toBe('cut')
  })
  expect(postgresRuns()).toBe(true)
  const next = serve()
  await next.ready()
  expect(await next.stop()).toBe(0)
  expect(postgresRuns()).toBe(false)
})

test('after a kill the next start joins the running PostgreSQL, and stops it in the end', async () => {
  const killed = serve()
  await killed.ready()
  await killed.stop('SIGKILL')
  expect(postgresRuns()).toBe(true)
  const next = serve()
  expect(await ask(await next.ready())).toEqual(seeded)
  expect(await next.stop()).toBe(0)
  expect(postgresRuns()).toBe(false)
})

test('a port in use is reported in a sentence, and PostgreSQL is stopped', async () => {
  const other = serve({ DATABASE_URL: testDatabase().url })
  const { port } = new URL(await other.ready())
  const service = serve({ DATA_DIR: dir, PORT: port })
  expect(await service.ended).toBe(1)
  expect(service.told).toBe(`Port ${port} is in use: stop the program that uses it, or set PORT to another port.\n`)
  expect(postgresRuns()).toBe(false)
})

test('a signal during the start causes an orderly stop, and the next start continues', async () => {
  const fresh = path.join(home, 'fresh')
  const service = serve({ DATA_DIR: fresh })
  while (!existsSync(path.join(fresh, 'pgdata/postmaster.pid'))) await sleep(10)
  expect(await service.stop()).toBe(0)
  expect(service.told).not.toContain('is ready')
  expect(postgresRuns(fresh)).toBe(false)
  expect(await ask(await serve({ DATA_DIR: fresh }).ready())).toEqual(seeded)
})

test('wrong settings are reported in sentences', async () => {
  const service = serve({ PORT: 'abc', LOG_LEVEL: 'loud', DATABASE_URL: 'hunter2' })
  expect(await service.ended).toBe(1)
  expect(service.told.trimEnd().split('\n')).toEqual([
    'PORT must be a whole number from 0 to 65535, but is "abc".',
    expect.stringMatching(/^DATABASE_URL must be the URL of a PostgreSQL server, such as .+\.$/),
    expect.stringMatching(/^LOG_LEVEL must be one of .+, but is "loud"\.$/),
  ])
  expect(service.out).toBe('')
})

test('an unreachable server is reported in a sentence without its password', async () => {
  const service = serve({ DATABASE_URL: 'postgresql://me:hunter2@127.0.0.1:1/news' })
  expect(await service.ended).toBe(1)
  expect(service.told).toBe(
    'The database news at 127.0.0.1:1 cannot be opened: connect ECONNREFUSED 127.0.0.1:1. Start it, or correct DATABASE_URL.\n',
  )
})

test('DATABASE_URL is migrated, seeded and served instead of the embedded database', async () => {
  const url = await newDatabase('served')
  const service = serve({ DATABASE_URL: url, DATA_DIR: path.join(home, 'unused') })
  expect(await ask(await service.ready())).toEqual(seeded)
  const { host, pathname } = new URL(url)
  expect(service.told).toContain(`${pathname.slice(1)} at ${host}; ${migrations.length} migrations applied`)
  expect(service.told).not.toContain(new URL(url).password || 'postgres:')
  expect(await service.stop()).toBe(0)
  expect(existsSync(path.join(home, 'unused'))).toBe(false)
})

test('a statement that does not end is abandoned, and delays the stop by its time limit at most', async () => {
  const url = await preparedDatabase('stuck')
  const service = serve({ DATABASE_URL: url })
  const address = await service.ready()
  await withActorsLocked(url, async () => {
    const stuck = ask(address).catch(() => 'cut')
    await isWaiting(url)
    const begun = performance.now()
    expect(await service.stop()).toBe(0)
    // The caller receives an answer without a country.
    expect(await stuck).toBeUndefined()
    expect(performance.now() - begun).toBeLessThan(20_000)
  })
})

/** A proxy of the tests' database that can stop forwarding. */
async function silentServer() {
  let isSilent = false
  const sockets: Socket[] = []
  const server = createServer((near) => {
    sockets.push(near)
    near.on('error', () => {})
    if (isSilent) return
    const { hostname, port } = new URL(testDatabase().url)
    const far = connect(Number(port || 5432), hostname)
    sockets.push(far)
    far.on('error', () => {})
    near.on('data', (data) => void (isSilent || far.write(data))).on('close', () => far.destroy())
    far.on('data', (data) => void (isSilent || near.write(data))).on('close', () => near.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    fallSilent: () => {
      isSilent = true
    },
    connections: () => sockets.length,
    /** The address of a database through the proxy. */
    by: (url: string) => Object.assign(new URL(url), { host: `127.0.0.1:${port}` }).href,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

async function expectStopWithin(service: Command, ms: number): Promise<void> {
  const begun = performance.now()
  expect(await service.stop()).toBe(0)
  expect(performance.now() - begun).toBeLessThan(ms)
  expect(service.told).toMatch(/Stopped\.\n$/)
}

test("it stops on request while the change log's server refuses connections at the start", async () => {
  const url = await preparedDatabase('unheard')
  const none = Object.assign(new URL(url), { host: '127.0.0.1:1' }).href
  const service = serve({ DATABASE_URL: url, OWNER_DATABASE_URL: url, DIRECT_DATABASE_URL: none })
  await service.says('The change log cannot be read')
  await expectStopWithin(service, 4000)
  expect(service.told).not.toContain('is ready')
})

test.each(['DIRECT_DATABASE_URL', 'DATABASE_URL'])(
  'it stops on request while the server of %s does not answer at the start',
  async (name) => {
    const url = await preparedDatabase(`silent_${name.toLowerCase()}`)
    const silent = await silentServer()
    silent.fallSilent()
    try {
      const addresses = { DATABASE_URL: url, OWNER_DATABASE_URL: url, DIRECT_DATABASE_URL: url }
      const service = serve({ ...addresses, [name]: silent.by(url) })
      while (silent.connections() === 0) await sleep(20)
      await expectStopWithin(service, 4000)
    } finally {
      silent.close()
    }
  },
)

test("it stops on request while the change log's server does not answer", async () => {
  const url = await preparedDatabase('fell_silent')
  const silent = await silentServer()
  try {
    const service = serve({ DATABASE_URL: url, OWNER_DATABASE_URL: url, DIRECT_DATABASE_URL: silent.by(url) })
    await service.ready()
    silent.fallSilent()
    await sleep(1500)
    await expectStopWithin(service, 4000)
  } finally {
    silent.close()
  }
})

test('"dateline migrate" prints the applied migrations, and "dateline seed" the number of records', async () => {
  const env = { DATABASE_URL: await newDatabase('by_command') }
  const migrated = new Command(['migrate'], env)
  expect(await migrated.ended).toBe(0)
  expect(migrated.out).toBe(`${migrations.join('\n')}\n`)
  expect(migrated.told).toBe(`${migrations.length} migrations applied.\n`)
  const again = new Command(['migrate'], env)
  expect(await again.ended).toBe(0)
  expect({ out: again.out, told: again.told }).toEqual({ out: '', told: 'The database is up to date.\n' })
  const first = new Command(['seed'], env)
  expect(await first.ended).toBe(0)
  expect(first.told).toMatch(/^\d+ records read: \d+ created, \d+ changed, 0 unchanged, 0 rejected\.\n$/)
  const second = new Command(['seed'], env)
  expect(await second.ended).toBe(0)
  expect(second.told).toMatch(/^(\d+) records read: 0 created, 0 changed, \1 unchanged, 0 rejected\.\n$/)
})

test('"dateline --help" lists the commands, and "--version" tells the version', async () => {
  const help = new Command(['--help'], {})
  expect(await help.ended).toBe(0)
  for (const name of ['serve', 'migrate', 'seed'])
    expect(help.out).toMatch(new RegExp(`^ +${name}( \\[.+\\])? +[A-Z]`, 'm'))
  expect(help.told).toBe('')
  const version = new Command(['--version'], {})
  expect(await version.ended).toBe(0)
  const { version: number } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string }
  expect(version.out).toContain(number)
})

test.each([
  [['sing'], 'There is no command "sing": run "dateline --help" for the list of commands.'],
  [['serve', '--loud'], 'Unknown option "--loud": run "dateline --help" for the list of commands and options.'],
  [['--loud'], 'Unknown option "--loud": run "dateline --help" for the list of commands and options.'],
  [['serve', 'more'], 'Unused args: "more": run "dateline --help" for the list of commands and options.'],
  [[], 'No command was given: pass one, such as "dateline serve", or run "dateline --help" for the list of commands.'],
])('"dateline" with %j prints the mistake', async (args, words) => {
  const command = new Command(args, {})
  expect(await command.ended).toBe(1)
  expect({ out: command.out, told: command.told }).toEqual({ out: '', told: `${words}\n` })
})

/** Returns the embedded database of a running service. */
function databaseIn(where: string): string {
  const data = path.join(where, 'pgdata')
  const password = readFileSync(path.join(data, 'dateline.password'), 'utf8').trim()
  const port = readFileSync(path.join(data, 'postmaster.pid'), 'utf8').split('\n')[3]
  return `postgresql://postgres:${password}@127.0.0.1:${port}/dateline`
}

/** Creates a database with the migrations and the seed. */
const preparedDatabase = (name: string) => newDatabase(name, inject('template'))

/**
 * Creates an empty database. Its name has the prefix of the test file's database, so that the end of the run drops it.
 */
async function newDatabase(name: string, template = 'template0'): Promise<string> {
  const { url } = testDatabase()
  const database = `${new URL(url).pathname.slice(1)}_${name}`
  await withClient(url, (client) =>
    client.query(`CREATE DATABASE "${database}" TEMPLATE "${template}" STRATEGY FILE_COPY`),
  )
  return urlOf(url, database)
}
