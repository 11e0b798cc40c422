// Measures the import of GDELT events, compared to a plain COPY of the same rows: npm run import -- --write
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import type pg from 'pg'
import { from as copyFrom, to as copyTo } from 'pg-copy-streams'
import { v7 } from 'uuid'
import { closeDatabase, openDatabase } from '../src/db/client.ts'
import { migrate } from '../src/db/migrate.ts'
import { withClient } from '../src/db/with-client.ts'
import { gdelt } from '../src/import/formats/gdelt/gdelt.ts'
import { importFiles } from '../src/import/pipeline/import-files.ts'
import { openInput } from '../src/import/pipeline/input.ts'
import { seedCountries } from '../src/import/seed.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    batch: { type: 'string', default: '1000' },
    write: { type: 'boolean', default: false },
  },
})
const events = Number(values.events)
const server = process.env.BENCH_DATABASE_URL ?? 'postgresql://postgres@127.0.0.1:5432/postgres'
const names = { imported: 'dateline_bench_import', copied: 'dateline_bench_copy' }

/** The tables in an order in which the referenced rows exist. */
const tables = ['Source', 'Actor', 'ActorName', 'Event', 'Identifier', 'EventParticipant', 'Citation']

const folder = await mkdtemp(path.join(tmpdir(), 'dateline-bench-'))
try {
  await prepare()
  const lastSeeded = v7()
  const file = path.join(folder, 'events.tsv')
  await pipeline(Readable.from(generateRows()), createWriteStream(file))
  const imported = await measureImport(file)
  await withClient(urlOf(names.imported), (client) => dumpRows(client, lastSeeded))
  const copied = await withClient(urlOf(names.copied), copyRows)
  await report(imported, copied)
} finally {
  await rm(folder, { recursive: true })
  await withClient(server, async (client) => {
    for (const name of Object.values(names)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
}

/** Creates two databases with the same countries. */
async function prepare(): Promise<void> {
  await withClient(server, async (client) => {
    for (const name of Object.values(names)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await client.query(
      `CREATE DATABASE ${names.imported} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'`,
    )
  })
  await migrate(urlOf(names.imported))
  openDatabase(urlOf(names.imported))
  await seedCountries()
  await closeDatabase()
  await withClient(server, (client) => client.query(`CREATE DATABASE ${names.copied} TEMPLATE ${names.imported}`))
}

/** Repeats the rows of the sample, each with a new number. Three rows in a row cite the same article. */
async function* generateRows(): AsyncGenerator<string> {
  const sample = await readFile(new URL('../tests/import/data/gdelt-v1.tsv', import.meta.url), 'utf8')
  const rows = sample.split('\n').flatMap((row) => {
    const fields = row.split('\t')
    return fields.length === 58 ? [fields.slice(1, 57)] : []
  })
  for (let place = 0; place < events; place++) {
    const fields = rows[place % rows.length] ?? []
    yield `${[600_000_000 + place, ...fields, `https://paper.example/${Math.floor(place / 3)}`].join('\t')}\n`
  }
}

async function measureImport(file: string): Promise<{ seconds: number; memory: number[] }> {
  openDatabase(urlOf(names.imported))
  const memory: number[] = []
  const step = Math.max(Math.floor(events / 10), 1)
  const begun = performance.now()
  const { created, rejected } = await importFiles(gdelt, await openInput(file), {
    batchSize: Number(values.batch),
    reject: () => {},
    progress: ({ read }) => {
      if (read < step * (memory.length + 1)) return
      memory.push(Math.round(process.memoryUsage.rss() / 2 ** 20))
      print(`${read} rows read, ${memory.at(-1)} MB`)
    },
  })
  const seconds = (performance.now() - begun) / 1000
  await closeDatabase()
  if (created !== events || rejected > 0)
    throw new Error(`${created} events came of ${events} rows, ${rejected} were rejected.`)
  return { seconds, memory }
}

/** Returns the columns that can be written. The database computes the others. */
async function columnsOf(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ columns: string }>(
    `SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns FROM pg_attribute
     WHERE attrelid = quote_ident($1)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''`,
    [table],
  )
  return rows[0]?.columns ?? ''
}

/** Writes the imported rows to files in the format of COPY. Their ids are later than those of the seed. */
async function dumpRows(client: pg.Client, lastSeeded: string): Promise<void> {
  for (const table of tables) {
    const rows = `SELECT ${await columnsOf(client, table)} FROM "${table}" WHERE id > '${lastSeeded}' ORDER BY id`
    const query = `COPY (${rows}) TO STDOUT`
    await pipeline(client.query(copyTo(query)), createWriteStream(path.join(folder, table)))
  }
}

/**
 * Copies the files into the other database in one transaction, with all triggers and, like the import, with fresh
 * statistics.
 */
async function copyRows(client: pg.Client): Promise<{ seconds: number; machine: string }> {
  const begun = performance.now()
  await client.query(`BEGIN; SET LOCAL jit = off`)
  for (const table of tables) {
    const query = `COPY "${table}" (${await columnsOf(client, table)}) FROM STDIN`
    await pipeline(createReadStream(path.join(folder, table)), client.query(copyFrom(query)))
    await client.query(`ANALYZE "${table}"`)
    print(`${table} copied after ${Math.round((performance.now() - begun) / 1000)} s`)
  }
  await client.query('COMMIT')
  const seconds = (performance.now() - begun) / 1000
  return { seconds, machine: await describeMachine(client) }
}

async function report(
  imported: Awaited<ReturnType<typeof measureImport>>,
  copied: Awaited<ReturnType<typeof copyRows>>,
): Promise<void> {
  const rate = (seconds: number) => Math.round(events / seconds).toLocaleString('en')
  const text = `## Import

${copied.machine}
${events.toLocaleString('en')} rows of GDELT's events, ${values.batch} a transaction, beside one COPY for each table of the rows that came of them,
into the same tables with the same triggers; the import also reads, checks, looks up, and puts the log in order.

| | seconds | events a second |
|---|---:|---:|
| import | ${imported.seconds.toFixed(1)} | ${rate(imported.seconds)} |
| COPY | ${copied.seconds.toFixed(1)} | ${rate(copied.seconds)} |

The import has ${(copied.seconds / imported.seconds).toFixed(2)} of the rate of COPY. Its memory after each tenth of the rows, in MB: ${imported.memory.join(', ')}.
`
  process.stdout.write(text)
  if (values.write) await writeSection('Import', text)
}

function urlOf(database: string): string {
  const url = new URL(server)
  url.pathname = `/${database}`
  return url.href
}
