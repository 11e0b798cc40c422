import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const ROOT = path.resolve(import.meta.dirname, '../..')
const home = mkdtempSync(path.join(tmpdir(), 'dateline-packages-'))
/** The folder for temporary files of all processes here, which is new: the first start finds no template. */
const temporary = path.join(home, 'tmp')
const env = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: temporary, ERASURE_KEY: 'x'.repeat(32) }
let tarball: string
let packed: { size: number; unpackedSize: number; files: { path: string }[] }

const run = (cwd: string, program: string, ...args: string[]) =>
  promisify(execFile)(program, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 26 })

const install = (folder: string, ...packages: string[]) =>
  run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...packages)

function emptyFolder(name: string): string {
  const folder = path.join(home, name)
  mkdirSync(folder)
  return folder
}

beforeAll(async () => {
  mkdirSync(temporary)
  // PostgreSQL's account needs access to them.
  for (const folder of [home, temporary]) chmodSync(folder, 0o755)
  const { stdout } = await run(ROOT, 'npm', 'pack', '--json', '--pack-destination', home)
  const [file] = JSON.parse(stdout) as [typeof packed & { filename: string }]
  packed = file
  tarball = path.join(home, file.filename)
})

afterAll(() => rmSync(home, { recursive: true, force: true }))

const filesIn = (folder: string) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.relative(ROOT, path.join(parentPath, name)).replaceAll(path.sep, '/'))

test('the package of the service contains what it needs to run, and nothing else', () => {
  const built = filesIn('src').map((file) => file.replace(/^src(.*)\.ts$/, 'dist$1.js'))
  const client = ['packages/client/follow.d.ts', 'packages/client/follow.js']
  const data = [...filesIn('prisma/migrations'), ...filesIn('seed/data'), 'prisma/grants.sql', 'schema.graphql']
  const about = ['package.json', 'README.md', 'LICENSE', 'CHANGELOG.md']
  const made = ['dist/testing/start.d.ts', 'dist/records.schema.json']
  const expected = [...built, ...made, ...client, ...data, ...about]
  expect(packed.files.map((file) => file.path).sort()).toEqual(expected.sort())
})

test('the tarball is smaller than 0.8 MB, and 4 MB unpacked', () => {
  expect(packed.size).toBeLessThan(800_000)
  expect(packed.unpackedSize).toBeLessThan(4_000_000)
})

/** A program in a process group of its own. */
class Program {
  printed = ''
  readonly ended: Promise<unknown>
  readonly #process: ChildProcess

  constructor(cwd: string, command: readonly [string, ...string[]], more: NodeJS.ProcessEnv = {}) {
    const [program, ...args] = command
    this.#process = spawn(program, args, { cwd, env: { ...env, ...more }, detached: true })
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.printed += text
      })
    this.ended = once(this.#process, 'close')
  }

  async prints(words: RegExp): Promise<string> {
    for (let found = words.exec(this.printed); ; found = words.exec(this.printed)) {
      if (found) return found[1] ?? ''
      if (this.#process.exitCode !== null) throw new Error(`It ended before it printed ${words}:\n${this.printed}`)
      await sleep(20)
    }
  }

  /** Sends a signal to the process alone, or to its group, as Ctrl-C does. */
  kill(signal: NodeJS.Signals, whom: 'process' | 'group'): void {
    if (this.#process.pid && this.#process.exitCode === null && this.#process.signalCode === null)
      process.kill(whom === 'group' ? -this.#process.pid : this.#process.pid, signal)
  }
}

async function ask(url: string, query: string, variables = {}, key?: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) }
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown }
  expect(errors).toBeUndefined()
  return data
}

/** Returns the first block of a language in the tour of the README. */
function fromTour(language: string): string {
  const [, tour = ''] = readFileSync(path.join(ROOT, 'README.md'), 'utf8').split('## A tour')
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(tour)?.[1] ?? ''
}

/** Returns the files of a folder with their times of change. */
const stateOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(
    (name) => `${name} ${statSync(path.join(folder, name), { throwIfNoEntry: false })?.ctimeMs}`,
  )

const CREATE = `mutation ($title: String!) {
  eventCreate(input: { title: $title, type: MEETING, status: OCCURRED, certainty: REPORTED, date: { on: "2026-01-02", basis: STATED } }) {
    ... on EventCreateSuccess { event { title } }
    ... on UserError { message }
  }
}`

