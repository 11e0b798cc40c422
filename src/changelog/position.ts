import { db, reads } from '../db/client.ts'
import { feedCursor, gaps, prunedBefore, readLogCursor } from '../domain/log-cursor.ts'

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

/** Returns the position in a cursor. Throws a UserError if a subscription cannot resume from there without missing changes. */
export function positionOf(cursor: string, { epoch, position, oldest }: Head): number {
  const place = readLogCursor(cursor)
  if (place.epoch !== epoch) throw gaps.replaced
  if (place.position > position) throw gaps.ahead
  if (place.position < oldest) throw prunedBefore(feedCursor(epoch, oldest))
  return place.position
}
