// Measures what restricts one actor on a day, now and by what was known earlier:
// npm run restrictions -- --ofac <folder>=2019-01-15 --ofac <folder>=2021-07-07 --write
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { withClient } from '../src/db/with-client.ts'
import { writeId } from '../src/domain/id.ts'
import { startContender } from './contenders.ts'
import { importOfac, recreate, runService, server, thisCheckout } from './database.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { table } from './report/markdown.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: {
    ofac: { type: 'string', multiple: true, default: [] },
    requests: { type: 'string', default: '2000' },
    write: { type: 'boolean', default: false },
  },
})
const requests = Number(values.requests)
const snapshots = values.ofac.map((each) => each.split('=') as [folder: string, asOf: string])
if (snapshots.length < 2) throw new Error('Pass --ofac with the folder and the day of two snapshots, in order of time.')

/** The goal for one actor: the median in milliseconds. */
const GOAL_MS = 5

/** The number of requests before those that are counted: PostgreSQL plans a statement five times on each connection. */
const WARM_UP = 60

const url = new URL(server)
url.pathname = '/dateline_bench_restrictions'
await withClient(server, (client) => recreate(client, url.pathname.slice(1)))
await runService(thisCheckout, url.href, 'migrate')
await runService(thisCheckout, url.href, 'seed')
let between = ''
for (const [folder, asOf] of snapshots) {
  between ||= asOf === snapshots[1]?.[1] ? new Date().toISOString() : ''
  await importOfac(thisCheckout, url.href, path.resolve(folder), asOf)
  await sleep(1000)
}
const client = new pg.Client({ connectionString: url.href })
await client.connect()
const { rows: targets } = await client.query<{ type: string; id: string }>(
  `SELECT DISTINCT initcap(a.kind::text) AS type, a.id::text FROM "SanctionTarget" t JOIN "Actor" a ON a.id = t."actorId" ORDER BY 2`,
)
const {
  rows: [counts],
} = await client.query<{ listings: number }>('SELECT count(*)::int AS listings FROM "SanctionTarget"')
const contender = await startContender('dateline', url.href)

const FIELDS = `target { name } authority { name } sanction { title program } measures scope status confirmedUntil
  licences { title } citations { quote } files`
const DAYS = ['2018-06-01', '2020-01-01', '2021-07-07', '2026-01-01']
const questions = [
  {
    what: 'one actor',
    query: `query ($id: ID!, $on: Date!) { actor(by: { id: $id }) { restrictions(on: $on) { ${FIELDS} } } }`,
  },
  {
    what: 'one actor, known earlier',
    query: `query ($id: ID!, $on: Date!, $at: DateTime) { actor(by: { id: $id }) { restrictions(on: $on, knownAt: $at) { ${FIELDS} } } }`,
  },
  {
    what: 'the first page of all',
    query: `query ($on: Date!) { restrictions(on: $on) { nodes { ${FIELDS} } } }`,
    few: true,
  },
  {
    what: 'the first page of all, known earlier',
    query: `query ($on: Date!, $at: DateTime) { restrictions(on: $on, knownAt: $at) { nodes { ${FIELDS} } } }`,
    few: true,
  },
]

const rows: string[][] = []
for (const { what, query, few = false } of questions) {
  const times: number[] = []
  const count = few ? 100 : requests
  for (let i = 0; i < count + WARM_UP; i++) {
    const target = targets[(i * 7919) % targets.length]
    const id = target && writeId(target.type, target.id)
    const variables = { id, on: DAYS[i % DAYS.length], at: between }
    const begun = performance.now()
    const answer = await fetch(contender.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { errors, extensions } = (await answer.json()) as {
      errors?: object
      extensions?: { cost: { statements: number } }
    }
    if (i >= WARM_UP) times.push(performance.now() - begun)
    if (errors || extensions?.cost.statements !== 1)
      throw new Error(`${what}: ${JSON.stringify({ errors, extensions })}`)
  }
  times.sort((a, b) => a - b)
  const [p50 = 0, p99 = 0] = [0.5, 0.99].map((share) => times[Math.floor(times.length * share)] ?? 0)
  rows.push([what, String(times.length), p50.toFixed(2), p99.toFixed(2), few ? '' : p50 <= GOAL_MS ? 'met' : 'not met'])
  print(`${what}: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`)
}
const report = `## Restrictions

${await describeMachine(client)}
What restricts one actor on one of ${DAYS.length} days, with all fields, over HTTP, one request at a time, over ${counts?.listings.toLocaleString('en-US')} listings of
${targets.length.toLocaleString('en-US')} actors from two snapshots of OFAC's SDN list. "Known earlier" asks by what was known between the imports. Each
request is one prepared statement. The goal for one actor is a median of at most ${GOAL_MS} ms.

    npm run restrictions -- ${snapshots.map(([, asOf]) => `--ofac <folder>=${asOf} `).join('')}--write

${table(['question', 'requests', 'p50, ms', 'p99, ms', 'goal'], rows)}`
process.stdout.write(report)
if (values.write) await writeSection('Restrictions', report)
await client.end()
await contender.stop()
process.exit()
