import { z } from 'zod'
import { RelationshipKind } from '../../db/generated/prisma/enums.ts'
import { citations, date, identifiers, reference, text } from '../../store/rules/field.ts'

export const relationship = z
  .strictObject({
    record: z.literal('RELATIONSHIP'),
    identifiers,
    subject: reference,
    kind: z.enum(RelationshipKind),
    object: reference,
    title: text.nullish(),
    start: date.nullish(),
    end: date.nullish(),
    citations: citations.optional(),
  })
  .refine(({ subject, object }) => subject !== object, {
    error: 'relates an actor to itself: correct the subject or the object',
  })
