import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { countWords } from '../../src/domain/citation.ts'
import { countryNamed } from '../../src/import/formats/country.ts'
import { checkRecords } from '../../src/import/formats/dateline/dateline.ts'
import { europeanUnion } from '../../src/import/formats/european-union.ts'
import { countriesFile } from '../../tools/countries.ts'

function read(name: string): string {
  return readFileSync(new URL(`../../seed/data/${name}`, import.meta.url), 'utf8')
}

const article = z.array(z.unknown()).parse(JSON.parse(read('article.json')))
const organizations = z.array(z.looseObject({ record: z.string() })).parse(JSON.parse(read('organizations.json')))

test('countries.json matches the output of its tool', () => {
  expect(countriesFile()).toBe(read('countries.json'))
})

test('an actor of the seed has at most one usual name per language, and no name twice', () => {
  const actors = ['countries', 'organizations', 'article'].flatMap((file) =>
    z.array(named).parse(JSON.parse(read(`${file}.json`))),
  )
  for (const { slug, names } of actors) {
    const usual = names.filter(({ kind, lang }) => kind === 'PRIMARY' && lang).map(({ lang }) => lang)
    expect(new Set(usual).size, slug).toBe(usual.length)
    const all = names.map((each) => JSON.stringify(each))
    expect(new Set(all).size, slug).toBe(all.length)
  }
})

test('a page of names has all names of a country', () => {
  const countries = z.array(named).parse(JSON.parse(read('countries.json')))
  expect(Math.max(...countries.map(({ names }) => names.length))).toBeLessThanOrEqual(50)
})

test('imports know a country by its English names, but not by its capital, its adjectives or its names in other languages', () => {
  expect(['Belarus', 'republic of belarus', 'The Netherlands'].map(countryNamed)).toEqual([
    'ISO3166:BY',
    'ISO3166:BY',
    'ISO3166:NL',
  ])
  for (const name of ['Minsk', 'Belarusian', 'Biélorussie', 'белорусский', 'Georgetown', 'American', 'PRC'])
    expect([name, countryNamed(name)]).toEqual([name, undefined])
})

test('the article has the expected number of facts of each kind', () => {
  const lines = [...checkRecords(article)]
  const records = lines.flatMap((line) => ('record' in line && line.record ? [line.record] : []))
  expect(records).toHaveLength(lines.length)
  const kinds = records.map(({ record }) => record)
  const counts = [...new Set(kinds)].map((kind) => `${kinds.filter((other) => other === kind).length} ${kind}`)
  expect(counts).toEqual(['3 SOURCE', '17 ACTOR', '6 RELATIONSHIP', '23 EVENT', '2 SANCTION'])
})

test('an authority has the slug and the identifier that imports give it, so that both are one actor', () => {
  const authorities = z.array(authority).parse(organizations.filter(({ record }) => record === 'ACTOR'))
  for (const { identifiers, slug } of authorities)
    expect(identifiers[0]).toBe(slug.replace('authority-', 'OPENSANCTIONS_AUTHORITY:'))
  expect(authorities[0]).toMatchObject(europeanUnion)
})

test('no quote has more than ten words, and each is as long as its passage', () => {
  const passages = passagesIn(article)
  expect(passages).toHaveLength(85)
  for (const { quote, start, end } of passages) {
    expect(countWords(quote)).toBeLessThanOrEqual(10)
    expect([...quote]).toHaveLength(end - start)
  }
})

test('every fact of the article cites its passage', () => {
  const facts = z
    .array(fact)
    .parse(article)
    .filter(({ record }) => record !== 'SOURCE')
  const parts = facts.flatMap((one) => [one, ...one.links, ...one.detentions, ...one.actions])
  expect(parts).toHaveLength(74)
  expect(parts.filter(({ citations }) => citations.length === 0)).toEqual([])
})

test('each score is between -10 and 10', () => {
  const scores = z
    .record(z.string().regex(/^\d{2,4}$/), z.number().min(-10).max(10))
    .parse(JSON.parse(read('cameo-goldstein.json')))
  expect(Object.keys(scores)).toHaveLength(98)
})

const named = z.object({
  slug: z.string().optional(),
  names: z.array(z.object({ value: z.string(), kind: z.string(), lang: z.string().optional() })).default([]),
})
const authority = z.looseObject({ identifiers: z.array(z.string()), slug: z.string() })
const cited = { citations: z.array(z.unknown()).default([]) }
const parts = z.array(z.object({ kind: z.string().optional(), ...cited })).default([])
const fact = z.object({ record: z.string(), ...cited, links: parts, detentions: parts, actions: parts })

const passage = z.object({ quote: z.string(), start: z.number(), end: z.number() })

function passagesIn(value: unknown): z.infer<typeof passage>[] {
  if (typeof value !== 'object' || value === null) return []
  const { data } = passage.safeParse(value)
  return data ? [data] : Object.values(value).flatMap(passagesIn)
}
