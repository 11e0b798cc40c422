import type { Basis as BasisValue, DatePrecision as PrecisionValue } from '../db/generated/prisma/enums.ts'
import { inSense, type DateSense as SenseOfField, type WrittenSense } from '../domain/date-label.ts'
import type { LoadedRow } from '../query/page.ts'
import { builder } from './builder.ts'
import { describedEnum } from './fields/enum.ts'

export const Basis = describedEnum<BasisValue>(
  'Basis',
  'Whether a source states a date, a link or a cited fact, or it was inferred. `Certainty` says how certain the fact itself is, and `DatePrecision` how exactly a date is known.',
  {
    STATED: 'The source states it.',
    INFERRED: 'It was inferred from the source.',
  },
)

export const DatePrecision = describedEnum<PrecisionValue>(
  'DatePrecision',
  'How exactly a date is known. `Certainty` says how certain the fact itself is, and `Basis` whether the date is stated or inferred.',
  {
    DAY: 'Known to the day.',
    MONTH: 'Known to the month.',
    YEAR: 'Known to the year.',
    UNKNOWN: 'None of these: some days of a month, days of several months, known only on one side, or not known.',
  },
)

const DateSense = describedEnum<WrittenSense>(
  'DateSense',
  'What a date says of the fact. It decides the words of `label` and the form of `edtf` if only one end is known.',
  {
    POINT: 'The fact happens on one of the days.',
    START: 'The fact begins on one of the days, and lasts.',
    END: 'The fact ends on one of the days, and lasted until then.',
    PLANNED: 'The fact is planned for one of the days.',
  },
)

interface FuzzyDateShape {
  earliest: Date | null
  latest: Date | null
  precision: PrecisionValue
  text: string | null
  basis: BasisValue
  edtf: string
  label: string
  sense: WrittenSense
}

/** The suffixes of the columns of a fuzzy date. */
export const fuzzyDateSuffixes = ['Earliest', 'Latest', 'Precision', 'Text', 'Basis', 'Edtf', 'Label'] as const

/** Returns the fuzzy date in the columns with a prefix; null if there is none. The sense is that of its label and EDTF text. */
export function fuzzyDateOf(row: LoadedRow, prefix: string, sense: SenseOfField): FuzzyDateShape | null {
  if (row[`${prefix}Precision`] == null) return null
  const parts = fuzzyDateSuffixes.map((suffix) => [suffix.toLowerCase(), row[prefix + suffix]])
  const date = Object.fromEntries(parts) as Omit<FuzzyDateShape, 'sense'>
  return { ...date, ...inSense(date, sense, row.status) }
}

export const FuzzyDate = builder.objectRef<FuzzyDateShape>('FuzzyDate').implement({
  description:
    'A date that may be known only approximately: a range of days that may be open at either end. Lists sort by the ' +
    'earliest day, else by the latest day. A date without either sorts as 0001-01-01.',
  fields: (t) => ({
    earliest: t.expose('earliest', {
      type: 'Date',
      nullable: true,
      description: 'The earliest possible day; null if open.',
    }),
    latest: t.expose('latest', {
      type: 'Date',
      nullable: true,
      description: 'The latest possible day; null if open.',
    }),
    precision: t.expose('precision', {
      type: DatePrecision,
      description:
        'How exactly the date is known, apart from how certain the fact is (`certainty`) and whether the date is stated or inferred (`basis`).',
    }),
    text: t.exposeString('text', { nullable: true, description: 'The wording of the source, such as "early March".' }),
    basis: t.expose('basis', {
      type: Basis,
      description:
        'Whether the source states the date or the date was inferred, apart from how certain the fact is (`certainty`) and how exactly the date is known (`precision`).',
    }),
    sense: t.expose('sense', {
      type: DateSense,
      description:
        'What the date says: that of its field, and for an event also of its status. A text in another language needs it, such as that of `formatFuzzyDate` of the client package.',
    }),
    edtf: t.exposeString('edtf', {
      description:
        'The date in EDTF (ISO 8601-2), such as "2025-03" or "2025-03-01/2025-03-10". ".." marks an open end, "?" an inferred date. If only one end is known, the form depends on the field, like the words of `label`: an interval such as "2025-03-01/.." for what lasts ("since", "until"), and a set such as "[..2025-03-31]" for what happens on one of the days ("by", "or later").',
    }),
    label: t.exposeString('label', {
      description:
        'The date in English, such as "March 2025", "1–10 March 2025" or "undated". If only one end is known, the words depend on the field: "by March 2025" and "March 2025 or later" for a point in time, "since March 2025" for a start and for the date of an ONGOING event, "until March 2025" for an end, "expected from March 2025" and "expected by March 2025" for a PROSPECTIVE event, whose label is "planned for March 2025" if both ends are known.',
    }),
  }),
})
