// Conditions on rows, independent of the database client: built from the arguments of the API, and written as Prisma's `where`
// (prisma-where.ts) or as SQL (condition-sql.ts).

/** The operators for ordered values. */
export type ComparisonOperator = '=' | '<' | '>' | '<=' | '>='

/**
 * An operator on a column. `isNull` and `isEmpty` take true (default) or false; `future` takes no value. `is` compares with a value
 * that is known when the schema is built, so that PostgreSQL plans a statement for this value.
 */
export type Operator =
  | ComparisonOperator
  | 'is'
  | 'in'
  | 'contains'
  | 'startsWith'
  | 'isNull'
  | 'has'
  | 'hasSome'
  | 'isEmpty'
  | 'future'

/** A comparison of a column with a value. `future` matches a day after today, in UTC. */
export interface Comparison {
  column: string
  operator: Operator
  value?: unknown
  /** The SQL function whose result for the value is compared. Default: the value itself is. */
  through?: string
}

/**
 * Compares the days from the column `earliest` to the column `latest`, both included, with a range. Null columns are open ends. The
 * result is never unknown.
 *
 * - `overlaps`: at least one of the days is in the range.
 * - `within`: both columns are set, and all days are in the range.
 * - `before`: `latest` is set, and all days are before `from`.
 * - `after`: `earliest` is set, and all days are after `to`.
 */
export interface DateComparison {
  earliest: string
  latest: string
  dateOperator: 'overlaps' | 'within' | 'before' | 'after'
  /** The start of the range, as a comparison of a column. Default: open. */
  from?: Comparison
  /** The end of the range, as a comparison of a column. Default: open. */
  to?: Comparison
}

/** Matches if the column equals a column of the parent row: the row to which the list belongs. */
interface ParentComparison {
  column: string
  parentColumn: string
}

/** Matches if an SQL expression about the row and a value is true. Only SQL can test it; Prisma cannot. */
export interface RowTest {
  test: {
    /** Identifies the expression. */
    name: string
    /** Returns the expression, from the alias of the row and the parameter that holds the value. */
    sql(alias: string, parameter: string): string
  }
  argument: Comparison
}

/** A condition on one row. */
export type Condition =
  | { all: Condition[] }
  | { any: Condition[] }
  | { not: Condition }
  | Comparison
  | DateComparison
  | ParentComparison
  | RowTest
  | { relation: string; quantifier: 'some' | 'every' | 'none' | 'is'; where: Condition }

/** The condition that matches every row. */
export const alwaysTrue: Condition = { all: [] }

/** The condition that matches no row. */
const alwaysFalse: Condition = { any: [] }

/** Returns a condition that matches if all parts match. A single part is returned as it is. */
export function all(...parts: Condition[]): Condition {
  const flat = parts.flatMap((part) => ('all' in part ? part.all : [part]))
  return flat.length === 1 && flat[0] ? flat[0] : { all: flat }
}

/** Returns the condition on the record at the end of a path of to-one relations. An empty path returns the condition. */
export const onRelated = (path: readonly string[], where: Condition): Condition =>
  path.reduceRight<Condition>((inner, relation) => ({ relation, quantifier: 'is', where: inner }), where)

/** Returns the condition with the values of the parent row in place of its columns. */
export function bindParent(condition: Condition, parent: Record<string, unknown>): Condition {
  if ('all' in condition) return { all: condition.all.map((part) => bindParent(part, parent)) }
  if ('any' in condition) return { any: condition.any.map((part) => bindParent(part, parent)) }
  if ('not' in condition) return { not: bindParent(condition.not, parent) }
  if ('relation' in condition) return { ...condition, where: bindParent(condition.where, parent) }
  if (!('parentColumn' in condition)) return condition
  return { column: condition.column, operator: '=', value: parent[condition.parentColumn] }
}

/**
 * Returns an equivalent condition in which no part is always true or always false, unless the whole condition is. Prisma would
 * take an empty OR, and the NOT of an empty AND, for no condition.
 */
export function simplify(condition: Condition): Condition {
  if ('all' in condition) {
    const parts = condition.all.map(simplify).filter((part) => !isAlwaysTrue(part))
    return parts.some(isAlwaysFalse) ? alwaysFalse : { all: parts }
  }
  if ('any' in condition) {
    const parts = condition.any.map(simplify).filter((part) => !isAlwaysFalse(part))
    return parts.some(isAlwaysTrue) ? alwaysTrue : { any: parts }
  }
  if ('not' in condition) {
    const inner = simplify(condition.not)
    return isAlwaysTrue(inner) ? alwaysFalse : isAlwaysFalse(inner) ? alwaysTrue : { not: inner }
  }
  return 'relation' in condition ? { ...condition, where: simplify(condition.where) } : condition
}

/** Returns whether this is the condition that matches every row, in the form of `alwaysTrue`. */
export const isAlwaysTrue = (condition: Condition): boolean => 'all' in condition && condition.all.length === 0
const isAlwaysFalse = (condition: Condition) => 'any' in condition && condition.any.length === 0
