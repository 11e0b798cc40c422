// PostgreSQL's pg_trgm on the folded names, in the two ways of its documentation: the operator % with the threshold of 0.3 on a GIN
// index, and the nearest by <-> on a GiST index. Word similarity (<%, <<% and <<->) found fewer of the questions in both.

import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { withClient } from '../../../src/db/with-client.ts'
import { searchKey } from '../../../src/domain/name.ts'
import { recreate, server } from '../../database.ts'
import { actorsOf, type Corpus, NAMES, type Peer, type Running } from './peer.ts'

interface Way {
  title: string
  index: string
  select: string
}

const ways: Way[] = [
  {
    title: 'pg_trgm, % on GIN',
    index: 'USING gin (key gin_trgm_ops)',
    select: 'WHERE key % $1 ORDER BY similarity(key, $1) DESC, length(key)',
  },
  {
    title: 'pg_trgm, <-> on GiST',
    index: 'USING gist (key gist_trgm_ops (siglen = 64))',
    select: 'ORDER BY key <-> $1',
  },
]

export const trigrams: Peer[] = ways.map((way) => ({
  title: way.title,
  start: (corpus) => start(way, corpus),
}))

const DATABASE = 'dateline_bench_peers'

async function start({ index, select }: Way, corpus: Corpus): Promise<Running> {
  await withClient(server, (client) => recreate(client, DATABASE))
  const url = new URL(server)
  url.pathname = `/${DATABASE}`
  const client = new pg.Client({ connectionString: url.href })
  await client.connect()
  await client.query('CREATE EXTENSION pg_trgm; CREATE TABLE name (number int, key text)')
  await pipeline(
    Readable.from(rowsOf(corpus)),
    client.query(copyFrom(`COPY name FROM STDIN (FORMAT csv, DELIMITER E'\\t', QUOTE E'\\x01')`)),
  )
  await client.query(`CREATE INDEX ON name ${index}`)
  await client.query('VACUUM ANALYZE name')
  const { rows } = await client.query<{ bytes: string }>("SELECT pg_total_relation_size('name') AS bytes")
  const text = `SELECT number FROM name ${select} LIMIT ${NAMES}`
  return {
    search: async (asked, most) => {
      const found = await client.query<{ number: number }>({ name: 'search', text, values: [searchKey(asked)] })
      const numbers = found.rows.map(({ number }) => number)
      return actorsOf(corpus, numbers, most)
    },
    bytes: Number(rows[0]?.bytes),
    stop: async () => {
      await client.end()
      await withClient(server, (other) => other.query(`DROP DATABASE ${DATABASE} WITH (FORCE)`))
    },
  }
}

const BATCH = 1000

function* rowsOf({ names }: Corpus): Generator<string> {
  for (let i = 0; i < names.length; i += BATCH) {
    const rows = names.slice(i, i + BATCH).map(({ key }, at) => `${i + at}\t${key}\n`)
    yield rows.join('')
  }
}
