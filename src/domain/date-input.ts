import { type FuzzyDate, isDay, mistakeInDate } from './date.ts'

type Range = Pick<FuzzyDate, 'earliest' | 'latest'>

/** A date as callers of the API write it: in exactly one of several forms. */
export interface DateInput {
  readonly basis: FuzzyDate['basis']
  readonly text?: string | null
  /** A date in EDTF (ISO 8601-2), such as "2025-03" or "2025-03-05/..". */
  readonly edtf?: string | null
  readonly on?: string | null
  /** A month, such as "2025-03". */
  readonly month?: string | null
  readonly year?: number | null
  readonly between?: { readonly from: string; readonly to: string } | null
  readonly earliest?: string | null
  readonly latest?: string | null
  /** Only for `earliest` and `latest`. Default: derived from them. */
  readonly precision?: FuzzyDate['precision'] | null
}

/** A mistake in a date: the path of a field in it, and the rest of a sentence that starts with the field. */
export interface DateMistake {
  readonly path: string[]
  readonly message: string
}

/** Returns the date that an input describes, or the mistake in it. */
export function readDateInput(input: DateInput): FuzzyDate | DateMistake {
  const range = rangeOf(input)
  if ('message' in range) return range
  const { text = null, basis, precision } = input
  const message = mistakeInDate(range)
  if (message) return mistake([], message)
  const wrong = precision ? mistakeInPrecision(precision, range) : undefined
  if (wrong) return mistake(['precision'], wrong)
  return { ...range, precision: precision ?? derivedPrecision(input, range), text, basis }
}

const mistake = (path: string[], message: string): DateMistake => ({ path, message })

const forms = ['edtf', 'on', 'month', 'year', 'between'] as const

function rangeOf(input: DateInput): Range | DateMistake {
  const { basis, edtf, on, month, year, between, precision, earliest = null, latest = null } = input
  const given: string[] = forms.filter((form) => input[form] != null)
  if (earliest !== null || latest !== null) given.push('earliest and latest')
  const [form] = given
  if (given.length > 1) return mistake([], `is given as ${given.join(' and as ')}: pass only one of them`)
  if (!form && precision !== 'UNKNOWN') return mistake([], missing)
  if (form && form !== 'earliest and latest' && precision)
    return mistake(['precision'], `is only for earliest and latest, but the date is given as ${form}: omit it`)
  if (on != null) return { earliest: on, latest: on }
  if (month != null)
    return unitRange(month, 'MONTH') ?? mistake(['month'], 'is not a month: pass one such as "2026-03"')
  if (year != null)
    return unitRange(String(year).padStart(4, '0'), 'YEAR') ?? mistake(['year'], `is ${year}: pass one from 1 to 9999`)
  if (between != null) return rangeBetween(between)
  return edtf == null ? { earliest, latest } : readEdtf(edtf, basis)
}

const missing =
  'contains no day: pass one of edtf, on, month, year, between, or earliest and latest. For an unknown date, pass the precision UNKNOWN'

const rangeBetween = ({ from, to }: { from: string; to: string }): Range | DateMistake =>
  from > to
    ? mistake(['between'], `ends on ${to}, before it starts on ${from}: swap from and to`)
    : { earliest: from, latest: to }

/** Returns the days of a day, month or year, such as "2025-03"; undefined if it is not on the calendar, or not of the given unit. */
function unitRange(text: string, unit?: Unit): Range | undefined {
  const found = unitOf(text)
  if (!found || (unit && found !== unit)) return undefined
  const earliest = text + { DAY: '', MONTH: '-01', YEAR: '-01-01' }[found]
  if (!isDay(earliest)) return undefined
  const latest = { DAY: () => text, MONTH: () => lastDayOf(text), YEAR: () => `${text}-12-31` }[found]()
  return { earliest, latest }
}

type Unit = 'DAY' | 'MONTH' | 'YEAR'

const unitOf = (text: string): Unit | undefined =>
  /^\d{4}(-\d\d){0,2}$/.test(text)
    ? ({ 4: 'YEAR', 7: 'MONTH', 10: 'DAY' } as const)[text.length as 4 | 7 | 10]
    : undefined

