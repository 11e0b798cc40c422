// Checks and escapes text that a caller passed.
import { UserError } from '../domain/errors.ts'

/** Escapes `%`, `_` and `\` for LIKE. Prisma passes the text of `contains` to LIKE unescaped. */
export const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&')

/**
 * Returns the value. Throws a UserError if it is or contains a text that PostgreSQL cannot store: a text with the character
 * NUL or with an unpaired surrogate.
 */
export function requireStorable(value: unknown): unknown {
  for (const text of Array.isArray(value) ? value : [value]) {
    if (typeof text !== 'string') continue
    if (text.includes('\0'))
      throw new UserError('A text contains the character NUL (U+0000), which cannot be stored: remove it.')
    if (/\p{Surrogate}/u.test(text))
      throw new UserError('A text contains an unpaired surrogate, which is not a valid character: remove it.')
  }
  return value
}
