// Removes the names of an erased person from the rows of all tables.
import type { Transaction } from '../rows.ts'
import type { Mentions } from './mention.ts'
import type { ErasedRows } from './scope.ts'
import { mayMention, type TextTable } from './text-table.ts'

type Row = Readonly<Record<string, unknown>>

/** A row without the names: the columns of its key, and those that change. */
interface RedactedRow {
  readonly key: Row
  readonly patch: Row
}

/** The number of rows that are read and written at a time. */
const BATCH = 1000

/** Collects what mentions the person in the rows of a table. With `isConfirmed`, removes the names. */
export async function redactTable(
  tx: Transaction,
  table: TextTable,
  mentions: Mentions,
  erased: ErasedRows,
  isConfirmed: boolean,
): Promise<void> {
  const { name, key, columns } = table
  const text = `concat_ws(' ', ${columns.map((column) => `t."${column.name}"::text`).join(', ')})`
  const keyColumns = key.map((column) => `t."${column.name}"`).join(', ')
  const keyAsText = key.map((column) => `t."${column.name}"::text`).join(', ')
  const afterKey = key.map((column, i) => `($2::text[])[${i + 1}]::${column.type}`).join(', ')
  let saved = 0
  for (let after: string[] | undefined; ; ) {
    const rows = await tx.$queryRawUnsafe<{ key: string[]; row: Row }[]>(
      `SELECT ARRAY[${keyAsText}] AS key, to_jsonb(t) AS row FROM "${name}" t
       WHERE ${after ? `(${keyColumns}) > (${afterKey}) AND` : ''} ${mayMention(text, '$1')} ORDER BY ${keyColumns} LIMIT ${BATCH}`,
      mentions.patterns,
      ...(after ? [after] : []),
    )
    const redacted = rows.flatMap((each) => redactRow(each, table, mentions, erased))
    if (isConfirmed && redacted.length > 0) {
      await saveRedacted(tx, table, redacted)
      saved++
      // When the number has doubled, and the plans of the triggers are for far fewer entries of the log.
      if (redacted.length >= BATCH / 10 && isPowerOfTwo(saved)) await tx.$executeRaw`SELECT analyze_pending()`
    }
    after = rows.at(-1)?.key
    if (rows.length < BATCH) return
  }
}

const isPowerOfTwo = (n: number) => (n & (n - 1)) === 0

function redactRow(
  { key: values, row }: { key: string[]; row: Row },
  { name, key, columns }: TextTable,
  mentions: Mentions,
  erased: ErasedRows,
): RedactedRow[] {
  const id = values.join(',')
  if (erased.isGone(name, id) || (name === 'MergeRow' && isGoneOfMerge(row, erased))) return []
  const place = { table: name, id, isPresent: true }
  const patch = columns.flatMap(({ name: column }) => {
    const value = row[column]
    if (name === 'IdempotencyKey' && erased.isAnswer(value)) return []
    const redacted =
      name === 'MergeRow' ? mentions.inMergedRow(value, placeOf(row)) : mentions.inColumn(value, column, place, row)
    return redacted === value ? [] : [[column, redacted] as const]
  })
  if (patch.length === 0) return []
  return [
    { key: Object.fromEntries(key.map((column) => [column.name, row[column.name]])), patch: Object.fromEntries(patch) },
  ]
}

/** Returns whether a row of a merge belongs to a merge of the person, or has the person in its key or its columns. */
const isGoneOfMerge = ({ mergeId, key, before, after }: Row, erased: ErasedRows): boolean =>
  erased.isGone('Merge', String(mergeId)) || [JSON.parse(String(key)), before, after].some(erased.isAbout)

/** Returns the place of a row that a merge recorded. */
const placeOf = ({ table, key }: Row) => ({
  table: String(table),
  id: Object.values(JSON.parse(String(key)) as object).join(','),
})

/** Writes rows without the names, with one statement for all in which the same columns change. */
async function saveRedacted(tx: Transaction, { name, key, isWritable }: TextTable, rows: readonly RedactedRow[]) {
  if (!isWritable) {
    for (const { key, patch } of rows)
      await tx.$executeRaw`SELECT redact_row(${name}, ${JSON.stringify(key)}::jsonb, ${JSON.stringify(patch)}::jsonb)`
    return
  }
  const byColumns = new Map<string, RedactedRow[]>()
  for (const row of rows) {
    const columns = Object.keys(row.patch).join()
    const same = byColumns.get(columns) ?? []
    same.push(row)
    byColumns.set(columns, same)
  }
  for (const same of byColumns.values()) {
    const columns = Object.keys(same[0]?.patch ?? {})
    // The values become columns of the table's own types.
    await tx.$executeRawUnsafe(
      `UPDATE "${name}" t SET ${columns.map((column) => `"${column}" = p."${column}"`).join(', ')}
       FROM jsonb_populate_recordset(NULL::"${name}", $1::jsonb) p
       WHERE ${key.map((column) => `t."${column.name}" = p."${column.name}"`).join(' AND ')}`,
      JSON.stringify(same.map(({ key, patch }) => ({ ...key, ...patch }))),
    )
  }
}

/** Deletes idempotency keys that contain a name: they are no texts that could be redacted. */
export async function dropIdempotencyKeys(tx: Transaction, mentions: Mentions): Promise<void> {
  const rows = await tx.$queryRaw<{ caller: string; key: string }[]>`SELECT caller, key FROM "IdempotencyKey"`
  const named = rows.filter(({ caller, key }) => mentions.has(caller) || mentions.has(key))
  await tx.$executeRaw`
    DELETE FROM "IdempotencyKey" k USING jsonb_to_recordset(${JSON.stringify(named)}::jsonb) n (caller TEXT, key TEXT)
    WHERE k.caller = n.caller AND k.key = n.key`
}
