// Writes questions.tsv: people and organizations of imported lists, each as several readers would type its name. It was written before
// the search that it judges: do not write it anew because of an answer.
//   npx tsx search/questions.ts <address of a database with the seed and the lists of OFAC, the UN and the EU>
import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { withClient } from '../../src/db/with-client.ts'
import { searchKey } from '../../src/domain/name.ts'
import { Chance } from './chance.ts'
import { canBeMisspelt, ways } from './misspell.ts'
import { romanize, standards } from './romanize.ts'

interface Bearer {
  id: string
  kind: 'PERSON' | 'ORGANIZATION'
  name: string
  scheme: string
  names: { value: string; lang: string | null; kind: string }[]
}

interface Question {
  name: string
  asked: string
  way: string
}

const [, , url = ''] = process.argv
const bearers = await withClient(url, async (client) => {
  const { rows } = await client.query<Bearer>(`
    SELECT a.id, a.kind, a.name, (SELECT min(i.scheme) FROM "Identifier" i WHERE i."actorId" = a.id) AS scheme,
      jsonb_agg(jsonb_build_object('value', n.value, 'lang', n.lang, 'kind', n.kind) ORDER BY n.id) AS names
    FROM "Actor" a JOIN "ActorName" n ON n."actorId" = a.id
    WHERE a.kind IN ('PERSON', 'ORGANIZATION') AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL GROUP BY a.id`)
  return rows
})
// The order of the ids depends on the run: a hash of the name does not.
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
bearers.sort((a, b) => (hashOf(a.name) < hashOf(b.name) ? -1 : 1))

const cyrillic = /^[\p{Script=Cyrillic}\s'’-]+$/u
const isCyrillic = ({ value }: { value: string }) => cyrillic.test(value)
const people = bearers.filter(
  ({ kind, name }) => kind === 'PERSON' && canBeMisspelt(name) && name.split(' ').length > 1,
)
const questions: Question[] = []

/** Returns the given name and the surname: lists and readers put a patronymic between them, or leave it out. */
const shortOf = (name: string) => {
  const words = name.split(/\s+/)
  return words.length > 2 ? `${words[0]} ${words.at(-1)}` : name
}
/** Returns a name in lower case with a capital at the start of each word: lists write surnames in capitals. */
const plain = (name: string) => name.toLowerCase().replace(/(?<=^|[\s'’-])\p{L}/gu, (letter) => letter.toUpperCase())
const add = (name: string, asked: string, way: string) => questions.push({ name, asked: plain(asked), way })

// People whose lists have a Cyrillic name: two romanizations of it, as different readers write it.
const romanized = people.filter(({ names }) => names.some(isCyrillic)).slice(0, 130)
for (const [i, { name, names }] of romanized.entries()) {
  const original = names.filter(isCyrillic).map(({ value }) => value)
  for (const step of [0, 3]) {
    const standard = standards[(i + step) % standards.length]
    const source = original[(i + step) % original.length] ?? ''
    if (standard) add(name, romanize(shortOf(source), standard), `romanized: ${standard.name}`)
  }
}

// The same person on another list: a spelling that the bearer's own list does not have.
const byKey = new Map<string, Bearer[]>()
for (const person of people) byKey.set(searchKey(person.name), [...(byKey.get(searchKey(person.name)) ?? []), person])
let shared = 0
for (const person of people) {
  const others = (byKey.get(searchKey(person.name)) ?? []).filter(
    ({ id, scheme }) => id !== person.id && scheme !== person.scheme,
  )
  const own = new Set(person.names.map(({ value }) => searchKey(value)))
  const foreign = others
    .flatMap(({ names, scheme }) => names.map((each) => ({ ...each, scheme })))
    .find(({ value, kind }) => kind !== 'WEAK' && !own.has(searchKey(value)) && value.split(' ').length > 1)
  if (!foreign || shared >= 60) continue
  shared++
  add(person.name, foreign.value, `spelling of another list: ${foreign.scheme}`)
}

// Others: one edit, two edits from eight letters on, reversed, and with an initial.
const others = people
  .filter(({ id, name }) => name.length <= 40 && !romanized.some((each) => each.id === id))
  .slice(0, 130)
const edits = ['a letter dropped', 'a letter doubled', 'two letters swapped']
for (const [i, { name }] of others.entries()) {
  const short = shortOf(name)
  const chance = new Chance(i + 1)
  const edit = ways[chance.of(edits)]
  if (!edit) continue
  const once = edit(short, i + 1)
  add(name, once, 'one edit')
  if (short.replace(/\P{L}/gu, '').length >= 8) add(name, (ways[chance.of(edits)] ?? edit)(once, i + 77), 'two edits')
  const [given = '', surname = ''] = short.split(' ')
  if (i % 2) add(name, `${surname} ${given}`, 'reversed')
  else add(name, `${given.charAt(0)}. ${surname}`, 'initial')
}

// Organizations: without or with another legal form, and one edit.
const forms = /\b(OAO|OOO|ZAO|PAO|AO|JSC|LLC|LTD|LIMITED|CO|COMPANY|INC|GMBH|SA|SAL|S\.A\.|CORPORATION|CORP)\b\.?/gi
const organizations = bearers
  .filter(({ kind, name }) => kind === 'ORGANIZATION' && forms.test(name) && name.length <= 60)
  .slice(0, 40)
for (const [i, { name }] of organizations.entries()) {
  const bare = name
    .replace(forms, ' ')
    .replace(/[\s,]+/g, ' ')
    .trim()
  if (bare.length < 5) continue
  add(name, i % 2 ? bare : `${bare} LLC`, i % 2 ? 'without its legal form' : 'with another legal form')
  add(name, ways['two letters swapped']?.(bare, i + 1) ?? bare, 'one edit')
}

const lines = questions.map(({ name, asked, way }) =>
  [name, asked, way].map((each) => each.replace(/\s+/g, ' ')).join('\t'),
)
await writeFile(new URL('questions.tsv', import.meta.url), `name\tasked\tway\n${lines.join('\n')}\n`)
console.error(`${lines.length} questions about ${new Set(questions.map(({ name }) => name)).size} bearers`)
