// Merges a duplicate record into another, the survivor. All parts of the duplicate and all references to it move to the survivor.
// The survivor takes over the values that it lacks. If values differ, both are kept as disputed values.
import { v7 } from 'uuid'
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import type { GlobalId } from '../domain/id.ts'
import { Invalid } from '../domain/mutation-error.ts'
import { searchKey } from '../domain/name.ts'
import { actorFields, eventFields, type FieldRules } from './merge/field.ts'
import { mergeFields, type RowPair } from './merge/field-merge.ts'
import { MergeRecorder } from './merge/recorder.ts'
import { type Reference, toActors, toEvents } from './merge/reference.ts'
import { MergeReport } from './merge/report.ts'
import { shapeOf } from './merge/table-shape.ts'
import { openRecord } from './record.ts'
import type { Transaction } from './rows.ts'

export interface Merge {
  /** The duplicate. */
  readonly id: GlobalId
  /** The survivor. */
  readonly into: GlobalId
  /** Of the duplicate. */
  readonly expectedVersion?: number | null
}

/** The greatest number of parts and references that one merge moves. */
const MAX_MERGED_PARTS = 10_000

/** Merges an event into another. Returns what the merge did. */
export async function mergeEvents(tx: Transaction, merge: Merge): Promise<MergeReport> {
  return mergeRecords(tx, 'EVENT', merge, eventFields, toEvents)
}

/** Merges an actor into another of the same kind. Returns what the merge did. */
export async function mergeActors(tx: Transaction, merge: Merge): Promise<MergeReport> {
  return mergeRecords(tx, 'ACTOR', merge, actorFields, toActors)
}

