import { createHash } from 'node:crypto'
import { DomainError } from '../domain/errors.ts'

const version = 1

/** Where in which list, in which order, a row stands. */
export interface Position {
  /** The list that it is a position in, such as "Actor.events". */
  list: string
  /** The order of the list, such as "DATE:DESC". */
  order: string
  /** The row's sort values, then its id. */
  values: readonly string[]
}

/** Opaque and unsigned, for all in it is public; a checksum tells damage. */
export function writeCursor({ list, order, values }: Position): string {
  const text = JSON.stringify([version, list, order, ...values])
  return Buffer.from(text + checksum(text)).toString('base64url')
}

/** The values in a cursor; refuses one that is damaged or belongs to another list or order. */
export function readCursor(cursor: string, list: string, order: string, length: number): string[] {
  const bytes = Buffer.from(cursor, 'base64url').toString()
  const text = bytes.slice(0, -8)
  if (checksum(text) !== bytes.slice(-8)) throw damagedCursor()
  const [found, itsList, itsOrder, ...values] = parts(text)
  if (found !== version) throw new DomainError('This cursor is of another version of Dateline: read the list anew.')
  if (itsList !== list) throw new DomainError(`This cursor belongs to the list ${itsList}, and was given to ${list}.`)
  if (itsOrder !== order || values.length !== length)
    throw new DomainError(`This cursor belongs to the order ${itsOrder}, and was given with ${order}.`)
  if (!values.every((value): value is string => typeof value === 'string')) throw damagedCursor()
  return values
}

/** What is wrong with a cursor that nobody was given. */
export const damagedCursor = (): DomainError =>
  new DomainError('This cursor is damaged: pass one as a query returned it.')

/** The checksum is no secret: whoever computes it can put anything into a cursor. */
function parts(text: string): unknown[] {
  try {
    const read: unknown = JSON.parse(text)
    if (Array.isArray(read)) return read
  } catch (cause) {
    throw new DomainError(damagedCursor().message, undefined, { cause })
  }
  throw damagedCursor()
}

const checksum = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
