// A trial in memory of a search by words: what it would find of questions.tsv, before it is built into the database.
//   npx tsx search/trial.ts <address of a database with the seed and the lists of OFAC, the UN and the EU>
import { readFile } from 'node:fs/promises'
import { withClient } from '../../src/db/with-client.ts'
import { searchKey } from '../../src/domain/name.ts'

/** What ambiguous letters stand for: "ch" in Mikhailchyk, Michail and Loukachenko, "z" in German, "j" in French, "c" before a or o. */
interface Reading {
  ch: string
  z: string
  j: string
  c: string
}

const usual: Reading = { ch: 'C', z: 'S', j: 'i', c: 'k' }

/** Folds the romanizations of one Cyrillic word into one key: S for all hissing sounds, C for "ts" and "ch", H for "g", "kh" and "h". */
function keyIn({ ch, z, j, c }: Reading, word: string): string {
  return word
    .replace(/schtsch|shch|szcz|chtch|stsch/g, 'S')
    .replace(/tsch|tch/g, 'C')
    .replace(/sch|sh|sz/g, 'S')
    .replace(/cz/g, 'C')
    .replace(/zh|rz(?=[^aeiouy])/g, 'S')
    .replace(/kh|gh/g, 'H')
    .replace(/ph/g, 'f')
    .replace(/th/g, 't')
    .replace(/ch/g, ch)
    .replace(/ck|q/g, 'k')
    .replace(/x/g, 'kS')
    .replace(/ts|tz/g, 'C')
    .replace(/dz(?!h)/g, 'd')
    .replace(/dj|dzh/g, 'S')
    .replace(/c(?=[eiy])/g, c === 'k' ? 'S' : 'C')
    .replace(/c/g, c)
    .replace(/z/g, z)
    .replace(/j/g, j)
    .replace(/s/g, 'S')
    .replace(/w/g, 'v')
    .replace(/[gh]/g, 'H')
    .replace(/ou|oo|uu/g, 'u')
    .replace(/[iy]+(?=[aeou])/g, '')
    .replace(/y/g, 'i')
    .replace(/ee|ea/g, 'i')
    .replace(/[eo]/g, 'a')
    .replace(/(.)\1+/g, '$1')
    .replace(/^ul/, 'vl')
    .replace(/a[vuf](a?)$/, 'av$1')
    .replace(/u$/, 'av')
    .replace(/ai$/, 'i')
    .replace(/iSC$/, 'iC')
}

const key = (word: string) => keyIn(usual, word)

/** Returns the keys of all readings of a word, the usual one first. */
function keysOf(word: string): string[] {
  const keys = new Set([key(word)])
  const choices = (letters: string, ...readings: string[]) => (word.includes(letters) ? readings : readings.slice(0, 1))
  for (const ch of choices('ch', 'C', 'H', 'S'))
    for (const z of choices('z', 'S', 'C'))
      for (const j of choices('j', 'i', 'S'))
        for (const c of choices('c', 'k', 'C')) keys.add(keyIn({ ch, z, j, c }, word))
  return [...keys]
}

/** Words that say little of a name: legal forms, articles and particles. */
const weak = new Set(
  (
    'oao ooo zao pao ao jsc ojsc cjsc pjsc llc ltd limited co company inc gmbh sa sal srl spa plc corp corporation ' +
    'the of and for de la el al ag bv nv kg oy ab as pte pty fze fzco est'
  ).split(' '),
)

