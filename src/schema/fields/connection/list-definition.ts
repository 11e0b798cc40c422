// The options, arguments and definition of a list.

import type { Condition } from '../../../query/condition.ts'
import { type NodeJoin, type PlanArguments, planArguments } from '../../../query/field-plan.ts'
import type { Order, Sort } from '../../../query/list-schema.ts'
import type { ListDefinition, Page, PageArgs } from '../../../query/page.ts'
import type { Search } from '../../../query/search.ts'
import { type DeclaredListSchema, orderInput, whereInput } from '../../filters/list-inputs.ts'
import type { ArgBuilder } from '../pothos.ts'

/** The number of records of a page of a list of which one record usually has few. */
export const FEW = 50

/** The arguments of a connection, as the caller passes them. */
export type ConnectionArgs = PageArgs & { where?: object | null }

/** The options of every connection. */
export interface ConnectionOptions {
  listSchema: DeclaredListSchema
  /** The order without an `orderBy` argument. */
  defaultOrder: readonly Order[]
  description: string
}

/** The options of a list of a record. */
export interface NestedOptions extends ConnectionOptions {
  /** The number of records of a page without `first` and `last`. Default: 10. */
  size?: number
  /** For a list over a join table: the join from its rows to the nodes. */
  join?: NodeJoin & {
    /** The condition that the rows of the join table must match. Default: all rows. */
    where?: Condition
    /** Copies of the node's columns in the join table, by the sort field or the filter. */
    denormalized?: Record<string, string>
  }
}

/** The plan arguments of a connection: its page, the filter of the list, and the bound of the page's cursors. */
export interface PagedArguments extends PlanArguments {
  page: Page
  conditions: readonly [where: Condition, cursorBound: Condition]
}

/** Returns the plan arguments of a connection. */
export const pagedArguments = (page: Page, where: Condition, args: ConnectionArgs, search?: Search) =>
  planArguments([where, page.cursorBound], {
    page,
    search,
    isFiltered: args.where != null || search !== undefined,
  }) as PagedArguments

/** Returns the arguments `where` and `orderBy` of a list. The Relay plugin adds `first`, `last`, `after` and `before`. */
export const connectionArgs = (t: ArgBuilder, { listSchema, defaultOrder }: ConnectionOptions) => ({
  where: t.arg({
    type: whereInput(listSchema.name),
    description: `Conditions that the records must match. Default: ${listSchema.unlessAsked?.inWords ?? 'no conditions'}.`,
  }),
  ...(Object.keys(listSchema.orderBy).length > 0 && {
    orderBy: t.arg({
      type: [orderInput(listSchema)],
      description: `Sort keys, the most significant first. Default: ${defaultOrder.map((key) => `${key.field} ${key.direction}`).join(', ') || 'as they were recorded'}.`,
    }),
  }),
})

/** Returns the definition of a list whose rows are the nodes. */
export const listDefinitionOf = (name: string, options: ConnectionOptions, defaultSize: number): ListDefinition => ({
  name,
  orderBy: options.listSchema.orderBy,
  defaultOrder: options.defaultOrder,
  defaultSize,
  tieBreaker: 'id',
})

/** Returns the definition of a list whose rows are join rows, from the definition of the list of nodes. */
export function joinedListDefinition(
  base: ListDefinition,
  { relation, id, denormalized = {} }: NonNullable<NestedOptions['join']>,
): ListDefinition {
  const sorts = Object.entries(base.orderBy).map(([field, sort]): [string, Sort] => {
    const copy = denormalized[field]
    if (sort.type === 'score') return [field, sort]
    return [field, copy ? { ...sort, path: [], column: copy } : { ...sort, path: [relation, ...sort.path] }]
  })
  return { ...base, orderBy: Object.fromEntries(sorts), tieBreaker: id }
}
