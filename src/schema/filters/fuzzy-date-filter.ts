import { UserError } from '../../domain/errors.ts'
import type { Comparison, Condition, DateComparison } from '../../query/condition.ts'
import { inputType } from './list-inputs.ts'

interface DateRange {
  from?: Date | null
  to?: Date | null
}

/** The input `FuzzyDateFilter`, with days as Dates. */
export interface FuzzyDateFilter {
  overlaps?: DateRange | null
  within?: DateRange | null
  before?: Date | null
  after?: Date | null
}

/** Returns the input type of filters on fuzzy dates. */
export const fuzzyDateInput = () =>
  inputType(
    'FuzzyDateFilter',
    'Conditions on a fuzzy date. All given conditions must match. An empty filter matches each record that has a date.',
    (t) => ({
      overlaps: t.field({
        type: dateRange(),
        description:
          'The date may lie in the range: at least one of its possible days does. A date with an open end, such as "since 2020", may lie in each later year, and an undated record in each year: it matches all of these ranges. Use `within` to exclude dates with an open end. To count events by year, use the facet YEAR, which counts each event once.',
      }),
      within: t.field({
        type: dateRange(),
        description:
          'The date certainly lies in the range: both ends of the date are known, and all its possible days are in the range.',
      }),
      before: t.field({
        type: 'Date',
        description: 'The date is certainly before this day: its latest day is known, and before this day.',
      }),
      after: t.field({
        type: 'Date',
        description: 'The date is certainly after this day: its earliest day is known, and after this day.',
      }),
    }),
  )

/** Returns the conditions of a filter on the fuzzy date in the columns with a prefix. Throws a UserError if a range ends before it starts. */
export function fuzzyDateConditions(prefix: string, { overlaps, within, before, after }: FuzzyDateFilter): Condition[] {
  const columns = { earliest: `${prefix}Earliest`, latest: `${prefix}Latest` }
  const compare = (
    dateOperator: DateComparison['dateOperator'],
    from: Comparison | undefined,
    to: Comparison | undefined,
  ): Condition[] => (from || to ? [{ ...columns, dateOperator, ...(from && { from }), ...(to && { to }) }] : [])
  requireOrder(overlaps)
  requireOrder(within)
  const { earliest, latest } = columns
  return [
    ...compare('overlaps', comparison(latest, '>=', overlaps?.from), comparison(earliest, '<=', overlaps?.to)),
    ...compare('within', comparison(earliest, '>=', within?.from), comparison(latest, '<=', within?.to)),
    ...compare('before', comparison(latest, '<', before), undefined),
    ...compare('after', undefined, comparison(earliest, '>', after)),
  ]
}

const comparison = (column: string, operator: Comparison['operator'], value: Date | null | undefined) =>
  value ? { column, operator, value } : undefined

function requireOrder(range: DateRange | null | undefined): void {
  if (range?.from && range.to && range.from > range.to)
    throw new UserError('The date range ends before it starts: swap from and to.')
}

const dateRange = () =>
  inputType('DateRange', 'A range of days, both ends included. A range without `from` and `to` is ignored.', (t) => ({
    from: t.field({ type: 'Date', description: 'The first day of the range. Default: unlimited.' }),
    to: t.field({ type: 'Date', description: 'The last day of the range. Default: unlimited.' }),
  }))
