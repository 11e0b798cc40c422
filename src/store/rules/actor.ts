import { z } from 'zod'
import { AssetKind, Certainty, DetentionOutcome, Gender, NameKind } from '../../db/generated/prisma/enums.ts'
import {
  type CitationInput,
  citations,
  distinct,
  type FieldValues,
  inOrder,
  language,
  type References,
  text,
} from './field.ts'

export const actorFields = { name: text, description: text.nullish() }

export const personFields = <R>(to: References<R>) => ({
  birth: to.date.nullish(),
  death: to.date.nullish(),
  gender: z.enum(Gender).nullish(),
})

export const countryFields = {
  iso2: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters'),
  iso3: z.string().regex(/^[A-Z]{3}$/, 'must be three capital letters'),
  isoNumeric: z
    .string()
    .regex(/^\d{3}$/, 'must be three digits')
    .nullish(),
  region: text,
  subregion: text.nullish(),
  flag: text,
}

export const assetFields = <R>(to: References<R>) => ({ kind: z.enum(AssetKind), flag: to.country.nullish() })

export const nameFields = { value: text, kind: z.enum(NameKind), lang: language.nullish() }

/** The parts of an actor of any kind. */
export const actorParts = <R>(to: References<R>) => ({
  names: z
    .array(z.strictObject(nameFields))
    .refine((items) => distinct(items, ({ value, kind, lang }) => [value, kind, lang]), {
      error: 'contains the same name twice: remove one of them',
    })
    .optional(),
  citations: citations(to).optional(),
})

/** A statement about a person's birth, in addition to the date of birth. */
const birthClaimFields = <R>(to: References<R>) => ({
  date: to.date.nullish(),
  place: text.nullish(),
  country: to.country.nullish(),
  source: to.source.nullish(),
})

export const birthClaim = <R>(to: References<R>) =>
  z.strictObject(birthClaimFields(to)).refine(({ date, place, country }) => date ?? place ?? country, {
    error: 'states nothing: add a date, a place or a country',
  })

export type BirthClaimInput = FieldValues<ReturnType<typeof birthClaimFields<string>>>

export const detentionFields = <R>(to: References<R>) => ({
  authority: to.actor.nullish(),
  startedBy: to.event.nullish(),
  start: to.date.nullish(),
  endedBy: to.event.nullish(),
  end: to.date.nullish(),
  certainty: z.enum(Certainty),
  outcome: z.enum(DetentionOutcome).nullish(),
  charge: text.nullish(),
  term: text.nullish(),
  termMonths: z.int32().min(1, 'must be from 1 to 12,000').max(12_000, 'must be from 1 to 12,000').nullish(),
  court: to.actor.nullish(),
})

export const detention = <R>(to: References<R>) =>
  z
    .strictObject({ ...detentionFields(to), citations: citations(to).optional() })
    .refine(({ start, end }) => inOrder(start, end), { error: 'ends before it starts: correct one of the dates' })

export type DetentionInput = FieldValues<ReturnType<typeof detentionFields<string>>> & { citations?: CitationInput[] }
