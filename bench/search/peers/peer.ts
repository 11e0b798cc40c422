// What each peer of the search does, and what they have in common.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { searchKey } from '../../../src/domain/name.ts'

/** The names of a database that search answers with. */
export interface Corpus {
  /** The address of the database. */
  url: string
  names: { actor: number; key: string }[]
  /** Each actor's slug, and the keys of its names. */
  actors: { slug: string; keys: string[] }[]
}

export interface Peer {
  title: string
  /** The Debian package to install, and a program of it. */
  needs?: { name: string; program: string }
  /** Loads the names, and starts to answer. The folder is empty, and is removed later. */
  start(corpus: Corpus, folder: string): Promise<Running>
}

export interface Running {
  /** Returns the numbers of the actors that fit best, at most `most`. */
  search(text: string, most: number): Promise<number[]>
  /** The size of the names with their indexes. */
  bytes: number
  stop(): Promise<void>
}

/** The names that a peer is asked for: an actor can have several of the best. */
export const NAMES = 50

/** Returns the actors of names, each once. */
export const actorsOf = ({ names }: Corpus, numbers: readonly number[], most: number): number[] =>
  [...new Set(numbers.map((number) => names[number]?.actor ?? -1))].slice(0, most)

export const wordsOf = (text: string): string[] =>
  searchKey(text)
    .replace(/['`’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')

/** Returns the trigrams of each word, with the ones across its start and end, as pg_trgm forms them: "__a", "_ab" and "ab_". */
export function trigramsOf(words: readonly string[]): string[] {
  const trigrams = words.flatMap((word) => {
    const padded = `__${word}_`
    return Array.from({ length: padded.length - 2 }, (_, i) => padded.slice(i, i + 3))
  })
  return [...new Set(trigrams)]
}

const START_MS = 20_000

/** Tries until it succeeds: a server needs a moment to start. */
export async function retry<T>(attempt: () => Promise<T>): Promise<T> {
  const begun = performance.now()
  for (;;) {
    try {
      return await attempt()
    } catch (error) {
      if (performance.now() - begun > START_MS) throw error
      await sleep(50)
    }
  }
}

/** Starts a server that ends with this process at the latest. Returns a function that stops it. */
export function startServer(program: string, args: string[]): () => Promise<void> {
  const child = spawn(program, args, { stdio: 'ignore' })
  const closed = once(child, 'close')
  const kill = () => void child.kill()
  process.once('exit', kill)
  return async () => {
    process.off('exit', kill)
    kill()
    await closed
  }
}

/** Returns the space that the files of a folder occupy: some are sparse. */
export function bytesOf(folder: string): number {
  return readdirSync(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).blocks * 512, 0)
}

export function isInstalled(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
