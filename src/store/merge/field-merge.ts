import { v7 } from 'uuid'
import { type ColumnValues, saveRows } from '../rows.ts'
import type { FieldRules, MergedField, ValueColumns } from './field.ts'
import type { MergeRecorder } from './recorder.ts'
import type { MergeReport } from './report.ts'

/** The ids of a row of the duplicate, and of the survivor's row that remains. */
export interface RowPair {
  readonly from: string
  readonly to: string
}

interface StoredPair extends RowPair {
  readonly duplicate: ColumnValues | null
  readonly survivor: ColumnValues | null
}

/** A value to keep as a disputed value, and the id of the record or part whose citations support it. */
interface Dispute {
  readonly owner: string
  readonly field: MergedField['field']
  readonly value: ValueColumns
  readonly citedBy: string
}

/** How many citations a disputed value gets from its record. */
const MAX_CITATIONS = 50

/** The columns of `DisputedValue` with a value. */
const valueColumns = ['dateEarliest', 'dateLatest', 'datePrecision', 'dateText', 'dateBasis', 'text', 'referenceId']

/** Takes over the values that the survivors' rows lack. Keeps both values as disputed values if they differ. */
export async function mergeFields(
  recorder: MergeRecorder,
  report: MergeReport,
  rules: FieldRules,
  pairs: readonly RowPair[],
): Promise<void> {
  if (pairs.length === 0) return
  const { tx } = recorder
  const { table, id, fields } = rules
  const stored = await tx.$queryRawUnsafe<StoredPair[]>(
    `SELECT p."from"::text, p."to"::text, to_jsonb(d) AS duplicate, to_jsonb(s) AS survivor
     FROM unnest($1::uuid[], $2::uuid[]) p ("from", "to")
     LEFT JOIN "${table}" d ON d."${id}" = p."from" LEFT JOIN "${table}" s ON s."${id}" = p."to"`,
    pairs.map(({ from }) => from),
    pairs.map(({ to }) => to),
  )
  const patches: Record<string, unknown>[] = []
  const disputes: Dispute[] = []
  for (const pair of stored) {
    const patch: Record<string, unknown> = {}
    for (const each of fields) disputes.push(...mergeField(report, rules, each, pair, patch))
    if (Object.keys(patch).length > 0) patches.push({ ...patch, [id]: pair.to })
  }
  await saveTaken(recorder, rules, patches)
  await saveDisputes(recorder, rules, disputes)
}

/** Adds a value that the survivor lacks to `patch`. Returns the values to keep as disputed values. */
function mergeField(
  report: MergeReport,
  rules: FieldRules,
  { field, columns, value, absenceIsFact = false }: MergedField,
  { from, to, duplicate, survivor }: StoredPair,
  patch: Record<string, unknown>,
): Dispute[] {
  const [first = ''] = columns
  const dispute = (of: ValueColumns, citedBy: string): Dispute => ({ owner: to, field, value: of, citedBy })
  if (duplicate?.[first] == null) {
    if (!absenceIsFact || !duplicate || survivor?.[first] == null) return []
    for (const column of columns) patch[column] = null
    const own = value(survivor)
    report.differing.push({ field, survivor: own, duplicate: null })
    return [dispute(own, to)]
  }
  const given = value(duplicate)
  if (survivor?.[first] == null) {
    const taken = Object.fromEntries(columns.map((column) => [column, duplicate[column]]))
    if (!rules.unique && !absenceIsFact && isInOrder(rules, { ...survivor, ...patch, ...taken })) {
      Object.assign(patch, taken)
      report.takenOver.push({ field, value: given })
      return []
    }
    report.differing.push({ field, survivor: null, duplicate: given })
    return [dispute(given, from)]
  }
  const own = value(survivor)
  if (sameValue(own, given)) return []
  report.differing.push({ field, survivor: own, duplicate: given })
  return [dispute(own, to), dispute(given, from)]
}

