// The operations that the attackers send: results of the search for the worst operations, and known attacks.
import { readFile } from 'node:fs/promises'
import type { Operation, Written } from '../worst/operation.ts'

export interface Sent extends Written {
  kind: Operation['kind']
}

const every = (count: number, inner: object): object =>
  count === 0 ? inner : { events: { every: { actors: { every: every(count - 1, inner) } } } }

const listed = {
  not: {
    listings: {
      every: {
        sanction: { targets: { every: { actor: { listings: { every: { not: { listingId: { eq: 'zq' } } } } } } } },
      },
    },
  },
}

const numbers = Array.from({ length: 15 }, (_, i) => i)
const words = ['an al of', 'mar in no', 'united', 'mohammad', 'general trading', 'company', 'bank of', 'Лукашенко']
const facets =
  'facets(by: [TYPE, COUNTRY, PERSON, MONTH, YEAR, SANCTION_PROGRAM], first: 100) { by values { value count } }'
const heavy = `event {
  title summary date { label edtf }
  countries { nodes { name names { nodes { value } } } }
  participants(first: 50) { nodes { role actor { name names { nodes { value } } } } }
  citations { nodes { quote source { title url } } }
  sanctionActions { nodes { kind sanction { title } } }
}`

const known: Sent[] = [
  {
    kind: 'query',
    query: 'query ($where: ActorWhere) { actors(first: 1, where: $where) { pageInfo { hasNextPage } } }',
    variables: { where: listed },
  },
  {
    kind: 'query',
    query: `{ ${numbers.map((i) => `a${i}: actors(search: "${words[i % words.length]} ${i}", first: 1) { pageInfo { hasNextPage } }`).join(' ')} }`,
    variables: {},
  },
  {
    kind: 'query',
    query: `{ ${numbers.map((i) => `a${i}: events(first: 1, where: { not: { slug: { eq: "${i}" } } }) { ${facets} }`).join(' ')} }`,
    variables: {},
  },
  {
    kind: 'subscription',
    query: `subscription ($after: String) { eventAdded(after: $after) { cursor ${heavy} } }`,
    variables: { after: null },
  },
  {
    kind: 'subscription',
    query: 'subscription ($where: EventWhere) { eventAdded(where: $where) { cursor } }',
    variables: { where: { actors: { every: every(1, { name: { startsWith: 'zq' } }) } } },
  },
]

/** Returns the known attacks, and those of a file that the search has written. */
export async function readOperations(file: string | undefined): Promise<Sent[]> {
  const found = file ? (JSON.parse(await readFile(file, 'utf8')) as Sent[]) : []
  return [...known, ...found.map(({ kind, query, variables }) => ({ kind, query, variables }))]
}

/**
 * Returns a subscription that starts at a cursor of the log, or with null at new events; undefined if the operation
 * cannot.
 */
export function beginningAt(cursor: string | null, { query, variables }: Sent): Written | undefined {
  const name = query.match(/\bafter: \$(\w+)/)?.[1]
  if (!name) return cursor === null ? { query, variables } : undefined
  return { query, variables: { ...variables, [name]: cursor } }
}
