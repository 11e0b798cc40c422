// Conditions as SQL. prisma-where.ts writes the same conditions for Prisma. Every value is a parameter; no value is in the text.

import type { Comparison, Condition, DateComparison, Operator } from './condition.ts'
import { relationColumns } from './prisma-model.ts'
import { columnOf, joinTo, type StatementNames, type TableRef } from './table-ref.ts'
import { escapeLike, requireStorable } from './text-value.ts'

/**
 * Returns the SQL of a condition on a row. `negated` says whether the condition is inside an odd number of NOTs. For Prisma, a
 * to-one relation without a record is false, but a null column of an existing record is unknown. The two differ under NOT.
 */
export function toSql(condition: Condition, ref: TableRef, names: StatementNames, negated = false): string {
  const partsOf = (parts: readonly Condition[]) => parts.map((part) => toSql(part, ref, names, negated))
  if ('all' in condition) return condition.all.length ? `(${partsOf(condition.all).join(' and ')})` : 'true'
  if ('any' in condition) return condition.any.length ? `(${partsOf(condition.any).join(' or ')})` : 'false'
  if ('not' in condition) return `not ${toSql(condition.not, ref, names, !negated)}`
  if ('relation' in condition) return relatedSql(condition, ref, names, negated)
  if ('dateOperator' in condition) return dateComparisonSql(condition, ref, names)
  if ('test' in condition) return condition.test.sql(ref.alias, names.parameter(condition.argument))
  if ('parentColumn' in condition)
    return `${columnOf(ref, condition.column)} = ${columnOf(parentOf(ref), condition.parentColumn)}`
  return comparisonSql(condition, columnOf(ref, condition.column), names)
}

function parentOf({ model, parent }: TableRef): TableRef {
  if (!parent) throw new Error(`The row of ${model} has no parent row.`)
  return parent
}

function relatedSql(
  { relation, quantifier, where }: Extract<Condition, { relation: string }>,
  ref: TableRef,
  names: StatementNames,
  negated: boolean,
): string {
  const joined = ref.joined?.[relation]
  if (joined && quantifier === 'is') return toSql(where, joined, names, negated)
  const { table, on, to } = joinTo(ref, relation, names)
  const matching = () => `from ${table} where ${on} and ${toSql(where, to, names, false)}`
  if (quantifier === 'some') return `exists (select ${matching()})`
  if (quantifier === 'none') return `not exists (select ${matching()})`
  if (quantifier === 'every')
    return `not exists (select from ${table} where ${on} and not ${toSql(where, to, names, true)})`
  if (!negated && ref.call) {
    // The ids are read once. PostgreSQL would join the records to the rows of a function, and might call the function for each.
    const { ownColumn, targetColumn } = relationColumns(ref.model, relation)
    return `${columnOf(ref, ownColumn)} = any(array(select ${columnOf(to, targetColumn)} from ${table} where ${toSql(where, to, names, false)}))`
  }
  if (!negated) return `exists (select ${matching()})`
  const result = `select ${toSql(where, to, names, true)} from ${table} where ${on}`
  return `coalesce((${result}), exists (${result}) and null)`
}

const rangeOperators = { overlaps: '&&', within: '<@', before: '<<', after: '>>' }

/** Returns the comparison as a range expression, which an index can support. */
function dateComparisonSql(comparison: DateComparison, ref: TableRef, names: StatementNames): string {
  const { dateOperator, from, to } = comparison
  const [earliest, latest] = [columnOf(ref, comparison.earliest), columnOf(ref, comparison.latest)]
  const end = (day: Comparison | undefined) => (day ? `${names.parameter(day)}::date` : 'null')
  const range = `daterange(${end(from)}, ${end(to)}, '[]')`
  const result = `daterange(${earliest}, ${latest}, '[]') ${rangeOperators[dateOperator]} ${range}`
  // A range that is open itself contains dates that are open at the same end.
  return dateOperator === 'within' ? `(${result} and ${earliest} is not null and ${latest} is not null)` : result
}

