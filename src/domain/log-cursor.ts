import { UserError } from './errors.ts'
import { damagedCursor, seal, unseal } from './seal.ts'

/** The kind in a cursor of the change log. Cursors of lists contain the list's name there. */
const kind = 'feed'

/** The place in the change log that a cursor names. */
export interface LogPlace {
  /** The id of the log. */
  epoch: string
  position: number
}

/** Returns the cursor of a position: a subscription with this cursor starts after the position. The SQL function log_cursor returns the same. */
export const feedCursor = (epoch: string, position: number): string => seal([kind, epoch, position])

/** Decodes a cursor of the change log. Throws a UserError if it is damaged or belongs to a list. */
export function readLogCursor(cursor: string): LogPlace {
  const [itsKind, epoch, position] = unseal(cursor)
  if (typeof itsKind !== 'string') throw damagedCursor()
  if (itsKind !== kind)
    throw new UserError(`This cursor belongs to the list ${itsKind}: pass a cursor of the change log.`)
  if (typeof position !== 'number' || !Number.isSafeInteger(position) || position < 0) throw damagedCursor()
  if (typeof epoch !== 'string') throw damagedCursor()
  return { epoch, position }
}

/** The errors for a reader that cannot continue from its position. */
export const gaps = {
  pruned: new UserError(
    'The next changes were pruned from the change log: read your data again, and continue from feedCursor.',
    'CURSOR_EXPIRED',
  ),
  replaced: new UserError(
    'This cursor belongs to an earlier change log, which was replaced, for example when a backup was restored: read your data again, and continue from feedCursor.',
    'CURSOR_EXPIRED',
  ),
  ahead: new UserError(
    'This cursor is beyond the end of the change log: try again in a moment. If the error remains, read your data again, and continue from feedCursor.',
    'CURSOR_AHEAD',
  ),
} as const

/** Returns the error for a cursor whose next changes were pruned. `oldest` is the oldest valid cursor. */
export const prunedBefore = (oldest: string): UserError =>
  new UserError(
    `The changes after this cursor were pruned from the change log: read your data again, and continue from feedCursor. The oldest valid cursor is ${oldest}.`,
    'CURSOR_EXPIRED',
  )
