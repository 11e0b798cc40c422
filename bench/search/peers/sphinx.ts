// Sphinx 2.2, asked over the MySQL protocol. It has no correction of misspelt words, so it is measured in two ways:
// - by sound: Soundex as the morphology, with the exact words in the index too. A name needs one of the words; rare words count more.
//   Metaphone found fewer of the questions.
// - by trigrams: what its authors suggest for misspelt words. The trigrams are a field, and a name needs three of ten. Its rank is the
//   number of common ones, less one for ten letters of the name. Without the letters, 0.911 of the questions had their bearer first
//   instead of 0.897, but of misspelt names among a million 0.77 instead of 0.88. Weights by rareness, and the words by sound in
//   addition, found fewer of the questions.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { finished } from 'node:stream/promises'
import { createConnection, type RowDataPacket } from 'mysql2/promise'
import { freePort } from '../../contenders.ts'
import {
  actorsOf,
  bytesOf,
  type Corpus,
  NAMES,
  type Peer,
  type Running,
  retry,
  startServer,
  trigramsOf,
  wordsOf,
} from './peer.ts'

interface Way {
  title: string
  morphology: string
  /** Returns the text of the field. */
  field(words: string[]): string[]
  /** Returns the condition in Sphinx's query language. */
  match(words: string[]): string
  ranker: string
  /** The rank of a name. Its size is the number of its letters. */
  rank: string
}

const ways: Way[] = [
  {
    title: 'Sphinx, by sound',
    morphology: 'morphology = soundex\n  index_exact_words = 1',
    field: (words) => words,
    match: (words) => words.flatMap((word) => [word, `=${word}`]).join(' | '),
    ranker: "expr('sum(sum_idf) * 100000')",
    rank: 'WEIGHT()',
  },
  {
    title: 'Sphinx, by trigrams',
    morphology: 'morphology = none',
    field: trigramsOf,
    match: (words) => `"${trigramsOf(words).join(' ')}"/0.3`,
    ranker: "expr('doc_word_count')",
    rank: 'WEIGHT() * 10 + 1000 - size',
  },
]

export const sphinx: Peer[] = ways.map((way) => ({
  title: way.title,
  needs: { name: 'sphinxsearch', program: 'searchd' },
  start: (corpus, folder) => start(way, corpus, folder),
}))

async function start(
  { morphology, field, match, ranker, rank }: Way,
  corpus: Corpus,
  folder: string,
): Promise<Running> {
  const port = await freePort()
  const config = path.join(folder, 'sphinx.conf')
  mkdirSync(path.join(folder, 'index'))
  await writeFile(config, configuration(folder, port, morphology))
  await writeRows(path.join(folder, 'names.tsv'), corpus, field)
  await finish('indexer', '--quiet', '--config', config, '--all')
  const stop = startServer('searchd', ['--config', config, '--nodetach'])
  const connection = await retry(() => createConnection({ host: '127.0.0.1', port }))
  return {
    search: async (text: string, most: number) => {
      const words = wordsOf(text)
      if (words.length === 0) return []
      const [rows] = await connection.query<({ id: number } & RowDataPacket)[]>(
        `SELECT id, ${rank} AS rank FROM names WHERE MATCH('${match(words)}') ORDER BY rank DESC, size ASC ` +
          `LIMIT ${NAMES} OPTION ranker = ${ranker}, max_matches = ${NAMES}`,
      )
      const numbers = rows.map(({ id }) => Number(id) - 1)
      return actorsOf(corpus, numbers, most)
    },
    bytes: bytesOf(path.join(folder, 'index')),
    stop: async () => {
      await connection.end()
      await stop()
    },
  }
}

const configuration = (folder: string, port: number, morphology: string) => `
source names
{
  type = tsvpipe
  tsvpipe_command = cat ${folder}/names.tsv
  tsvpipe_field = name
  tsvpipe_attr_uint = size
}
index names
{
  source = names
  path = ${folder}/index/names
  charset_table = 0..9, a..z, _
  ${morphology}
}
indexer
{
  mem_limit = 512M
}
searchd
{
  listen = 127.0.0.1:${port}:mysql41
  pid_file = ${folder}/searchd.pid
  log = ${folder}/searchd.log
  binlog_path =
}
`

/** Writes the number of each name, its field, and the number of its letters. Numbers start from 1. */
async function writeRows(file: string, { names }: Corpus, field: Way['field']): Promise<void> {
  const out = createWriteStream(file)
  for (const [i, { key }] of names.entries()) {
    const words = wordsOf(key)
    const row = `${i + 1}\t${field(words).join(' ')}\t${words.join('').length}\n`
    if (!out.write(row)) await once(out, 'drain')
  }
  out.end()
  await finished(out)
}

async function finish(program: string, ...args: string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${program} ended with ${code}.`)
}
