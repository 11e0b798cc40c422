#!/usr/bin/env node
// Replaces Prisma's `schema-engine` program, which Prisma would otherwise download: runs the same engine as WebAssembly
// from npm, with @prisma/adapter-pg. Prisma runs it when PRISMA_SCHEMA_ENGINE_BINARY names this file. It uses Prisma's
// internal protocol (JSON-RPC 2.0, one message per line), so keep all packages of Prisma on one version.
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'
import { parseIntoClientConfig } from 'pg-connection-string'

// PostgreSQL's OIDs of types.
const OID_CHAR = 18
const OID_TEXT = 25

// Prisma's error codes by SQLSTATE.
const ERROR_CODES = { '3D000': 'P1003', '42P04': 'P1009', '28P01': 'P1000', 28000: 'P1000' }

const shadows = new Set()

// The engine reports the reason here before it traps. The trap itself contains no reason.
let panic
globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(message) {
    panic = message
  },
}
process.on('uncaughtException', async (error) => {
  log('ERROR', { message: panic ?? error.stack, is_panic: true })
  await exit(1)
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => exit(1))

const { command, datamodels, url } = readArguments(process.argv.slice(2))
const wasm = await loadEngine()
if (command === 'version') {
  console.log(`schema-engine-wasm ${wasm.version()}`)
} else if (command) {
  await runCommand(command)
} else {
  serve()
}

function readArguments(args) {
  const read = { datamodels: [], datasource: {}, command: undefined }
  while (args.length > 0) {
    const arg = args.shift()
    if (arg === '--version' || arg === '-V') read.command = 'version'
    else if (arg === '--datamodels' || arg === '-d') read.datamodels.push(args.shift())
    else if (arg === '--datasource') read.datasource = JSON.parse(args.shift())
    else if (arg === 'cli') read.command = args.shift()
    else if (arg.startsWith('--')) args.shift()
  }
  return { ...read, url: read.datasource.url ?? process.env.DATABASE_URL }
}

async function loadEngine() {
  const script = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const bindings = await import(pathToFileURL(script).href)
  const code = readFileSync(script.replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(code, { './schema_engine_bg.js': bindings })
  bindings.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return bindings
}

async function runCommand(name) {
  try {
    if (name === 'can-connect-to-database') await withClient(url, (client) => client.query('SELECT 1'))
    else if (name === 'create-database') await createDatabase(url)
    else if (name === 'drop-database') await dropDatabase(url)
    else throw new Error(`The schema engine has no command "${name}".`)
    process.exit(0)
  } catch (error) {
    const error_code = ERROR_CODES[error.code] ?? 'P1001'
    const absent = `Database \`${adminOf(url).name}\` does not exist`
    const message = error_code === 'P1003' ? absent : `${error.message || error.code || error}`
    process.stderr.write('\n')
    log('ERROR', { is_panic: false, error_code, message, meta: {} })
    process.exit(1)
  }
}

/** Answers requests from standard input until it ends. */
function serve() {
  let engine
  let prints = 0
  let open = 0
  let closed = false
  const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const call = async (method, params) => {
    if (method === 'createDatabase') return { databaseName: await createDatabase(params?.datasource?.url ?? url) }
    engine ??= await openEngine()
    if (method === 'getDatabaseVersion') return engine.version(params)
    if (typeof engine[method] !== 'function') throw new Error(`The schema engine has no method "${method}".`)
    // These two methods cannot open a shadow database. They need the state that a diagnosis keeps, and applying
    // migrations discards it.
    if (method === 'evaluateDataLoss' || method === 'createMigration') {
      await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
    }
    return (await engine[method](params)) ?? {}
  }
  const answer = async ({ id, method, params }) => {
    try {
      const result = await call(method, params)
      const content = method === 'diff' ? result?.stdout : undefined
      if (content != null) send({ id: `print-${++prints}`, method: 'print', params: { content } })
      send({ id, result })
    } catch (error) {
      send({ id, error: asProtocolError(error) })
    }
  }
  createInterface({ input: process.stdin })
    .on('line', async (line) => {
      const request = line.trim() ? JSON.parse(line) : {}
      if (!request.method) return // Prisma's answer to our `print`.
      open++
      await answer(request)
      open--
      if (closed && open === 0) await exit(0)
    })
    .on('close', async () => {
      closed = true
      if (open === 0) await exit(0)
    })
}

async function openEngine() {
  const schema = new URL(url ?? 'postgresql://none/none').searchParams.get('schema') ?? undefined
  // One connection, because advisory locks and SET must remain valid for the following statements.
  const config = { ...parseIntoClientConfig(url ?? ''), max: 1 }
  const files = datamodels.length ? datamodels.map((file) => [file, readFileSync(file, 'utf8')]) : undefined
  const debug = (line) => {
    if (process.env.DEBUG?.includes('schema-engine')) process.stderr.write(`${line}\n`)
  }
  const factory = bindMigrationAwareSqlAdapterFactory(new MigrationPg(config, schema))
  return wasm.SchemaEngine.new({ datamodels: files }, debug, factory)
}

/** @prisma/adapter-pg 7.10.0 with fixes that migrations need. */
class MigrationPg extends PrismaPg {
  constructor(config, schema) {
    super(config, { schema })
    this.shadowOf = (database) => new PrismaPg({ ...config, database }, { schema })
  }

  async connect() {
    return repair(await super.connect())
  }

  // The adapter's own method opens the real database if its config has a connectionString, and drops the shadow
  // database before closing it.
  async connectToShadowDb() {
    const name = `prisma_migrate_shadow_db_${randomUUID()}`
    await withClient(url, (client) => client.query(`CREATE DATABASE "${name}"`))
    shadows.add(name)
    const shadow = repair(await this.shadowOf(name).connect())
    const close = shadow.dispose.bind(shadow)
    shadow.dispose = async () => {
      await close()
      await dropShadow(name)
    }
    return shadow
  }
}

function repair(adapter) {
  const { queryRaw, performIO } = adapter
  // The adapter has no mapping for the internal type "char", which catalogue columns have.
  adapter.queryRaw = async (query) => {
    let chars = []
    const perform = async (text) => {
      const answer = await performIO.call(adapter, text)
      chars = answer.fields.flatMap((field, at) => (field.dataTypeID === OID_CHAR ? [at] : []))
      for (const at of chars) answer.fields[at].dataTypeID = OID_TEXT
      return answer
    }
    const result = await queryRaw.call(Object.create(adapter, { performIO: { value: perform } }), query)
    for (const at of chars) result.columnTypes[at] = ColumnTypeEnum.Character
    return result
  }
  // The adapter splits a script at every semicolon, even in the body of a function.
  adapter.executeScript = async (script) => {
    try {
      await adapter.client.query(script)
    } catch (error) {
      adapter.onError(error)
    }
  }
  return adapter
}

function asProtocolError(error) {
  const text = panic ?? (typeof error === 'string' ? error : String(error?.message ?? error))
  const told = parseOrNothing(text)
  const error_code = told?.error_code ?? told?.code ?? (typeof error?.code === 'string' ? error.code : undefined)
  const data = { is_panic: false, error_code, message: told?.message ?? text, meta: error?.meta ?? null }
  return { code: 4466, message: 'An error happened. Check the data field for details.', data }
}

function parseOrNothing(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

async function exit(code) {
  await Promise.allSettled([...shadows].map(dropShadow))
  process.exit(code)
}

async function dropShadow(name) {
  await withClient(url, (client) => client.query(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`))
  shadows.delete(name)
}

async function createDatabase(target) {
  const { admin, name } = adminOf(target)
  await withClient(admin, (client) => client.query(`CREATE DATABASE ${client.escapeIdentifier(name)}`))
  return name
}

async function dropDatabase(target) {
  const { admin, name } = adminOf(target)
  const sql = (client) => `DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`
  await withClient(admin, (client) => client.query(sql(client)))
}

function adminOf(target) {
  const at = new URL(target)
  const name = decodeURIComponent(at.pathname.slice(1))
  at.pathname = '/postgres'
  at.searchParams.delete('schema')
  return { admin: at.href, name }
}

async function withClient(target, work) {
  const client = new pg.Client({ connectionString: target })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function log(level, fields) {
  const line = { timestamp: new Date().toISOString(), level, target: 'schema_engine::logger', fields }
  process.stderr.write(`${JSON.stringify(line)}\n`)
}
