import type { Basis as BasisValue, DatePrecision as PrecisionValue } from '../db/generated/prisma/enums.ts'
import type { Row } from '../plan/page.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'

export const Basis = describedEnum<BasisValue>('Basis', 'What a claim rests on.', {
  STATED: 'The source says so.',
  INFERRED: 'It follows from what the source says.',
})

export const DatePrecision = describedEnum<PrecisionValue>('DatePrecision', 'How finely a date is known.', {
  DAY: 'To the day.',
  MONTH: 'To the month.',
  YEAR: 'To the year.',
  UNKNOWN: 'Not at all, or only to one side.',
})

interface FuzzyDateShape {
  earliest: Date | null
  latest: Date | null
  precision: PrecisionValue
  text: string | null
  basis: BasisValue
  edtf: string
  label: string
}

/** How the columns of a fuzzy date end. */
export const fuzzyDateParts = ['Earliest', 'Latest', 'Precision', 'Text', 'Basis', 'Edtf', 'Label'] as const

/** The fuzzy date in the columns that begin with `prefix`; null where nothing is said. */
export function fuzzyDateOf(row: Row, prefix: string): FuzzyDateShape | null {
  if (row[`${prefix}Precision`] == null) return null
  const parts = fuzzyDateParts.map((part) => [part.toLowerCase(), row[prefix + part]])
  return Object.fromEntries(parts) as FuzzyDateShape
}

export const FuzzyDate = builder.objectRef<FuzzyDateShape>('FuzzyDate').implement({
  description:
    'A date as precisely as it is known: a span of days, open to either side where nothing bounds it. Lists sort by its ' +
    'earliest day, else its latest; those without either count as the year 1.',
  fields: (t) => ({
    earliest: t.expose('earliest', {
      type: 'Date',
      nullable: true,
      description: 'First day on which it can lie; null when open.',
    }),
    latest: t.expose('latest', {
      type: 'Date',
      nullable: true,
      description: 'Last day on which it can lie; null when open.',
    }),
    precision: t.expose('precision', { type: DatePrecision, description: 'How finely it is known.' }),
    text: t.exposeString('text', { nullable: true, description: 'The source\'s own words, such as "early March".' }),
    basis: t.expose('basis', { type: Basis, description: 'Whether the source states it or it was inferred.' }),
    edtf: t.exposeString('edtf', {
      description:
        'As EDTF (ISO 8601-2): "2025-03", "2025-03-01/2025-03-10"; ".." for an open end, "?" where inferred.',
    }),
    label: t.exposeString('label', {
      description: 'In English: "March 2025", "1–10 March 2025", "since March 2025", "undated".',
    }),
  }),
})
