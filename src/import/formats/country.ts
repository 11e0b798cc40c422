import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { searchKey } from '../../domain/name.ts'

const file = new URL('../../../seed/data/countries.json', import.meta.url)

const countries = z
  .array(
    z.discriminatedUnion('record', [
      z.object({ record: z.literal('SOURCE') }),
      z.object({
        record: z.literal('ACTOR'),
        name: z.string(),
        country: z.object({ iso2: z.string(), iso3: z.string() }),
        names: z.array(z.object({ value: z.string(), kind: z.string(), lang: z.string().nullish() })),
      }),
    ]),
  )
  .parse(JSON.parse(readFileSync(file, 'utf8')))
  .filter((each) => each.record === 'ACTOR')

/** Names that sanctions lists use and that countries.json does not contain. */
const otherNames: Record<string, string> = {
  burma: 'MM',
  'korea, north': 'KP',
  'korea, south': 'KR',
  'congo, democratic republic of the': 'CD',
  'the gambia': 'GM',
  turkey: 'TR',
  'cabo verde': 'CV',
  macedonia: 'MK',
  'macedonia, the former yugoslav republic of': 'MK',
  'west bank': 'PS',
  palestinian: 'PS',
  'palestinian territories': 'PS',
  'bosnia-herzegovina': 'BA',
  usa: 'US',
  uk: 'GB',
  drc: 'CD',
  dprk: 'KP',
  'iran (islamic republic of)': 'IR',
  'myanmar/burma': 'MM',
  'myanmar (burma)': 'MM',
  'congo (democratic republic)': 'CD',
  'occupied palestinian territories': 'PS',
  'east timor': 'TL',
}

/** Nationalities in the words of sanctions lists. */
const nationals: Record<string, string> = {
  afghan: 'AF',
  belarusian: 'BY',
  belarussian: 'BY',
  chinese: 'CN',
  congolese: 'CD',
  cuban: 'CU',
  egyptian: 'EG',
  iranian: 'IR',
  iraqi: 'IQ',
  kuwaiti: 'KW',
  lebanese: 'LB',
  libyan: 'LY',
  moldovan: 'MD',
  pakistani: 'PK',
  russian: 'RU',
  rwandan: 'RW',
  serbian: 'RS',
  sudanese: 'SD',
  syrian: 'SY',
  turkish: 'TR',
  ugandan: 'UG',
  ukrainian: 'UA',
  uzbek: 'UZ',
  venezuelan: 'VE',
}

/** The kinds of name that stand for one country. Abbreviations and adjectives, such as "Dominican", may stand for several. */
const ownKinds = ['PRIMARY', 'ALIAS']

const byName = new Map([
  ...countries.flatMap(({ name, names, country }) =>
    [name, ...names.filter(({ kind, lang }) => lang === 'en' && ownKinds.includes(kind)).map(({ value }) => value)].map(
      (each) => [plain(each), country.iso2] as const,
    ),
  ),
  ...Object.entries(otherNames),
])

const byCode = new Map(
  countries.flatMap(({ country: { iso2, iso3 } }) => [[iso2, iso2] as const, [iso3, iso2] as const]),
)

/** Returns the identifier of the country with this English name; undefined if there is none. */
export const countryNamed = (name: string): string | undefined => reference(byName.get(plain(name)))

/** Returns the identifier of the country whose people are called this, such as "Belarusian"; undefined if none is known. */
export const countryOfNationals = (name: string): string | undefined => reference(nationals[plain(name)])

/** Returns the identifier of the country with this ISO 3166 code of two or three letters, in any case. */
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
