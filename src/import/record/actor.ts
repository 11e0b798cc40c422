import { z } from 'zod'
import { ActorKind } from '../../db/generated/prisma/enums.ts'
import {
  actorFields,
  actorParts,
  assetFields,
  countryFields,
  detention,
  personFields,
} from '../../store/rules/actor.ts'
import { distinct, inOrder, retractedAt, slug } from '../../store/rules/field.ts'
import { byIdentifier, identifiers } from './reference.ts'

export const actor = z
  .strictObject({
    record: z.literal('ACTOR'),
    identifiers,
    retractedAt: retractedAt.nullish(),
    mergedInto: byIdentifier.actor.nullish(),
    kind: z.enum(ActorKind),
    slug,
    ...actorFields,
    person: z
      .strictObject(personFields)
      .refine(({ birth, death }) => inOrder(birth, death), {
        error: 'dies before being born: correct one of the dates',
      })
      .optional(),
    country: z.strictObject(countryFields).optional(),
    asset: z.strictObject(assetFields(byIdentifier)).optional(),
    ...actorParts(byIdentifier),
    detentions: z
      .array(detention(byIdentifier))
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
