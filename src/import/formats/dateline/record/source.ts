import { z } from 'zod'
import { retractedAt } from '../../../../store/rules/field.ts'
import { sourceFields } from '../../../../store/rules/source.ts'
import { identifiers } from './reference.ts'

export const source = z.strictObject({
  record: z.literal('SOURCE'),
  identifiers,
  retractedAt: retractedAt.nullish(),
  ...sourceFields,
})