const wordsOf = (text: string): string[] =>
  searchKey(text)
    .replace(/['`’]/g, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '')

/** Returns the number of edits between two words, with a swap of neighbours as one; more than `most` if there are more. */
function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let [twoBefore, before]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, i) => i)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let edits = Math.min((before?.[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (before?.[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        edits = Math.min(edits, (twoBefore?.[j - 2] ?? 0) + 1)
      row.push(edits)
    }
    if (Math.min(...row) > most) return most + 1
    twoBefore = before
    before = row
  }
  return before?.[b.length] ?? most + 1
}

interface Name {
  actor: string
  shown: string
  kind: string
  inEvents: boolean
  key: string
  words: string[]
}

const [, , url = ''] = process.argv
const names = await withClient(url, async (client) => {
  const { rows } = await client.query<Omit<Name, 'words'>>(`
    SELECT a.id AS actor, a.name AS shown, n.kind, n."searchKey" AS key,
      EXISTS (SELECT FROM "EventActor" e WHERE e."actorId" = a.id) AS "inEvents"
    FROM "ActorName" n JOIN "Actor" a ON a.id = n."actorId" WHERE a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL`)
  return rows.map((row): Name => ({ ...row, words: [...new Set(wordsOf(row.key))] }))
})

const namesWith = new Map<string, number[]>()
for (const [i, { words }] of names.entries())
  for (const word of words) namesWith.set(word, [...(namesWith.get(word) ?? []), i])
const keyOfWord = new Map([...namesWith.keys()].map((word) => [word, key(word)]))
const countOfKey = new Map<string, number>()
for (const [word, k] of keyOfWord) countOfKey.set(k, (countOfKey.get(k) ?? 0) + (namesWith.get(word)?.length ?? 0))

/** How much a word says: 0.15 for weak words, and up to 1 for the rarest. */
const weightOf = (word: string) =>
  weak.has(word) ? 0.15 : Math.log(1 + names.length / (countOfKey.get(key(word)) ?? 1)) / Math.log(1 + names.length)

/** Returns how alike each word of the names is to a word, from 0 to 1. */
function likeness(asked: string): Map<string, number> {
  const found = new Map<string, number>()
  const add = (word: string, score: number) => found.set(word, Math.max(score, found.get(word) ?? 0))
  const keys = keysOf(asked)
  const most = asked.length <= 2 ? 0 : asked.length <= 5 ? 1 : 2
  for (const [word, k] of keyOfWord) {
    if (word === asked) add(word, 1)
    else if (asked.length === 1) {
      if (word.startsWith(asked)) add(word, 0.6)
    } else if (word.length === 1) {
      if (asked.startsWith(word)) add(word, 0.4)
    } else {
      const reading = keys.indexOf(k)
      if (reading >= 0) add(word, reading === 0 ? 0.93 : 0.9)
      if (most === 0) continue
      const edits = editsBetween(asked, word, most)
      if (edits <= most) add(word, 1 - 0.14 * edits * (edits > 1 ? 1.1 : 1) - (asked.length < 5 ? 0.05 : 0))
      if (keys.some((each) => each.length >= 4 && editsBetween(each, k, 1) === 1)) add(word, 0.8)
      if (asked.length >= 4 && word.startsWith(asked)) add(word, 0.8)
    }
  }
  return found
}

const cache = new Map<string, Map<string, number>>()
function cachedLikeness(word: string): Map<string, number> {
  const known = cache.get(word) ?? likeness(word)
  cache.set(word, known)
  return known
}

/** Returns the actors that fit best, at most five. */
function search(text: string): { actor: string; shown: string; score: number }[] {
  const asked = wordsOf(text)
  const alike = asked.map(cachedLikeness)
  const weights = asked.map((word, i) => {
    if (weak.has(word)) return 0.15
    if (word.length === 1) return 0.3
    const [best] = [...(alike[i] ?? [])].sort((a, b) => b[1] - a[1])
    return best ? Math.max(0.3, weightOf(best[0])) : 0.8
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const candidates = new Set(alike.flatMap((words) => [...words.keys()].flatMap((word) => namesWith.get(word) ?? [])))
  const best = new Map<string, { actor: string; shown: string; score: number }>()
  for (const index of candidates) {
    const name = names[index] as Name
    const places: (number | undefined)[] = []
    let matched = 0
    for (const i of asked.map((_, at) => at).sort((a, b) => (weights[b] ?? 0) - (weights[a] ?? 0))) {
      let [place, score] = [-1, 0]
      for (const [at, word] of name.words.entries()) {
        const each = places.includes(at) ? 0 : (alike[i]?.get(word) ?? 0)
        if (each > score) [place, score] = [at, each]
      }
      if (place >= 0) places[i] = place
      matched += (weights[i] ?? 0) * score
    }
    const used = places.filter((place) => place !== undefined)
    const weightsOfName = name.words.map((word) => (word.length === 1 ? 0.1 : weightOf(word)))
    const covered = used.reduce((sum, place) => sum + (weightsOfName[place] ?? 0), 0)
    const inOrder = used.every((place, i) => i === 0 || place > (used[i - 1] ?? 0))
    const score =
      (0.86 * matched) / total +
      (0.09 * covered) / weightsOfName.reduce((sum, weight) => sum + weight, 0) +
      (inOrder ? 0.01 : 0) +
      (used.includes(name.words.length - 1) ? 0.015 : 0) +
      (used.includes(0) ? 0.01 : 0) +
      (name.kind === 'PRIMARY' ? 0.008 : name.kind === 'WEAK' ? -0.03 : 0) +
      (name.inEvents ? 0.007 : 0)
    if (score > (best.get(name.actor)?.score ?? 0))
      best.set(name.actor, { actor: name.actor, shown: name.shown, score })
  }
  return [...best.values()].sort((a, b) => b.score - a.score || a.shown.length - b.shown.length).slice(0, 5)
}

const keysOfActor = new Map<string, Set<string>>()
for (const { actor, shown, key: nameKey } of names)
  keysOfActor.set(actor, (keysOfActor.get(actor) ?? new Set()).add(nameKey).add(searchKey(shown)))
const [, ...lines] = (await readFile(new URL('questions.tsv', import.meta.url), 'utf8')).trim().split('\n')
const ranks = new Map<string, number[]>()
const failed: string[] = []
for (const line of lines) {
  const [name = '', asked = '', way = ''] = line.split('\t')
  const found = search(asked)
  const rank = found.findIndex(({ actor }) => keysOfActor.get(actor)?.has(searchKey(name)))
  for (const group of ['all', way.split(':')[0] ?? way]) ranks.set(group, [...(ranks.get(group) ?? []), rank])
  if (rank !== 0) failed.push([way, asked, name, rank < 0 ? 'not found' : rank + 1, found[0]?.shown].join('\t'))
}
const share = (places: number[], within: number) =>
  (places.filter((rank) => rank >= 0 && rank < within).length / places.length).toFixed(3)
for (const [way, places] of ranks)
  console.log(`${way}: ${places.length} questions, @1 ${share(places, 1)}, @5 ${share(places, 5)}`)
if (process.argv.includes('--failed')) console.log(failed.join('\n'))
