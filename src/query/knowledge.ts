// The arguments of fields about a day by what was known at a time. SQL functions take both, and read versions instead of the tables if
// a time is given.
import type { Comparison } from './condition.ts'
import type { StatementNames } from './table-ref.ts'

/** A day, and the time whose knowledge counts. Default: what is known now. */
export interface Knowledge {
  readonly day: Comparison
  readonly known?: Comparison | undefined
}

/** Returns the knowledge for the arguments of a field. */
export const knowledgeOf = (day: Date, knownAt: Date | null | undefined): Knowledge => ({
  day: { column: 'day', operator: '=', value: day },
  known: knownAt ? { column: 'knownAt', operator: '=', value: knownAt } : undefined,
})

/** Returns the comparisons whose values are parameters. */
export const comparisonsOfKnowledge = ({ day, known }: Knowledge): Comparison[] => (known ? [day, known] : [day])

/** Returns the arguments of an SQL function: the day and the time. */
export const knowledgeArguments = ({ day, known }: Knowledge, names: StatementNames): string =>
  `${names.parameter(day)}::date, ${timeSql(known, names)}`

/** Returns the time as SQL. */
export const timeSql = (known: Comparison | undefined, names: StatementNames): string =>
  known ? `${names.parameter(known)}::timestamptz` : 'null::timestamptz'

/** Returns the condition that the database recorded what was known at the time. It fails with an error if not. */
export const knowledgeCondition = ({ known }: Knowledge, names: StatementNames): string =>
  // A subquery, because PostgreSQL would evaluate the function itself when it plans a statement that may not need it.
  known ? `(select require_known(${timeSql(known, names)}))` : 'true'
