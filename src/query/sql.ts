// Conditions as SQL, beside condition.ts, which prints them for Prisma. Values never stand in the text: each is a parameter.

import { type Condition, type Leaf, literal, type Op, type Overlap, storable } from './condition.ts'
import { joinOf } from './prisma-model.ts'

/** A reference to a table in a statement: its Prisma model and its alias. */
export interface TableRef {
  model: string
  at: string
  /** To-one relations that the statement has joined already. */
  joined?: Readonly<Record<string, TableRef>>
  /** The id of the row through whose list this one was reached. */
  seenFrom?: string
  /** The row from which the list that this one stands in is reached. */
  outer?: TableRef
}

/** The aliases and parameters of one statement. */
export interface SqlNames {
  /** A new alias. */
  alias(): string
  /** The parameter that holds the value of a condition. */
  parameter(leaf: Condition): string
}

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`

export const columnOf = ({ at }: TableRef, column: string): string => `${at}."${column}"`

/**
 * The condition in SQL, of a row at a place. Prisma counts a missing record of a to-one relation as not meeting a condition,
 * and an unknown value in it as unknown: the two differ once the condition is negated.
 */
export function toSql(p: Condition, ref: TableRef, names: SqlNames, negated = false): string {
  if ('all' in p)
    return p.all.length ? `(${p.all.map((part) => toSql(part, ref, names, negated)).join(' and ')})` : 'true'
  if ('any' in p)
    return p.any.length ? `(${p.any.map((part) => toSql(part, ref, names, negated)).join(' or ')})` : 'false'
  if ('not' in p) return `not ${toSql(p.not, ref, names, !negated)}`
  if ('relation' in p) return related(p, ref, names, negated)
  if ('overlap' in p) return overlapping(p.overlap, ref, names)
  if ('outer' in p) return `${columnOf(ref, p.column)} = ${columnOf(outerOf(ref), p.outer)}`
  return compare(p, columnOf(ref, p.column), names)
}

function outerOf({ model, outer }: TableRef): TableRef {
  if (!outer) throw new Error(`The row of ${model} has no parent row.`)
  return outer
}

function related(
  { relation, has, where }: Extract<Condition, { relation: string }>,
  ref: TableRef,
  names: SqlNames,
  negated: boolean,
): string {
  const joined = ref.joined?.[relation]
  if (joined && has === 'is') return toSql(where, joined, names, negated)
  const { table, on, to } = joinTo(ref, relation, names)
  const such = (inside: boolean) => `from ${table} where ${on} and ${toSql(where, to, names, inside)}`
  if (has === 'some') return `exists (select ${such(false)})`
  if (has === 'none') return `not exists (select ${such(false)})`
  if (has === 'every') return `not exists (select from ${table} where ${on} and not ${toSql(where, to, names, true)})`
  if (!negated) return `exists (select ${such(false)})`
  const met = `select ${toSql(where, to, names, true)} from ${table} where ${on}`
  return `coalesce((${met}), exists (${met}) and null)`
}

/** The row that a relation leads to: its table under a new alias, and the condition that joins the two. */
export function joinTo(ref: TableRef, relation: string, names: SqlNames): { table: string; on: string; to: TableRef } {
  const { model, mine, theirs } = joinOf(ref.model, relation)
  const to: TableRef = { model, at: names.alias(), outer: ref.outer }
  return { table: `"${model}" ${to.at}`, on: `${columnOf(to, theirs)} = ${columnOf(ref, mine)}`, to }
}

/** As a range, for which an index can be made. */
function overlapping({ earliest, latest, from, to }: Overlap, ref: TableRef, names: SqlNames): string {
  const end = (leaf: Leaf | undefined) => (leaf ? `${names.parameter(leaf)}::date` : 'null')
  const span = `daterange(${columnOf(ref, earliest)}, ${columnOf(ref, latest)}, '[]')`
  return `${span} && daterange(${end(from)}, ${end(to)}, '[]')`
}

/** The comparisons whose value is part of the statement's text rather than a parameter. */
const fixed = {
  null: (column: string, isSo: boolean) => `${column} is ${isSo ? '' : 'not '}null`,
  empty: (column: string, isSo: boolean) => `${column} ${isSo ? '=' : '<>'} '{}'`,
  ahead: (column: string) => `${column} > (now() at time zone 'UTC')::date`,
}

type FixedOp = keyof typeof fixed

const isFixed = (op: Op): op is FixedOp => op in fixed

const operators: Record<Exclude<Op, FixedOp>, (column: string, parameter: string) => string> = {
  '=': (column, parameter) => `${column} = ${parameter}`,
  '<': (column, parameter) => `${column} < ${parameter}`,
  '>': (column, parameter) => `${column} > ${parameter}`,
  '<=': (column, parameter) => `${column} <= ${parameter}`,
  '>=': (column, parameter) => `${column} >= ${parameter}`,
  in: (column, parameter) => `${column} = any(${parameter})`,
  contains: (column, parameter) => `${column} ilike ${parameter}`,
  startsWith: (column, parameter) => `${column} ilike ${parameter}`,
  has: (column, parameter) => `${parameter} = any(${column})`,
  overlaps: (column, parameter) => `${column} && ${parameter}`,
}

function compare(leaf: Leaf, column: string, names: SqlNames): string {
  const { op, value } = leaf
  return isFixed(op) ? fixed[op](column, value !== false) : operators[op](column, names.parameter(leaf))
}

/** The comparisons of a condition whose values are parameters, in the order in which the text mentions them. */
export function leavesOf(p: Condition): Leaf[] {
  if ('all' in p) return p.all.flatMap(leavesOf)
  if ('any' in p) return p.any.flatMap(leavesOf)
  if ('not' in p) return leavesOf(p.not)
  if ('relation' in p) return leavesOf(p.where)
  if ('overlap' in p) return [p.overlap.from ?? [], p.overlap.to ?? []].flat()
  return 'outer' in p || isFixed(p.op) ? [] : [p]
}

/** What of a condition its text depends on: all but the values of its parameters. */
export function shapeOf(p: Condition): string {
  if ('all' in p) return `(${p.all.map(shapeOf).join('&')})`
  if ('any' in p) return `(${p.any.map(shapeOf).join('|')})`
  if ('not' in p) return `!${shapeOf(p.not)}`
  if ('relation' in p) return `${p.relation}.${p.has}${shapeOf(p.where)}`
  if ('overlap' in p) return `${p.overlap.earliest} ${p.overlap.from ? 'from' : ''} ${p.overlap.to ? 'to' : ''}`
  if ('outer' in p) return `${p.column} = ${p.outer}`
  return `${p.column} ${p.op}${isFixed(p.op) ? p.value !== false : ''}`
}

/** A comparison's value as its parameter; a Date as ISO 8601, whatever the zone of this process. */
export function parameterOf({ op, value }: Leaf): unknown {
  storable(value)
  if (op === 'contains') return `%${literal(String(value))}%`
  if (op === 'startsWith') return `${literal(String(value))}%`
  return value instanceof Date ? value.toISOString() : value
}
