import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { searchKey } from '../../domain/name.ts'

const file = new URL('../../../seed/data/countries.json', import.meta.url)

const countries = z
  .array(
    z.object({
      name: z.string(),
      country: z.object({ iso2: z.string(), iso3: z.string() }),
      names: z.array(z.object({ value: z.string(), lang: z.string().nullish() })),
    }),
  )
  .parse(JSON.parse(readFileSync(file, 'utf8')))

/** Names that lists use beside those of the countries' own file. */
const others: Record<string, string> = {
  burma: 'MM',
  'korea, north': 'KP',
  'korea, south': 'KR',
  'congo, democratic republic of the': 'CD',
  'the gambia': 'GM',
}

const byName = new Map([
  ...countries.flatMap(({ name, names, country }) =>
    [name, ...names.filter(({ lang }) => lang === 'en').map(({ value }) => value)].map(
      (each) => [plain(each), country.iso2] as const,
    ),
  ),
  ...Object.entries(others),
])

const byCode = new Map(
  countries.flatMap(({ country: { iso2, iso3 } }) => [[iso2, iso2] as const, [iso3, iso2] as const]),
)

/** The identifier of the country of an English name; undefined where there is none. */
export const countryNamed = (name: string): string | undefined => reference(byName.get(plain(name)))

/** The identifier of the country of an ISO 3166 code of two or three letters, in capitals or not. */
export const countryCoded = (code: string): string | undefined => reference(byCode.get(code.toUpperCase()))

function plain(name: string): string {
  return searchKey(name)
    .replaceAll('&', 'and')
    .replace(/^st\.? /, 'saint ')
    .replace(/^the /, '')
}

function reference(iso2: string | undefined): string | undefined {
  return iso2 && `ISO3166:${iso2}`
}
