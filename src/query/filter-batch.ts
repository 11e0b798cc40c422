// Filter batches: one statement checks many subscription filters against a few rows. A filter that requires a related record is
// skipped if no row is related to that record.

import type { Comparison, Condition } from './condition.ts'
import { simplify } from './condition.ts'
import { comparisonsOf, parameterOf, toSql } from './condition-sql.ts'
import { NumberedNames } from './numbered-names.ts'
import { primaryKeyOf, relationColumns } from './prisma-model.ts'
import { columnOf, joinTo, type TableRef } from './table-ref.ts'

/** Runs a statement and returns its rows. */
export type RunStatement = <Row>(statement: { text: string; values: readonly unknown[] }) => Promise<Row[]>

/** A row matches only if it is related to one of these records. */
interface RequiredRelation {
  /** The relations from the row to the record, such as ["eventActors", "actor"]. Empty for the row itself. */
  path: readonly string[]
  ids: readonly string[]
}

/** The filter of a subscription. It is checked for every batch of changes. */
export interface SubscriptionFilter {
  condition: Condition
  /** A necessary condition that is cheap to check; undefined if none follows from the condition. */
  required: RequiredRelation | undefined
  /** The estimated number of rows that are compared to check the condition for one row. */
  price: number
}

/** Returns the filter for a condition on rows of a model. Throws a UserError if the condition is not valid. */
export function subscriptionFilter(model: string, condition: Condition): SubscriptionFilter {
  // Finds invalid values now. Later they would fail the statement that this filter shares with other filters.
  for (const comparison of comparisonsOf(condition)) parameterOf(comparison)
  return { condition, required: requiredRelationOf(simplify(condition)), price: priceOf(model, condition) }
}

/** Limits of one statement: the number of conditions, and the estimated number of rows that it compares. */
const MAX_CONDITIONS = 100
const MAX_COMPARED_ROWS = 200_000

/** Returns for each filter the primary keys of the rows that match it, as text. */
export async function matchBatch(
  model: string,
  ids: readonly string[],
  filters: readonly SubscriptionFilter[],
  run: RunStatement,
): Promise<ReadonlySet<string>[]> {
  const relatedIds = new Map<string, Set<string>>()
  for (const { required } of filters)
    if (required && !relatedIds.has(required.path.join('.')))
      relatedIds.set(required.path.join('.'), await relatedIdsOf(model, ids, required.path, run))
  const matches = filters.map(() => new Set<string>())
  const possible = filters.flatMap(({ condition, required, price }, filterIndex) => {
    const existing = required && relatedIds.get(required.path.join('.'))
    return existing && !required.ids.some((id) => existing.has(id)) ? [] : [{ filterIndex, condition, price }]
  })
  for (const batch of splitBatch(possible, ids.length)) {
    const rows = await readMatches(
      model,
      ids,
      batch.map(({ condition }) => condition),
      run,
    )
    for (const { id, matched } of rows) for (const index of matched) matches[batch[index]?.filterIndex ?? -1]?.add(id)
  }
  return matches
}

/** Splits conditions into batches that are within the limits of one statement. `rows` is the number of rows to check. */
function splitBatch<T extends { price: number }>(conditions: readonly T[], rows: number): T[][] {
  const batches: T[][] = []
  let remaining = 0
  for (const priced of conditions) {
    const last = batches.at(-1)
    remaining -= priced.price * rows
    if (last && remaining >= 0 && last.length < MAX_CONDITIONS) last.push(priced)
    else {
      batches.push([priced])
      remaining = MAX_COMPARED_ROWS - priced.price * rows
    }
  }
  return batches
}

/** The estimated number of rows of a list. An event has few of each kind; an actor, for example, can be in many events. */
const ROWS_PER_EVENT = 10
const ROWS_PER_OTHER_RECORD = 1000

function priceOf(model: string, condition: Condition): number {
  if ('all' in condition) return condition.all.reduce((sum, part) => sum + priceOf(model, part), 0)
  if ('any' in condition) return condition.any.reduce((sum, part) => sum + priceOf(model, part), 0)
  if ('not' in condition) return priceOf(model, condition.not)
  if ('test' in condition) return ROWS_PER_EVENT
  if (!('relation' in condition)) return 1
  const inner = 1 + priceOf(relationColumns(model, condition.relation).targetModel, condition.where)
  if (condition.quantifier === 'is') return inner
  return inner * (model === 'Event' ? ROWS_PER_EVENT : ROWS_PER_OTHER_RECORD)
}

/** Returns a relation that every matching row must have; undefined if the condition implies none. */
function requiredRelationOf(condition: Condition): RequiredRelation | undefined {
  if ('all' in condition) {
    const relations = condition.all.map(requiredRelationOf).filter((relation) => relation !== undefined)
    // Prefers a related record to the row itself: it excludes more filters.
    return relations.find(({ path }) => path.length > 0) ?? relations[0]
  }
  if ('relation' in condition) {
    const inner =
      condition.quantifier === 'some' || condition.quantifier === 'is' ? requiredRelationOf(condition.where) : undefined
    return inner && { path: [condition.relation, ...inner.path], ids: inner.ids }
  }
  if (!('operator' in condition) || condition.column !== 'id') return undefined
  if (condition.operator === '=') return { path: [], ids: [String(condition.value)] }
  return condition.operator === 'in' ? { path: [], ids: (condition.value as unknown[]).map(String) } : undefined
}

/** Returns the ids of the records that a path of relations leads to from any of the rows. */
async function relatedIdsOf(
  model: string,
  ids: readonly string[],
  path: readonly string[],
  run: RunStatement,
): Promise<Set<string>> {
  if (path.length === 0) return new Set(ids)
  const names = new NumberedNames()
  let ref: TableRef = { model, alias: names.alias() }
  const steps: string[] = []
  for (const relation of path.slice(0, -1)) {
    const { table, on, to } = joinTo(ref, relation, names)
    steps.push(`join ${table} on ${on}`)
    ref = to
  }
  const last = path.at(-1) ?? ''
  // The id of the record at the end of a to-one relation is a column of the row before it.
  const { ownColumn, targetColumn } = relationColumns(ref.model, last)
  let id = columnOf(ref, ownColumn)
  if (targetColumn !== 'id') {
    const { table, on, to } = joinTo(ref, last, names)
    steps.push(`join ${table} on ${on}`)
    id = columnOf(to, 'id')
  }
  const text = `select distinct ${id} as id from "${model}" t1 ${steps.join(' ')} where t1.id = any($1)`
  const rows = await run<{ id: string | null }>({ text, values: [ids] })
  return new Set(rows.flatMap((row) => row.id ?? []))
}

/** Returns the rows, each with the indexes of the conditions that it matches. */
function readMatches(
  model: string,
  ids: readonly string[],
  conditions: readonly Condition[],
  run: RunStatement,
): Promise<{ id: string; matched: number[] }[]> {
  const names = new NumberedNames()
  const ref: TableRef = { model, alias: names.alias() }
  const key = primaryKeyOf(model)
  const rowsById: Comparison = { column: key, operator: 'in', value: ids }
  const selected = toSql(rowsById, ref, names)
  const indexes = conditions.map((condition, i) => `case when ${toSql(condition, ref, names)} then ${i} end`)
  const text = `select ${columnOf(ref, key)}::text as id, array_remove(array[${indexes.join(', ')}]::int[], null) as matched
    from "${model}" ${ref.alias} where ${selected}`
  return run({ text, values: names.values })
}
