import { db, reads } from '../db/client.ts'
import { UserError } from '../domain/errors.ts'
import { damagedCursor, seal, unseal } from '../domain/seal.ts'

/** What stands in a cursor in place of a list's name. */
const kind = 'feed'

/** Where the log ends. */
export interface Head {
  /** Which log it is. */
  epoch: string
  /** The last position given; 0 while there is none. */
  position: number
  /** The last position that is no longer kept; 0 while all are. */
  oldest: number
}

/** `by` is the client whose connections it takes: those of the API's reads, or those of the service's own work. */
export async function readHead(by: 'reads' | 'service'): Promise<Head> {
  const [head] = await (by === 'reads' ? reads : db).$queryRaw<{ epoch: string; position: bigint; oldest: bigint }[]>`
    SELECT epoch::text, log_head() AS position, oldest FROM "FeedHead"`
  if (!head) throw new Error('The row of FeedHead is missing: create the database with "dateline migrate".')
  return { epoch: head.epoch, position: Number(head.position), oldest: Number(head.oldest) }
}

/** The cursor after which the log goes on past a position. */
export const feedCursor = (epoch: string, position: number): string => seal([kind, epoch, position])

/** Why a subscription cannot go on from where it is. */
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

/** The position in a cursor; refuses, with the way out, one from which nothing can go on without a hole. */
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
