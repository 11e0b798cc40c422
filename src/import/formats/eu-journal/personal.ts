import { countryNamed, countryOfNationals } from '../country.ts'
import type { Field } from '../csv.ts'
import type { RecordOf } from '../dateline/record.ts'
import { fuzzyDay } from './day.ts'

interface Personal {
  readonly person: NonNullable<RecordOf<'ACTOR'>['person']>
  readonly births: NonNullable<RecordOf<'ACTOR'>['births']>
  /** The reasons why parts are left out. */
  readonly leftOut: readonly string[]
}

/** Reads the gender and the dates and places of birth of a person. */
export function personalOf(field: Field, source: string): Personal {
  const dates = alternatives(field('birthDate')).map((text) => ({ text, date: fuzzyDay(text) }))
  const [birth, ...others] = dates.flatMap(({ date }) => date ?? [])
  const places = alternatives(field('birthPlace'), /;/)
  const gender = ({ male: 'MALE', female: 'FEMALE' } as const)[field('gender').toLowerCase()]
  return {
    person: { ...(birth ? { birth } : {}), ...(gender ? { gender } : {}) },
    births: [
      ...others.map((date) => ({ date, source })),
      ...places.map((place) => ({ place, country: countryOf(place) ?? null, source })),
    ],
    leftOut: dates.flatMap(({ text, date }) =>
      date ? [] : [`The date of birth "${text.slice(0, 60)}" cannot be read, and is left out.`],
    ),
  }
}

/** Splits the values of a field, such as "(a) 11.4.1963; (b) 11.4.1960". */
const alternatives = (text: string, separator = /[;,/]|\bor\b/): string[] => [
  ...new Set(
    text
      .replaceAll('"', '')
      .split(separator)
      .map((each) => each.replace(/^\s*\([a-z]+\)\s*/, '').trim())
      .filter(Boolean),
  ),
]

/** Returns the country of "Smolensk, former USSR (now Russian Federation)" or "Minsk, Belarus". */
function countryOf(place: string): string | undefined {
  const now = /\(now ([^)]+)\)/.exec(place)?.[1]
  return countryNamed(now ?? place.split(',').at(-1)?.trim() ?? '')
}

/** Returns the countries of a field such as "Russian, Belarusian", and the words that are not the nationality of a country. */
export function nationalitiesOf(text: string): { countries: readonly string[]; unknown: readonly string[] } {
  const words = alternatives(text, /,|;| and /)
  const countries = words.map((word) => countryOfNationals(word) ?? countryNamed(word))
  return {
    countries: [...new Set(countries.flatMap((country) => country ?? []))],
    unknown: words.filter((_, index) => !countries[index]),
  }
}
