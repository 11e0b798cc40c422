import { db, reads } from '../db/client.ts'
import { UserError } from '../domain/errors.ts'
import { damagedCursor, seal, unseal } from '../domain/seal.ts'

/** The kind in a cursor of the log. Cursors of lists contain the list's name there. */
const kind = 'feed'

/** The end of the log. */
export interface Head {
  /** The id of the log. A new epoch starts when a backup was restored. */
  epoch: string
  /** The last position of the log; 0 if the log is empty. */
  position: number
  /** The last pruned position; 0 if nothing was pruned. */
  oldest: number
}

/** Reads the end of the log, over the connections of the API's reads or over those of the service's own work. */
export async function readHead(by: 'reads' | 'service'): Promise<Head> {
  const [head] = await (by === 'reads' ? reads : db).$queryRaw<{ epoch: string; position: bigint; oldest: bigint }[]>`
    SELECT epoch::text, log_head() AS position, oldest FROM "FeedHead"`
  if (!head) throw new Error('The row of FeedHead is missing: create the database with "dateline migrate".')
  return { epoch: head.epoch, position: Number(head.position), oldest: Number(head.oldest) }
}

/** Returns the cursor of a position: a subscription with this cursor starts after the position. */
export const feedCursor = (epoch: string, position: number): string => seal([kind, epoch, position])

/** The errors for a subscription that cannot resume from its position. */
export const gaps = {
  pruned: new UserError(
    'The next changes were pruned from the change log: read your data again, and continue from feedCursor.',
    'CURSOR_EXPIRED',
  ),
  replaced: new UserError(
    'This cursor belongs to an earlier change log, which was replaced, for example when a backup was restored: read your data again, and continue from feedCursor.',
    'CURSOR_EXPIRED',
  ),
} as const

/** Returns the position in a cursor. Throws a UserError if a subscription cannot resume from there without missing changes. */
export function positionOf(cursor: string, { epoch, position, oldest }: Head): number {
  const [itsKind, itsEpoch, at] = unseal(cursor)
  if (itsKind !== kind)
    throw new UserError(`This cursor belongs to the list ${itsKind}: pass a cursor of the change log.`)
  if (typeof at !== 'number' || !Number.isSafeInteger(at) || at < 0) throw damagedCursor()
  if (itsEpoch !== epoch) throw gaps.replaced
  if (at > position)
    throw new UserError(
      'This cursor is beyond the end of the change log: try again in a moment. If the error remains, read your data again, and continue from feedCursor.',
      'CURSOR_AHEAD',
    )
  if (at < oldest)
    throw new UserError(
      `The changes after this cursor were pruned from the change log: read your data again, and continue from feedCursor. The oldest valid cursor is ${feedCursor(epoch, oldest)}.`,
      'CURSOR_EXPIRED',
    )
  return at
}
