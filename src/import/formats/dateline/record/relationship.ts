import { z } from 'zod'
import { citations, inOrder } from '../../../../store/rules/field.ts'
import { relationshipFields } from '../../../../store/rules/relationship.ts'
import { byIdentifier, identity } from './reference.ts'

export const relationship = z
  .strictObject({
    record: z.literal('RELATIONSHIP'),
    ...identity,
    ...relationshipFields(byIdentifier),
    citations: citations(byIdentifier).optional(),
  })
  .refine(({ subject, object }) => subject !== object, {
    error: 'has the same subject and object: correct one of them',
  })
  .refine(({ start, end }) => inOrder(start, end), { error: 'ends before it starts: correct one of the dates' })
