import { UserError } from '../domain/errors.ts'
import { damagedCursor, seal, unseal } from '../domain/seal.ts'

/** The position of a row in a list with an order. */
export interface CursorPosition {
  /** The name of the list, such as "Actor.events". */
  list: string
  /** The order of the list, such as "DATE:DESC". */
  order: string
  /** The row's sort values, then its id. */
  values: readonly string[]
}

/** Returns the cursor of a position. */
export const writeCursor = ({ list, order, values }: CursorPosition): string => seal([list, order, ...values])

/** Returns the values of a cursor. Throws a UserError if the cursor is damaged, or belongs to another list or order. */
export function readCursor(cursor: string, list: string, order: string, length: number): string[] {
  const [cursorList, cursorOrder, ...values] = unseal(cursor)
  if (cursorList !== list)
    throw new UserError(`This cursor belongs to the list ${cursorList}: pass a cursor of the list ${list}.`)
  if (cursorOrder !== order || values.length !== length)
    throw new UserError(
      `This cursor belongs to the order ${cursorOrder}, but the list is sorted by ${order}: pass a cursor of a list with the same order.`,
    )
  if (!values.every((value): value is string => typeof value === 'string')) throw damagedCursor()
  return values
}
