// Measures imports of snapshots of this checkout compared to another one:
// npm run import-paired -- --checkout <folder> --ofac <folder>=2019-01-15 --ofac <folder>=2021-07-07 --write
import path from 'node:path'
import { parseArgs } from 'node:util'
import { withClient } from '../src/db/with-client.ts'
import { importOfac, recreate, runService, server, thisCheckout } from './database.ts'
import { intervalOf } from './interval.ts'
import { median } from './measure.ts'
import { print } from './print.ts'
import { describeMachine, readCommit } from './report/machine.ts'
import { table } from './report/markdown.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: {
    checkout: { type: 'string' },
    ofac: { type: 'string', multiple: true, default: [] },
    pairs: { type: 'string', default: '6' },
    write: { type: 'boolean', default: false },
  },
})
if (!values.checkout) throw new Error('Pass --checkout and the folder of a built checkout to compare with.')
const other = path.resolve(values.checkout)
const pairs = Number(values.pairs)
const snapshots = values.ofac.map((each) => {
  const [folder = '', asOf = ''] = each.split('=')
  return { folder: path.resolve(folder), asOf }
})
if (snapshots.length === 0) throw new Error('Pass --ofac with the folder and the day of a snapshot, in order of time.')

/** The goal: the minimum of the lower end of an interval. */
const GOAL = 0.95

/** The seconds of each import by checkout, and by snapshot. */
const seconds = new Map<string, number[][]>([thisCheckout, other].map((each) => [each, snapshots.map(() => [])]))
for (let pair = 1; pair <= pairs; pair++) {
  for (const checkout of pair % 2 ? [thisCheckout, other] : [other, thisCheckout]) await importAll(checkout)
  print(`Pair ${pair}: ${[thisCheckout, other].map((each) => last(each).join(' and ')).join(' s; the other ')} s`)
}
const rows = snapshots.map(({ asOf }, place) => {
  const [ours = [], theirs = []] = [thisCheckout, other].map((each) => seconds.get(each)?.[place])
  const ratios = ours.map((each, pair) => (theirs[pair] ?? Number.NaN) / each)
  const [from, to] = intervalOf(ratios)
  const figures = [median(ours), median(theirs), median(ratios), from, to].map((each) => each?.toFixed(3) ?? '')
  return [asOf, ...figures, from > GOAL ? 'met' : 'not met']
})
const report = `## Paired imports

${await withClient(server, (client) => describeMachine(client))}
Snapshots of OFAC's SDN list, imported by the command into a database with the seed, one after the other: ${pairs}
pairs of this checkout and the one at ${readCommit(other)}, in alternating order. The ratio is that of the speeds, this checkout's to the
other's, within a pair. The interval is that of 95 %; the goal is that it lies above ${GOAL}.

    npm run import-paired -- --checkout <folder> ${snapshots.map(({ asOf }) => `--ofac <folder>=${asOf} `).join('')}--pairs ${pairs} --write

${table(['snapshot', 'seconds', 'seconds of the other', 'median ratio', 'from', 'to', 'goal'], rows)}`
process.stdout.write(report)
if (values.write) await writeSection('Paired imports', report)
process.exit()

/** Imports the snapshots into a new database, and records the seconds of each. */
async function importAll(checkout: string): Promise<void> {
  const url = new URL(server)
  url.pathname = '/dateline_bench_import_paired'
  await withClient(server, (client) => recreate(client, url.pathname.slice(1)))
  await runService(checkout, url.href, 'migrate')
  await runService(checkout, url.href, 'seed')
  for (const [place, { folder, asOf }] of snapshots.entries()) {
    const begun = performance.now()
    await importOfac(checkout, url.href, folder, asOf)
    seconds.get(checkout)?.[place]?.push((performance.now() - begun) / 1000)
  }
}

function last(checkout: string): string[] {
  return (seconds.get(checkout) ?? []).map((each) => each.at(-1)?.toFixed(1) ?? '')
}
