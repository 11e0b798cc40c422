// Prints seed/data/countries.json: npx tsx tools/countries.ts > seed/data/countries.json
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Country } from 'world-countries'
import { slugOf } from '../src/domain/name.ts'
import { corrections, countryWords } from './country-words.ts'

interface Name {
  value: string
  kind: 'PRIMARY' | 'ALIAS' | 'WEAK' | 'METONYM' | 'ABBREVIATION'
  /** Left out if the package does not state the language. */
  lang?: string
}

const countries = createRequire(import.meta.url)('world-countries') as readonly Country[]

/** The languages of the United Nations besides English, as world-countries names them: their names come first, in this order. */
const translated = ['ara', 'zho', 'fra', 'rus', 'spa']

/** Spellings of the package that are no names of the country: a transcription of sounds, a motto, a word for "country", adjectives. */
const noNames = ["ʁɛpublika de an'ɡɔla", 'the Abode of Peace', 'Prathet', 'Portuguesa', 'Mexicanos']

/** Spellings of the package that say little, because they are adjectives or usual words, or name other places too. */
const poorNames = ['Emirates', 'Guiana', 'Island', 'Mann', 'Saudi', 'Thai', 'Timor', 'Togolese']

/**
 * Returns the file: one record per line, first the source, then the countries in the order of the two-letter codes, so that an update of the package makes a
 * small diff.
 */
export function countriesFile(): string {
  const byCode = countries.toSorted((a, b) => (a.cca2 < b.cca2 ? -1 : 1))
  return `[\n${[source, ...byCode.map(record)].map((each) => JSON.stringify(each)).join(',\n')}\n]\n`
}

const source = {
  record: 'SOURCE',
  identifiers: ['DATELINE:world-countries'],
  kind: 'DATASET',
  title: 'world-countries',
  publisher: 'mledoze',
  url: 'https://github.com/mledoze/countries',
  license: 'ODbL 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)',
}

function record(country: Country) {
  return {
    record: 'ACTOR',
    identifiers: [`ISO3166:${country.cca2}`, `ISO3166:${country.cca3}`],
    kind: 'COUNTRY',
    slug: slugOf(country.name.common),
    name: country.name.common,
    country: {
      iso2: country.cca2,
      iso3: country.cca3,
      isoNumeric: /^\d{3}$/.test(country.ccn3) ? country.ccn3 : null,
      region: country.region,
      subregion: country.subregion || null,
      flag: flagOf(country.cca2),
    },
    names: names(country),
  }
}

/**
 * Returns the names, each value once per language. At most one name per language is PRIMARY: the country's own before a translation.
 *
 * - A translation that equals the English name is left out, because the API shows that name if a language has none. The languages of
 *   the United Nations are complete.
 * - Other spellings are ALIASes without a language, because the package does not state it.
 * - Capitals are METONYMs, because the press calls a government by its capital. They have no language for the same reason.
 * - Adjectives are WEAK. They identify poorly: "Dominican" belongs to two countries. A METONYM is the name of a place. Importers and
 *   the comparison of programmes ignore both kinds.
 */
function names({ cca2, name, translations, altSpellings, capital, demonyms, independent }: Country): Name[] {
  const found: Name[] = []
  const add = (value: string, wanted: Name['kind'], code?: string) => {
    const lang = code && Intl.getCanonicalLocales(code)[0]
    if (!lang || found.some((other) => other.value === value && other.lang === lang)) return
    const taken = found.some((other) => other.kind === 'PRIMARY' && other.lang === lang)
    found.push({ value, kind: wanted === 'PRIMARY' && taken ? 'ALIAS' : wanted, lang })
  }
  const addNew = (value: string, kind: Name['kind'], code?: string) => {
    if (!value || found.some((other) => other.value === value)) return
    const [lang] = code ? Intl.getCanonicalLocales(code) : []
    found.push({ value, kind, ...(lang ? { lang } : {}) })
  }
  const addWords = (kind: Name['kind'], words: Readonly<Record<string, string>>) => {
    for (const [code, values] of Object.entries(words)) for (const value of values.split('/')) addNew(value, kind, code)
  }
  const { names: own = {}, abbreviations = {}, metonyms = {}, adjectives = {} } = countryWords[cca2] ?? {}
  add(name.common, 'PRIMARY', 'eng')
  add(name.official, 'ALIAS', 'eng')
  for (const [code, { common }] of Object.entries(name.native)) add(withoutStress(common), 'PRIMARY', code)
  for (const code of translated) {
    const common = translations[code]?.common
    if (common) add(common, 'PRIMARY', code)
  }
  for (const [code, { common }] of Object.entries(translations)) {
    const value = corrections[cca2]?.[code] ?? common
    if (value !== name.common) add(value, 'PRIMARY', tagOf(value, code))
  }
  for (const [code, value] of Object.entries(own)) add(value, 'PRIMARY', code)
  for (const value of altSpellings)
    if ([...value].length > 3 && !noNames.includes(value)) addNew(value, spellingKind(value))
  addWords('ABBREVIATION', abbreviations)
  for (const value of capital) addNew(value, 'METONYM')
  addWords('METONYM', metonyms)
  for (const code of ['eng', 'fra'])
    for (const value of demonymsOf(demonyms, code))
      if (independent || !statesCalled(value, code)) addNew(value, 'WEAK', code)
  addWords('WEAK', adjectives)
  return found
}

/** Returns the language with its script if the script is not the usual one: "sr-Latn". Only the Serbian translations need it. */
const tagOf = (value: string, code: string): string =>
  code === 'srp' && /\p{Script=Latin}/u.test(value) ? 'sr-Latn' : code

function spellingKind(value: string): Name['kind'] {
  if (poorNames.includes(value)) return 'WEAK'
  return /^[A-Z]+$/.test(value) ? 'ABBREVIATION' : 'ALIAS'
}

/** Returns the adjectives of a country in a language: two of "Antiguan, Barbudan". */
function demonymsOf(demonyms: Country['demonyms'], code: string): string[] {
  const { m = '', f = '' } = demonyms?.[code] ?? {}
  return [...new Set(`${m}, ${f}`.split(/, | or /))].filter(Boolean)
}

/** Returns whether the adjective is that of a state, such as "French". A territory of this state does not get it. */
const statesCalled = (value: string, code: string): boolean =>
  countries.some(({ independent, demonyms }) => independent && demonymsOf(demonyms, code).includes(value))

/** Returns the flag of a code, made from Unicode's regional indicators. The package has no flag for BQ. */
function flagOf(code: string): string {
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65))
}

/** Removes the stress mark that dictionaries put on Cyrillic vowels, as in "Белару́сь". */
function withoutStress(value: string): string {
  return value.replace(/(?<=\p{Script=Cyrillic})\u0301/gu, '')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.stdout.write(countriesFile())
