/** A date as precisely as it is known: it lies within [earliest, latest], either of which may be open. */
export interface FuzzyDate {
  /** First possible day, "2025-03-01"; null when open. */
  readonly earliest: string | null
  /** Last possible day; null when open. */
  readonly latest: string | null
  readonly precision: 'DAY' | 'MONTH' | 'YEAR' | 'UNKNOWN'
  /** The source's own words, such as "early March". */
  readonly text: string | null
  readonly basis: 'STATED' | 'INFERRED'
}

/** Says what is wrong with a date, as the rest of a sentence; undefined when nothing is. */
export function mistakeInDate({ earliest, latest }: FuzzyDate): string | undefined {
  for (const day of [earliest, latest])
    if (day !== null && !isDay(day))
      return `contains ${day}, which is not a calendar day: pass a day such as 2025-03-01`
  // Days as text sort as days do, since their years have four digits.
  if (earliest !== null && latest !== null && earliest > latest)
    return `has the earliest day ${earliest} after the latest day ${latest}: swap or correct them`
  return undefined
}

/** Whether a text is a day of the calendar, from 0001-01-01 to 9999-12-31. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(text) || text < '0001') return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)
}
