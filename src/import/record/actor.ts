import { z } from 'zod'
import { ActorKind, AssetKind, Certainty, DetentionOutcome, Gender, NameKind } from '../../db/generated/prisma/enums.ts'
import {
  citations,
  date,
  distinct,
  identifiers,
  inOrder,
  language,
  reference,
  slug,
  text,
} from '../../store/rules/field.ts'

const detention = z
  .strictObject({
    authority: reference.nullish(),
    startedBy: reference.nullish(),
    start: date.nullish(),
    endedBy: reference.nullish(),
    end: date.nullish(),
    certainty: z.enum(Certainty),
    outcome: z.enum(DetentionOutcome).nullish(),
    citations: citations.optional(),
  })
  .refine(({ start, end }) => inOrder(start, end), { error: 'ends before it begins: correct one of the dates' })

export const actor = z
  .strictObject({
    record: z.literal('ACTOR'),
    identifiers,
    kind: z.enum(ActorKind),
    slug,
    name: text,
    description: text.nullish(),
    person: z
      .strictObject({ birth: date.nullish(), death: date.nullish(), gender: z.enum(Gender).nullish() })
      .optional(),
    country: z
      .strictObject({
        iso2: z.string().regex(/^[A-Z]{2}$/, 'has to be two capital letters'),
        iso3: z.string().regex(/^[A-Z]{3}$/, 'has to be three capital letters'),
        isoNumeric: z
          .string()
          .regex(/^\d{3}$/, 'has to be three digits')
          .nullable(),
        region: text,
        subregion: text.nullable(),
        flag: text,
      })
      .optional(),
    asset: z.strictObject({ kind: z.enum(AssetKind), flag: reference.nullish() }).optional(),
    names: z
      .array(z.strictObject({ value: text, kind: z.enum(NameKind), lang: language.nullish() }))
      .refine((items) => distinct(items, ({ value, kind, lang }) => [value, kind, lang]), {
        error: 'holds one name twice: keep it once',
      })
      .optional(),
    citations: citations.optional(),
    detentions: z
      .array(detention)
      .refine((items) => distinct(items, ({ startedBy, start }) => [startedBy, start?.earliest, start?.latest]), {
        error: 'holds two that begin alike: tell them apart by startedBy or start',
      })
      .optional(),
  })
  .refine(({ kind, person, detentions }) => kind === 'PERSON' || !(person || detentions), {
    error: 'carries what only a PERSON has: leave out person and detentions, or correct the kind',
  })
  .refine(({ kind, country }) => kind === 'COUNTRY' || !country, {
    error: 'carries what only a COUNTRY has: leave out country, or correct the kind',
  })
  .refine(({ kind, asset }) => kind === 'ASSET' || !asset, {
    error: 'carries what only an ASSET has: leave out asset, or correct the kind',
  })
