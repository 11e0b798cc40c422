// Undoes a merge: the rows that it changed get their earlier values, unless they were changed since.
import type { TrackedType } from '../../db/generated/prisma/enums.ts'
import { type GlobalId, writeId } from '../../domain/id.ts'
import { Invalid } from '../../domain/mutation-error.ts'
import { openRecord, recordNotFound } from '../record.ts'
import type { Transaction } from '../rows.ts'
import { fieldOf } from './recorder.ts'
import { shapeOf, type TableShape } from './table-shape.ts'

interface Unmerge {
  /** The merged record. */
  readonly id: GlobalId
  /** Of the record that it was merged into, which its id returns. */
  readonly expectedVersion?: number | null
}

interface MergedRecord {
  type: string
  survivorId: string | null
  survivorRetracted: boolean
}

interface StoredMerge {
  id: string
  mergedId: string
  name: string
}

/** Tables whose rows are parts of rows in tables before them. */
const order = [
  'Relationship',
  'EventLink',
  'EventParticipant',
  'SanctionTarget',
  'Sighting',
  'DisputedValue',
  'SanctionAction',
  'Licence',
  'Identifier',
  'Citation',
]
const rankOf = (table: string) => order.indexOf(table)

/** Undoes the latest merge into a record. Facts that were added since stay with that record. */
export async function unmerge(tx: Transaction, type: TrackedType, { id, expectedVersion }: Unmerge): Promise<void> {
  const invalid = (message: string) => new Invalid([{ path: ['id'], message }])
  const table = type === 'ACTOR' ? 'Actor' : 'Event'
  const [record] = await tx.$queryRawUnsafe<MergedRecord[]>(
    `SELECT ${type === 'ACTOR' ? 'initcap(t.kind::text)' : `'Event'`} AS type, t."mergedIntoId"::text AS "survivorId",
       EXISTS (SELECT FROM "${table}" s WHERE s.id = t."mergedIntoId" AND s."retractedAt" IS NOT NULL) AS "survivorRetracted"
     FROM "${table}" t WHERE t.id = $1::uuid FOR NO KEY UPDATE OF t`,
    id.id,
  )
  if (record?.type !== id.type) throw recordNotFound()
  const { survivorId, survivorRetracted } = record
  if (!survivorId) throw invalid('is not merged into another record: there is nothing to undo.')
  if (survivorRetracted) throw invalid('was merged into a record that was retracted since: restore that record first.')
  await openRecord(tx, type, { id: survivorId }, expectedVersion)
  const merges = await tx.$queryRawUnsafe<StoredMerge[]>(
    `SELECT m.id::text, m."mergedId"::text, t.${type === 'ACTOR' ? 'name' : 'title'} AS name
     FROM "${table}" t JOIN "Merge" m ON m."mergedId" = t.id
     WHERE t."mergedIntoId" = $1::uuid ORDER BY m.number DESC`,
    survivorId,
  )
  const merge = merges.find(({ mergedId }) => mergedId === id.id)
  const [latest] = merges
  if (!merge || !latest)
    throw invalid(
      'was merged by an import, or before merges could be undone: create a new record, and move its facts there.',
    )
  if (latest !== merge)
    throw invalid(
      `was merged before "${latest.name}" was merged into the same record: undo that merge first, with the id ${writeId(id.type, latest.mergedId)}.`,
    )
  const later = await findLaterMerge(tx, merge.id)
  if (later)
    throw invalid(
      `was merged before "${later.name}" was merged, and both merges concern the same parts: undo that merge first, with the id ${writeId(later.type, later.mergedId)}.`,
    )
  await revert(tx, table, merge.id, id.id)
  if (type === 'ACTOR') await returnListings(tx, merge.id, { from: survivorId, to: id.id })
  await tx.$executeRaw`DELETE FROM "Merge" WHERE id = ${merge.id}::uuid`
}

/**
 * Returns the latest of the merges that removed or added a part that this merge changed, or that merged a record to which a part
 * refers that this merge removed. Undone first, this merge would not find the part, or would give it to the wrong record.
 */
