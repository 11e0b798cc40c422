import { createHash } from 'node:crypto'
import { UserError } from './errors.ts'

const version = 1

/** An opaque text that holds values as JSON. It is not signed, for all in it is public; a checksum tells damage. */
export function seal(values: readonly (string | number)[]): string {
  const text = JSON.stringify([version, ...values])
  return Buffer.from(text + checksum(text)).toString('base64url')
}

/** What `seal` was given; refuses a cursor that is damaged, or that another version wrote. */
export function unseal(cursor: string): unknown[] {
  const bytes = Buffer.from(cursor, 'base64url').toString()
  const text = bytes.slice(0, -8)
  if (checksum(text) !== bytes.slice(-8)) throw damagedCursor()
  const [found, ...values] = parts(text)
  if (found !== version)
    throw new UserError('This cursor was created by another version of Dateline: read the list from the start.')
  return values
}

/** What is wrong with a cursor that nobody was given. */
export const damagedCursor = (): UserError =>
  new UserError('This is not a valid cursor: pass a cursor that a query returned.')

/** The checksum is no secret: anyone who computes it can put anything into a cursor. */
function parts(text: string): unknown[] {
  try {
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read)) return read
  } catch (cause) {
    throw new UserError(damagedCursor().message, undefined, { cause })
  }
  throw damagedCursor()
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
