import { z } from 'zod'
import { moment, slug } from '../../../../store/rules/field.ts'
import { sanctionFields, sanctionParts, targetsExist, unknownTarget } from '../../../../store/rules/sanction.ts'
import { byIdentifier, identity } from './reference.ts'

export const sanction = z
  .strictObject({
    record: z.literal('SANCTION'),
    ...identity,
    createdAt: moment.optional(),
    retractedAt: moment.nullish(),
    slug,
    ...sanctionFields(byIdentifier),
    ...sanctionParts(byIdentifier),
  })
  .refine(({ identifiers, partOf }) => !partOf || !identifiers.includes(partOf), {
    error: 'is the sanction itself: correct or remove it',
    path: ['partOf'],
  })
  .refine(targetsExist, unknownTarget)
