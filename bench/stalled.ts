// Measures how a subscriber that stops reading affects the others: npm run stalled -- --write
import { parseArgs } from 'node:util'
import pg from 'pg'
import { startContender } from './contenders.ts'
import { benchDatabase } from './database.ts'
import { print } from './print.ts'
import { memoryOf } from './processes.ts'
import { describeMachine } from './report/machine.ts'
import { writeSection } from './report/section.ts'
import { Subscriber } from './subscriber.ts'

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '20000' },
    rounds: { type: 'string', default: '3' },
    write: { type: 'boolean', default: false },
  },
})
const events = Number(values.events)
const BATCH = 100
const READERS = 10

const url = await benchDatabase(10_000)
const client = new pg.Client({ connectionString: url })
await client.connect()
const rows: string[] = []
const took: Record<'none' | 'one', number[]> = { none: [], one: [] }
for (let round = 1; round <= Number(values.rounds); round++)
  for (const stalled of [false, true]) {
    const seen = await play(stalled)
    took[stalled ? 'one' : 'none'].push(seen.ms)
    rows.push(
      `| ${round} | ${stalled ? 1 : 0} | ${(seen.ms / 1000).toFixed(1)} | ${seen.peak.toFixed(0)} | ${seen.late} |`,
    )
    print(rows.at(-1) ?? '')
  }
const sum = (all: number[]) => all.reduce((total, each) => total + each, 0)
const report = `## A reader that stands still

${await describeMachine(client)}
${events.toLocaleString('en')} events of 10 kB each go to ${READERS} readers over server-sent events, with and without one more that reads nothing until all
the others are done. With it the others take ${(sum(took.one) / sum(took.none)).toFixed(2)} times as long.

    npm run stalled -- --events ${events} --rounds ${values.rounds} --write

| round | standing still | the others have all after, s | server's peak, MB | then read by it, in order |
| ---: | ---: | ---: | ---: | ---: |
${rows.join('\n')}
`
process.stdout.write(report)
if (values.write) await writeSection('A reader that stands still', report)
await client.end()
process.exit()

async function play(stalled: boolean): Promise<{ ms: number; peak: number; late: number | string }> {
  const contender = await startContender('dateline', url)
  try {
    const port = Number(new URL(contender.url).port)
    const readers = await Promise.all(Array.from({ length: READERS }, () => Subscriber.open(port)))
    const still = stalled ? await Subscriber.open(port) : undefined
    still?.pause()
    const begun = performance.now()
    for (let added = 0; added < events; added += BATCH) await add()
    await Promise.all(readers.map((reader) => reader.whole(events)))
    const ms = performance.now() - begun
    const peak = memoryOf(contender.pid)?.peak ?? 0
    still?.resume()
    await still?.whole(events)
    return { ms, peak, late: still ? still.inOrder : '–' }
  } finally {
    await contender.stop()
  }
}

async function add(): Promise<void> {
  await client.query(
    `INSERT INTO "Event" (id, slug, title, summary, type, status, certainty, "datePrecision", "dateBasis")
     SELECT id, 'stalled-' || id, 'Stalled', repeat('x', 10000), 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED'
     FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, ${BATCH})) AS made`,
  )
  await client.query('SELECT sequence_changes()')
}
