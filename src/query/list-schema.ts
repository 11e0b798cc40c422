import { all, alwaysTrue, type Condition } from './condition.ts'

/** A filter field of a list. */
export interface Filter {
  /** Returns the condition for the value that the caller passed. Throws a UserError if the value is not valid. */
  toCondition(value: unknown): Condition
}

/** A sort field of a list. The column is never null. */
export interface Sort {
  /** The to-one relations that lead from the row to the column. */
  path: readonly string[]
  column: string
  type: 'day' | 'instant' | 'text' | 'id' | 'score'
}

/** A sort field and a direction, as the caller passes them. */
export interface Order {
  field: string
  direction: 'ASC' | 'DESC'
}

/** The filters and sort fields of lists of one type. */
export interface ListSchema {
  /** The GraphQL type. */
  name: string
  /** The Prisma model of its records. */
  model: string
  /** The condition that all records of the type match, such as the kind of actor. */
  base: Condition
  /** The condition that listed records match. Other records can only be read by key. */
  visible: Condition
  where: Record<string, Filter>
  orderBy: Record<string, Sort>
  /** The database function that searches the records. Undefined if they cannot be searched. */
  search?: string
}

/** Returns the condition of a list: visible records of the type that match `where`. */
export const listCondition = (listSchema: ListSchema, where: object | null | undefined): Condition =>
  all(listSchema.base, listSchema.visible, conditionOf(listSchema, where))

/** Returns the condition of a `where` argument. Null conditions are ignored. */
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
