// Rebuilds the tables from the change log: applies every entry in order to an empty state.
import { database } from '../../client.ts'

type Row = Record<string, unknown>

const records = ['Actor', 'Event', 'Sanction', 'Source']

/** The tables of parts by their names in the log, and the columns that identify their rows. */
const parts: Record<string, [table: string, ...key: string[]]> = {
  participants: ['EventParticipant', 'id'],
  links: ['EventLink', 'id'],
  names: ['ActorName', 'id'],
  identifiers: ['Identifier', 'id'],
  relationships: ['Relationship', 'id'],
  detentions: ['Detention', 'id'],
  targets: ['SanctionTarget', 'id'],
  actions: ['SanctionAction', 'id'],
  reasons: ['SanctionReason', 'sanctionId', 'eventId'],
  citations: ['Citation', 'id'],
  person: ['Person', 'actorId'],
  disputedValues: ['DisputedValue', 'id'],
  births: ['BirthClaim', 'id'],
}

/** Columns of disputed values and citations that refer to parts. Deleting a part deletes them. */
const disputed = [
  ['participantId', 'participants'],
  ['targetId', 'targets'],
] as const

const cited = [
  ['eventLinkId', 'links'],
  ['relationshipId', 'relationships'],
  ['sanctionActionId', 'actions'],
  ['detentionId', 'detentions'],
  ['disputedValueId', 'disputedValues'],
] as const

interface Told {
  added?: Row[]
  changed?: { before: Row; after: Row }[]
  removed?: Row[]
}

/** Returns the records and parts after all entries of the log, by table and key. */
export async function replayed(entityIds: readonly string[]): Promise<Map<string, Row>> {
  const state = new Map<string, Row>()
  const changes = await database.change.findMany({ orderBy: { position: 'asc' } })
  for (const { type, entityId, after, children } of changes.filter(({ entityId }) => entityIds.includes(entityId))) {
    const table = records.find((name) => name.toUpperCase() === type) ?? ''
    state.set(`${table} ${entityId}`, { ...state.get(`${table} ${entityId}`), ...(after as Row | null) })
    for (const [child, { added = [], changed = [], removed = [] }] of Object.entries(
      (children ?? {}) as Record<string, Told>,
    )) {
      const [partTable, ...key] = parts[child] ?? ['']
      const nameOf = (row: Row) => [partTable, ...key.map((column) => row[column])].join(' ')
      for (const row of added) state.set(nameOf(row), row)
      for (const { after } of changed) state.set(nameOf(after), after)
      for (const row of removed) state.delete(nameOf(row))
    }
  }
  for (const [table, columns] of [
    ['DisputedValue', disputed],
    ['Citation', cited],
  ] as const)
    for (const [name, row] of state)
      if (
        name.startsWith(`${table} `) &&
        columns.some(([column, child]) => row[column] && !state.has(`${parts[child]?.[0]} ${row[column]}`))
      )
        state.delete(name)
  return state
}

/** Returns the records and parts in the tables, by table and key. */
export async function stored(entityIds: readonly string[]): Promise<Map<string, Row>> {
  const state = new Map<string, Row>()
  for (const table of records)
    for (const row of await rowsOf(table, `t.id = ANY ($1::uuid[])`, entityIds)) state.set(`${table} ${row.id}`, row)
  for (const [child, [table, ...key]] of Object.entries(parts)) {
    const owned = `EXISTS (SELECT FROM owners_of('${child}', to_jsonb(t)) o WHERE o.id = ANY ($1::uuid[]))`
    for (const row of await rowsOf(table, owned, entityIds))
      state.set([table, ...key.map((column) => row[column])].join(' '), row)
  }
  return state
}

async function rowsOf(table: string, where: string, entityIds: readonly string[]): Promise<Row[]> {
  const rows = await database.$queryRawUnsafe<{ row: Row }[]>(
    `SELECT to_jsonb(t) AS row FROM "${table}" t WHERE ${where}`,
    entityIds,
  )
  return rows.map(({ row }) => row)
}

/** Removes the version from records, because entries of the log have it outside of the columns. */
export const withoutVersion = (state: Map<string, Row>): Record<string, Row> =>
  Object.fromEntries([...state].sort().map(([name, { version: _v, updatedAt: _u, ...row }]) => [name, row]))
