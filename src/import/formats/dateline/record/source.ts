import { z } from 'zod'
import { moment } from '../../../../store/rules/field.ts'
import { sourceFields } from '../../../../store/rules/source.ts'
import { byIdentifier, identity } from './reference.ts'

export const source = z.strictObject({
  record: z.literal('SOURCE'),
  ...identity,
  createdAt: moment.optional(),
  retractedAt: moment.nullish(),
  ...sourceFields(byIdentifier),
})