function isInOrder({ inOrder }: FieldRules, row: ColumnValues): boolean {
  if (!inOrder) return true
  const [earliest, latest] = [row[`${inOrder[0]}Earliest`], row[`${inOrder[1]}Latest`]]
  return earliest == null || latest == null || String(earliest) <= String(latest)
}

const sameValue = (one: ColumnValues, other: ColumnValues) => keyOf(one) === keyOf(other)

const keyOf = (value: ColumnValues) => JSON.stringify(valueColumns.map((column) => value[column] ?? null))

async function saveTaken(
  recorder: MergeRecorder,
  { table, id }: FieldRules,
  patches: readonly ColumnValues[],
): Promise<void> {
  if (patches.length === 0) return
  const ids = patches.map((patch) => patch[id])
  await recorder.capture(table, `"${table}" t WHERE t."${id}" = ANY ($1::uuid[])`, ids)
  await recorder.captureNew(table, `SELECT jsonb_build_object('${id}', k)::text AS key FROM unnest($1::uuid[]) k`, ids)
  const columns = [...new Set(patches.flatMap((patch) => Object.keys(patch)))].filter((column) => column !== id)
  await saveRows(recorder.tx, { name: table, id, columns }, patches)
}

async function saveDisputes(recorder: MergeRecorder, { owner }: FieldRules, disputes: readonly Dispute[]) {
  if (disputes.length === 0) return
  const { tx } = recorder
  const stored = await tx.$queryRawUnsafe<{ row: ColumnValues }[]>(
    `SELECT to_jsonb(v) AS row FROM "DisputedValue" v WHERE v."${owner}" = ANY ($1::uuid[])`,
    [...new Set(disputes.map((each) => each.owner))],
  )
  const known = new Map(stored.map(({ row }) => [[row[owner], row.field, keyOf(row)].join(' '), String(row.id)]))
  const rows: ColumnValues[] = []
  const cited: { valueId: string; subject: string }[] = []
  for (const { owner: ownerId, field, value, citedBy } of disputes) {
    const key = [ownerId, field, keyOf(value)].join(' ')
    const valueId = known.get(key) ?? v7()
    if (!known.has(key)) rows.push({ ...value, id: valueId, field, [owner]: ownerId })
    known.set(key, valueId)
    cited.push({ valueId, subject: citedBy })
  }
  await recorder.insert('DisputedValue', [owner, 'field', ...valueColumns], rows)
  // Participants and targets have no citations of their own.
  if (owner === 'actorId' || owner === 'eventId') await copyCitations(recorder, owner, cited)
}

/** Copies the first citations of the records to the disputed values, so that each value keeps its sources. */
async function copyCitations(
  recorder: MergeRecorder,
  owner: 'actorId' | 'eventId',
  cited: readonly { readonly valueId: string; readonly subject: string }[],
): Promise<void> {
  const copies = await recorder.tx.$queryRawUnsafe<ColumnValues[]>(
    `SELECT DISTINCT w."valueId"::text AS "disputedValueId", c."sourceId"::text, c.quote, c.start, c."end", c.basis::text
     FROM jsonb_to_recordset($1::jsonb) w ("valueId" UUID, subject UUID)
     CROSS JOIN LATERAL (
       SELECT * FROM "Citation" WHERE "${owner}" = w.subject ORDER BY id LIMIT ${MAX_CITATIONS}) c
     WHERE NOT EXISTS (
       SELECT FROM "Citation" o WHERE o."disputedValueId" = w."valueId" AND o."sourceId" = c."sourceId"
         AND (o.quote, o.start, o."end", o.basis) IS NOT DISTINCT FROM (c.quote, c.start, c."end", c.basis))`,
    JSON.stringify(cited),
  )
  const columns = ['disputedValueId', 'sourceId', 'quote', 'start', 'end', 'basis']
  await recorder.insert(
    'Citation',
    columns,
    copies.map((copy) => ({ ...copy, id: v7() })),
  )
}