async function findLaterMerge(
  tx: Transaction,
  mergeId: string,
): Promise<{ type: string; mergedId: string; name: string } | undefined> {
  const [later] = await tx.$queryRaw<{ type: string; mergedId: string; name: string }[]>`
    WITH own AS MATERIALIZED (SELECT "table", key, before, after FROM "MergeRow" WHERE "mergeId" = ${mergeId}::uuid),
    concerned AS (
      SELECT r."mergeId" AS id FROM own o JOIN "MergeRow" r USING ("table", key)
      WHERE r."mergeId" <> ${mergeId}::uuid AND num_nulls(o.before, o.after, r.before, r.after) > 0
      UNION
      SELECT m.id FROM own o CROSS JOIN LATERAL jsonb_each_text(o.before) v JOIN "Merge" m ON m."mergedId"::text = v.value
      WHERE o.after IS NULL
    )
    SELECT coalesce(initcap(a.kind::text), 'Event') AS type, m."mergedId"::text, coalesce(a.name, e.title) AS name
    FROM concerned c JOIN "Merge" m ON m.id = c.id
    LEFT JOIN "Actor" a ON a.id = m."mergedId" LEFT JOIN "Event" e ON e.id = m."mergedId"
    WHERE m.number > (SELECT number FROM "Merge" WHERE id = ${mergeId}::uuid)
    ORDER BY m.number DESC LIMIT 1`
  return later
}

async function revert(tx: Transaction, recordTable: string, mergeId: string, mergedId: string): Promise<void> {
  const changed = await tx.$queryRaw<{ table: string }[]>`
    SELECT DISTINCT "table" FROM "MergeRow" WHERE "mergeId" = ${mergeId}::uuid`
  const tables = changed.map(({ table }) => table).sort((one, other) => rankOf(one) - rankOf(other))
  // The record first: a merge into it can only be set when it is not merged itself.
  await restoreChanged(tx, recordTable, mergeId, mergedId)
  for (const table of tables) await insertRemoved(tx, table, mergeId)
  for (const table of tables) await restoreChanged(tx, table, mergeId)
  // Last, because parts that the merge moved to a row that it added would be deleted with this row.
  for (const table of tables.toReversed()) await removeAdded(tx, table, mergeId)
}

/** The SQL of the rows of a merge in one table: `m` is the recorded row, `k` its primary key. Parameters: $1 the merge. */
const rowsOf = (table: string) =>
  `"MergeRow" m CROSS JOIN LATERAL jsonb_populate_record(NULL::"${table}", m.key::jsonb) k`
const ofMerge = (table: string) => `m."mergeId" = $1::uuid AND m."table" = '${table}'`

/** Removes the rows that the merge added, unless they were changed or cited since. */
async function removeAdded(tx: Transaction, table: string, mergeId: string): Promise<void> {
  const shape = await shapeOf(tx, table)
  const uncited = `AND NOT EXISTS (
    SELECT FROM "Citation" c WHERE c."disputedValueId" = t.id AND NOT EXISTS (
      SELECT FROM "MergeRow" o WHERE o."mergeId" = m."mergeId" AND o."table" = 'Citation' AND o.key = jsonb_build_object('id', c.id)::text))`
  await tx.$executeRawUnsafe(
    `DELETE FROM "${table}" t USING ${rowsOf(table)}
     WHERE ${ofMerge(table)} AND m.before IS NULL AND ${shape.isSame('t', 'k')} AND ${shape.row('t')} = m.after
     ${table === 'DisputedValue' ? uncited : ''}`,
    mergeId,
  )
}

