// What the lists of the United Nations, the European Union and the United Kingdom state about people in the same way.
import type { FuzzyDate } from '../../domain/date.ts'
import type { RecordOf } from './dateline/record.ts'
import { fuzzyPrefix } from './opensanctions/shared.ts'

type Actor = RecordOf<'ACTOR'>

/** The dates and places of a birth besides the first date. */
export type BirthClaims = readonly Omit<NonNullable<Actor['births']>[number], 'source'>[]

/** Returns the first date, whose text has all of them as alternatives; undefined if there is none. */
export function withAlternatives(dates: readonly FuzzyDate[]): FuzzyDate | undefined {
  const [first] = dates
  return first && { ...first, text: dates.map(({ text }) => text).join('; alt. ') }
}

/** Returns the time from one year to another; undefined if one is not a year, or they are not in order. */
export function between(from: string, to: string): FuzzyDate | undefined {
  const [first, last] = [fuzzyPrefix(from), fuzzyPrefix(to)]
  return first && last && from <= to ? { ...first, latest: last.latest } : undefined
}

/** Returns the fields of the record of a person, as a source states them. */
export const personFields = (
  {
    birth,
    gender,
    claims,
  }: { birth?: FuzzyDate | undefined; gender?: 'FEMALE' | 'MALE' | undefined; claims: BirthClaims },
  source: string,
): Pick<Actor, 'person' | 'births'> => ({
  person: { ...(birth ? { birth } : {}), ...(gender ? { gender } : {}) },
  ...(claims.length > 0 ? { births: claims.map((each) => ({ ...each, source })) } : {}),
})
