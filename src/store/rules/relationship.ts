import { z } from 'zod'
import { RelationshipKind } from '../../db/generated/prisma/enums.ts'
import { type CitationInput, type FieldValues, type References, text } from './field.ts'

export const relationshipFields = <R>(to: References<R>) => ({
  subject: to.actor,
  kind: z.enum(RelationshipKind),
  object: to.actor,
  title: text.nullish(),
  start: to.date.nullish(),
  end: to.date.nullish(),
})

export type RelationshipInput = FieldValues<ReturnType<typeof relationshipFields<string>>> & {
  citations?: CitationInput[]
}
