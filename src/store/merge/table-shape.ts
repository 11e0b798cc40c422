import type { Transaction } from '../rows.ts'

/** The primary keys of the tables that have no id. */
const keys: Record<string, readonly string[]> = {
  Person: ['actorId'],
  Country: ['actorId'],
  Asset: ['actorId'],
  SanctionReason: ['sanctionId', 'eventId'],
  Sighting: ['targetId', 'list'],
}

/** The columns that the database derives with triggers. Generated columns are found in the catalog. */
const derived: Record<string, readonly string[]> = {
  Sanction: ['status', 'sortDate'],
}

/** The columns of a table, and SQL for its rows. */
export interface TableShape {
  readonly keyColumns: readonly string[]
  /** The columns that are not derived, without `version` and `updatedAt`. */
  readonly columns: readonly string[]
  /** The columns that cannot be null. */
  readonly required: ReadonlySet<string>
  /** The tables that the foreign keys refer to, by column. */
  readonly foreignKeys: ReadonlyMap<string, string>
  /** Returns the SQL of a row's primary key as JSON text. */
  key(alias: string): string
  /** Returns the SQL of a row's columns as JSON. */
  row(alias: string): string
  /** Returns the SQL of a condition: two rows have the same primary key. */
  isSame(one: string, other: string): string
}

const known = new Map<string, Promise<TableShape>>()

/** Returns the shape of a table. It is read once, because the tables do not change while the service runs. */
export function shapeOf(tx: Transaction, table: string): Promise<TableShape> {
  const shape = known.get(table) ?? read(tx, table)
  known.set(table, shape)
  shape.catch(() => known.delete(table))
  return shape
}

interface Column {
  name: string
  generated: boolean
  required: boolean
  /** The table that it refers to. */
  references: string | null
}

async function read(tx: Transaction, table: string): Promise<TableShape> {
  const columns = await tx.$queryRawUnsafe<Column[]>(
    `SELECT a.attname::text AS name, a.attgenerated <> '' AS generated, a.attnotnull AS required,
       (SELECT f.relname::text FROM pg_constraint c JOIN pg_class f ON f.oid = c.confrelid
        WHERE c.conrelid = a.attrelid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]) AS references
     FROM pg_attribute a WHERE a.attrelid = format('%I', $1::text)::regclass AND a.attnum > 0 AND NOT a.attisdropped`,
    table,
  )
  const keyColumns = keys[table] ?? ['id']
  const left = (name: string) => !['version', 'updatedAt', ...(derived[table] ?? [])].includes(name)
  const written = columns.filter(({ name, generated }) => !generated && left(name)).map(({ name }) => name)
  const others = columns.map(({ name }) => name).filter((name) => !written.includes(name))
  return {
    keyColumns,
    columns: written,
    required: new Set(columns.flatMap(({ name, required }) => (required ? [name] : []))),
    foreignKeys: new Map(columns.flatMap(({ name, references }) => (references ? [[name, references]] : []))),
    key: (alias) =>
      `jsonb_build_object(${keyColumns.map((column) => `'${column}', ${alias}."${column}"`).join(', ')})::text`,
    row: (alias) => `to_jsonb(${alias}) - ARRAY[${others.map((name) => `'${name}'`).join(', ')}]::text[]`,
    isSame: (one, other) => keyColumns.map((column) => `${one}."${column}" = ${other}."${column}"`).join(' AND '),
  }
}
