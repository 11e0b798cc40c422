import { type FuzzyDate, isDay } from '../../../domain/date.ts'
import { countryNamed } from '../country.ts'
import { fuzzyDay } from '../ofac/day.ts'
import { fuzzyPrefix } from '../opensanctions/shared.ts'
import { type BirthClaims, between, withAlternatives } from '../person.ts'
import { childrenNamed, textOf, type XmlElement } from '../xml.ts'
import { oneLine, withoutNumbers } from './name.ts'

/** What an entry says of a person's birth, and what cannot be read of it. */
interface Birth {
  /** The first date of birth. Its text contains all alternatives. */
  readonly birth: FuzzyDate | undefined
  /** The other dates, and the places. */
  readonly claims: BirthClaims
  readonly mistakes: readonly string[]
}

export function birthOf(entry: XmlElement): Birth {
  const read = childrenNamed(entry, 'INDIVIDUAL_DATE_OF_BIRTH').map(dateOf)
  const all = read.flatMap(({ date }) => date ?? [])
  const [first, ...others] = all
  const dates = distinct(others, span).filter((date) => first === undefined || span(date) !== span(first))
  const places = distinct(childrenNamed(entry, 'INDIVIDUAL_PLACE_OF_BIRTH').flatMap(placeOf), (each) =>
    JSON.stringify(each),
  )
  return {
    birth: withAlternatives(all),
    claims: [...dates.map((date) => ({ date })), ...places],
    mistakes: read.flatMap(({ mistake }) => mistake ?? []),
  }
}

/** Returns the country with a name, as the list writes it. "Congo" is not the Democratic Republic of the Congo. */
export const countryOf = (name: string): string | undefined => (name === 'Congo' ? 'ISO3166:CG' : countryNamed(name))

/** Returns the day of a date such as "2015-07-01" or "2015-07-01-04:00"; undefined for any other text. */
export function dayOf(text: string): FuzzyDate | undefined {
  const day = /^(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?$/.exec(text)?.[1] ?? ''
  return isDay(day) ? { earliest: day, latest: day, precision: 'DAY', text, basis: 'STATED' } : undefined
}

/** Reads a date of birth: an exact one, an approximate one, or one between two years. */
function dateOf(element: XmlElement): { date?: FuzzyDate; mistake?: string } {
  const [type, day, year, from, to, note] = ['TYPE_OF_DATE', 'DATE', 'YEAR', 'FROM_YEAR', 'TO_YEAR', 'NOTE'].map(
    (name) => oneLine(textOf(element, name)),
  ) as [string, string, string, string, string, string]
  const value = day || year || (from || to ? `between ${from} and ${to}` : '')
  if (!value && !note) return {}
  const text = [type === 'APPROXIMATELY' ? 'approximately' : '', value, value && note ? `(${note})` : note]
    .filter(Boolean)
    .join(' ')
  const isBetween = value.startsWith('between')
  const found = isBetween ? between(from, to) : day ? dayOf(day) : (monthOf(note, year) ?? fuzzyPrefix(year))
  if (!found || !['EXACT', 'APPROXIMATELY', 'BETWEEN'].includes(type))
    return { mistake: `The date of birth "${text}" cannot be read, and is left out.` }
  const isInferred = type === 'APPROXIMATELY' || /^approximately$/i.test(note)
  return { date: { ...found, text, basis: isInferred ? 'INFERRED' : 'STATED' } }
}

/** Reads a note such as "Nov. 1973", or "Sep." beside a year. */
function monthOf(note: string, year: string): FuzzyDate | undefined {
  const [, month, ofYear] = /^([A-Z][a-z]{2})[a-z]*\.?(?: (\d{4}))?$/.exec(note) ?? []
  return month && (ofYear ?? year) ? fuzzyDay(`${month} ${ofYear ?? year}`) : undefined
}

/** Reads a place of birth. Its country is also in its words, unless it is all that the list states. */
function placeOf(element: XmlElement): { place?: string; country?: string | null }[] {
  const [street, city, province, country, note] = ['STREET', 'CITY', 'STATE_PROVINCE', 'COUNTRY', 'NOTE'].map((name) =>
    oneLine(textOf(element, name)),
  ) as [string, string, string, string, string]
  const parts = [...new Set([street, city, province].filter(Boolean))]
  const known = country ? countryOf(country) : undefined
  if (parts.length === 0 && !note && known) return [{ country: known }]
  const words = [...parts, ...(country ? [country] : [])].join(', ')
  const place = words && note ? `${words} (${note.replace(/^\((.*)\)$/, '$1')})` : words || note
  return place ? [{ place: withoutNumbers(place), country: known ?? null }] : []
}

const span = ({ earliest, latest }: FuzzyDate): string => `${earliest} ${latest}`

function distinct<T>(values: readonly T[], key: (value: T) => string): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()]
}
