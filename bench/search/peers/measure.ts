import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { withClient } from '../../../src/db/with-client.ts'
import { searchKey } from '../../../src/domain/name.ts'
import { print } from '../../print.ts'
import type { Measured } from '../../report/peers.ts'
import type { Corpus, Peer } from './peer.ts'

export interface Question {
  /** What is counted together. */
  group: string
  text: string
  /** The name of the bearer. */
  name: string
}

/** The number of searches before the first measured one. */
const WARM_UP = 20

/** Returns the questions of questions.tsv. */
export async function readQuestions(): Promise<Question[]> {
  const [, ...lines] = (await readFile(new URL('../questions.tsv', import.meta.url), 'utf8')).trim().split('\n')
  return lines.map((line) => {
    const [name = '', text = '', way = ''] = line.split('\t')
    return { group: way.split(':')[0] ?? way, text, name }
  })
}

/** Reads the names that search answers with. */
export async function readCorpus(url: string): Promise<Corpus> {
  const { rows } = await withClient(url, (client) =>
    client.query<{ slug: string; name: string; key: string }>(`
      SELECT a.slug, a.name, n."searchKey" AS key FROM "ActorName" n JOIN "Actor" a ON a.id = n."actorId"
      WHERE a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL ORDER BY a.id, n.id`),
  )
  const actors: Corpus['actors'] = []
  const names = rows.map(({ slug, name, key }) => {
    if (actors.at(-1)?.slug !== slug) actors.push({ slug, keys: [searchKey(name)] })
    actors.at(-1)?.keys.push(key)
    return { actor: actors.length - 1, key }
  })
  return { url, names, actors }
}

/** Loads the names into a peer, and asks it the questions, one after the other. */
export async function measurePeer(
  peer: Peer,
  corpus: Corpus,
  questions: readonly Question[],
  most: number,
): Promise<Measured> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-peers-'))
  try {
    const begun = performance.now()
    const running = await peer.start(corpus, folder)
    const loadMs = performance.now() - begun
    try {
      for (const { text } of questions.slice(0, WARM_UP)) await running.search(text, most)
      const ranks: Measured['ranks'] = new Map()
      const ms: number[] = []
      for (const { group, text, name } of questions) {
        const asked = performance.now()
        const found = await running.search(text, most)
        ms.push(performance.now() - asked)
        // Lists have the same person more than once: each record with the name is right.
        const key = searchKey(name)
        const rank = found.findIndex((actor) => corpus.actors[actor]?.keys.includes(key))
        ranks.set(group, [...(ranks.get(group) ?? []), rank])
      }
      print(`${peer.title}, ${corpus.names.length} names: loaded in ${Math.round(loadMs)} ms`)
      return { title: peer.title, ranks, ms, bytes: running.bytes, loadMs }
    } finally {
      await running.stop()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
