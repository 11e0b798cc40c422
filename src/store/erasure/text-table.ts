// The columns of the database that can contain a name, from the catalog: a new column is found without being listed here.
import type { Transaction } from '../rows.ts'

/** A table with columns of text or JSON. */
export interface TextTable {
  readonly name: string
  /** The columns of the primary key, with their types. */
  readonly key: readonly TextColumn[]
  readonly columns: readonly TextColumn[]
  /** False if triggers keep the table, and the role may only read it. */
  readonly isWritable: boolean
}

interface TextColumn {
  readonly name: string
  readonly type: string
}

/** The log, which is redacted on its own; what remains of erased people; and the list of migrations. */
const otherTables = ['Change', 'ChangePending', 'Erasure', '_prisma_migrations']

/** The columns that can contain a name. */
export interface TextColumns {
  readonly tables: readonly TextTable[]
  /** Whether a column is free text or JSON. True for one that no longer exists, which entries of the log may have. */
  isText(table: string, column: string): boolean
}

/** Columns with codes, hashes and keys. A name such as "Li" may be equal to a code. */
const codes: Record<string, readonly string[]> = {
  ActorName: ['lang'],
  ApiKey: ['prefix', 'hash', 'scopes'],
  Country: ['iso2', 'iso3', 'isoNumeric', 'region', 'subregion', 'flag'],
  Event: ['cameoCode'],
  IdempotencyKey: ['hash'],
  Identifier: ['scheme'],
  ImportRun: ['format', 'sha256', 'lists', 'seen', 'files'],
  MergeRow: ['table', 'key'],
  Sighting: ['list'],
  Source: ['language', 'sha256'],
}

/** Returns the columns that can contain a name. Columns of primary keys and generated columns are left out. */
export async function textColumns(tx: Transaction): Promise<TextColumns> {
  const tables = await tx.$queryRaw<(TextTable & { others: string[] })[]>`
    SELECT r.relname::text AS name, has_table_privilege(r.oid, 'UPDATE') AS "isWritable",
      jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum)
        FILTER (WHERE a.attnum = ANY (k.indkey)) AS key,
      coalesce(jsonb_agg(jsonb_build_object('name', a.attname, 'type', format_type(a.atttypid, NULL)) ORDER BY a.attnum)
        FILTER (WHERE c.is_text), '[]') AS columns,
      coalesce(array_agg(a.attname::text) FILTER (WHERE NOT c.is_text), '{}') AS others
    FROM pg_class r
    JOIN pg_index k ON k.indrelid = r.oid AND k.indisprimary
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    CROSS JOIN LATERAL (SELECT a.attnum <> ALL (k.indkey) AND a.attgenerated = ''
      AND a.atttypid IN ('text'::regtype, 'text[]'::regtype, 'jsonb'::regtype)) c (is_text)
    WHERE r.relkind = 'r' AND r.relnamespace = current_schema()::regnamespace AND r.relname <> ALL (${otherTables})
    GROUP BY r.oid, r.relname ORDER BY r.relname`
  const others = new Set(
    tables.flatMap(({ name, others }) => [...others, ...(codes[name] ?? [])].map((column) => `${name}.${column}`)),
  )
  return {
    tables: tables.flatMap((table) => {
      const columns = table.columns.filter(({ name }) => !others.has(`${table.name}.${name}`))
      return columns.length > 0 ? [{ ...table, columns }] : []
    }),
    isText: (table, column) => !others.has(`${table}.${column}`),
  }
}

/**
 * Returns SQL for whether a text may contain a name. The parameter has patterns for LIKE: a text in ASCII needs no folding, unless it
 * is encoded, as in URLs and HTML, or a line divides a word.
 */
export const mayMention = (text: string, parameter: string): string =>
  `(octet_length(${text}) > length(${text}) OR lower(${text}) LIKE ANY (${parameter}::text[]) OR ${text} ~ '${encodedOrDivided}')`

/** In JSON, the end of a line is written as "\\n". */
const encodedOrDivided = String.raw`[%&]|-[ \t]*(\\t|\r|\\r|\n|\\n)`