describe('in an empty folder', () => {
  let folder: string
  let service: Program
  let url: string
  let before: string[]
  const dateline = (...args: string[]) => run(folder, 'node_modules/.bin/dateline', ...args)

  beforeAll(async () => {
    folder = emptyFolder('service')
    await install(folder, tarball)
    before = stateOf(path.join(folder, 'node_modules'))
    service = new Program(folder, ['npx', 'dateline', 'serve'], { PORT: '0', HOST: '127.0.0.1' })
    url = await service.prints(/GraphiQL {2}(\S+)/)
  })

  afterAll(async () => {
    service?.kill('SIGINT', 'group')
    await service?.ended
  })

  test('the service starts by two commands, and answers the query of the README', async () => {
    expect(await ask(url, fromTour('graphql'))).toEqual(JSON.parse(fromTour('json')))
  })

  test('it names the folder of its data, which is in the current folder', () => {
    expect(service.printed).toContain('embedded PostgreSQL, data in .data;')
    expect(readdirSync(folder)).toContain('.data')
  })

  test('it serves GraphiQL, the schema and the client', async () => {
    const read = async (where: string, accept = '*/*') => {
      const response = await fetch(new URL(where, url), { headers: { accept } })
      expect(response.status).toBe(200)
      return response.text()
    }
    expect(await read('/graphql', 'text/html')).toContain('<title>')
    expect(await read('/schema.graphql')).toBe(readFileSync(path.join(ROOT, 'schema.graphql'), 'utf8'))
    expect(await read('/client.js')).toContain('export function follow')
  })

  test('the commands work beside it', async () => {
    expect((await dateline('migrate')).stderr).toContain('The database is up to date.')
    const key = (await dateline('key', 'create', '--name', 'test', '--scopes', 'write')).stdout.trim()
    const follow = new Program(folder, ['node_modules/.bin/dateline', 'follow', '--url', url])
    await follow.prints(/Following/)
    await sleep(500)
    const created = { eventCreate: { event: { title: 'A meeting' } } }
    expect(await ask(url, CREATE, { title: 'A meeting' }, key)).toEqual(created)
    await follow.prints(/"title":"A meeting"/)
    follow.kill('SIGINT', 'group')
    writeFileSync(path.join(folder, 'seed.json'), JSON.stringify(ownSeed))
    expect((await dateline('seed', 'seed.json')).stderr).toContain('1 records read: 1 created,')
    await dateline('export', 'all.ndjson')
    expect(readFileSync(path.join(folder, 'all.ndjson'), 'utf8')).toContain('"A meeting"')
    expect((await dateline('import', 'dateline', 'all.ndjson')).stderr).toMatch(/ 0 created, 0 changed, \d+ unchanged/)
    const preview = await dateline('erase', 'ada', '--reason', 'a test')
    expect(preview.stdout + preview.stderr).toContain('--confirm')
  })

  test('it stops on Ctrl-C with its database, and has written nothing into node_modules', async () => {
    service.kill('SIGINT', 'group')
    await service.ended
    expect(service.printed).toMatch(/Stopped\.\n$/)
    expect(readdirSync(path.join(folder, '.data/pgdata'))).not.toContain('postmaster.pid')
    expect(stateOf(path.join(folder, 'node_modules'))).toEqual(before)
  })
})

const ownSeed = [{ record: 'ACTOR', identifiers: ['TEST:ada'], kind: 'PERSON', slug: 'ada', name: 'Ada' }]

const TEST = `import { type Dateline, startDateline } from '@dateline/service/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'

let dateline: Dateline & { key: string }

beforeAll(async () => {
  const options = { seed: new URL('seed.json', import.meta.url), settings: { CORS_ORIGINS: 'http://localhost:5173' } }
  dateline = await startDateline({ ...options, scopes: ['write'] })
}, 60_000)

afterAll(() => dateline.stop())

test('the records of our seed are there, and the key has the scope', async () => {
  const response = await fetch(dateline.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer ' + dateline.key, origin: 'http://localhost:5173' },
    body: JSON.stringify({ query: '{ people { nodes { name } } viewer { scopes } }' }),
  })
  expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  const { data } = (await response.json()) as { data: unknown }
  expect(data).toEqual({ people: { nodes: [{ name: 'Ada' }] }, viewer: { scopes: ['write'] } })
})
`

