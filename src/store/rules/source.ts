import { z } from 'zod'
import { SourceKind } from '../../db/generated/prisma/enums.ts'
import { language, type References, text } from './field.ts'

export const sourceFields = <R>(to: References<R>) => ({
  kind: z.enum(SourceKind),
  title: text.nullish(),
  publisher: text.nullish(),
  url: z.url({ protocol: /^https?$/, error: 'must be a URL that starts with http:// or https://' }).nullish(),
  publishedOn: to.date.nullish(),
  language: language.nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits in lower case')
    .nullish(),
  license: text.nullish(),
})
