import { z } from 'zod'
import { eventFields } from '../../store/rules/event.ts'
import { identifiers, reference, retractedAt, slug } from '../../store/rules/field.ts'

export const event = z
  .strictObject({
    record: z.literal('EVENT'),
    identifiers,
    retractedAt: retractedAt.nullish(),
    mergedInto: reference.nullish(),
    slug,
    ...eventFields(reference),
  })
  .refine(({ identifiers, links = [] }) => links.every(({ to }) => !identifiers.includes(to)), {
    error: 'lead to the event itself: correct or drop that link',
    path: ['links'],
  })
