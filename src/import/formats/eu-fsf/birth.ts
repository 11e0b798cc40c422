import type { FuzzyDate } from '../../../domain/date.ts'
import { countryCoded, countryNamed } from '../country.ts'
import { fuzzyPrefix } from '../opensanctions/shared.ts'
import { type BirthClaims, between, withAlternatives } from '../person.ts'
import { oneLine, withoutNumbers } from '../un/name.ts'
import { childrenNamed, type XmlElement } from '../xml.ts'

/** What an entry states about a person's birth, and what cannot be read of it. */
interface Birth {
  /** The first date of birth. Its text contains all alternatives. */
  readonly birth: FuzzyDate | undefined
  /** Each statement: a date, a place, or both. A statement that has only the first date is not repeated. */
  readonly claims: BirthClaims
  readonly mistakes: readonly string[]
}

export function birthOf(entry: XmlElement): Birth {
  const read = childrenNamed(entry, 'birthdate').map((element) => ({ ...dateOf(element), ...placeOf(element) }))
  const dates = [...new Map(read.flatMap(({ date }) => (date ? [[JSON.stringify(date), date]] : []))).values()]
  const claims = read
    .filter(
      ({ date, place, country }) => place || country || (date && JSON.stringify(date) !== JSON.stringify(dates[0])),
    )
    .map(({ date, place, country }) => ({
      ...(date ? { date } : {}),
      ...(place ? { place } : {}),
      ...(country ? { country } : {}),
    }))
  return {
    birth: withAlternatives(dates),
    claims: [...new Map(claims.map((each) => [JSON.stringify(each), each])).values()],
    mistakes: read.flatMap(({ mistake }) => mistake ?? []),
  }
}

/** Returns the country of an element with a code and a description; undefined if the list states none ("00") or it is not known. */
export function countryOf({ attributes }: XmlElement): string | undefined {
  const { countryIso2Code = '', countryDescription = '' } = attributes
  return countryCoded(countryIso2Code) ?? countryNamed(countryDescription)
}

/** Returns the words for a country that the list states; "" if it states none. */
export const countryWords = ({ attributes }: XmlElement): string =>
  attributes.countryIso2Code === '00' ? '' : oneLine(attributes.countryDescription ?? '')

/** Reads a date of birth: a day, a month, a year, or one between two years. */
function dateOf({ attributes }: XmlElement): { date?: FuzzyDate; mistake?: string } {
  const { birthdate = '', year = '', monthOfYear = '', yearRangeFrom = '', yearRangeTo = '' } = attributes
  const { circa, calendarType = 'GREGORIAN' } = attributes
  const isRange = Boolean(yearRangeFrom || yearRangeTo)
  const value = birthdate || (isRange ? `between ${yearRangeFrom} and ${yearRangeTo}` : yearAndMonth(year, monthOfYear))
  if (!value) return {}
  const text = circa === 'true' ? `circa ${value}` : value
  const date = birthdate || !isRange ? fuzzyPrefix(value) : between(yearRangeFrom, yearRangeTo)
  if (!date || calendarType !== 'GREGORIAN') {
    const calendar = calendarType === 'GREGORIAN' ? '' : ` of the calendar ${calendarType.slice(0, 20)}`
    return { mistake: `The date of birth "${text.slice(0, 60)}"${calendar} cannot be read, and is left out.` }
  }
  return { date: { ...date, text, basis: circa === 'true' ? 'INFERRED' : 'STATED' } }
}

const yearAndMonth = (year: string, month: string): string =>
  year && month ? `${year}-${month.padStart(2, '0')}` : year

/** Reads a place of birth. "-" stands for no city. The words contain the country only if it is not known. */
function placeOf(element: XmlElement): { place?: string; country?: string } {
  const { place = '', city = '', region = '' } = element.attributes
  const country = countryOf(element)
  const words = [place, city, region, country ? '' : countryWords(element)]
    .map(oneLine)
    .filter((each) => each !== '' && each !== '-')
  const text = withoutNumbers([...new Set(words)].join(', '))
  return { ...(text ? { place: text } : {}), ...(country ? { country } : {}) }
}
