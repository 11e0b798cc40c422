import { z } from 'zod'
import { SourceKind } from '../../db/generated/prisma/enums.ts'
import { date, identifiers, language, retractedAt, text } from '../../store/rules/field.ts'

export const source = z.strictObject({
  record: z.literal('SOURCE'),
  identifiers,
  retractedAt: retractedAt.nullish(),
  kind: z.enum(SourceKind),
  title: text.nullish(),
  publisher: text.nullish(),
  url: z.url({ protocol: /^https?$/, error: 'has to be an address that begins with http:// or https://' }).nullish(),
  publishedOn: date.nullish(),
  language: language.nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'has to be 64 hex digits in lower case')
    .nullish(),
  license: text.nullish(),
})
