import { UserError } from '../domain/errors.ts'
import { damagedCursor, seal, unseal } from '../domain/seal.ts'

/** Where in which list, in which order, a row stands. */
export interface CursorPosition {
  /** The list that it is a position in, such as "Actor.events". */
  list: string
  /** The order of the list, such as "DATE:DESC". */
  order: string
  /** The row's sort values, then its id. */
  values: readonly string[]
}

export const writeCursor = ({ list, order, values }: CursorPosition): string => seal([list, order, ...values])

/** The values in a cursor; refuses one that is damaged or belongs to another list or order. */
export function readCursor(cursor: string, list: string, order: string, length: number): string[] {
  const [itsList, itsOrder, ...values] = unseal(cursor)
  if (itsList !== list)
    throw new UserError(`This cursor belongs to the list ${itsList}: pass a cursor of the list ${list}.`)
  if (itsOrder !== order || values.length !== length)
    throw new UserError(
      `This cursor belongs to the order ${itsOrder}, but the list is sorted by ${order}: pass a cursor of a list with the same order.`,
    )
  if (!values.every((value): value is string => typeof value === 'string')) throw damagedCursor()
  return values
}
