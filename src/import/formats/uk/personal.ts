import { type FuzzyDate, isDay } from '../../../domain/date.ts'
import { countryOfNationals } from '../country.ts'
import { fuzzyPrefix } from '../opensanctions/shared.ts'
import { type BirthClaims, withAlternatives } from '../person.ts'
import { countryOf } from '../un/birth.ts'
import { withoutNumbers } from '../un/name.ts'
import type { XmlElement } from '../xml.ts'
import { elementsAt, textAt, textsAt } from './element.ts'

/** What a designation states about a person, and what cannot be read of it. */
interface Personal {
  /** The first date of birth. Its text contains all alternatives. */
  readonly birth: FuzzyDate | undefined
  readonly gender: 'FEMALE' | 'MALE' | undefined
  /** The other dates of birth, and the places. */
  readonly claims: BirthClaims
  /** The identifiers of the countries. */
  readonly nationalities: readonly string[]
  readonly mistakes: readonly string[]
}

const path = ['IndividualDetails', 'Individual']

export function personalOf(designation: XmlElement): Personal {
  const texts = distinct(textsAt(designation, ...path, 'DOBs', 'DOB'))
  const dates = texts.flatMap((text) => dateOf(text) ?? [])
  const genders = distinct(textsAt(designation, ...path, 'Genders', 'Gender'))
  const gender = genders.length === 1 ? genderOf(genders[0]) : undefined
  const nationalities = textsAt(designation, ...path, 'Nationalities', 'Nationality')
  return {
    birth: withAlternatives(dates),
    gender,
    claims: [
      ...dates.slice(1).map((date) => ({ date })),
      ...distinct(elementsAt(designation, ...path, 'BirthDetails', 'Location').flatMap(placeOf), JSON.stringify),
    ],
    nationalities: distinct(nationalities.flatMap((name) => nationalityOf(name) ?? [])),
    mistakes: [
      ...texts.filter((text) => !dateOf(text)).map((text) => unread(`The date of birth "${text.slice(0, 60)}"`)),
      ...(genders.length > 0 && !gender ? [unread(`The gender "${genders.join(', ').slice(0, 60)}"`)] : []),
      ...nationalities
        .filter((name) => !nationalityOf(name))
        .map((name) => `The nationality "${name.slice(0, 60)}" is not that of a country, and is left out.`),
    ],
  }
}

/** Reads a date such as "12/11/1967", "dd/11/1967" or "dd/mm/1967". Returns undefined for any other text. */
export function dateOf(text: string): FuzzyDate | undefined {
  const [, day = '', month = '', year] = /^(\d\d|dd)\/(\d\d|mm)\/(\d{4})$/i.exec(text) ?? []
  const [hasDay, hasMonth] = [/\d/.test(day), /\d/.test(month)]
  if (!year || (hasDay && !isDay(`${year}-${month}-${day}`))) return undefined
  const found = fuzzyPrefix([year, ...(hasMonth ? [month] : []), ...(hasDay ? [day] : [])].join('-'))
  return found && { ...found, text }
}

const genderOf = (text = ''): 'FEMALE' | 'MALE' | undefined =>
  (({ female: 'FEMALE', male: 'MALE' }) as const)[text.toLowerCase()]

const nationalityOf = (name: string): string | undefined => countryOf(name) ?? countryOfNationals(name)

/** Reads a place of birth. Its country is also in its words, unless it is all that the list states. */
function placeOf(location: XmlElement): { place?: string; country?: string | null }[] {
  const [town, country] = [textAt(location, 'TownOfBirth'), textAt(location, 'CountryOfBirth')]
  const known = country ? countryOf(country) : undefined
  if (!town && known) return [{ country: known }]
  const place = [town, country].filter(Boolean).join(', ')
  return place ? [{ place: withoutNumbers(place), country: known ?? null }] : []
}

const unread = (what: string): string => `${what} cannot be read, and is left out.`

function distinct<T>(values: readonly T[], key: (value: T) => unknown = (value) => value): T[] {
  return [...new Map(values.map((value) => [key(value), value])).values()]
}
