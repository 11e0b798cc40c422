// Prints seed/data/countries.json: npx tsx tools/countries.ts > seed/data/countries.json
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import type { Country } from 'world-countries'
import { slugOf } from '../src/domain/name.ts'

interface Name {
  value: string
  kind: 'PRIMARY' | 'ALIAS'
  lang: string
}

const countries = createRequire(import.meta.url)('world-countries') as readonly Country[]

/** The languages of the United Nations besides English, as world-countries names them. */
const translated = ['ara', 'zho', 'fra', 'rus', 'spa']

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

/** Returns one PRIMARY name per language, the country's own before a translation. Different names are ALIASes. */
function names({ name, translations }: Country): Name[] {
  const found: Name[] = []
  const add = (value: string, code: string, wanted: Name['kind']) => {
    const [lang] = Intl.getCanonicalLocales(code)
    if (!lang || found.some((other) => other.value === value && other.lang === lang)) return
    const taken = found.some((other) => other.kind === 'PRIMARY' && other.lang === lang)
    found.push({ value, kind: taken ? 'ALIAS' : wanted, lang })
  }
  add(name.common, 'eng', 'PRIMARY')
  add(name.official, 'eng', 'ALIAS')
  for (const [code, { common }] of Object.entries(name.native)) add(withoutStress(common), code, 'PRIMARY')
  for (const code of translated) {
    const common = translations[code]?.common
    if (common) add(common, code, 'PRIMARY')
  }
  return found
}

/** Returns the flag of a code, made from Unicode's regional indicators. The package has no flag for BQ. */
function flagOf(code: string): string {
  return String.fromCodePoint(...[...code].map((letter) => 0x1f1e6 + letter.charCodeAt(0) - 65))
}

/** Removes the stress mark that dictionaries put on Cyrillic vowels, as in "Белару́сь". */
function withoutStress(value: string): string {
  return value.replace(/(?<=\p{Script=Cyrillic})\u0301/gu, '')
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) process.stdout.write(countriesFile())
