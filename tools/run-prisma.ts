import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { startEmbedded } from '../src/db/embedded.ts'

export interface Run {
  code: number
  /** The output, with `quiet`. */
  stdout: string
  stderr: string
}

export interface RunOptions {
  /** Whether to return Prisma's output instead of showing it. */
  quiet?: boolean
  /** Whether to start a server for shadow databases only, because the command needs no real data. */
  scratch?: boolean
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const NEEDS_DATABASE = new Set(['migrate', 'db', 'studio'])

/** Runs `prisma` with the schema engine from npm, and with the embedded database unless DATABASE_URL is set. */
export async function runPrisma(args: string[], { quiet = false, scratch = false }: RunOptions = {}): Promise<Run> {
  const database = await openDatabase(args, scratch)
  try {
    return await spawnPrisma(args, database.url, quiet)
  } finally {
    await database.close()
  }
}

async function openDatabase(args: string[], scratch: boolean): Promise<{ url?: string; close(): Promise<void> }> {
  const url = process.env.DATABASE_URL
  if (url || !NEEDS_DATABASE.has(args[0] ?? '') || args.includes('--help')) return { url, close: async () => {} }
  // The folder is kept between runs, because creating it takes a second. The next run cleans up after a killed one.
  const dir = path.resolve(ROOT, scratch ? '.data/scratch' : process.env.DATA_DIR || '.data')
  const embedded = await startEmbedded({ dir, durable: !scratch })
  for (const note of embedded.notes) console.error(note)
  await dropLostShadows(embedded.adminUrl)
  return { url: embedded.url, close: () => embedded.stop() }
}

/** Drops the shadow databases that killed runs left behind. They have no connections. */
async function dropLostShadows(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ datname: string }>(
      `SELECT datname FROM pg_database d WHERE datname LIKE 'prisma\\_migrate\\_shadow\\_db\\_%'
       AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname)`,
    )
    for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(datname)}`)
  } finally {
    await client.end()
  }
}

function spawnPrisma(args: string[], url: string | undefined, quiet: boolean): Promise<Run> {
  const cli = path.join(path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')), 'build/index.js')
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: ROOT,
    env: environment(url),
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
  })
  const run: Run = { code: 1, stdout: '', stderr: '' }
  child.stdout?.on('data', (text) => {
    run.stdout += text
  })
  child.stderr?.on('data', (text) => {
    run.stderr += text
  })
  // Ctrl-C also reaches the child. This process must wait for the child before it stops the database.
  const pass = (signal: NodeJS.Signals) => child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      process.off('SIGINT', pass).off('SIGTERM', pass)
      resolve({ ...run, code: code ?? 1 })
    })
  })
}

function environment(url: string | undefined): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' }
  if (url) env.DATABASE_URL = url
  else delete env.DATABASE_URL
  // Prisma searches generators in PATH, and the engine's `#!/usr/bin/env node` must find this Node.
  const programs = [path.join(ROOT, 'node_modules/.bin'), path.dirname(process.execPath), process.env.PATH ?? '']
  env.PATH = programs.join(path.delimiter)
  // Windows cannot run a script as a program, so there Prisma downloads its own engine.
  if (process.platform !== 'win32') env.PRISMA_SCHEMA_ENGINE_BINARY ??= path.join(ROOT, 'tools/schema-engine.mjs')
  return env
}