const MORE_TESTS = `
test('a second one in the same process has data of its own', async () => {
  const other = await startDateline({ seed: [] })
  expect(other.key).toBeUndefined()
  expect(new URL(other.url).port).not.toBe(new URL(dateline.url).port)
  await other.stop()
  await expect(fetch(other.url)).rejects.toThrow()
}, 60_000)

test('a bad seed file is refused with the place of the mistake', async () => {
  const seed = new URL('bad.json', import.meta.url)
  await expect(startDateline({ seed })).rejects.toThrow(/^Line 2 of .*bad\\.json \\(TEST:bo\\): The record is not valid: kind must be/)
}, 60_000)
`

const HOLD = `import { startDateline } from '@dateline/service/testing'
await startDateline({ seed: 'seed.json' })
console.log('started')
setInterval(() => {}, 1000)
`

describe('in a project with vitest', () => {
  let folder: string

  beforeAll(async () => {
    folder = emptyFolder('project')
    const { devDependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
      devDependencies: Record<string, string>
    }
    writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }')
    await install(folder, tarball, `vitest@${devDependencies.vitest}`, `@types/node@${devDependencies['@types/node']}`)
    writeFileSync(path.join(folder, 'seed.json'), JSON.stringify(ownSeed))
    const good = { ...ownSeed[0], identifiers: ['TEST:al'], slug: 'al' }
    const bad = { ...ownSeed[0], identifiers: ['TEST:bo'], kind: 'ROBOT' }
    writeFileSync(path.join(folder, 'bad.json'), `[${JSON.stringify(good)},\n${JSON.stringify(bad)}]`)
    writeFileSync(path.join(folder, 'one.test.ts'), TEST)
    writeFileSync(path.join(folder, 'two.test.ts'), TEST + MORE_TESTS)
    writeFileSync(path.join(folder, 'hold.mjs'), HOLD)
  })

  /** Returns the folders of running services. */
  const running = () => readdirSync(temporary).filter((name) => name.startsWith('dateline-test-'))

  test('tests in parallel workers start a Dateline each, with their own seed, and leave nothing', async () => {
    const { stdout } = await run(folder, 'npx', 'vitest', 'run', '--no-color')
    expect(stdout).toMatch(/Tests +4 passed \(4\)/)
    expect(running()).toEqual([])
  })

  test('the types suit the tests', async () => {
    const tsc = path.join(ROOT, 'node_modules/typescript/bin/tsc')
    const flags = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--skipLibCheck',
      '--types',
      'node',
    ]
    await run(folder, process.execPath, tsc, ...flags, 'one.test.ts')
  })

  test('when the process that started it is killed with its process group, the service and PostgreSQL stop, and the data is deleted', async () => {
    const holder = new Program(folder, [process.execPath, 'hold.mjs'])
    await holder.prints(/started/)
    const postgres = postgresOf(running()[0] ?? '')
    expect(exists(postgres)).toBe(true)
    holder.kill('SIGKILL', 'group')
    while (running().length > 0) await sleep(50)
    expect(exists(postgres)).toBe(false)
  })

  test('when the service is killed, PostgreSQL stops, and the data is deleted', async () => {
    const holder = new Program(folder, [process.execPath, 'hold.mjs'])
    await holder.prints(/started/)
    const [instance = ''] = running()
    const postgres = postgresOf(instance)
    process.kill(Number(readFileSync(path.join(temporary, instance, 'pid'), 'utf8')), 'SIGKILL')
    while (running().length > 0) await sleep(50)
    expect(exists(postgres)).toBe(false)
    holder.kill('SIGKILL', 'process')
  })

  const postgresOf = (instance: string) =>
    Number.parseInt(readFileSync(path.join(temporary, instance, 'data/pgdata/postmaster.pid'), 'utf8'), 10)

  /** Returns whether a process runs. A process that has ended, but whose parent has not read its status, does not. */
  function exists(pid: number): boolean {
    try {
      process.kill(pid, 0)
      return process.platform !== 'linux' || !/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
    } catch {
      return false
    }
  }
})
