import type { DateField } from './generated/dates.d.ts'

export type { DateField }

/** The fields of a `FuzzyDate` that its text depends on. */
export interface FuzzyDateFields {
  /** The earliest possible day, such as "2025-03-01"; null if open. */
  earliest?: string | null
  /** The latest possible day; null if open. */
  latest?: string | null
  precision: 'DAY' | 'MONTH' | 'YEAR' | 'UNKNOWN'
}

export interface FuzzyDateOptions {
  /**
   * The type and the field that returned the date, such as "Detention.start". If only one end of the date is known, the words depend on
   * it: "since March 2025" for a start, "until March 2025" for an end. Default: the words of a point in time, "by March 2025".
   */
  field?: DateField
  /** For the field "Event.date", the status of the event: "PROSPECTIVE" or "ONGOING" change the words. */
  status?: string
}

/**
 * Returns the text of a date, such as "1–10 March 2025", "не позднее марта 2025 г." or "seit März 2025". In English it equals `label`.
 * The locale is a BCP 47 tag of Belarusian, English, French, German, Polish or Russian. Throws a RangeError for another language, and
 * if a day is not a day.
 */
export function formatFuzzyDate(date: FuzzyDateFields, locale: string, options?: FuzzyDateOptions): string
