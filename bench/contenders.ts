import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { thisCheckout } from './database.ts'

export interface Contender {
  /** As it is named on the command line. */
  name: string
  label: string
  /** How it is asked; `sql` takes and answers Dateline's documents, but with a draw as the variables. */
  dialect: 'dateline' | 'postgraphile' | 'sql'
}

export interface RunningContender extends Contender {
  /** Where it takes GraphQL. */
  url: string
  pid: number
  /** What its connections say they are. */
  application: string
  stop(): Promise<void>
}

interface Known extends Contender {
  program: string[]
  env?: NodeJS.ProcessEnv
}

const START_MS = 60_000
const STOP_MS = 5000

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
/** As `npm start` has it. */
const serviceOf = (checkout: string) => [
  '--max-semi-space-size=16',
  '--heap-growing-percent=20',
  path.join(checkout, 'dist/cli/dateline.js'),
  'serve',
]
const service = serviceOf(thisCheckout)

const known: Known[] = [
  { name: 'dateline', label: 'Dateline', dialect: 'dateline', program: service },
  {
    name: 'prisma',
    label: 'Dateline, PREPARE=false',
    dialect: 'dateline',
    program: service,
    env: { PREPARE: 'false' },
  },
  {
    name: 'postgraphile',
    label: 'PostGraphile',
    dialect: 'postgraphile',
    program: ['--import', 'tsx', pathOf('contenders/postgraphile.ts')],
  },
  {
    name: 'stock',
    label: 'stock Yoga',
    dialect: 'dateline',
    program: ['--import', 'tsx', pathOf('contenders/stock.ts')],
  },
  {
    name: 'bare',
    label: 'bare sockets',
    dialect: 'dateline',
    program: ['--import', 'tsx', pathOf('contenders/bare.ts')],
  },
  {
    name: 'handwritten',
    label: 'hand-written SQL',
    dialect: 'sql',
    program: ['--import', 'tsx', pathOf('contenders/handwritten.ts')],
  },
]

/** Those that answer the queries; the others only take subscriptions. */
export const contenderNames = known.map(({ name }) => name).filter((name) => !['stock', 'bare'].includes(name))

interface StartOptions {
  /** The address past a proxy; the same as the other without it. */
  directUrl?: string
  /** The folder of a built checkout of Dateline that runs in place of this one. */
  checkout?: string
  /** Settings beside those of every contender. */
  env?: NodeJS.ProcessEnv
}

/** Starts what is named, such as "postgraphile" or, with a pool of 8, "postgraphile@8", as one process on this Node. */
export async function startContender(
  named: string,
  databaseUrl: string,
  { directUrl = databaseUrl, checkout = thisCheckout, env = {} }: StartOptions = {},
): Promise<RunningContender> {
  const [name, pool] = named.split('@')
  const found = known.find((each) => each.name === name)
  if (!found) throw new Error(`There is no contender "${named}": name some of ${contenderNames.join(', ')}.`)
  const program = found.program === service ? serviceOf(checkout) : found.program
  if (found.program === service && !program.some((each) => existsSync(each)))
    throw new Error(`Dateline is not built: run "npm run build" in ${checkout} first.`)
  const port = await freePort()
  const application = `bench ${named} ${port}`
  const child = spawn(process.execPath, program, {
    cwd: pathOf('.'),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      GRAPHILE_ENV: 'production',
      DATABASE_URL: databaseUrl,
      DIRECT_DATABASE_URL: directUrl,
      PGAPPNAME: application,
      HOST: '127.0.0.1',
      PORT: String(port),
      LOG_LEVEL: 'error',
      RATE_LIMIT: '0',
      ...found.env,
      ...env,
      ...(pool && { POOL: pool }),
    },
  })
  const words = lastWords(child)
  const kill = () => void child.kill('SIGKILL')
  process.on('exit', kill)
  const url = `http://127.0.0.1:${port}/graphql`
  await untilReady(url, child, () => `${named} did not start: ${words()}`)
  return {
    name: named,
    label: pool ? `${found.label}, pool of ${pool}` : found.label,
    dialect: found.dialect,
    url,
    pid: child.pid ?? 0,
    application,
    stop: async () => {
      await stop(child)
      process.off('exit', kill)
    },
  }
}

/** The data that a contender answers with. */
export async function ask(url: string, body: string): Promise<unknown> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const text = await response.text()
  const { data, errors } = JSON.parse(text) as { data?: unknown; errors?: unknown }
  if (response.status !== 200 || errors || !data) throw new Error(`The query ${body} was answered by: ${text}`)
  return data
}

async function untilReady(url: string, child: ChildProcess, problem: () => string): Promise<void> {
  const begun = performance.now()
  while (performance.now() - begun < START_MS) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(problem())
    try {
      await ask(url, JSON.stringify({ query: 'query Typename { __typename }', operationName: 'Typename' }))
      return
    } catch {
      await sleep(100)
    }
  }
  throw new Error(problem())
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await gone
  clearTimeout(timer)
}

/** The end of what a process says on standard error, read as it comes so that it never waits for a reader. */
function lastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk).slice(-2000)
  })
  return () => words.trim() || 'it said nothing.'
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
