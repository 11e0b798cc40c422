/** A date that may be known only imprecisely: an unknown day from `earliest` to `latest`. */
export interface FuzzyDate {
  /** The first possible day, such as "2025-03-01"; null if unknown. */
  readonly earliest: string | null
  /** The last possible day; null if unknown. */
  readonly latest: string | null
  readonly precision: 'DAY' | 'MONTH' | 'YEAR' | 'UNKNOWN'
  /** The wording of the source, such as "early March". */
  readonly text: string | null
  readonly basis: 'STATED' | 'INFERRED'
}

/** Returns what is wrong with a date, as the rest of a sentence that starts with its field; undefined if it is valid. */
export function mistakeInDate({ earliest, latest }: Pick<FuzzyDate, 'earliest' | 'latest'>): string | undefined {
  for (const day of [earliest, latest])
    if (day !== null && !isDay(day))
      return `contains ${day}, which is not a calendar day: pass a day such as 2025-03-01`
  // Strings sort like days here, because all years have four digits.
  if (earliest !== null && latest !== null && earliest > latest)
    return `has the earliest day ${earliest} after the latest day ${latest}: swap or correct them`
  return undefined
}

/** Returns whether a text is a calendar day, from 0001-01-01 to 9999-12-31. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
