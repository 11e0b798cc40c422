import { pino } from 'pino'
import { closeDatabase, openDatabase } from '../../src/db/client.ts'
import { searchKey } from '../../src/domain/name.ts'
import { createHandler } from '../../src/server/http/server.ts'
import { print } from '../print.ts'
import type { Asked } from '../report/search.ts'
import { canBeMisspelt, ways } from './misspell.ts'
import type { List, Name } from './names.ts'

/** The number of searches before the first measured one. */
const WARM_UP = 20

const QUERY = 'query ($search: String!) { actors(search: $search, first: 10) { nodes { slug name } } }'

/** Searches for this number of the list's names in each way, one after the other. */
export async function measure(url: string, list: List, count: number): Promise<Asked[]> {
  openDatabase(url)
  const handler = createHandler(pino({ level: 'warn' }, pino.destination(2)))
  const ask = async (search: string): Promise<{ slug: string; name: string }[]> => {
    const body = JSON.stringify({ query: QUERY, variables: { search } })
    const headers = { 'content-type': 'application/json' }
    const response = await handler.fetch('http://dateline/graphql', { method: 'POST', headers, body })
    const { data } = (await response.json()) as { data: { actors: { nodes: { slug: string; name: string }[] } } }
    return data.actors.nodes
  }
  const asked: Asked[] = []
  for (const { how, questions } of questionsOf(list, count)) {
    for (const { text } of questions.slice(0, WARM_UP)) await ask(text)
    const ms: number[] = []
    const ranks: number[] = []
    for (const { text, slug, name } of questions) {
      const begun = performance.now()
      const found = await ask(text)
      ms.push(performance.now() - begun)
      ranks.push(found.findIndex((one) => one.slug === slug || searchKey(one.name) === searchKey(name)))
    }
    asked.push({ how, ranks, ms })
    print(how)
  }
  await closeDatabase()
  return asked
}

export interface Question {
  text: string
  slug: string
  name: string
}

/** Returns the names, misspelt in each way, and the list's aliases, none of which is in the database. */
export function questionsOf({ names, aliases }: List, count: number): { how: string; questions: Question[] }[] {
  const some = spread(
    names.filter(({ value }) => canBeMisspelt(value)),
    count,
  )
  const bySlug = new Map(names.map((name) => [name.slug, name]))
  const known = aliases.filter(({ slug, value }) => bySlug.has(slug) && [...value].length > 1)
  return [
    ...Object.entries(ways).map(([how, misspell]) => ({
      how,
      questions: some.map(({ slug, value }, i) => ({ text: short(misspell(value, i + 1)), slug, name: value })),
    })),
    {
      how: "by one of the list's aliases",
      questions: spread(known, count).map(({ slug, value }) => ({
        text: short(value),
        slug,
        name: nameOf(bySlug.get(slug)),
      })),
    },
  ]
}

const nameOf = (name: Name | undefined) => name?.value ?? ''

/** Truncates a text to the maximum length of a search. */
const short = (text: string) => [...text].slice(0, 100).join('')

/** Returns this number of items, evenly spread over all items. */
const spread = <T>(all: readonly T[], count: number): T[] =>
  Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T)
