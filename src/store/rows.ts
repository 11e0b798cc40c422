import type { Prisma } from '../db/generated/prisma/client.ts'

/** An open transaction, as `db.$transaction` hands it out. */
export type Transaction = Prisma.TransactionClient

/** A row by its columns, as JSON has it. In an update a column that is left out (or undefined) keeps its value. */
export type ColumnValues = Readonly<Record<string, unknown>>

/** Facts about one record of which some may be left out: so they stay as they are, and a new record has to have them. */
export type Patch<WriteModel extends { readonly id: string }> = Partial<WriteModel> & Pick<WriteModel, 'id'>

/** A table whose rows are kept by their id. */
export interface Table {
  readonly name: string
  readonly id: string
  readonly columns: readonly string[]
  /** What a new row has where nothing is given, in place of null. */
  readonly blank?: ColumnValues
}

/** A table whose rows belong to a row of another. */
export interface ChildTable {
  readonly name: string
  /** Column of the owner. */
  readonly parent: string
  /** Columns that tell the children of one owner apart. */
  readonly key: readonly string[]
  /** Columns that may change while the child stays the same. */
  readonly rest: readonly string[]
  /** False where the owner and the key are the primary key. */
  readonly hasId: boolean
  /**
   * What a list of children rules over: all children of its owner; those that share this column's value with one in the
   * list; or nothing beyond itself, so that a list adds and changes, and never removes.
   */
  readonly rules: 'all' | 'listed' | { readonly column: string }
}

/** What a write did, by id of the row at the top: a version rises where a row has changed. */
export interface Saved {
  readonly created: Set<string>
  readonly changed: Set<string>
}

/** Inserts the rows that are not there and updates those that differ, in two statements however many they are. */
export async function saveRows(tx: Transaction, table: Table, rows: readonly ColumnValues[]): Promise<Saved> {
  if (rows.length === 0) return { created: new Set(), changed: new Set() }
  const { name, id, columns, blank = {} } = table
  const all = [id, ...columns]
  const created = await ids(
    tx,
    `INSERT INTO "${name}" (${list(all)})
     SELECT ${list(all, 'w')} FROM jsonb_populate_recordset(jsonb_populate_record(NULL::"${name}", $2::jsonb), $1::jsonb) w
     WHERE NOT EXISTS (SELECT FROM "${name}" t WHERE t."${id}" = w."${id}")
     RETURNING "${id}"::text AS id`,
    JSON.stringify(rows),
    JSON.stringify(blank),
  )
  const old = rows.filter((row) => !created.has(String(row[id])))
  if (old.length === 0 || columns.length === 0) return { created, changed: new Set() }
  const changed = await ids(
    tx,
    `UPDATE "${name}" t SET ${columns.map((column) => `"${column}" = w."${column}"`).join(', ')}
     FROM jsonb_array_elements($1::jsonb) j
     JOIN "${name}" o ON o."${id}" = (j ->> '${id}')::uuid
     CROSS JOIN LATERAL jsonb_populate_record(o, j) w
     WHERE t."${id}" = o."${id}" AND (${list(columns, 't')}) IS DISTINCT FROM (${list(columns, 'w')})
     RETURNING t."${id}"::text AS id`,
    JSON.stringify(old),
  )
  return { created, changed }
}

/**
 * Makes the children of the given owners those that are wanted, in one statement, and tells which owners that touched.
 * Children that stay keep their ids.
 */
export async function saveChildren(
  tx: Transaction,
  table: ChildTable,
  owners: readonly string[],
  rows: readonly ColumnValues[],
): Promise<Set<string>> {
  if (owners.length === 0) return new Set()
  const { name, parent, key, rest, hasId, rules } = table
  const columns = [...(hasId ? ['id'] : []), parent, ...key, ...rest]
  const ruled =
    rules === 'listed'
      ? 'false'
      : rules === 'all'
        ? 'true'
        : `EXISTS (SELECT FROM wanted w WHERE w."${parent}" = t."${parent}" AND w."${rules.column}" = t."${rules.column}")`
  const changed = `UPDATE "${name}" t SET ${rest.map((column) => `"${column}" = w."${column}"`).join(', ')}
     FROM wanted w WHERE ${same(table)} AND (${list(rest, 't')}) IS DISTINCT FROM (${list(rest, 'w')})
     RETURNING t."${parent}" AS owner`
  return ids(
    tx,
    `WITH wanted AS MATERIALIZED (SELECT * FROM jsonb_populate_recordset(NULL::"${name}", $1::jsonb)),
     gone AS (
       DELETE FROM "${name}" t WHERE t."${parent}" = ANY ($2::uuid[]) AND ${ruled}
         AND NOT EXISTS (SELECT FROM wanted w WHERE ${same(table)})
       RETURNING t."${parent}" AS owner
     ),
     changed AS (${rest.length > 0 ? changed : 'SELECT NULL::uuid AS owner WHERE false'}),
     made AS (
       INSERT INTO "${name}" (${list(columns)}) SELECT ${list(columns, 'w')} FROM wanted w
       WHERE NOT EXISTS (SELECT FROM "${name}" t WHERE ${same(table)})
       RETURNING "${parent}" AS owner
     )
     SELECT owner::text AS id FROM gone UNION SELECT owner::text FROM changed UNION SELECT owner::text FROM made`,
    JSON.stringify(rows),
    owners,
  )
}

/** Leads from the ids that children were given to the ids that they have, which differ where a child was there before. */
export async function idsOfChildren(
  tx: Transaction,
  table: ChildTable,
  rows: readonly ColumnValues[],
): Promise<Map<string, string>> {
  if (rows.length === 0) return new Map()
  const pairs = await tx.$queryRawUnsafe<{ given: string; id: string }[]>(
    `SELECT w.id::text AS given, t.id::text AS id
     FROM jsonb_populate_recordset(NULL::"${table.name}", $1::jsonb) w JOIN "${table.name}" t ON ${same(table)}`,
    JSON.stringify(rows),
  )
  return new Map(pairs.map(({ given, id }) => [given, id]))
}

/** Counts rows as changed unless they were just made. */
export function recordChanged(saved: Saved, touched: Iterable<string>): void {
  for (const id of touched) if (!saved.created.has(id)) saved.changed.add(id)
}

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
