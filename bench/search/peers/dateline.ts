// Dateline's search over GraphQL, in process.
import { pino } from 'pino'
import { closeDatabase, openDatabase } from '../../../src/db/client.ts'
import { withClient } from '../../../src/db/with-client.ts'
import { createHandler } from '../../../src/server/http/server.ts'
import { print } from '../../print.ts'
import type { Corpus, Peer, Running } from './peer.ts'

const QUERY =
  'query ($search: String!, $first: Int!) { actors(search: $search, first: $first) { nodes { slug name } } }'

/** The table of names, and tables that only search reads, if there are any. */
const SIZE = `
  SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
  WHERE relkind IN ('r', 'm') AND relname ~ '^(ActorName|Name|Search)' AND relnamespace = 'public'::regnamespace`

export const dateline: Peer = { title: 'Dateline', start }

async function start({ url, actors }: Corpus): Promise<Running> {
  const numbers = new Map(actors.map(({ slug }, number) => [slug, number]))
  const { rows } = await withClient(url, (client) => client.query<{ bytes: string }>(SIZE))
  openDatabase(url)
  const handler = createHandler(pino({ level: 'warn' }, pino.destination(2)))
  return {
    search: async (search, first) => {
      const body = JSON.stringify({ query: QUERY, variables: { search, first } })
      const headers = { 'content-type': 'application/json' }
      const response = await handler.fetch('http://dateline/graphql', { method: 'POST', headers, body })
      const answer = (await response.json()) as Answer
      // A search that is cancelled for its time has not found the name.
      if (!answer.data?.actors) print(`The search for "${search}" failed: ${JSON.stringify(answer.errors)}`)
      return (answer.data?.actors?.nodes ?? []).map(({ slug }) => numbers.get(slug) ?? -1)
    },
    bytes: Number(rows[0]?.bytes),
    stop: closeDatabase,
  }
}

interface Answer {
  data: { actors: { nodes: { slug: string; name: string }[] } | null } | null
  errors?: unknown
}
