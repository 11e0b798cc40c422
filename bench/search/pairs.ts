// Counts the pairs of pairs.tsv that `mergeCandidates` offers: records of the same actor, and of different ones with similar names:
//   npx tsx search/pairs.ts <address of a database with the seed and the lists of OFAC, the UN and the EU>
import { readFile } from 'node:fs/promises'
import { Client } from 'pg'
import { READ_SETTINGS } from '../../src/db/pipelined-reader.ts'
import { type CandidateRow, mergeCandidatesSql } from '../../src/schema/merge-candidate.sql.ts'

const SCHEMES: Record<string, string> = { EU: 'EU_JOURNAL', OFAC: 'OFAC_SDN', UN: 'UN_SC' }

const [, , connectionString = ''] = process.argv
const client = new Client({ connectionString })
await client.connect()
for (const setting of READ_SETTINGS) await client.query(setting)

const sql = mergeCandidatesSql({ planArguments: { limit: '100000' } } as never)
const times: number[] = []
let rows: CandidateRow[] = []
for (let run = 0; run < 5; run++) {
  const begun = performance.now()
  rows = (await client.query<CandidateRow>(sql)).rows
  times.push(performance.now() - begun)
}
const offered = new Set(rows.flatMap(({ firstId: a, secondId: b }) => [`${a} ${b}`, `${b} ${a}`]))

/** Returns the ids of the actors with the displayed name on the list. */
async function idsOf(name: string, list = ''): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `SELECT id FROM "Actor" a WHERE name = $1 AND "mergedIntoId" IS NULL
       AND EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = a.id AND i.scheme = $2)`,
    [name, SCHEMES[list]],
  )
  if (rows.length === 0) throw new Error(`${name} is not on the list ${list}.`)
  return rows.map(({ id }) => id)
}

const [, ...lines] = (await readFile(new URL('pairs.tsv', import.meta.url), 'utf8')).trim().split('\n')
const counts = new Map<string, number>()
for (const line of lines) {
  const [are = '', first = '', second = '', lists = ''] = line.split('\t')
  const [one, other] = lists.split(' ')
  const others = await idsOf(second, other)
  const isOffered = (await idsOf(first, one)).some((a) => others.some((b) => offered.has(`${a} ${b}`)))
  counts.set(are, (counts.get(are) ?? 0) + Number(isOffered))
  if (isOffered !== (are === 'same')) console.log(`${are}, ${isOffered ? '' : 'not '}offered: ${first} – ${second}`)
}
await client.end()
for (const [are, count] of counts)
  console.log(`${are}: ${count} of ${lines.filter((each) => each.startsWith(`${are}\t`)).length}`)
times.sort((a, b) => a - b)
console.log(`${rows.length} pairs in all, ${times[2]?.toFixed(0)} ms`)
