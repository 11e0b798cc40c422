// Measures how attackers slow down other callers: npm run neighbours -- --ofac <folder> --attacks <file> --write
import path from 'node:path'
import { parseArgs } from 'node:util'
import { withClient } from '../src/db/with-client.ts'
import { runService, thisCheckout } from './database.ts'
import { addressesOf } from './neighbours/attacker.ts'
import { beginningAt, readOperations, type Sent } from './neighbours/operations.ts'
import { type Outcome, type Place, type Plan, play, spend, startOfLog } from './neighbours/scene.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { type Bought, neighboursReport } from './report/neighbours.ts'
import { writeSection } from './report/section.ts'
import './session.ts'
import { goals } from './worst/climb.ts'
import { worstDatabase } from './worst/database.ts'
import { withService } from './worst/service.ts'
import { cpuOfTrial, run, type Trial } from './worst/trial.ts'

const { values } = parseArgs({
  options: {
    ofac: { type: 'string', multiple: true, default: [] },
    events: { type: 'string', default: '100000' },
    checkout: { type: 'string', default: thisCheckout },
    attacks: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    write: { type: 'boolean', default: false },
  },
})
const checkout = path.resolve(values.checkout)
const [events, seconds] = [Number(values.events), Number(values.seconds)]
const CONNECTIONS = 64
const OPEN = 250
const CATCHING_UP = 50
const ADDRESSES = 10
/** The seconds during which one address spends its points, starting with a full bucket. */
const SPENDING_SECONDS = 60

const databaseUrl = await worstDatabase({ events, ofac: values.ofac.map((folder) => path.resolve(folder)), checkout })
const key = await runService(checkout, databaseUrl, ...'key create --name bench --scopes write --expires 1d'.split(' '))
const place: Place = { databaseUrl, checkout, events, key: key.trim() }
const start = await startOfLog(place)
const operations = await readOperations(values.attacks)
const trials = await withService({ databaseUrl, checkout, catchUpMs: 5000, delayMs: 20_000 }, async (bench) => {
  const measured: Trial[] = []
  for (const [i, operation] of operations.entries()) {
    print(`Measuring operation ${i + 1} of ${operations.length} alone`)
    const written = beginningAt(start, operation) ?? operation
    measured.push((await run(bench, { kind: operation.kind, fields: [] }, written)).trial)
  }
  return measured
})
const queries = operations.filter(({ kind }) => kind === 'query')
const subscriptions = operations.filter(({ kind }) => kind === 'subscription')

const requests = (addresses: number, sent: Sent[]): Plan => ({
  how: 'requests',
  operations: sent.map(({ query, variables }) => ({ query, variables })),
  addresses: addressesOf(addresses),
  connections: CONNECTIONS,
})
const streams = (connections: number, cursor: string | null): Plan => ({
  how: 'streams',
  operations: subscriptions.flatMap((each) => beginningAt(cursor, each) ?? []),
  addresses: addressesOf(ADDRESSES),
  connections,
})
const plans: [string, Plan | undefined][] = [
  ['nobody attacks', undefined],
  ['one address, 64 connections', requests(1, queries)],
  ['ten addresses, 64 connections', requests(ADDRESSES, queries)],
  [`${OPEN} subscriptions are open`, streams(OPEN, null)],
  [`${CATCHING_UP} subscriptions catch up`, streams(CATCHING_UP, start)],
]
const scenes: { name: string; plan: Plan | undefined; outcome: Outcome }[] = []
for (const [name, plan] of plans) {
  print(`Scene: ${name}`)
  scenes.push({ name, plan, outcome: await play(place, seconds, plan) })
}

const worth = (trial: Trial) => goals.worth(trial)
const ofQueries = trials.filter(({ operation }) => operation.kind === 'query')
const [dearest] = ofQueries.toSorted((one, other) => worth(other) - worth(one))
const bought: Bought[] = []
for (const [name, sent] of [
  ['all of the operations in turn', queries],
  ['the one that takes the most CPU time a point', queries.filter(({ query }) => query === dearest?.written.query)],
] as const) {
  print(`One address spends its points: ${name}`)
  bought.push({ name, ...(await spend(place, SPENDING_SECONDS, requests(1, sent))) })
}

const command = `npm run neighbours -- ${values.ofac.map(() => '--ofac <folder> ').join('')}--events ${events} --attacks <file> --seconds ${seconds}`
const machine = await withClient(databaseUrl, (client) => describeMachine(client, checkout))
const worst = Math.max(0, ...trials.map(cpuOfTrial))
const report = neighboursReport({ machine, command, seconds, scenes, bought, worst, operations: operations.length })
process.stdout.write(report)
if (values.write) await writeSection('Neighbours of attackers', report)
process.exit()
