import { all, alwaysTrue, type Condition } from './condition.ts'

/** One thing that a list can be filtered by: turns what was asked into a condition. */
export interface Filter {
  toCondition(value: unknown): Condition
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
export interface ListSchema {
  /** The GraphQL type. */
  name: string
  /** The Prisma model that it is read from. */
  model: string
  /** What holds of every record of the type. */
  base: Condition
  /** What lists keep; by its keys a record is given all the same. */
  visible: Condition
  where: Record<string, Filter>
  orderBy: Record<string, Sort>
  /** The function of the database that finds records by a text, if they can be searched. */
  search?: string
}

/** The condition of a list: records of the type that lists keep, and that are as asked. */
export const listCondition = (listSchema: ListSchema, where: object | null | undefined): Condition =>
  all(listSchema.base, listSchema.visible, conditionOf(listSchema, where))

/** The condition that a `where` argument asks for. A null anywhere in it asks nothing. */
export function conditionOf(listSchema: ListSchema, where: object | null | undefined): Condition {
  return all(
    ...Object.entries(where ?? {}).flatMap(([key, value]): Condition[] => {
      if (value == null) return []
      if (key === 'and') return [{ all: (value as object[]).map((part) => conditionOf(listSchema, part)) }]
      if (key === 'or') return [{ any: (value as object[]).map((part) => conditionOf(listSchema, part)) }]
      if (key === 'not') return [{ not: conditionOf(listSchema, value) }]
      return [listSchema.where[key]?.toCondition(value) ?? alwaysTrue]
    }),
  )
}
