// Groonga, asked over HTTP. The indexes are made after the names are loaded, which is its faster way. It is measured in two ways:
// - by words: fuzzy_search for each word, with one or two edits by the word's length. Its score counts the edits.
// - by trigrams too: in addition, the number of common trigrams of the words. Similar search, and weights by rareness, found fewer
//   of the questions.
// The letters of a name count against it. With a smaller weight for them, the trigrams find 0.913 of the questions first instead of
// 0.909, but of misspelt names among a million 0.78 instead of 0.85.
import { mkdirSync } from 'node:fs'
import { Agent, request } from 'node:http'
import path from 'node:path'
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
  withTrigrams: boolean
  /** Returns the condition in Groonga's script syntax. */
  filter(words: string[]): string
  /** The change of the score that the condition gives. A name's size is the number of its letters. */
  scorer: string
}

/** Edits in words of up to two letters, of up to five, and in longer ones. */
const editsOf = ({ length }: string) => (length <= 2 ? 0 : length <= 5 ? 1 : 2)

const fuzzy = (words: string[]) =>
  words
    .map((word) => `fuzzy_search(words, "${word}", {"max_distance": ${editsOf(word)}, "with_transposition": true})`)
    .join(' || ')

const ways: Way[] = [
  { title: 'Groonga, by words', withTrigrams: false, filter: fuzzy, scorer: '_score = _score * 30 - size' },
  {
    title: 'Groonga, by words and trigrams',
    withTrigrams: true,
    filter: (words) =>
      `query("scorer_tf_at_most(Trigrams.names, 1)", "${trigramsOf(words).join(' OR ')}") || ${fuzzy(words)}`,
    scorer: '_score = _score * 10 - size',
  },
]

export const groonga: Peer[] = ways.map((way) => ({
  title: way.title,
  needs: { name: 'groonga', program: 'groonga' },
  start: (corpus, folder) => start(way, corpus, folder),
}))

const BATCH = 20_000

async function start({ withTrigrams, filter, scorer }: Way, corpus: Corpus, folder: string): Promise<Running> {
  const port = await freePort()
  const database = path.join(folder, 'database')
  mkdirSync(database)
  const server = ['-s', '--protocol', 'http', '--bind-address', '127.0.0.1', '--port', String(port)]
  const log = ['--log-path', path.join(folder, 'groonga.log')]
  const stop = startServer('groonga', [...server, ...log, '-n', path.join(database, 'names')])
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const ask = (command: string, values: Record<string, string> = {}, body?: string) =>
    send(agent, port, `/d/${command}?${new URLSearchParams(values)}`, body)
  const column = (table: string, name: string, flags: string, type: string, source: Record<string, string> = {}) =>
    ask('column_create', { table, name, flags, type, ...source })

  await retry(() => ask('status'))
  await ask('table_create', { name: 'Names', flags: 'TABLE_NO_KEY' })
  await column('Names', 'number', 'COLUMN_SCALAR', 'UInt32')
  await column('Names', 'size', 'COLUMN_SCALAR', 'UInt32')
  await column('Names', 'words', 'COLUMN_SCALAR', 'ShortText')
  if (withTrigrams) await column('Names', 'trigrams', 'COLUMN_SCALAR', 'Text')
  for (let i = 0; i < corpus.names.length; i += BATCH) {
    const rows = corpus.names.slice(i, i + BATCH).map(({ key }, at) => {
      const words = wordsOf(key)
      const trigrams = withTrigrams ? { trigrams: trigramsOf(words).join(' ') } : {}
      return { number: i + at, size: words.join('').length, words: words.join(' '), ...trigrams }
    })
    await ask('load', { table: 'Names' }, JSON.stringify(rows))
  }
  for (const [table, source] of Object.entries({ Words: 'words', ...(withTrigrams && { Trigrams: 'trigrams' }) })) {
    const tokens = { key_type: 'ShortText', default_tokenizer: 'TokenDelimit' }
    await ask('table_create', { name: table, flags: 'TABLE_PAT_KEY', ...tokens })
    await column(table, 'names', 'COLUMN_INDEX', 'Names', { source })
  }
  await ask('io_flush')
  return {
    search: async (text, most) => {
      const words = wordsOf(text)
      if (words.length === 0) return []
      const answer = await ask('select', {
        table: 'Names',
        filter: filter(words),
        scorer,
        output_columns: 'number',
        sort_keys: '-_score,size',
        limit: String(NAMES),
        cache: 'no',
      })
      const [[, , ...rows]] = answer as [[unknown, unknown, ...[number][]]]
      const numbers = rows.map(([number]) => number)
      return actorsOf(corpus, numbers, most)
    },
    bytes: bytesOf(database),
    stop: async () => {
      agent.destroy()
      await stop()
    },
  }
}

/** Sends a command, and returns the body of its answer. */
function send(agent: Agent, port: number, path: string, body?: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const method = body === undefined ? 'GET' : 'POST'
    const asked = request({ host: '127.0.0.1', port, path, agent, method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.on('end', () => {
        const [[code, , , message], answer] = JSON.parse(text) as [[number, number, number, string?], unknown]
        if (code === 0) resolve(answer)
        else reject(new Error(`Groonga answered ${code}: ${message}`))
      })
    })
    asked.on('error', reject).end(body)
  })
}
