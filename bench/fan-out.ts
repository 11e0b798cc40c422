// Measures the delivery of one event to many subscribers: npm run fan-out -- --write
import { type ChildProcess, fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { type RunningContender, startContender } from './contenders.ts'
import { benchDatabase } from './database.ts'
import type { Crowd, Told } from './followers.ts'
import { print } from './print.ts'
import { cpuOf, memoryOf } from './processes.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'
import { startProxy } from './wire.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, write: { type: 'boolean', default: false } },
})
const rounds = Number(values.rounds)

const DOCUMENT = `subscription Added($where: EventWhere) {
  eventAdded(where: $where) {
    cursor
    committedAt
    event { id slug title type date { label } countries { nodes { iso2 } } }
  }
}`

/** A measurement: the number of subscribers, and the number of different variables among them. */
interface Scene {
  subscribers: number
  variables: number
  contenders: readonly string[]
}

const scenes: Scene[] = [
  { subscribers: 1000, variables: 1, contenders: ['dateline', 'stock', 'bare'] },
  { subscribers: 5000, variables: 1, contenders: ['dateline', 'stock', 'bare'] },
  { subscribers: 10_000, variables: 1, contenders: ['dateline'] },
  { subscribers: 5000, variables: 500, contenders: ['dateline'] },
]

interface Figures {
  scene: Scene
  contender: string
  /** Medians for one event, in milliseconds: from the commit to the last delivery, and CPU time. */
  last: number
  cpu: number
  /** The server's memory in MB: without subscribers, and with all of them. */
  before: number
  after: number
  /** The number of statements for the event, without those that read the change log. */
  statements: number
}

const url = await benchDatabase(10_000)
const client = new pg.Client({ connectionString: url })
await client.connect()
const found: Figures[] = []
for (const scene of scenes)
  for (const name of scene.contenders) {
    found.push(await play(scene, name))
    print(JSON.stringify(found.at(-1)))
  }
const report = await reportOf(found)
process.stdout.write(report)
if (values.write) await writeSection('Fan-out', report)
await client.end()
process.exit()

async function play(scene: Scene, name: string): Promise<Figures> {
  const proxy = await startProxy(url)
  // The reader of the change log uses the direct connection, so that its polling does not count.
  const contender = await startContender(name, proxy.databaseUrl, { directUrl: url })
  const crowd = fork(fileURLToPath(new URL('followers.ts', import.meta.url)), { execArgv: ['--import', 'tsx'] })
  try {
    const before = memoryOf(contender.pid)?.resident ?? 0
    const bodies = Array.from({ length: scene.variables }, (_, i) =>
      JSON.stringify({
        query: DOCUMENT,
        // Filters that differ and that match all events.
        variables:
          scene.variables === 1 ? {} : { where: { title: { startsWith: 'Fan' }, not: { slug: { eq: `${i}` } } } },
      }),
    )
    crowd.send({ port: Number(new URL(contender.url).port), size: scene.subscribers, bodies } satisfies Crowd)
    await once(crowd, 'message')
    await sleep(2000)
    const after = memoryOf(contender.pid)?.resident ?? 0
    const times: number[] = []
    const cpus: number[] = []
    let statements = 0
    for (let round = 0; round <= rounds; round++) {
      const counted = proxy.counts.statements
      const seen = await deliver(contender, crowd, scene.subscribers)
      // The first round warms up.
      if (round === 0) continue
      times.push(seen.last)
      cpus.push(seen.cpu)
      statements += (proxy.counts.statements - counted) / rounds
    }
    return { scene, contender: contender.label, last: median(times), cpu: median(cpus), before, after, statements }
  } finally {
    crowd.kill()
    await contender.stop()
    proxy.close()
  }
}

/** Adds an event, and waits until all subscribers have received it. */
async function deliver({ name, url, pid }: RunningContender, crowd: ChildProcess, subscribers: number) {
  crowd.send({ expect: subscribers })
  await sleep(1200)
  const cpu = cpuOf(pid) ?? 0
  const told = once(crowd, 'message') as Promise<[Told]>
  const id = randomUUID()
  await client.query(
    `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
     VALUES ($1, $2, 'Fan-out', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`,
    [id, `fan-out-${id}`],
  )
  const committed = process.hrtime.bigint()
  // The writer's next step: with Dateline's store it adds the event to the log; with the others it publishes it.
  if (name !== 'dateline') await fetch(new URL('/publish', url), { method: 'POST', body: id })
  else await client.query('SELECT sequence_changes()')
  const [message] = await told
  if (!('last' in message)) throw new Error('The crowd told something else.')
  await sleep(200)
  return {
    last: Number(BigInt(message.last) - committed) / 1e6,
    cpu: (cpuOf(pid) ?? 0) - cpu,
  }
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

async function reportOf(figures: Figures[]): Promise<string> {
  const rows = figures.map(
    ({ scene, contender, last, cpu, before, after, statements }) =>
      `| ${scene.subscribers.toLocaleString('en')} | ${scene.variables} | ${contender} | ${last.toFixed(0)} | ${cpu.toFixed(0)} | ${(((after - before) * 1024) / scene.subscribers).toFixed(1)} | ${after.toFixed(0)} | ${statements.toFixed(0)} |`,
  )
  const ratios = [1000, 5000].map((subscribers) => {
    const [ours, stock, bare] = figures.filter(
      ({ scene }) => scene.subscribers === subscribers && scene.variables === 1,
    )
    if (!ours || !stock || !bare) return ''
    return `${subscribers.toLocaleString('en')} subscribers: stock Yoga takes ${(stock.last / ours.last).toFixed(1)} times as long and ${(stock.cpu / ours.cpu).toFixed(1)} times the CPU; to write as many bytes to as many bare sockets takes ${(bare.last / ours.last).toFixed(2)} of the time and ${(bare.cpu / ours.cpu).toFixed(2)} of the CPU.\n`
  })
  return `## Fan-out

${await describeMachine(client)}
Memory is what is resident two seconds after the last one came. One event to all subscribers over server-sent events; medians of ${rounds} events, after one that warms up. "Stock" is Yoga with
createPubSub over the same schema and database; "bare sockets" is Node writing as many bytes to each and nothing else. Time is from the commit to the moment the last subscriber has it.

    npm run fan-out -- --rounds ${rounds} --write

| subscribers | different variables | server | last delivery, ms | server CPU, ms | kB a subscriber | server, MB | statements |
| ---: | ---: | --- | ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}

${ratios.join('')}`
}
