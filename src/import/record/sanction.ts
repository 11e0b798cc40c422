import { z } from 'zod'
import { Certainty, SanctionActionKind, SanctionMeasure } from '../../db/generated/prisma/enums.ts'
import { citations, date, distinct, identifiers, inOrder, reference, slug, text } from '../../store/rules/field.ts'

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
    slug,
    title: text,
    program: text.nullish(),
    authority: reference,
    measures: z.array(z.enum(SanctionMeasure)).optional(),
    sector: text.nullish(),
    reason: text.nullish(),
    partOf: reference.nullish(),
    reasons: z
      .array(reference)
      .refine((items) => distinct(items, (item) => [item]), { error: 'names one event twice: keep it once' })
      .optional(),
    targets: z
      .array(target)
      .refine((items) => distinct(items, ({ actor, listingId }) => [actor, listingId]), {
        error: 'lists one actor twice: keep it once, or tell the two apart by listingId',
      })
      .optional(),
    actions: z
      .array(action)
      .refine(
        (items) =>
          distinct(items, ({ kind, date, event, target }) => [kind, date.earliest, date.latest, event, target]),
        { error: 'holds one action twice: keep it once' },
      )
      .optional(),
    citations: citations.optional(),
  })
  .refine(({ identifiers, partOf }) => !partOf || !identifiers.includes(partOf), {
    error: 'leads to the sanction itself: correct or drop it',
    path: ['partOf'],
  })
  .refine(({ targets = [], actions = [] }) => actions.every(({ target = -1 }) => target < targets.length), {
    error: 'has an action on a target that it does not list: add the target, or correct the place',
  })
