import { createHash } from 'node:crypto'
import { UserError } from './errors.ts'

const version = 1

/** Encodes values as an opaque cursor: JSON with a checksum, in base64url. It is not signed, because its content is public. */
export function seal(values: readonly (string | number)[]): string {
  const text = JSON.stringify([version, ...values])
  return Buffer.from(text + checksum(text)).toString('base64url')
}

/** Decodes a cursor of `seal`. Throws a `UserError` if it is damaged or from another version. */
export function unseal(cursor: string): unknown[] {
  const bytes = Buffer.from(cursor, 'base64url').toString()
  const text = bytes.slice(0, -8)
  if (checksum(text) !== bytes.slice(-8)) throw damagedCursor()
  const [writtenBy, ...values] = parse(text)
  if (writtenBy !== version)
    throw new UserError('This cursor was created by another version of Dateline: read the list from the start.')
  return values
}

/** Returns the error for a cursor that no query can have returned. */
export const damagedCursor = (): UserError =>
  new UserError('This is not a valid cursor: pass a cursor that a query returned.')

/** Parses a JSON array. The checksum does not prove that the text is one: a client can compute it for any text. */
function parse(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch (cause) {
    throw new UserError(damagedCursor().message, undefined, { cause })
  }
  throw damagedCursor()
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
