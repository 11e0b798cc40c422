// Measures reads of this checkout compared to another checkout: npm run paired -- --checkout <folder> --write
import path from 'node:path'
import { parseArgs } from 'node:util'
import { withClient } from '../src/db/with-client.ts'
import { type RunningContender, startContender } from './contenders.ts'
import { benchDatabase, thisCheckout } from './database.ts'
import { withLoader } from './loader.ts'
import { print } from './print.ts'
import { queries } from './queries.ts'
import { describeMachine, readCommit } from './report/machine.ts'
import { type PairedResults, pairedReport } from './report/paired.ts'
import { writeSection } from './report/section.ts'
import { prepareSeries } from './series.ts'
import './session.ts'

const { values } = parseArgs({
  options: {
    checkout: { type: 'string' },
    events: { type: 'string', default: '100000' },
    pairs: { type: 'string', default: '10' },
    seconds: { type: 'string', default: '4' },
    turns: { type: 'string', default: '4' },
    warmup: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
    queries: { type: 'string', default: 'Q1,Q2,Q3,Q4,Q5' },
    write: { type: 'boolean', default: false },
  },
})
if (!values.checkout) throw new Error('Pass --checkout and the folder of a built checkout to compare with.')
const other = path.resolve(values.checkout)
const [events, pairs, seconds, turns, warmup, connections] = [
  Number(values.events),
  Number(values.pairs),
  Number(values.seconds),
  Number(values.turns),
  Number(values.warmup),
  Number(values.connections),
]
/** A finite limit, so that each request is charged as by default. */
const RATE_LIMIT = '999999999'

const url = await benchDatabase(events)
const contenders = [
  await start('this checkout', thisCheckout, url),
  await start('the other', other, await benchDatabase(events, other)),
]
const ratios = await withClient(url, (client) => measure({ events, url, client, contenders }))
const machine = await withClient(url, (client) => describeMachine(client))
const command =
  `npm run paired -- --checkout <folder> --events ${events} --pairs ${pairs} --seconds ${seconds} ` +
  `--turns ${turns} --warmup ${warmup} --connections ${connections} --queries ${values.queries}`
const report = pairedReport({ machine, command, other: readCommit(other), pairs, seconds, turns, connections, ratios })
process.stdout.write(report)
if (values.write) await writeSection('Paired reads', report)
for (const contender of contenders) await contender.stop()
process.exit()

async function start(name: string, checkout: string, databaseUrl: string): Promise<RunningContender> {
  const running = await startContender('dateline', databaseUrl, { checkout, env: { RATE_LIMIT } })
  return { ...running, name }
}

/**
 * Returns requests per second of this checkout as a ratio to those of the other: one for each pair, by query. A pair has
 * several turns. The order in a turn is ours, theirs, theirs, ours, so that a machine that becomes slower or faster
 * favours neither.
 */
async function measure(session: Parameters<typeof prepareSeries>[0]): Promise<PairedResults['ratios']> {
  return withLoader(async (loader) => {
    const measured: PairedResults['ratios'] = new Map()
    for (const name of values.queries.split(',')) {
      const query = queries[name]
      if (!query) throw new Error(`There is no query "${name}": name some of ${Object.keys(queries).join(', ')}.`)
      const { bodies } = await prepareSeries(session, [name, query])
      const load = async ({ name: who, url: at }: RunningContender, length: number) =>
        (await loader.run({ url: at, bodies: bodies.get(who) ?? [], connections, seconds: length })).perSecond
      for (const contender of contenders) await load(contender, warmup)
      const found: number[] = []
      for (let pair = 1; pair <= pairs; pair++) {
        const rates = new Map<RunningContender, number>()
        const turn = [...contenders, ...contenders.toReversed()]
        for (const contender of Array.from({ length: turns }, () => turn).flat())
          rates.set(contender, (rates.get(contender) ?? 0) + (await load(contender, seconds / turns / 2)) / turns / 2)
        const [ours = 0, theirs = 0] = contenders.map((contender) => rates.get(contender))
        found.push(ours / theirs)
        print(
          `${name}, pair ${pair}: ${ours.toFixed(0)}/s and ${theirs.toFixed(0)}/s, ratio ${(ours / theirs).toFixed(3)}`,
        )
      }
      measured.set(name, found)
    }
    return measured
  })
}
