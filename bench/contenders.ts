import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { thisCheckout } from './database.ts'

export interface Contender {
  /** The name on the command line. */
  name: string
  label: string
  /**
   * The API that it serves. `sql` takes Dateline's documents and returns Dateline's answers, but its variables are a
   * draw.
   */
  dialect: 'dateline' | 'postgraphile' | 'sql'
}

export interface RunningContender extends Contender {
  /** The URL of the GraphQL endpoint. */
  url: string
  pid: number
  /** The `application_name` of its database connections. */
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
/** The command that `npm start` runs. */
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

/** The contenders that answer queries. The others only serve subscriptions. */
export const contenderNames = known.map(({ name }) => name).filter((name) => !['stock', 'bare'].includes(name))

interface StartOptions {
  /** The address of the database without the proxy. Default: the same address. */
  directUrl?: string
  /** The folder of a built checkout of Dateline to run instead of this one. */
  checkout?: string
  /** Settings in addition to those of every contender. */
  env?: NodeJS.ProcessEnv
}

/**
 * Starts a contender as one process on this Node. The name is such as "postgraphile" or, with a pool of 8,
 * "postgraphile@8".
 */
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

/** Sends a request, and returns the data of the answer. */
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

/**
 * Returns a function that returns the end of a process's standard error. Reads it all the time, so that the process
 * never waits.
 */
function lastWords(child: ChildProcess): () => string {
  let words = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    words = (words + chunk).slice(-2000)
  })
  return () => words.trim() || 'it said nothing.'
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
