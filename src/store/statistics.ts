import type { Transaction } from './rows.ts'

/** What an import fills, and what the database derives of it. */
const tables = [
  'Source',
  'Actor',
  'ActorName',
  'Person',
  'Identifier',
  'Relationship',
  'Event',
  'EventParticipant',
  'EventActor',
  'Sanction',
  'SanctionTarget',
  'Sighting',
  'Citation',
]

/** Lets the planner know how large the tables are by now: it reads all of one that it takes for a small one. */
export async function refreshStatistics(tx: Transaction): Promise<void> {
  await tx.$executeRawUnsafe(`ANALYZE ${tables.map((table) => `"${table}"`).join(', ')}`)
}
