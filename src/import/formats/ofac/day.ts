import type { FuzzyDate } from '../../../domain/date.ts'
import { isDay } from '../../../domain/date.ts'

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

type Span = Pick<FuzzyDate, 'precision'> & { readonly earliest: string; readonly latest: string }

/**
 * Reads a date of an OFAC list: "30 Aug 1954", "Aug 1954", "1956", "circa 1950", "1950 to 1955", "1979-1982",
 * "01 Jan 1946 to 31 Dec 1948". Returns undefined for any other text.
 */
export function fuzzyDay(text: string): FuzzyDate | undefined {
  const circa = text.startsWith('circa ')
  const ends = text.replace('circa ', '').split(/ to |(?<=^\d{4})-(?=\d{4}$)/)
  const [first, last = first] = ends.map(spanOf)
  if (!first || !last || ends.length > 2 || first.earliest > last.latest) return undefined
  return {
    earliest: first.earliest,
    latest: last.latest,
    precision: first.precision,
    text,
    basis: circa ? 'INFERRED' : 'STATED',
  }
}

function spanOf(text: string): Span | undefined {
  const [, day, month, year] = /^(?:(?:(\d\d?) )?([A-Z][a-z]{2}) )?(\d{4})$/.exec(text) ?? []
  if (!year) return undefined
  if (!month) return { earliest: `${year}-01-01`, latest: `${year}-12-31`, precision: 'YEAR' }
  const index = months.indexOf(month)
  if (index < 0) return undefined
  const yearAndMonth = `${year}-${String(index + 1).padStart(2, '0')}`
  if (day) {
    const date = `${yearAndMonth}-${day.padStart(2, '0')}`
    return isDay(date) ? { earliest: date, latest: date, precision: 'DAY' } : undefined
  }
  const end = new Date(Date.UTC(Number(year), index + 1, 0)).toISOString().slice(0, 10)
  return { earliest: `${yearAndMonth}-01`, latest: end, precision: 'MONTH' }
}
