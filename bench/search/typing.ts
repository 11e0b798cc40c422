// Types names of the OFAC list letter by letter, and prints how long Query.search and actors(search:) take after each letter:
//   npx tsx search/typing.ts <address of a database> --ofac <folder> [--asked 100]
import { parseArgs } from 'node:util'
import { pino } from 'pino'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { createHandler } from '../../src/server/http/server.ts'
import { readList } from './names.ts'

/** The number of letters that are typed of each name. */
const LETTERS = 14

const queries = {
  'Query.search':
    'query ($text: String!) { search(text: $text, first: 10) { edges { score matched node { ... on Node { id } } } } }',
  actors: 'query ($text: String!) { actors(search: $text, first: 10) { nodes { id name } } }',
}

const { values, positionals } = parseArgs({
  options: { ofac: { type: 'string' }, asked: { type: 'string', default: '100' } },
  allowPositionals: true,
})
const [url = ''] = positionals
if (!values.ofac)
  throw new Error('Pass --ofac and the folder of a snapshot of the OFAC list, with sdn.csv and alt.csv.')
const { names } = await readList(values.ofac)
openDatabase(url)
const handler = createHandler(pino({ level: 'warn' }, pino.destination(2)), {
  limits: { cost: Number.MAX_SAFE_INTEGER },
})

async function ask(query: string, text: string): Promise<number> {
  const begun = performance.now()
  const body = JSON.stringify({ query, variables: { text } })
  const headers = { 'content-type': 'application/json' }
  const response = await handler.fetch('http://dateline/graphql', { method: 'POST', headers, body })
  const { errors } = (await response.json()) as { errors?: object[] }
  if (errors) throw new Error(`The search for "${text}" failed: ${JSON.stringify(errors)}`)
  return performance.now() - begun
}

const asked = Number(values.asked)
for (const [name, query] of Object.entries(queries)) {
  const times = new Map<number, number[]>()
  for (let i = 0; i < asked; i++) {
    const letters = [...(names[Math.floor((i * names.length) / asked)]?.value ?? '')].slice(0, LETTERS)
    for (let n = 1; n <= letters.length; n++) {
      const ms = await ask(query, letters.slice(0, n).join(''))
      // The first searches prepare the statement.
      if (i > 0) times.set(n, [...(times.get(n) ?? []), ms])
    }
  }
  const fromSecond = [...times].flatMap(([n, ms]) => (n > 1 ? ms : []))
  for (const [n, ms] of times) console.log(`${name}: ${n} letters: ${figures(ms)}`)
  console.log(`${name}: from the second letter on: ${figures(fromSecond)}`)
}
await closeDatabase()

function figures(ms: number[]): string {
  const sorted = ms.toSorted((a, b) => a - b)
  const at = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))]?.toFixed(1)
  return `${sorted.length} searches, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`
}
