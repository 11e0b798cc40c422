import { z } from 'zod'
import { Basis, DatePrecision } from '../../db/generated/prisma/enums.ts'
import { countWords, longestQuote } from '../../domain/citation.ts'
import { type FuzzyDate, mistakeInDate } from '../../domain/date.ts'
import { readDateInput } from '../../domain/date-input.ts'

/** The values of validated fields. */
export type FieldValues<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>

/** Text that PostgreSQL can store: it stores neither NUL nor an unpaired surrogate. */
export const text = z
  .string()
  .regex(
    /^(?=[\s\S]*\S)[^\0\p{Surrogate}]+$/u,
    'must contain more than white space, and neither NUL nor an unpaired surrogate',
  )

/**
 * The rules of the values that imports and the API write differently. References to other records are identifiers in an import, and
 * global ids in the API. Dates are `storedDate` in an import, and `dateInput` in the API.
 */
export interface References<R> {
  readonly date: z.ZodType<FuzzyDate>
  readonly actor: z.ZodType<R>
  readonly country: z.ZodType<R>
  readonly event: z.ZodType<R>
  readonly sanction: z.ZodType<R>
  readonly source: z.ZodType<R>
}

export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'must be words of a–z and 0–9, separated by hyphens')

export const language = z.string().refine(isLanguage, { error: 'must be a BCP 47 tag, such as "be"' })

/** A date in the form of imports and exports, which is that of the columns. */
export const storedDate = z
  .strictObject({
    earliest: z.string().nullable().default(null),
    latest: z.string().nullable().default(null),
    precision: z.enum(DatePrecision),
    text: text.nullable().default(null),
    basis: z.enum(Basis),
  })
  .superRefine((value, context) => {
    const mistake = mistakeInDate(value)
    if (mistake) context.addIssue({ code: 'custom', message: mistake, input: value })
  })

/** A date in the form of the API: in exactly one of several forms, and consistent. */
export const dateInput = z
  .strictObject({
    edtf: z.string().nullish(),
    on: z.string().nullish(),
    month: z.string().nullish(),
    year: z.int32().nullish(),
    between: z.strictObject({ from: z.string(), to: z.string() }).nullish(),
    earliest: z.string().nullish(),
    latest: z.string().nullish(),
    precision: z.enum(DatePrecision).nullish(),
    text: text.nullish(),
    basis: z.enum(Basis),
  })
  .transform((input, context) => {
    const date = readDateInput(input)
    if (!('message' in date)) return date
    context.addIssue({ code: 'custom', path: date.path, message: date.message, input })
    return z.NEVER
  })

/** The time at which a record was created or retracted. */
export const moment = z.iso.datetime({ error: 'must be a point in time, such as "2026-01-01T00:00:00.000Z"' })

const quote = text.refine((quote) => countWords(quote) <= longestQuote, {
  error: ({ input }) =>
    `must have at most ${longestQuote} words, but has ${countWords(String(input))}: quote only the relevant words`,
})

export const citationFields = <R>(to: References<R>) => ({
  source: to.source,
  quote: quote.nullish(),
  start: z.int32().min(0, 'must be 0 or more').nullish(),
  end: z.int32().min(1, 'must be 1 or more').nullish(),
  basis: z.enum(Basis),
})

/** Maximum length of a statement of reasons, in characters. */
export const MAX_STATEMENT = 20_000

/** The fields of citations of an entry of a list, which quote the whole statement of reasons of the authority. */
export const statementOfReasons = {
  quote: text.max(MAX_STATEMENT, `must have at most ${MAX_STATEMENT} characters: shorten it`).nullish(),
}

const citation = <R>(to: References<R>, fields: object = {}) =>
  z
    .strictObject({ ...citationFields(to), ...fields })
    .refine(({ start, end }) => ((start ?? null) === null ? (end ?? null) === null : (end ?? 0) > (start ?? 0)), {
      error: 'must have a start and a greater end, or neither',
    })

export type CitationInput = z.infer<ReturnType<typeof citation<string>>>

export const citations = <R>(to: References<R>, fields: object = {}) =>
  z
    .array(citation(to, fields))
    .refine((items) => distinct(items, ({ source, start, end, quote }) => [source, start, end, quote]), {
      error: 'contains the same passage twice: remove one of them',
    })

/** Returns whether all items have different keys. */
export function distinct<T>(items: readonly T[], key: (item: T) => unknown[]): boolean {
  return new Set(items.map((item) => JSON.stringify(key(item).map((part) => part ?? null)))).size === items.length
}

/** Returns false only if the end is certainly before the start. */
export function inOrder(start: FuzzyDate | null | undefined, end: FuzzyDate | null | undefined): boolean {
  return !start?.earliest || !end?.latest || start.earliest <= end.latest
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}
