import { type FuzzyDate, isDay } from '../../../domain/date.ts'

const months = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

/**
 * Reads a date of the Official Journal: "6.11.2020", "14 July 2026", "2026-08-07", "July 1968", "1966" or "Between 1959 and 1965". Returns
 * undefined for any other text.
 */
export function fuzzyDay(text: string): FuzzyDate | undefined {
  const [, since, until] = /^between (\d{4}) and (\d{4})$/i.exec(text) ?? []
  if (since && until)
    return since < until
      ? { earliest: `${since}-01-01`, latest: `${until}-12-31`, precision: 'YEAR', text, basis: 'STATED' }
      : undefined
  const [, dottedDay, dottedMonth, dottedYear] = /^(\d\d?)\.(\d\d?)[. ](\d{4})\.?$/.exec(text) ?? []
  const [, namedDay, monthName = '', namedYear] = /^(?:(\d\d?) )?([A-Z][a-z]+) (\d{4})$/.exec(text) ?? []
  const [, isoYear, isoMonth, isoDay] = /^(\d{4})(?:-(\d\d)-(\d\d))?$/.exec(text) ?? []
  const year = dottedYear ?? namedYear ?? isoYear
  if (!year) return undefined
  const month = dottedMonth ?? isoMonth ?? (monthName && String(months.indexOf(monthName.toLowerCase()) + 1))
  const day = dottedDay ?? namedDay ?? isoDay
  const first = [year, (month || '1').padStart(2, '0'), (day ?? '1').padStart(2, '0')].join('-')
  if (!isDay(first)) return undefined
  if (day) return { earliest: first, latest: first, precision: 'DAY', text, basis: 'STATED' }
  const last = new Date(Date.UTC(Number(year), month ? Number(month) : 12, 0)).toISOString().slice(0, 10)
  return { earliest: first, latest: last, precision: month ? 'MONTH' : 'YEAR', text, basis: 'STATED' }
}
