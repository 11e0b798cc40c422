// Measures the time from the commit of an event to its delivery to a subscriber: npm run latency -- --write
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { overFetch } from '../packages/client/follow.js'
import { ask, startContender } from './contenders.ts'
import { benchDatabase } from './database.ts'
import { print } from './print.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '10' }, write: { type: 'boolean', default: false } },
})
const seconds = Number(values.seconds)
const RATES = [1, 100, 1000]
/** The number of connections that write at the higher rates. */
const WRITERS = 20

// Prepared once for each connection, as a writer of many events would do.
const INSERT = `INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
  VALUES ($1, $2, 'Latency', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`

interface Added {
  eventAdded: { event: { slug: string } }
}

const url = await benchDatabase(10_000)
const writers = await Promise.all(
  Array.from({ length: WRITERS }, async () => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return client
  }),
)
const contender = await startContender('dateline', url)
const committed = new Map<string, number>()
const received = new Map<string, number>()
const { feedCursor } = (await ask(contender.url, JSON.stringify({ query: '{ feedCursor }' }))) as { feedCursor: string }
const query = 'subscription ($after: String) { eventAdded(after: $after) { cursor event { slug title type } } }'
const stop = overFetch(contender.url, { query })(feedCursor, {
  next: ({ data }) => void received.set((data as Added).eventAdded.event.slug, performance.now()),
  error: (error) => print(String(error)),
  complete: () => {},
})
await sleep(500)
const rows: string[] = []
for (const rate of RATES) rows.push(await measure(rate))
const report = `## Latency

${await describeMachine(writers[0] as pg.Client)}
From the moment a writer knows of its commit, after which it has the event put into the log, to the moment a subscriber over
server-sent events has it. ${seconds} s for each rate, events added one a transaction over ${WRITERS} connections.

    npm run latency -- --seconds ${seconds} --write

| asked, events/s | reached, events/s | p50, ms | p99, ms | not delivered |
| ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
process.stdout.write(report)
if (values.write) await writeSection('Latency', report)
stop()
for (const writer of writers) await writer.end()
await contender.stop()
process.exit()

async function measure(rate: number): Promise<string> {
  committed.clear()
  received.clear()
  const begun = performance.now()
  let next = begun
  const turns = async (writer: pg.Client) => {
    for (;;) {
      const at = next
      if (at - begun > seconds * 1000) return
      next += 1000 / rate
      await sleep(Math.max(0, at - performance.now()))
      await add(writer)
    }
  }
  await Promise.all(writers.slice(0, Math.min(WRITERS, rate)).map(turns))
  const took = performance.now() - begun
  const deadline = performance.now() + 10_000
  while (received.size < committed.size && performance.now() < deadline) await sleep(50)
  const times = [...committed]
    .flatMap(([slug, at]) => (received.get(slug) ?? Number.NaN) - at)
    .filter((time) => time > Number.NEGATIVE_INFINITY)
  times.sort((a, b) => a - b)
  const place = (share: number) => (times[Math.floor(share * (times.length - 1))] ?? 0).toFixed(1)
  const line = `| ${rate} | ${((committed.size / took) * 1000).toFixed(0)} | ${place(0.5)} | ${place(0.99)} | ${committed.size - received.size} |`
  print(line)
  return line
}

async function add(writer: pg.Client): Promise<void> {
  const slug = `latency-${randomUUID()}`
  await writer.query({ name: 'add', text: INSERT, values: [randomUUID(), slug] })
  committed.set(slug, performance.now())
  await writer.query({ name: 'sequence', text: 'SELECT sequence_changes()' })
}
