import type { FuzzyDate } from '../../../domain/date.ts'
import { countryNamed } from '../country.ts'
import { fuzzyDay } from './day.ts'

/** A place of birth in the words of the list, and its country if the words name one. */
interface Birthplace {
  readonly place: string
  readonly country: string | undefined
}

/** What the remarks say of a person, besides the name. */
export interface Personal {
  /** The first date of birth that can be read. Its text contains all alternatives. */
  readonly birth: FuzzyDate | undefined
  /** The other dates of birth. */
  readonly otherBirths: readonly FuzzyDate[]
  readonly birthplaces: readonly Birthplace[]
  /** The countries of which the person is a national or citizen. */
  readonly nationalities: readonly string[]
  /** Names of nationalities that are not those of a country. */
  readonly unknownNationalities: readonly string[]
}

const remark = /^(?:[Aa]lt\. )?(DOB|POB|nationality|citizen):? (.+?)\.?$/

/** Reads remarks such as "DOB 1967", "alt. DOB 1966", "POB Minsk, Belarus" and "nationality Belarus". */
export function readPersonal(parts: readonly string[]): Personal {
  const values: Record<string, string[]> = {}
  for (const part of parts) {
    const [, name, value] = remark.exec(part) ?? []
    if (name && value) values[name] = [...(values[name] ?? []), value]
  }
  const { DOB = [], POB = [], nationality = [], citizen = [] } = values
  const [first, ...others] = DOB.flatMap((each) => fuzzyDay(each) ?? [])
  const nationalities = [...nationality, ...citizen].map((name) => ({ name, country: countryNamed(name) }))
  return {
    birth: first && DOB.length > 1 ? { ...first, text: DOB.join('; alt. ') } : first,
    otherBirths: distinct(others, span).filter((date) => first === undefined || span(date) !== span(first)),
    birthplaces: distinct(POB, (place) => place).map((place) => ({ place, country: countryOf(place) })),
    nationalities: [...new Set(nationalities.flatMap(({ country }) => country ?? []))],
    unknownNationalities: nationalities.flatMap(({ name, country }) => (country ? [] : [name])),
  }
}

const span = ({ earliest, latest }: FuzzyDate): string => `${earliest} ${latest}`

/** Returns the country with which a place ends: that of "Pyongyang, Korea, North" is "Korea, North". */
function countryOf(place: string): string | undefined {
  const words = place.split(', ')
  return countryNamed(words.slice(-2).join(', ')) ?? countryNamed(words.at(-1) ?? '')
}

function distinct<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()]
}
