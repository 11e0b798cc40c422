import { z } from 'zod'
import { citations, inOrder } from '../../store/rules/field.ts'
import { relationshipFields } from '../../store/rules/relationship.ts'
import { byIdentifier, identifiers } from './reference.ts'

export const relationship = z
  .strictObject({
    record: z.literal('RELATIONSHIP'),
    identifiers,
    ...relationshipFields(byIdentifier),
    citations: citations(byIdentifier).optional(),
  })
  .refine(({ subject, object }) => subject !== object, {
    error: 'relates an actor to itself: correct the subject or the object',
  })
  .refine(({ start, end }) => inOrder(start, end), { error: 'ends before it begins: correct one of the dates' })