const lastDayOf = (month: string) =>
  ['31', '30', '29', '28'].map((day) => `${month}-${day}`).find((day) => isDay(day)) ?? month

/** The qualifiers of EDTF: uncertain, approximate, both. */
const qualifier = /[?~%]$/

/** Reads a date in the part of EDTF level 1 that a fuzzy date can store. */
function readEdtf(edtf: string, basis: DateInput['basis']): Range | DateMistake {
  const [, until, since] = /^\[(?:\.\.([^.]+)|([^.]+)\.\.)\]$/.exec(edtf) ?? []
  const parts = until ? ['..', until] : since ? [since, '..'] : edtf.split('/')
  const ranges = parts.map((part) =>
    part === '..' && parts.length === 2 ? { earliest: null, latest: null } : unitRange(part.replace(qualifier, '')),
  )
  const [first, last] = [ranges[0], ranges.at(-1)]
  if (!first || !last || parts.length > 2 || ranges.includes(undefined)) return mistake(['edtf'], notEdtf)
  if (basis === 'STATED' && parts.some((part) => qualifier.test(part)))
    return mistake(
      ['edtf'],
      'marks the date as uncertain or approximate, but the basis is STATED: pass the basis INFERRED, or omit the mark',
    )
  const { earliest } = first
  const { latest } = last
  if (earliest !== null && latest !== null && earliest > latest)
    return mistake(['edtf'], 'ends before it starts: swap its ends')
  return { earliest, latest }
}

const notEdtf =
  'is not a date in the supported part of EDTF: pass a day, a month or a year, such as "2025-03", or an interval, such as "2025-03-05/2025-04-02" or "2025/..", or a set that is open at one end, such as "[..2025-03]", with "?" or "~" after a date that is uncertain or approximate'

/** Returns what is wrong with the precision of a range, as the rest of a sentence; undefined if it is right. */
function mistakeInPrecision(precision: FuzzyDate['precision'], { earliest, latest }: Range): string | undefined {
  const given = [earliest, latest].filter((day) => day !== null)
  const days = given.length > 0 ? `${earliest ?? 'open'} to ${latest ?? 'open'}` : 'no day'
  const isDayKnown = earliest !== null && earliest === latest
  if (precision === 'UNKNOWN')
    return isDayKnown ? `is UNKNOWN, but the day is known to be ${earliest}: pass DAY, or omit it` : undefined
  if (precision === 'DAY')
    return isDayKnown ? undefined : `is DAY, but the date is ${days}: pass one day as earliest and latest, or omit it`
  const fits =
    given.length > 0 && startsUnit(earliest ?? '0001-01-01', precision) && endsUnit(latest ?? '9999-12-31', precision)
  return fits
    ? undefined
    : `is ${precision}, but the date is ${days}, which is not made of whole ${precision.toLowerCase()}s: correct the days, or omit it`
}

/** Returns the precision that the form of a date implies: that of an EDTF interval with an open end is the unit of its other end. */
function derivedPrecision({ edtf }: DateInput, { earliest, latest }: Range): FuzzyDate['precision'] {
  if (earliest === null && latest === null) return 'UNKNOWN'
  if (earliest === null || latest === null) {
    const unit =
      edtf
        ?.replace(/^\[(?:\.\.)?|(?:\.\.)?\]$/g, '')
        .split('/')
        .flatMap((part) => unitOf(part.replace(qualifier, '')) ?? [])[0] ?? 'DAY'
    return unit === 'DAY' ? 'UNKNOWN' : unit
  }
  if (earliest === latest) return 'DAY'
  return units.find((unit) => startsUnit(earliest, unit) && endsUnit(latest, unit)) ?? 'UNKNOWN'
}

const units = ['YEAR', 'MONTH'] as const

const startsUnit = (day: string, unit: (typeof units)[number]) => day.endsWith(unit === 'YEAR' ? '-01-01' : '-01')

const endsUnit = (day: string, unit: (typeof units)[number]) =>
  unit === 'YEAR' ? day.endsWith('-12-31') : day === lastDayOf(day.slice(0, 7))
