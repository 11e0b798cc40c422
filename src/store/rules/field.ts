import { z } from 'zod'
import { Basis, DatePrecision } from '../../db/generated/prisma/enums.ts'
import { countWords, longestQuote } from '../../domain/citation.ts'
import { mistakeInDate } from '../../domain/date.ts'

/** What fields hold once they were read. */
export type Given<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>

/** PostgreSQL stores neither NUL nor half a surrogate pair. */
export const text = z
  .string()
  .regex(
    /^(?=[\s\S]*\S)[^\0\p{Surrogate}]+$/u,
    'has to hold more than white space, and no NUL nor half a surrogate pair',
  )

/** How what is given refers to records of each kind: by identifiers in an import, by ids over the API. */
export interface References<R> {
  readonly actor: z.ZodType<R>
  readonly country: z.ZodType<R>
  readonly event: z.ZodType<R>
  readonly sanction: z.ZodType<R>
  readonly source: z.ZodType<R>
}

export const slug = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'has to be words of a–z and 0–9 with hyphens between')

export const language = z.string().refine(isLanguage, { error: 'has to be a BCP 47 tag such as "be"' })

export const date = z
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

/** When a record was withdrawn. */
export const retractedAt = z.iso.datetime({ error: 'has to be a moment such as "2026-01-01T00:00:00.000Z"' })

export const citationFields = <R>(to: References<R>) => ({
  source: to.source,
  quote: text
    .refine((quote) => countWords(quote) <= longestQuote, {
      error: ({ input }) =>
        `has to be ${longestQuote} words at most and has ${countWords(String(input))}: quote the words that matter`,
    })
    .nullish(),
  start: z.int32().min(0, 'has to be 0 at least').nullish(),
  end: z.int32().min(1, 'has to be 1 at least').nullish(),
  basis: z.enum(Basis),
})

const citation = <R>(to: References<R>) =>
  z
    .strictObject(citationFields(to))
    .refine(({ start, end }) => ((start ?? null) === null ? (end ?? null) === null : (end ?? 0) > (start ?? 0)), {
      error: 'needs both a start and an end after it, or neither',
    })

export type GivenCitation = z.infer<ReturnType<typeof citation<string>>>

export const citations = <R>(to: References<R>) =>
  z
    .array(citation(to))
    .refine((items) => distinct(items, ({ source, start, end, quote }) => [source, start, end, quote]), {
      error: 'cites one passage twice: keep it once',
    })

/** Holds when no two of a list have the same key. */
export function distinct<T>(items: readonly T[], key: (item: T) => unknown[]): boolean {
  return new Set(items.map((item) => JSON.stringify(key(item).map((part) => part ?? null)))).size === items.length
}

/** Holds unless the end lies before the beginning for certain. */
export function inOrder(
  start: z.infer<typeof date> | null | undefined,
  end: z.infer<typeof date> | null | undefined,
): boolean {
  return !start?.earliest || !end?.latest || start.earliest <= end.latest
}

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag)[0] === tag
  } catch {
    return false
  }
}
