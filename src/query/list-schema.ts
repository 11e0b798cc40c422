import { all, alwaysTrue, type Comparison, type Condition, isAlwaysTrue } from './condition.ts'

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
  /**
   * A filter, and the condition that listed records match unless `where` has a condition of this filter. `inWords` names these
   * records, such as "only EDITED events".
   */
  unlessAsked?: { filter: string; condition: Comparison; inWords: string }
  where: Record<string, Filter>
  orderBy: Record<string, Sort>
  /** The database function that searches the records. Undefined if they cannot be searched. */
  search?: string
}

/** Returns the condition of a list: visible records of the type that match `where`, or the default of a filter. */
export const listCondition = (listSchema: ListSchema, where: object | null | undefined): Condition =>
  all(countedCondition(listSchema, where), conditionOf(listSchema, where))

/** Returns the condition of the records that a list with this `where` is about: visible, and of the filter's default. */
export const countedCondition = (listSchema: ListSchema, where: object | null | undefined): Condition =>
  all(listSchema.base, listSchema.visible, defaultCondition(listSchema, where) ?? alwaysTrue)

/** Returns the condition that applies because `where` has no condition of its filter; undefined if there is none. */
export function defaultCondition(listSchema: ListSchema, where: object | null | undefined): Comparison | undefined {
  const { unlessAsked } = listSchema
  return unlessAsked && !asksFor(listSchema, unlessAsked.filter, where) ? unlessAsked.condition : undefined
}

/** Returns whether `where`, or a part of its `and`, `or` or `not`, has a condition of a filter. */
function asksFor(listSchema: ListSchema, filter: string, where: object | null | undefined): boolean {
  return Object.entries(where ?? {}).some(([key, value]) => {
    if (value == null) return false
    if (key === 'and' || key === 'or') return (value as object[]).some((part) => asksFor(listSchema, filter, part))
    if (key === 'not') return asksFor(listSchema, filter, value)
    return key === filter && !isAlwaysTrue(listSchema.where[key]?.toCondition(value) ?? alwaysTrue)
  })
}

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
