import { all, everything, type Predicate } from './predicate.ts'

/** One thing that a list can be filtered by: turns what was asked into a condition. */
export interface Filter {
  read(value: unknown): Predicate
}

/** One thing that a list can be sorted by. The column is never null. */
export interface Sort {
  /** The to-one relations that lead from the row to the column. */
  path: readonly string[]
  column: string
  type: 'day' | 'instant' | 'text' | 'id' | 'score'
}

export interface Order {
  field: string
  direction: 'ASC' | 'DESC'
}

/** What can be filtered and sorted in a list of one type. */
export interface Table {
  /** The GraphQL type. */
  name: string
  /** The Prisma model that it is read from. */
  model: string
  /** What holds of every record of the type. */
  base: Predicate
  /** What lists keep; by its keys a record is given all the same. */
  listed: Predicate
  where: Record<string, Filter>
  orderBy: Record<string, Sort>
  /** The function of the database that finds records by a text, if they can be searched. */
  search?: string
}

/** The condition of a list: records of the type that lists keep, and that are as asked. */
export const listCondition = (table: Table, where: object | null | undefined): Predicate =>
  all(table.base, table.listed, conditionOf(table, where))

/** The condition that a `where` argument asks for. A null anywhere in it asks nothing. */
export function conditionOf(table: Table, where: object | null | undefined): Predicate {
  return all(
    ...Object.entries(where ?? {}).flatMap(([key, value]): Predicate[] => {
      if (value == null) return []
      if (key === 'and') return [{ all: (value as object[]).map((part) => conditionOf(table, part)) }]
      if (key === 'or') return [{ any: (value as object[]).map((part) => conditionOf(table, part)) }]
      if (key === 'not') return [{ not: conditionOf(table, value) }]
      return [table.where[key]?.read(value) ?? everything]
    }),
  )
}
