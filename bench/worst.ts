// Searches for the worst operations that the limits permit: npm run worst -- --ofac <folder> --write
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { withClient } from '../src/db/with-client.ts'
import { thisCheckout } from './database.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'
import { worstReport } from './report/worst.ts'
import './session.ts'
import { goals, isRefused } from './worst/climb.ts'
import { worstDatabase } from './worst/database.ts'
import { type Found, search } from './worst/search.ts'
import { withService } from './worst/service.ts'
import { type Bench, run, type Trial } from './worst/trial.ts'

const { values } = parseArgs({
  options: {
    ofac: { type: 'string', multiple: true, default: [] },
    events: { type: 'string', default: '100000' },
    checkout: { type: 'string', default: thisCheckout },
    minutes: { type: 'string', default: '15' },
    seed: { type: 'string', default: '1' },
    screen: { type: 'string', default: '2' },
    out: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
})
const checkout = path.resolve(values.checkout)
const [events, minutes, seed, screen] = [values.events, values.minutes, values.seed, values.screen].map(Number) as [
  number,
  number,
  number,
  number,
]
/** The number of the worst operations for each goal that are measured again with the service's default timeouts. */
const FINALISTS = { cpu: 12, worth: 8, delay: 5 } as const

const databaseUrl = await worstDatabase({ events, ofac: values.ofac.map((folder) => path.resolve(folder)), checkout })
const screening = {
  databaseUrl,
  checkout,
  statementTimeout: screen,
  catchUpMs: screen * 1000,
  delayMs: (screen + 2) * 1000,
}
const found = await withService(screening, (bench) => search(bench, { seed, minutes, capMs: screen * 800 }))
const measuring = { databaseUrl, checkout, catchUpMs: 5000, delayMs: 20_000 }
const trials = await withService(measuring, (bench) => measureAgain(bench, found))

const command = `npm run worst -- ${values.ofac.map(() => '--ofac <folder> ').join('')}--events ${events} --minutes ${minutes} --seed ${seed} --screen ${screen}`
const machine = await withClient(databaseUrl, (client) => describeMachine(client, checkout))
const report = worstReport({ machine, command, minutes, screen, found, trials })
process.stdout.write(report)
if (values.out) await writeFile(values.out, `${JSON.stringify(trials.map(forFile), null, 1)}\n`)
if (values.write) await writeSection('Worst operations', report)
process.exit()

async function measureAgain(bench: Bench, { worst }: Found): Promise<Trial[]> {
  const chosen = new Set<Trial>()
  for (const goal of Object.keys(goals) as (keyof typeof goals)[])
    for (const trial of worst[goal].slice(0, FINALISTS[goal])) chosen.add(trial)
  const trials: Trial[] = []
  for (const { operation, written } of chosen) {
    print(`Measuring again: ${trials.length + 1} of ${chosen.size}`)
    const { trial } = await run(bench, operation, written)
    if (!isRefused(trial) || goals.cpu(trial) > 100) trials.push(trial)
  }
  return trials
}

function forFile({ operation: { kind }, written, cpu, wall, points, path: way, status, refusal, items, delay }: Trial) {
  return { kind, ...written, cpu, wall, points, path: way, status, refusal, items, delay }
}
