import { z } from 'zod'
import { ActorKind } from '../../../../db/generated/prisma/enums.ts'
import { actorTypes } from '../../../../store/read-input.ts'
import {
  actorFields,
  actorParts,
  assetFields,
  birthClaim,
  countryFields,
  detention,
  personFields,
} from '../../../../store/rules/actor.ts'
import { disputedValues } from '../../../../store/rules/disputed-value.ts'
import { distinct, inOrder, moment, slug } from '../../../../store/rules/field.ts'
import { byIdentifier, identity } from './reference.ts'

/** Maximum number of statements about a birth in one record. */
const MAX_BIRTHS = 100

export const actor = z
  .strictObject({
    record: z.literal('ACTOR'),
    ...identity,
    createdAt: moment.optional(),
    retractedAt: moment.nullish(),
    mergedInto: byIdentifier.actor.nullish(),
    kind: z.enum(ActorKind),
    slug,
    ...actorFields,
    person: z
      .strictObject(personFields(byIdentifier))
      .refine(({ birth, death }) => inOrder(birth, death), {
        error: 'has a date of death before the date of birth: correct one of the dates',
      })
      .optional(),
    country: z.strictObject(countryFields).optional(),
    asset: z.strictObject(assetFields(byIdentifier)).optional(),
    ...actorParts(byIdentifier),
    births: z
      .array(birthClaim(byIdentifier))
      .max(MAX_BIRTHS, `contains more than ${MAX_BIRTHS} statements: remove some of them`)
      .refine(
        (items) =>
          distinct(items, ({ date, place, country, source }) => [date?.earliest, date?.latest, place, country, source]),
        { error: 'contains the same statement twice: remove one of them' },
      )
      .optional(),
    disputedValues: disputedValues(byIdentifier, ...actorTypes),
    detentions: z
      .array(detention(byIdentifier))
      .refine((items) => distinct(items, ({ startedBy, start }) => [startedBy, start?.earliest, start?.latest]), {
        error: 'contains two detentions with the same start: give them a different startedBy or start',
      })
      .optional(),
  })
  .refine(({ kind, person, births, detentions }) => kind === 'PERSON' || !(person || births || detentions), {
    error: 'has fields that only a PERSON can have: remove person, births and detentions, or correct the kind',
  })
  .refine(({ kind, country }) => kind === 'COUNTRY' || !country, {
    error: 'has fields that only a COUNTRY can have: remove country, or correct the kind',
  })
  .refine(({ kind, asset }) => kind === 'ASSET' || !asset, {
    error: 'has fields that only an ASSET can have: remove asset, or correct the kind',
  })
