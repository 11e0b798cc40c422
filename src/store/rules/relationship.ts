import { z } from 'zod'
import { RelationshipKind } from '../../db/generated/prisma/enums.ts'
import { date, type Given, type GivenCitation, type References, text } from './field.ts'

export const relationshipFields = <R>(to: References<R>) => ({
  subject: to.actor,
  kind: z.enum(RelationshipKind),
  object: to.actor,
  title: text.nullish(),
  start: date.nullish(),
  end: date.nullish(),
})

export type GivenRelationship = Given<ReturnType<typeof relationshipFields<string>>> & { citations?: GivenCitation[] }
