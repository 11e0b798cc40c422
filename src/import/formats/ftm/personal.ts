import type { FuzzyDate } from '../../../domain/date.ts'
import { countryCoded } from '../country.ts'
import type { RecordOf } from '../dateline/record.ts'
import { identifierOf } from '../opensanctions/shared.ts'
import type { Entity } from './entity.ts'

type Citations = RecordOf<'RELATIONSHIP'>['citations']

/** Returns the relationships to the countries of which a person is a national or citizen. */
export function nationalitiesOf({ id, properties }: Entity, citations: Citations): RecordOf<'RELATIONSHIP'>[] {
  const codes = [...(properties.nationality ?? []), ...(properties.citizenship ?? [])]
  const countries = new Set(codes.flatMap((code) => countryCoded(code) ?? []))
  return [...countries].map((object) => ({
    record: 'RELATIONSHIP',
    identifiers: [`${identifierOf(id)}/national-of/${object.slice(object.indexOf(':') + 1)}`],
    subject: identifierOf(id),
    kind: 'NATIONAL_OF',
    object,
    citations,
  }))
}

/** Maximum number of statements about a birth to read from one entity. */
const MAX_BIRTHS = 50

/**
 * Returns the further dates and the places of birth. An entity does not say which place is in which country, so a place has a
 * country only if the entity names one country.
 */
export function birthsOf(
  dates: readonly FuzzyDate[],
  { birthPlace = [], birthCountry = [] }: Entity['properties'],
  citations: Citations,
): NonNullable<RecordOf<'ACTOR'>['births']> {
  const source = citations?.[0]?.source ?? null
  const countries = [...new Set(birthCountry.flatMap((code) => countryCoded(code) ?? []))]
  const country = countries.length === 1 ? (countries[0] ?? null) : null
  const places = [...new Set(birthPlace.map((place) => place.trim()).filter(Boolean))]
  const spans = new Map(dates.map((date) => [`${date.earliest} ${date.latest}`, date]))
  return [
    ...[...spans.values()].map((date) => ({ date, source })),
    ...places.map((place) => ({ place, country, source })),
    ...(places.length === 0 || !country ? countries.map((each) => ({ country: each, source })) : []),
  ].slice(0, MAX_BIRTHS)
}
