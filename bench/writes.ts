// Measures small writes of this checkout compared to another checkout: npm run writes -- --checkout <folder> --write
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { withClient } from '../src/db/with-client.ts'
import { makeFilled, server, suffixOf, thisCheckout } from './database.ts'
import { median } from './measure.ts'
import { print } from './print.ts'
import { describeMachine, readCommit } from './report/machine.ts'
import { table } from './report/markdown.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: {
    checkout: { type: 'string' },
    connections: { type: 'string', default: '20,64' },
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '5' },
    write: { type: 'boolean', default: false },
  },
})
if (!values.checkout) throw new Error('Pass --checkout and the folder of a built checkout to compare with.')
const other = path.resolve(values.checkout)
const [pairs, seconds] = [Number(values.pairs), Number(values.seconds)]
/** The number of events in the databases before the measurement. */
const BEFORE = 10_000

const urls = [await databaseFor(thisCheckout), await databaseFor(other)]
const rows: string[][] = []
for (const connections of values.connections.split(',').map(Number)) rows.push(await compare(connections))
const report = `## Writes

${await withClient(server, (client) => describeMachine(client))}
Transactions that add one event each, every one followed by a call of sequence_changes, as the service does it; over SQL, to a
database of this checkout and to one of the checkout at ${readCommit(other)}, in turn: ${pairs} pairs of ${seconds} s each. Medians; the ratio is
taken within a pair.

    npm run writes -- --checkout <folder> --connections ${values.connections} --pairs ${pairs} --seconds ${seconds} --write

${table(['connections', 'this checkout, transactions/s', 'the other', 'median ratio', 'lowest', 'highest'], rows)}`
process.stdout.write(report)
if (values.write) await writeSection('Writes', report)
process.exit()

/** Creates a database with the migrations of a checkout, and returns its address. */
async function databaseFor(checkout: string): Promise<string> {
  const name = `dateline_bench_writes${await suffixOf(checkout)}`
  const { href } = Object.assign(new URL(server), { pathname: `/${name}` })
  await makeFilled(href, BEFORE, checkout)
  return href
}

async function compare(connections: number): Promise<string[]> {
  const found: [ours: number, theirs: number][] = []
  await load(urls[0] ?? '', connections)
  await load(urls[1] ?? '', connections)
  for (let pair = 1; pair <= pairs; pair++) {
    found.push([await load(urls[0] ?? '', connections), await load(urls[1] ?? '', connections)])
    print(`${connections} connections, pair ${pair}: ${found.at(-1)?.map(Math.round).join(' and ')} transactions/s`)
  }
  const ratios = found.map(([ours, theirs]) => ours / theirs)
  const rates = [median(found.map(([ours]) => ours)), median(found.map(([, theirs]) => theirs))]
  const figures = [median(ratios), Math.min(...ratios), Math.max(...ratios)].map((each) => (each ?? 0).toFixed(2))
  return [String(connections), ...rates.map((rate) => Math.round(rate ?? 0).toLocaleString('en')), ...figures]
}

/** Returns transactions per second. */
async function load(url: string, connections: number): Promise<number> {
  const clients = Array.from({ length: connections }, () => new pg.Client({ connectionString: url }))
  await Promise.all(clients.map((client) => client.connect()))
  const begun = performance.now()
  let written = 0
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - begun < seconds * 1000) {
        await client.query(
          `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
           VALUES ($1, $2, 'Write', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`,
          [randomUUID(), `write-${randomUUID()}`],
        )
        await client.query('SELECT sequence_changes()')
        written++
      }
    }),
  )
  const took = performance.now() - begun
  await Promise.all(clients.map((client) => client.end()))
  return (written / took) * 1000
}
