import type { Prisma } from '../db/generated/prisma/client.ts'

/** An open transaction of Prisma. */
export type Transaction = Prisma.TransactionClient

/** The values of a row as JSON, by column. An update does not change columns that are missing or undefined. */
export type ColumnValues = Readonly<Record<string, unknown>>

/** A record to insert or update. An update does not change the fields that are missing; an insert needs them. */
export type Patch<WriteModel extends { readonly id: string }> = Partial<WriteModel> & Pick<WriteModel, 'id'>

/** A table whose rows are identified by an id. */
export interface Table {
  readonly name: string
  /** The name of the id column. */
  readonly id: string
  /** The names of the other columns that are written. */
  readonly columns: readonly string[]
  /** Values of a new row for columns that are missing. Default: null. */
  readonly defaults?: ColumnValues
}

/** A table whose rows (children) belong to a row of another table (their owner). */
export interface ChildTable {
  readonly name: string
  /** The column with the id of the owner. */
  readonly parent: string
  /** The columns that identify a child among the children of its owner. */
  readonly key: readonly string[]
  /** The other columns, which an update may change. */
  readonly rest: readonly string[]
  /** False if the owner and the key are the primary key. */
  readonly hasId: boolean
  /**
   * Which stored children a save deletes if they are not in the new list: all children of the owner; those whose value of
   * this column occurs in the new list; or none, so that a save only adds and changes.
   */
  readonly deletes: 'all' | 'none' | { readonly column: string }
}

/** The ids of the records that a save created or changed. A record counts as changed if one of its children changed. */
export interface Saved {
  readonly created: Set<string>
  readonly changed: Set<string>
}

/**
 * Inserts rows that do not exist, and updates rows that differ, in two statements for any number of rows. New rows keep their
 * `createdAt` if they have one.
 */
export async function saveRows(tx: Transaction, table: Table, rows: readonly ColumnValues[]): Promise<Saved> {
  if (rows.length === 0) return { created: new Set(), changed: new Set() }
  const { name, id, columns, defaults = {} } = table
  const all = [id, ...columns]
  const isDated = rows.some((row) => typeof row.createdAt === 'string')
  const created = await ids(
    tx,
    `INSERT INTO "${name}" (${list(all)}${isDated ? ', "createdAt"' : ''})
     SELECT ${list(all, 'w')}${isDated ? ', coalesce(w."createdAt", now())' : ''} FROM jsonb_populate_recordset(jsonb_populate_record(NULL::"${name}", $2::jsonb), $1::jsonb) w
     WHERE NOT EXISTS (SELECT FROM "${name}" t WHERE t."${id}" = w."${id}")
     RETURNING "${id}"::text AS id`,
    JSON.stringify(rows),
    JSON.stringify(defaults),
  )
  const existing = rows.filter((row) => !created.has(String(row[id])))
  if (existing.length === 0 || columns.length === 0) return { created, changed: new Set() }
  const changed = await ids(
    tx,
    `UPDATE "${name}" t SET ${columns.map((column) => `"${column}" = w."${column}"`).join(', ')}
     FROM jsonb_array_elements($1::jsonb) j
     JOIN "${name}" o ON o."${id}" = (j ->> '${id}')::uuid
     CROSS JOIN LATERAL jsonb_populate_record(o, j) w
     WHERE t."${id}" = o."${id}" AND (${list(columns, 't')}) IS DISTINCT FROM (${list(columns, 'w')})
     RETURNING t."${id}"::text AS id`,
    JSON.stringify(existing),
  )
  return { created, changed }
}

/**
 * Inserts, updates and deletes the children of the owners, so that they match `rows`, in one statement.
 * `ChildTable.deletes` says which ones are deleted. Existing children keep their ids. Returns the ids of the owners whose
 * children changed.
 */
export async function saveChildren(
  tx: Transaction,
  table: ChildTable,
  owners: readonly string[],
  rows: readonly ColumnValues[],
): Promise<Set<string>> {
  if (owners.length === 0) return new Set()
  const { name, parent, key, rest, hasId, deletes } = table
  const columns = [...(hasId ? ['id'] : []), parent, ...key, ...rest]
  const mayDelete =
    deletes === 'none'
      ? 'false'
      : deletes === 'all'
        ? 'true'
        : `EXISTS (SELECT FROM wanted w WHERE w."${parent}" = t."${parent}" AND w."${deletes.column}" = t."${deletes.column}")`
  const changed = `UPDATE "${name}" t SET ${rest.map((column) => `"${column}" = w."${column}"`).join(', ')}
     FROM wanted w WHERE ${same(table)} AND (${list(rest, 't')}) IS DISTINCT FROM (${list(rest, 'w')})
     RETURNING t."${parent}" AS owner`
  return ids(
    tx,
    `WITH wanted AS MATERIALIZED (SELECT * FROM jsonb_populate_recordset(NULL::"${name}", $1::jsonb)),
     deleted AS (
       DELETE FROM "${name}" t WHERE t."${parent}" = ANY ($2::uuid[]) AND ${mayDelete}
         AND NOT EXISTS (SELECT FROM wanted w WHERE ${same(table)})
       RETURNING t."${parent}" AS owner
     ),
     changed AS (${rest.length > 0 ? changed : 'SELECT NULL::uuid AS owner WHERE false'}),
     inserted AS (
       INSERT INTO "${name}" (${list(columns)}) SELECT ${list(columns, 'w')} FROM wanted w
       WHERE NOT EXISTS (SELECT FROM "${name}" t WHERE ${same(table)})
       RETURNING "${parent}" AS owner
     )
     SELECT owner::text AS id FROM deleted UNION SELECT owner::text FROM changed UNION SELECT owner::text FROM inserted`,
    JSON.stringify(rows),
    owners,
  )
}

/** Returns the stored ids of children by the ids in `rows`. The two differ if the child existed before. */
export async function idsOfChildren(
  tx: Transaction,
  table: ChildTable,
  rows: readonly ColumnValues[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map()
  const pairs = await tx.$queryRawUnsafe<{ generated: string; id: string }[]>(
    `SELECT w.id::text AS generated, t.id::text AS id
     FROM jsonb_populate_recordset(NULL::"${table.name}", $1::jsonb) w JOIN "${table.name}" t ON ${same(table)}`,
    JSON.stringify(rows),
  )
  return new Map(pairs.map(({ generated, id }) => [generated, id]))
}

/** Adds ids to `saved.changed`, except those of records that were just created. */
export function recordChanged(saved: Saved, ids: Iterable<string>): void {
  for (const id of ids) if (!saved.created.has(id)) saved.changed.add(id)
}

/** Returns an SQL condition: `t` and `w` are the same child. */
function same({ parent, key }: ChildTable): string {
  const equal = key.map((column) => `w."${column}" IS NOT DISTINCT FROM t."${column}"`)
  return [`w."${parent}" = t."${parent}"`, ...equal].join(' AND ')
}

function list(columns: readonly string[], alias?: string): string {
  return columns.map((column) => (alias ? `${alias}."${column}"` : `"${column}"`)).join(', ')
}

async function ids(tx: Transaction, sql: string, ...values: unknown[]): Promise<Set<string>> {
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(sql, ...values)
  return new Set(rows.map(({ id }) => id))
}