/** Inserts the rows that the merge removed. A reference to a record that was merged since becomes one to its survivor. */
async function insertRemoved(tx: Transaction, table: string, mergeId: string): Promise<void> {
  const shape = await shapeOf(tx, table)
  const values = shape.columns.map((column) => {
    const target = shape.foreignKeys.get(column)
    if (target !== 'Actor' && target !== 'Event') return `w."${column}"`
    return `coalesce((SELECT r."mergedIntoId" FROM "${target}" r WHERE r.id = w."${column}"), w."${column}")`
  })
  await tx.$executeRawUnsafe(
    `INSERT INTO "${table}" (${shape.columns.map((column) => `"${column}"`).join(', ')})
     SELECT ${values.join(', ')} FROM "MergeRow" m CROSS JOIN LATERAL jsonb_populate_record(NULL::"${table}", m.before) w
     WHERE ${ofMerge(table)} AND m.after IS NULL AND ${parentsExist(shape, 'w')}
     ON CONFLICT DO NOTHING`,
    mergeId,
  )
}

/** Gives the fields that the merge changed their earlier values, unless they were changed since. */
async function restoreChanged(tx: Transaction, table: string, mergeId: string, onlyId?: string): Promise<void> {
  const shape = await shapeOf(tx, table)
  const [row] = await tx.$queryRawUnsafe<{ columns: string[] | null }[]>(
    `SELECT array_agg(DISTINCT b.key) AS columns FROM "MergeRow" m CROSS JOIN LATERAL jsonb_each(m.before) b
     WHERE ${ofMerge(table)} AND m.before IS NOT NULL AND m.after IS NOT NULL`,
    mergeId,
  )
  const columns = row?.columns ?? []
  if (columns.length === 0) return
  const patch = `(
    SELECT coalesce(jsonb_object_agg(b.key, b.value), '{}') FROM jsonb_each(m.before) b
    WHERE NOT EXISTS (
      SELECT FROM jsonb_each(m.after) a
      WHERE ${fieldOf('a.key')} = ${fieldOf('b.key')} AND a.value IS DISTINCT FROM to_jsonb(o) -> a.key))`
  await tx.$executeRawUnsafe(
    `UPDATE "${table}" t SET ${columns.map((column) => `"${column}" = w."${column}"`).join(', ')}
     FROM ${rowsOf(table)} JOIN "${table}" o ON ${shape.isSame('o', 'k')}
     CROSS JOIN LATERAL jsonb_populate_record(o, ${patch}) w
     WHERE ${ofMerge(table)} AND m.before IS NOT NULL AND m.after IS NOT NULL AND ${shape.isSame('t', 'o')}
       ${onlyId ? 'AND t.id = $2::uuid' : ''}
       AND (${list(columns, 't')}) IS DISTINCT FROM (${list(columns, 'w')}) AND ${parentsExist(shape, 'w', columns)}`,
    mergeId,
    ...(onlyId ? [onlyId] : []),
  )
}

const list = (columns: readonly string[], alias: string) => columns.map((column) => `${alias}."${column}"`).join(', ')

/** Returns the SQL of a condition: the parts that a row refers to exist. Records always exist. */
function parentsExist({ foreignKeys }: TableShape, alias: string, columns?: readonly string[]): string {
  const conditions = [...foreignKeys]
    .filter(([column, target]) => order.includes(target) && (columns?.includes(column) ?? true))
    .map(
      ([column, target]) =>
        `(${alias}."${column}" IS NULL OR EXISTS (SELECT FROM "${target}" r WHERE r.id = ${alias}."${column}"))`,
    )
  return ['true', ...conditions].join(' AND ')
}

/** Returns the listings to the merged record that were imported under its own numbers since the merge. */
async function returnListings(tx: Transaction, mergeId: string, { from, to }: { from: string; to: string }) {
  await tx.$executeRaw`
    UPDATE "SanctionTarget" t SET "actorId" = ${to}::uuid
    WHERE t."actorId" = ${from}::uuid AND t.id > ${mergeId}::uuid
      AND EXISTS (
        SELECT FROM "Identifier" i JOIN "Identifier" s ON s."sanctionId" = t."sanctionId" AND s.scheme = i.scheme
        WHERE i."actorId" = ${to}::uuid AND i.value = t."listingId")
      AND NOT EXISTS (
        SELECT FROM "SanctionTarget" o
        WHERE o."actorId" = ${to}::uuid AND o."sanctionId" = t."sanctionId" AND o."listingId" = t."listingId")`
}
