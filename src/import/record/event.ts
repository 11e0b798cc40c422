import { z } from 'zod'
import { eventFields } from '../../store/rules/event.ts'
import { identifiers, reference, slug } from '../../store/rules/field.ts'

export const event = z
  .strictObject({ record: z.literal('EVENT'), identifiers, slug, ...eventFields(reference) })
  .refine(({ identifiers, links = [] }) => links.every(({ to }) => !identifiers.includes(to)), {
    error: 'lead to the event itself: correct or drop that link',
    path: ['links'],
  })
