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