/** The operators whose value is part of the statement's text and not a parameter. */
const constantOperators = {
  is: (column: string, value: unknown) => `${column} = '${enumValue(value)}'`,
  isNull: (column: string, value: unknown) => `${column} is ${value === false ? 'not ' : ''}null`,
  isEmpty: (column: string, value: unknown) => `${column} ${value === false ? '<>' : '='} '{}'`,
  future: (column: string) => `${column} > (now() at time zone 'UTC')::date`,
}

function enumValue(value: unknown): string {
  if (typeof value === 'string' && /^[A-Z_]+$/.test(value)) return value
  throw new Error(`${value} is not the value of an enum: only such values may be in the text of a statement.`)
}

type ConstantOperator = keyof typeof constantOperators

const isConstantOperator = (operator: Operator): operator is ConstantOperator => operator in constantOperators

const operators: Record<Exclude<Operator, ConstantOperator>, (column: string, parameter: string) => string> = {
  '=': (column, parameter) => `${column} = ${parameter}`,
  '<': (column, parameter) => `${column} < ${parameter}`,
  '>': (column, parameter) => `${column} > ${parameter}`,
  '<=': (column, parameter) => `${column} <= ${parameter}`,
  '>=': (column, parameter) => `${column} >= ${parameter}`,
  in: (column, parameter) => `${column} = any(${parameter})`,
  contains: (column, parameter) => `${column} ilike ${parameter}`,
  startsWith: (column, parameter) => `${column} ilike ${parameter}`,
  has: (column, parameter) => `${parameter} = any(${column})`,
  hasSome: (column, parameter) => `${column} && ${parameter}`,
}

function comparisonSql(comparison: Comparison, column: string, names: StatementNames): string {
  const { operator, value, through } = comparison
  if (isConstantOperator(operator)) return constantOperators[operator](column, value)
  const parameter = names.parameter(comparison)
  return operators[operator](column, through ? `${through}(${parameter})` : parameter)
}

/** Returns the comparisons whose values are parameters, in the order in which the statement's text uses them. */
export function comparisonsOf(condition: Condition): Comparison[] {
  if ('all' in condition) return condition.all.flatMap(comparisonsOf)
  if ('any' in condition) return condition.any.flatMap(comparisonsOf)
  if ('not' in condition) return comparisonsOf(condition.not)
  if ('relation' in condition) return comparisonsOf(condition.where)
  if ('dateOperator' in condition) return [condition.from ?? [], condition.to ?? []].flat()
  if ('test' in condition) return [condition.argument]
  return 'parentColumn' in condition || isConstantOperator(condition.operator) ? [] : [condition]
}

/** Returns the shape of a condition: a text that is the same for two conditions if they differ only in parameter values. */
export function shapeOf(condition: Condition): string {
  if ('all' in condition) return `(${condition.all.map(shapeOf).join('&')})`
  if ('any' in condition) return `(${condition.any.map(shapeOf).join('|')})`
  if ('not' in condition) return `!${shapeOf(condition.not)}`
  if ('relation' in condition) return `${condition.relation}.${condition.quantifier}${shapeOf(condition.where)}`
  if ('dateOperator' in condition) {
    const { earliest, dateOperator, from, to } = condition
    return `${earliest} ${dateOperator} ${from ? 'from' : ''} ${to ? 'to' : ''}`
  }
  if ('test' in condition) return condition.test.name
  if ('parentColumn' in condition) return `${condition.column} = ${condition.parentColumn}`
  const { column, operator, value, through = '' } = condition
  if (operator === 'is') return `${column} is ${value}`
  return `${column} ${operator}${through}${isConstantOperator(operator) ? value !== false : ''}`
}

/** Returns the parameter of a comparison. A Date becomes ISO 8601 in UTC. Throws a UserError if a text cannot be stored. */
export function parameterOf({ operator, value }: Comparison): unknown {
  requireStorable(value)
  if (operator === 'contains') return `%${escapeLike(String(value))}%`
  if (operator === 'startsWith') return `${escapeLike(String(value))}%`
  return value instanceof Date ? value.toISOString() : value
}
