import { z } from 'zod'
import { Certainty, SanctionActionKind, SanctionMeasure } from '../../db/generated/prisma/enums.ts'
import {
  citations,
  date,
  distinct,
  identifiers,
  inOrder,
  reference,
  retractedAt,
  slug,
  text,
} from '../../store/rules/field.ts'

const target = z
  .strictObject({ actor: reference, listingId: text.nullish(), listed: date.nullish(), delisted: date.nullish() })
  .refine(({ listed, delisted }) => inOrder(listed, delisted), {
    error: 'is delisted before it is listed: correct one of the dates',
  })

const action = z.strictObject({
  kind: z.enum(SanctionActionKind),
  date,
  event: reference.nullish(),
  /** Place in `targets`, from 0, of the one that it concerns; left out, it concerns the whole sanction. */
  target: z.int().min(0).optional(),
  certainty: z.enum(Certainty),
  legalRef: text.nullish(),
  citations: citations.optional(),
})

export const sanction = z
  .strictObject({
    record: z.literal('SANCTION'),
    identifiers,
    retractedAt: retractedAt.nullish(),
    slug,
    ...sanctionFields(byIdentifier),
    ...sanctionParts(byIdentifier),
  })
  .refine(({ identifiers, partOf }) => !partOf || !identifiers.includes(partOf), {
    error: 'leads to the sanction itself: correct or drop it',
    path: ['partOf'],
  })
  .refine(targetsAreThere, strayTarget)