async function mergeRecords(
  tx: Transaction,
  type: TrackedType,
  merge: Merge,
  fields: readonly FieldRules[],
  references: readonly Reference[],
): Promise<MergeReport> {
  const table = await lockBoth(tx, type, merge)
  const pair: RowPair = { from: merge.id.id, to: merge.into.id }
  await requireFewParts(tx, references, pair)
  const report = new MergeReport()
  const recorder = await MergeRecorder.start(tx, { id: v7(), type, mergedId: pair.from, survivorId: pair.to })
  await recorder.capture(table, `"${table}" t WHERE t.id = $1::uuid`, pair.from)
  if (type === 'EVENT') await keepEdited(recorder, pair)
  for (const rules of fields) await mergeFields(recorder, report, rules, [pair])
  if (type === 'ACTOR') await prepareActors(recorder, report, pair)
  for (const reference of references) await moveReference(recorder, report, reference, [pair])
  if (type === 'ACTOR') await keepDisplayName(recorder, report, pair)
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "mergedIntoId" = $2::uuid WHERE id = $1::uuid`, pair.from, pair.to)
  await recorder.finish()
  return report
}

/** Locks both records, and returns their table. Throws an `Invalid` if they are the same or of different types. */
async function lockBoth(tx: Transaction, tracked: TrackedType, { id, into, expectedVersion }: Merge): Promise<string> {
  const invalid = (message: string) => new Invalid([{ path: ['into'], message }])
  if (id.id === into.id) throw invalid('is the record itself: merge it into another record.')
  const { table, type } = await openRecord(tx, tracked, id, expectedVersion)
  const survivor = await openRecord(tx, tracked, into, null, 'into')
  if (survivor.type === type) return table
  throw invalid(`is a ${survivor.type}, but the record to merge is a ${type}: merge records of the same kind.`)
}

async function requireFewParts(tx: Transaction, references: readonly Reference[], { from }: RowPair): Promise<void> {
  const counts = references.map(
    ({ table, column }) => `SELECT count(*) AS count FROM "${table}" WHERE "${column}" = $1::uuid`,
  )
  const [row] = await tx.$queryRawUnsafe<{ parts: number }[]>(
    `SELECT sum(count)::int AS parts FROM (${counts.join(' UNION ALL ')}) c`,
    from,
  )
  const parts = row?.parts ?? 0
  if (parts <= MAX_MERGED_PARTS) return
  const message = `has ${parts} parts and references, but one merge moves at most ${MAX_MERGED_PARTS}: merge the other record into this one.`
  throw new Invalid([{ path: ['id'], message }])
}

/** Makes the survivor an edited event if the duplicate is one, because lists do not contain other events by default. */
async function keepEdited(recorder: MergeRecorder, { from, to }: RowPair): Promise<void> {
  await recorder.capture('Event', `"Event" t WHERE t.id = $1::uuid`, to)
  await recorder.tx.$executeRawUnsafe(
    `UPDATE "Event" s SET origin = 'EDITED' FROM "Event" d
     WHERE d.id = $1::uuid AND s.id = $2::uuid AND d.origin = 'EDITED' AND s.origin <> 'EDITED'`,
    from,
    to,
  )
}

/** Removes what cannot be true of one actor: a second usual name in a language, and acting on behalf of itself. */
async function prepareActors(recorder: MergeRecorder, report: MergeReport, { from, to }: RowPair): Promise<void> {
  const { tx } = recorder
  // If both have a primary name in the same language, the duplicate's becomes an alias. It may be one already.
  const demoted = `n."actorId" = $1::uuid AND n.kind = 'PRIMARY' AND EXISTS (
    SELECT FROM "ActorName" s
    WHERE s."actorId" = $2::uuid AND s.kind = 'PRIMARY' AND s.lang IS NOT DISTINCT FROM n.lang)`
  const alias = `o."actorId" = n."actorId" AND o.kind = 'ALIAS' AND o.value = n.value AND o.lang IS NOT DISTINCT FROM n.lang`
  await recorder.capture('ActorName', `"ActorName" t WHERE t."actorId" = $1::uuid`, from)
  const removed = await tx.$executeRawUnsafe(
    `DELETE FROM "ActorName" o USING "ActorName" n WHERE ${demoted} AND ${alias}`,
    from,
    to,
  )
  report.count('NAME', 'EQUAL', removed)
  await tx.$executeRawUnsafe(`UPDATE "ActorName" n SET kind = 'ALIAS' WHERE ${demoted}`, from, to)
  const forEachOther = `t."actorId" IN ($1::uuid, $2::uuid) AND t."onBehalfOfId" IN ($1::uuid, $2::uuid)`
  await recorder.capture('EventParticipant', `"EventParticipant" t WHERE ${forEachOther}`, from, to)
  const cleared = await tx.$executeRawUnsafe(
    `UPDATE "EventParticipant" t SET "onBehalfOfId" = NULL WHERE ${forEachOther}`,
    from,
    to,
  )
  report.count('PARTICIPANT', 'BETWEEN_BOTH', cleared)
}

/** Adds the display name of the duplicate to the names of the survivor, unless it is there. */
async function keepDisplayName(recorder: MergeRecorder, report: MergeReport, { from, to }: RowPair): Promise<void> {
  const [actor] = await recorder.tx.$queryRawUnsafe<{ name: string }[]>(
    `SELECT d.name FROM "Actor" d, "Actor" s WHERE d.id = $1::uuid AND s.id = $2::uuid AND d.name <> s.name
       AND NOT EXISTS (SELECT FROM "ActorName" n WHERE n."actorId" = s.id AND n.value = d.name)`,
    from,
    to,
  )
  if (!actor) return
  const row = { id: v7(), actorId: to, value: actor.name, kind: 'ALIAS', searchKey: searchKey(actor.name) }
  await recorder.insert('ActorName', ['actorId', 'value', 'kind', 'searchKey'], [row])
  report.count('NAME', 'MOVED', 1)
}

/** Makes the rows that refer to the duplicates refer to the survivors. Each row that both have becomes one row. */
async function moveReference(
  recorder: MergeRecorder,
  report: MergeReport,
  reference: Reference,
  pairs: readonly RowPair[],
): Promise<void> {
  if (pairs.length === 0) return
  const { tx } = recorder
  const { part, table, column } = reference
  const ids = [pairs.map(({ from }) => from), pairs.map(({ to }) => to)]
  const [found] = await tx.$queryRawUnsafe<{ any: boolean }[]>(
    `SELECT EXISTS (SELECT FROM "${table}" WHERE "${column}" = ANY ($1::uuid[])) AS any`,
    ids[0],
  )
  if (!found?.any) return
  const shape = await shapeOf(tx, table)
  await recorder.capture(table, `"${table}" t WHERE t."${column}" = ANY ($1::uuid[])`, ids[0])
  await removeBetweenBoth(recorder, report, reference, ids)
  await combineEqual(recorder, report, reference, ids)
  if (shape.keyColumns.includes(column)) {
    const newKey = shape.keyColumns.map((each) => `'${each}', ${each === column ? 'p."to"' : `t."${each}"`}`).join(', ')
    await recorder.captureNew(
      table,
      `SELECT jsonb_build_object(${newKey})::text AS key FROM "${table}" t JOIN ${pairsOf} ON t."${column}" = p."from"`,
      ...ids,
    )
  }
  const changed = `UPDATE "${table}" t SET "${column}" = p."to" FROM ${pairsOf} WHERE t."${column}" = p."from"`
  // The log tells rows apart by their primary keys: a row whose key changes is another row.
  const list = (moved: string) => shape.columns.map((each) => (each === column ? moved : `"${each}"`)).join(', ')
  const replaced = `WITH old AS (
      DELETE FROM "${table}" t USING ${pairsOf} WHERE t."${column}" = p."from" RETURNING t.*, p."to" AS "survivorId")
    INSERT INTO "${table}" (${list(`"${column}"`)}) SELECT ${list('"survivorId"')} FROM old`
  const moved = await tx.$executeRawUnsafe(shape.keyColumns.includes(column) ? replaced : changed, ...ids)
  report.count(part, 'MOVED', moved)
}

/** The SQL of the ids of the duplicates and the survivors, from the parameters $1 and $2. */
const pairsOf = 'unnest($1::uuid[], $2::uuid[]) p ("from", "to")'

/** Removes the rows that would join a survivor with itself, with their parts. */
async function removeBetweenBoth(
  recorder: MergeRecorder,
  report: MergeReport,
  { part, table, column, otherEnd, children = [] }: Reference,
  ids: readonly string[][],
): Promise<void> {
  if (!otherEnd) return
  const { tx } = recorder
  const between = `t."${column}" = p."from" AND t."${otherEnd}" = p."to"`
  const rows = await tx.$queryRawUnsafe<{ id: string }[]>(
    `SELECT t.id::text FROM "${table}" t, ${pairsOf} WHERE ${between}`,
    ...ids,
  )
  if (rows.length === 0) return
  const removed = rows.map(({ id }) => id)
  // The parts are removed first, because the log cannot tell whose they were afterwards.
  for (const child of children) {
    const those = `"${child.table}" t WHERE t."${child.column}" = ANY ($1::uuid[])`
    await recorder.capture(child.table, those, removed)
    report.count(child.part, 'BETWEEN_BOTH', await tx.$executeRawUnsafe(`DELETE FROM ${those}`, removed))
  }
  await tx.$executeRawUnsafe(`DELETE FROM "${table}" t WHERE t.id = ANY ($1::uuid[])`, removed)
  report.count(part, 'BETWEEN_BOTH', removed.length)
}

/** Combines the rows of the duplicates that are equal to rows of the survivors with those, with their parts. */
async function combineEqual(
  recorder: MergeRecorder,
  report: MergeReport,
  { part, table, column, key, fields, combined, children = [] }: Reference,
  ids: readonly string[][],
): Promise<void> {
  if (!key) return
  const { tx } = recorder
  const shape = await shapeOf(tx, table)
  // "=" can use an index, but is not true of two nulls.
  const equal = key.map(
    (each) => [`d."${each}"`, shape.required.has(each) ? '=' : 'IS NOT DISTINCT FROM', each] as const,
  )
  const isEqual = (survivor: string) =>
    [
      `d."${column}" = p."from" AND ${survivor}."${column}" = p."to"`,
      ...equal.map(([one, operator, each]) => `${one} ${operator} ${survivor}."${each}"`),
    ].join(' AND ')
  await recorder.capture(table, `${pairsOf}, "${table}" d, "${table}" t WHERE ${isEqual('t')}`, ...ids)
  if (shape.keyColumns.join() === 'id') {
    const equals = await tx.$queryRawUnsafe<RowPair[]>(
      `SELECT DISTINCT ON (d.id) d.id::text AS "from", s.id::text AS "to"
       FROM ${pairsOf}, "${table}" d, "${table}" s WHERE ${isEqual('s')} ORDER BY d.id, s.id`,
      ...ids,
    )
    if (fields) await mergeFields(recorder, report, fields, equals)
    for (const child of children) await moveReference(recorder, report, child, equals)
  }
  if (combined) {
    const values = Object.entries(combined).map(([each, value]) => `"${each}" = ${value}`)
    await tx.$executeRawUnsafe(
      `UPDATE "${table}" s SET ${values.join(', ')} FROM ${pairsOf}, "${table}" d WHERE ${isEqual('s')}`,
      ...ids,
    )
  }
  const removed = await tx.$executeRawUnsafe(
    `DELETE FROM "${table}" d USING ${pairsOf}, "${table}" s WHERE ${isEqual('s')}`,
    ...ids,
  )
  report.count(part, 'EQUAL', removed)
}
