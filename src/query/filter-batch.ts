// Filter batches: many filters checked for a few rows by one statement. Filters that need a related record that none of the
// rows has are not checked.

import type { Comparison, Condition } from './condition.ts'
import { simplify } from './condition.ts'
import { toSql } from './condition-sql.ts'
import { NumberedNames } from './numbered-names.ts'
import { relationColumns } from './prisma-model.ts'
import { toPrismaWhere } from './prisma-where.ts'
import { columnOf, joinTo, type TableRef } from './table-ref.ts'

/** Runs a statement and gives its rows. */
export type Run = <Row>(statement: { text: string; values: readonly unknown[] }) => Promise<Row[]>

/** That a row has to be related to one of some records. */
interface RequiredRelation {
  /** The relations that lead to the record, such as ["eventActors", "actor"]; none for the row itself. */
  path: readonly string[]
  ids: readonly string[]
}

/** A filter that is checked again and again. */
export interface SubscriptionFilter {
  condition: Condition
  /** What has to hold for the condition to hold; undefined where that is not to be seen. */
  required: RequiredRelation | undefined
  /** About how many rows are compared to check the condition for one row. */
  price: number
}

export function subscriptionFilter(model: string, condition: Condition): SubscriptionFilter {
  // What is wrong with it is to be said now, and must not spoil the statement that it would share with others.
  toPrismaWhere(condition)
  return { condition, required: requiredRelationOf(simplify(condition)), price: priceOf(model, condition) }
}

/** How many conditions one statement checks, and about how many rows it compares. */
const MAX_CONDITIONS = 100
const MAX_COMPARED_ROWS = 200_000

/** For each filter the ids of the rows that match it. */
export async function matchBatch(
  model: string,
  ids: readonly string[],
  filters: readonly SubscriptionFilter[],
  run: Run,
): Promise<ReadonlySet<string>[]> {
  const relatives = new Map<string, Set<string>>()
  for (const { required } of filters)
    if (required && !relatives.has(required.path.join('.')))
      relatives.set(required.path.join('.'), await relatedIdsOf(model, ids, required.path, run))
  const met = filters.map(() => new Set<string>())
  const possible = filters.flatMap(({ condition, required: need, price }, at) => {
    const has = need && relatives.get(need.path.join('.'))
    return has && !need.ids.some((id) => has.has(id)) ? [] : [{ at, condition, price }]
  })
  for (const part of splitBatch(possible, ids.length)) {
    const rows = await readMatches(
      model,
      ids,
      part.map(({ condition }) => condition),
      run,
    )
    for (const { id, met: which } of rows) for (const index of which) met[part[index]?.at ?? -1]?.add(id)
  }
  return met
}

/** The conditions in parts that are small enough for one statement. */
function splitBatch<T extends { price: number }>(conditions: readonly T[], rows: number): T[][] {
  const parts: T[][] = []
  let room = 0
  for (const each of conditions) {
    const last = parts.at(-1)
    room -= each.price * rows
    if (last && room >= 0 && last.length < MAX_CONDITIONS) last.push(each)
    else {
      parts.push([each])
      room = MAX_COMPARED_ROWS - each.price * rows
    }
  }
  return parts
}

/** About how many rows a list has: of an event, which has few of each, and of anything else, which can be in many. */
const ROWS_PER_EVENT = 10
const ROWS_PER_OTHER_RECORD = 1000

function priceOf(model: string, p: Condition): number {
  if ('all' in p) return p.all.reduce((sum, part) => sum + priceOf(model, part), 0)
  if ('any' in p) return p.any.reduce((sum, part) => sum + priceOf(model, part), 0)
  if ('not' in p) return priceOf(model, p.not)
  if (!('relation' in p)) return 1
  const inner = 1 + priceOf(relationColumns(model, p.relation).targetModel, p.where)
  if (p.quantifier === 'is') return inner
  return inner * (model === 'Event' ? ROWS_PER_EVENT : ROWS_PER_OTHER_RECORD)
}

/** The related record that a condition needs, if it is one that stands for itself. */
function requiredRelationOf(p: Condition): RequiredRelation | undefined {
  if ('all' in p) {
    const needs = p.all.map(requiredRelationOf).filter((need) => need !== undefined)
    // A related record tells more rows apart than the row itself, which is new.
    return needs.find(({ path }) => path.length > 0) ?? needs[0]
  }
  if ('relation' in p) {
    const inner = p.quantifier === 'some' || p.quantifier === 'is' ? requiredRelationOf(p.where) : undefined
    return inner && { path: [p.relation, ...inner.path], ids: inner.ids }
  }
  if (!('operator' in p) || p.column !== 'id') return undefined
  if (p.operator === '=') return { path: [], ids: [String(p.value)] }
  return p.operator === 'in' ? { path: [], ids: (p.value as unknown[]).map(String) } : undefined
}

/** The ids of the records that any of the rows are related to along a path. */
async function relatedIdsOf(
  model: string,
  ids: readonly string[],
  path: readonly string[],
  run: Run,
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
  // The id at the end of a to-one relation stands in the row before it.
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

/** The rows that meet any of the conditions, each with the places of those that it meets. */
function readMatches(
  model: string,
  ids: readonly string[],
  conditions: readonly Condition[],
  run: Run,
): Promise<{ id: string; met: number[] }[]> {
  const names = new NumberedNames()
  const ref: TableRef = { model, alias: names.alias() }
  const rowsById: Comparison = { column: 'id', operator: 'in', value: ids }
  const such = toSql(rowsById, ref, names)
  const places = conditions.map((condition, i) => `case when ${toSql(condition, ref, names)} then ${i} end`)
  const text = `select ${columnOf(ref, 'id')}, array_remove(array[${places.join(', ')}]::int[], null) as met
    from "${model}" ${ref.alias} where ${such}`
  return run({ text, values: names.values })
}
