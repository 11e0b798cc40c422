import { db } from '../db/client.ts'
import type { Transaction } from './rows.ts'

/** The tables that an import writes, and those that triggers fill from them. */
const tables = [
  'Source',
  'Actor',
  'ActorName',
  'Person',
  'BirthClaim',
  'Identifier',
  'Relationship',
  'Event',
  'EventParticipant',
  'EventActor',
  'Sanction',
  'SanctionTarget',
  'Sighting',
  'SanctionTargetVersion',
  'SightingVersion',
  'Citation',
]

/** Updates the planner's statistics. With statistics of a small table, the planner would scan the whole table. */
export async function refreshStatistics(tx: Transaction): Promise<void> {
  await tx.$executeRawUnsafe(`ANALYZE ${tables.map((table) => `"${table}"`).join(', ')}`)
}

/** The number of rows that were written when the words were last counted. */
let counted: bigint | undefined

/**
 * Counts the names and titles with each word, for searching: rare words weigh more. Does nothing if none was written since the last time.
 * Writers do not wait for it. At a million names it takes about 10 seconds.
 */
export async function countWords(): Promise<void> {
  const [row] = await db.$queryRaw<{ written: bigint }[]>`
    SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint AS written FROM pg_stat_user_tables
    WHERE relid IN ('"ActorName"'::regclass, '"Event"'::regclass, '"Sanction"'::regclass, '"Source"'::regclass)`
  if (row?.written === counted) return
  await db.$transaction([
    db.$executeRaw`SELECT set_config('statement_timeout', '0', true)`,
    db.$executeRaw`SELECT count_words()`,
  ])
  counted = row?.written
}
