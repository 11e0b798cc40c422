// Measures first imports of sanctions lists, in turn, and the memory of a large one:
// npm run lists -- --list ofac=<folder>=2021-07-07 --list un=<file>=2026-02-27 --list eu-journal=<file>=2026-04-24 --write
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { parseArgs } from 'node:util'
import { closeDatabase, openDatabase } from '../src/db/client.ts'
import { withClient } from '../src/db/with-client.ts'
import { formats } from '../src/import/formats/formats.ts'
import { importFiles } from '../src/import/pipeline/import-files.ts'
import { openInput } from '../src/import/pipeline/input.ts'
import { recreate, runService, server, thisCheckout } from './database.ts'
import { median } from './measure.ts'
import { print } from './print.ts'
import { memoryOf } from './processes.ts'
import { describeMachine } from './report/machine.ts'
import { table } from './report/markdown.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: {
    list: { type: 'string', multiple: true, default: [] },
    rounds: { type: 'string', default: '5' },
    entries: { type: 'string', default: '2000' },
    megabytes: { type: 'string', default: '100' },
    write: { type: 'boolean', default: false },
  },
})
const rounds = Number(values.rounds)

interface List {
  format: string
  place: string
  asOf: string
}

/** The goal of the maximum resident memory, in MB. */
const MEMORY_GOAL = 400

const names = { seeded: 'dateline_bench_lists_seeded', imported: 'dateline_bench_lists' }
const urlOf = (name: string) => Object.assign(new URL(server), { pathname: `/${name}` }).href
const folder = await mkdtemp(path.join(tmpdir(), 'dateline-bench-'))
try {
  await withClient(server, (client) => recreate(client, names.seeded))
  await runService(thisCheckout, urlOf(names.seeded), 'migrate')
  await runService(thisCheckout, urlOf(names.seeded), 'seed')
  const extracts = [
    await repeated('eu-fsf', 'eu-fsf/export.xml', 'sanctionEntity', '2020-04-15', Number(values.entries)),
    await repeated('uk', 'uk/UK-Sanctions-List.xml', 'Designation', '2026-08-14', Number(values.entries)),
  ]
  const given = values.list.map((each) => {
    const [format = '', place = '', asOf = ''] = each.split('=')
    return { format, place: path.resolve(place), asOf }
  })
  const lists = [...given, ...extracts]
  const rates = new Map<string, { read: number; seconds: number[] }>()
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < lists.length; turn++) await measure(lists[(round + turn) % lists.length] as List)
  await report(lists, rates, await measureMemory())

  async function measure({ format, place, asOf }: List): Promise<void> {
    await copySeeded()
    openDatabase(urlOf(names.imported))
    const begun = performance.now()
    const { read, created } = await importFiles(importerOf(format), await openInput(place), { asOf, reject: () => {} })
    const seconds = (performance.now() - begun) / 1000
    await closeDatabase()
    print(`${format}: ${read} entries, ${created} new, ${seconds.toFixed(2)} s`)
    const rate = rates.get(format) ?? { read, seconds: [] }
    rate.seconds.push(seconds)
    rates.set(format, rate)
  }
} finally {
  await rm(folder, { recursive: true })
  await withClient(server, async (client) => {
    for (const name of Object.values(names)) await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  })
}

function importerOf(name: string) {
  const format = formats.get(name)
  if (!format) throw new Error(`There is no format "${name}".`)
  return format
}

