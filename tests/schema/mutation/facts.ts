// The contents of all tables with facts, to compare the facts before and after writes.
import { database } from '../../client.ts'

const tables = [
  'Actor',
  'Person',
  'Country',
  'Asset',
  'ActorName',
  'Identifier',
  'Relationship',
  'Event',
  'EventParticipant',
  'EventActor',
  'EventLink',
  'Detention',
  'Sanction',
  'SanctionTarget',
  'SanctionAction',
  'SanctionReason',
  'Sighting',
  'BirthClaim',
  'Citation',
  'DisputedValue',
]

/** The rows as JSON, by table and primary key. */
export type Facts = ReadonlyMap<string, string>

/** Returns all facts, without `version` and `updatedAt`. */
export async function allFacts(): Promise<Facts> {
  const selects = tables.map(
    (table) =>
      `SELECT '${table}' AS "table", (to_jsonb(t) - ARRAY['version', 'updatedAt'])::text AS row,
         concat_ws(' ', ${keys[table] ?? 't.id'}) AS key FROM "${table}" t`,
  )
  const rows = await database.$queryRawUnsafe<{ table: string; key: string; row: string }[]>(
    selects.join(' UNION ALL '),
  )
  return new Map(rows.map(({ table, key, row }) => [`${table} ${key}`, row]))
}

const keys: Record<string, string> = {
  Person: 't."actorId"',
  Country: 't."actorId"',
  Asset: 't."actorId"',
  EventActor: 't."eventId", t."actorId"',
  SanctionReason: 't."sanctionId", t."eventId"',
  Sighting: 't."targetId", t.list',
}

/** Returns the rows that differ, as they are now and as they should be. */
export function differences(expected: Facts, facts: Facts): { row: string; expected?: string; is?: string }[] {
  return [...new Set([...expected.keys(), ...facts.keys()])].flatMap((row) => {
    const [before, after] = [expected.get(row), facts.get(row)]
    return before === after ? [] : [{ row, ...(before && { expected: before }), ...(after && { is: after }) }]
  })
}
