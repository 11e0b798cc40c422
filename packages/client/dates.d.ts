/** The fields of a `FuzzyDate` that its text depends on. */
export interface FuzzyDateFields {
  /** The earliest possible day, such as "2025-03-01"; null if open. */
  earliest?: string | null
  /** The latest possible day; null if open. */
  latest?: string | null
  precision: 'DAY' | 'MONTH' | 'YEAR' | 'UNKNOWN'
  /**
   * What the date says. It decides the words for a date of which one end is known, such as "since March 2025" and "until March 2025".
   * Default: "POINT", as in "by March 2025".
   */
  sense?: 'POINT' | 'START' | 'END' | 'PLANNED'
}

/**
 * Returns the text of a date, such as "1–10 March 2025", "не позднее марта 2025 г." or "seit März 2025". In English it equals `label`.
 * The locale is a BCP 47 tag of Belarusian, English, French, German, Polish or Russian. Throws a RangeError for another language, and
 * if a day is not a day.
 */
export function formatFuzzyDate(date: FuzzyDateFields, locale: string): string
