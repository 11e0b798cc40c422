// Asks the questions of questions.tsv, and prints how often the bearer is the first answer, and among the first five:
//   npx tsx search/recall.ts <address of a database with the seed and the lists of OFAC, the UN and the EU>
import { readFile } from 'node:fs/promises'
import { pino } from 'pino'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { searchKey } from '../../src/domain/name.ts'
import { createHandler } from '../../src/server/http/server.ts'

const QUERY =
  'query ($search: String!) { actors(search: $search, first: 5) { nodes { name names(first: 100) { nodes { value } } } } }'

interface Found {
  name: string
  names: { nodes: { value: string }[] }
}

const [, , url = ''] = process.argv
openDatabase(url)
const handler = createHandler(pino({ level: 'warn' }, pino.destination(2)), {
  limits: { cost: Number.MAX_SAFE_INTEGER },
})

async function ask(search: string): Promise<Found[]> {
  const response = await handler.fetch('http://dateline/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { search } }),
  })
  const { data } = (await response.json()) as { data: { actors: { nodes: Found[] } | null } | null }
  return data?.actors?.nodes ?? []
}

const [, ...lines] = (await readFile(new URL('questions.tsv', import.meta.url), 'utf8')).trim().split('\n')
const ranks = new Map<string, number[]>()
const times: number[] = []
const failed: string[] = []
for (const line of lines) {
  const [name = '', asked = '', way = ''] = line.split('\t')
  const begun = performance.now()
  const found = await ask(asked)
  times.push(performance.now() - begun)
  // Lists have the same person more than once: each record with the name is right.
  const rank = found.findIndex((each) =>
    [each.name, ...each.names.nodes.map(({ value }) => value)].some((value) => searchKey(value) === searchKey(name)),
  )
  for (const group of ['all', way.split(':')[0] ?? way]) ranks.set(group, [...(ranks.get(group) ?? []), rank])
  if (rank !== 0)
    failed.push(
      `${way}\t${asked}\t${name}\t${rank < 0 ? 'not found' : `place ${rank + 1}`}\tfirst: ${found[0]?.name ?? 'nothing'}`,
    )
}
await closeDatabase()

const share = (places: number[], within: number) =>
  (places.filter((rank) => rank >= 0 && rank < within).length / places.length).toFixed(3)
for (const [way, places] of ranks)
  console.log(`${way}: ${places.length} questions, @1 ${share(places, 1)}, @5 ${share(places, 5)}`)
times.sort((a, b) => a - b)
console.log(
  `p50 ${times[Math.floor(times.length / 2)]?.toFixed(1)} ms, p99 ${times[Math.floor(times.length * 0.99)]?.toFixed(1)} ms`,
)
if (process.argv.includes('--failed')) console.log(failed.join('\n'))