/** Creates a database with the seed. */
async function copySeeded(): Promise<void> {
  await withClient(server, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${names.imported} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${names.imported} TEMPLATE ${names.seeded}`)
  })
}

/** Writes a list that repeats the entries of an extract, each time with other numbers, up to a number of entries or of bytes. */
async function repeated(
  format: string,
  extract: string,
  element: string,
  asOf: string,
  entries: number,
  bytes = Number.POSITIVE_INFINITY,
): Promise<List> {
  const text = await readFile(new URL(`../tests/import/data/${extract}`, import.meta.url), 'utf8')
  const found = [...text.matchAll(new RegExp(`<${element}[ >][\\s\\S]*?</${element}>`, 'g'))].map(([entry]) => entry)
  const [first = '', last = ''] = [found[0], found.at(-1)]
  const place = path.join(folder, `${format}-${entries}-${bytes}.xml`)
  async function* parts(): AsyncGenerator<string> {
    yield text.slice(0, text.indexOf(first))
    let written = 0
    for (let n = 0; n < entries && written < bytes; n++) {
      const entry = `${numbered(found[n % found.length] ?? '', 100_000 + n)}\n`
      written += Buffer.byteLength(entry)
      yield entry
    }
    yield text.slice(text.lastIndexOf(last) + last.length)
  }
  await pipeline(Readable.from(parts()), createWriteStream(place))
  return { format, place, asOf }
}

/** Gives an entry another number in each place where the lists have one. A ship gets no number, as these have a check digit. */
function numbered(entry: string, number: number): string {
  return entry
    .replace(/logicalId="\d+"/, `logicalId="${number}"`)
    .replace(/euReferenceNumber="EU\.[^"]*"/, `euReferenceNumber="EU.${number}.1"`)
    .replace(/(<UniqueID>[A-Z]+)\d+/, `$1${number}`)
    .replace(/<OFSIGroupID>\d+/, `<OFSIGroupID>${number}`)
    .replace(/<UNReferenceNumber>[^<]*<\/UNReferenceNumber>|<IMONumbers>[\s\S]*<\/IMONumbers>/g, '')
    .replace(/<DATAID>\d+/, `<DATAID>${number}`)
    .replace(/(<REFERENCE_NUMBER>[A-Z]+[ie]\.)\d+/, `$1${number}`)
}

/** Imports a list of a number of megabytes twice by the command, and returns its entries, seconds and maximum memory. */
async function measureMemory(): Promise<string[][]> {
  const bytes = Number(values.megabytes) * 2 ** 20
  const { place } = await repeated('un', 'un/consolidated.xml', 'INDIVIDUAL', '2026-02-27', 1e9, bytes)
  await copySeeded()
  const rows: string[][] = []
  for (const [what, asOf] of [
    ['first import', '2026-02-27'],
    ['the same list again', '2026-02-28'],
  ] as const) {
    const begun = performance.now()
    const { read, peak } = await importByCommand(place, asOf)
    rows.push([what, read, ((performance.now() - begun) / 1000).toFixed(0), peak.toFixed(0), String(MEMORY_GOAL)])
    print(rows.at(-1)?.join(', ') ?? '')
  }
  return rows
}

/** Imports a list of the United Nations as `npm run import` does. Returns the number of its entries and the maximum memory in MB. */
async function importByCommand(place: string, asOf: string): Promise<{ read: string; peak: number }> {
  const { scripts } = JSON.parse(await readFile(path.join(thisCheckout, 'package.json'), 'utf8')) as {
    scripts: { import: string }
  }
  const flags = scripts.import.split(' ').slice(1)
  const options = ['un', place, '--as-of', asOf, '--rejections', path.join(folder, 'rejected')]
  const env = { ...process.env, DATABASE_URL: urlOf(names.imported), DIRECT_DATABASE_URL: urlOf(names.imported) }
  const child = spawn(process.execPath, [...flags, ...options], { cwd: thisCheckout, env, stdio: 'pipe' })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  let peak = 0
  const looking = setInterval(() => {
    peak = Math.max(peak, memoryOf(child.pid ?? 0)?.peak || 0)
  }, 50)
  await once(child, 'close')
  clearInterval(looking)
  const [, read] = /(\d+) rows read as of/.exec(output) ?? []
  if (!read) throw new Error(`The import failed: ${output}`)
  return { read, peak }
}

async function report(
  lists: List[],
  rates: Map<string, { read: number; seconds: number[] }>,
  memory: string[][],
): Promise<void> {
  const rows = lists.map(({ format }) => {
    const { read, seconds } = rates.get(format) ?? { read: 0, seconds: [] }
    const second = median(seconds) ?? Number.NaN
    return [`\`${format}\``, String(read), second.toFixed(2), (read / second).toFixed(0)]
  })
  const text = `## Imports of lists

${await withClient(server, (client) => describeMachine(client))}
First imports of whole lists into a database with the seed: the median of ${rounds} rounds, in each round the lists in another order. The
lists \`eu-fsf\` and \`uk\` are the entries of their extracts in tests/import/data, repeated with other numbers.

    npm run lists -- ${values.list.map((each) => `--list ${each.replace(/=.*=/, '=<place>=')} `).join('')}--write

${table(['list', 'entries', 'seconds', 'entries a second'], rows)}
The maximum memory of \`npm run import\` with a list of the United Nations of ${values.megabytes} MB, which repeats the people of its extract.

${table(['', 'entries', 'seconds', 'maximum MB', 'goal'], memory)}`
  process.stdout.write(text)
  if (values.write) await writeSection('Imports of lists', text)
}
