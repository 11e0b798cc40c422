// Conditions as Prisma's `where`. condition-sql.ts writes the same conditions as SQL.
import { all, type Condition, type DateComparison, type Operator, simplify } from './condition.ts'
import { escapeLike, requireStorable } from './text-value.ts'

/** Returns the condition as Prisma's `where`. Throws a UserError if a text in it cannot be stored. */
export const toPrismaWhere = (condition: Condition): Record<string, unknown> => whereOf(simplify(condition))

function whereOf(condition: Condition): Record<string, unknown> {
  if ('all' in condition) {
    const [first, ...others] = condition.all
    return first && others.length === 0 ? whereOf(first) : { AND: condition.all.map(whereOf) }
  }
  if ('any' in condition) return condition.any.length ? { OR: condition.any.map(whereOf) } : { id: { in: [] } }
  if ('not' in condition) return { NOT: whereOf(condition.not) }
  if ('relation' in condition) return { [condition.relation]: { [condition.quantifier]: whereOf(condition.where) } }
  if ('dateOperator' in condition) return whereOf(simplify(columnComparisons(condition)))
  if ('parentColumn' in condition)
    throw new Error(`The column ${condition.parentColumn} of the parent row is not bound.`)
  if ('test' in condition || condition.through !== undefined)
    throw new Error('Prisma cannot test this condition: read the rows by SQL.')
  return { [condition.column]: operators[condition.operator](requireStorable(condition.value)) }
}

/** Returns the same as comparisons of columns, because Prisma has no range operators. The null checks keep it from being unknown. */
function columnComparisons({ earliest, latest, dateOperator, from, to }: DateComparison): Condition {
  const isNull = (column: string, value: boolean): Condition => ({ column, operator: 'isNull', value })
  const ends = [from ?? [], to ?? []].flat()
  if (dateOperator === 'overlaps') return all(...ends.map((end) => ({ any: [end, isNull(end.column, true)] })))
  const columns = dateOperator === 'within' ? [earliest, latest] : ends.map(({ column }) => column)
  return all(...columns.map((column) => isNull(column, false)), ...ends)
}

const operators: Record<Operator, (value: unknown) => object> = {
  '=': (value) => ({ equals: value }),
  is: (value) => ({ equals: value }),
  '<': (value) => ({ lt: value }),
  '>': (value) => ({ gt: value }),
  '<=': (value) => ({ lte: value }),
  '>=': (value) => ({ gte: value }),
  in: (value) => ({ in: value }),
  contains: (value) => ({ contains: escapeLike(String(value)), mode: 'insensitive' }),
  startsWith: (value) => ({ startsWith: escapeLike(String(value)), mode: 'insensitive' }),
  isNull: (value) => (value === false ? { not: null } : { equals: null }),
  has: (value) => ({ has: value }),
  hasSome: (value) => ({ hasSome: value }),
  isEmpty: (value) => ({ isEmpty: value }),
  future: () => ({ gt: today() }),
}

/** Returns the current day in UTC. */
const today = () => new Date(new Date().toISOString().slice(0, 10))
