// What lists are asked: their arguments, their orders and pages.

import type { Condition } from '../../../query/condition.ts'
import { type NodeJoin, type PlanArguments, planArguments } from '../../../query/field-plan.ts'
import type { Order, Sort } from '../../../query/list-schema.ts'
import type { ListDefinition, Page, PageArgs } from '../../../query/page.ts'
import type { Search } from '../../../query/search.ts'
import { type DeclaredListSchema, orderOf, whereOf } from '../../filters/input.ts'
import type { ArgBuilder } from '../pothos.ts'

export type Args = PageArgs & { where?: object | null }

export interface ConnectionOptions {
  listSchema: DeclaredListSchema
  /** The order when none is asked for. */
  by: readonly Order[]
  description: string
}

export interface NestedOptions extends ConnectionOptions {
  /** Where the relation's rows are join rows: how they lead to the nodes. */
  join?: NodeJoin & {
    /** Sort columns of the node that the join row carries itself, by their order field. */
    denormalized?: Record<string, string>
  }
}

/** What a connection is asked: its page, which rows there are on all pages, and which of them the page begins with. */
export interface Paged extends PlanArguments {
  page: Page
  conditions: readonly [where: Condition, bound: Condition]
}

export const paged = (page: Page, where: Condition, { where: asked }: Args, search?: Search) =>
  planArguments([where, page.bound], { page, search, isFiltered: asked != null || search !== undefined }) as Paged

export const argsOf = (t: ArgBuilder, { listSchema, by }: ConnectionOptions) => ({
  where: t.arg({
    type: whereOf(listSchema.name),
    description: 'Conditions that the records must match. Default: no conditions.',
  }),
  ...(Object.keys(listSchema.orderBy).length > 0 && {
    orderBy: t.arg({
      type: [orderOf(listSchema)],
      description: `Sort keys, the most significant first. Default: ${by.map((key) => `${key.field} ${key.direction}`).join(', ')}.`,
    }),
  }),
})

export const listDefinition = (name: string, options: ConnectionOptions, defaultSize: number): ListDefinition => ({
  name,
  orderBy: options.listSchema.orderBy,
  defaultOrder: options.by,
  defaultSize,
  tie: 'id',
})

/** The sort keys and the tie of a list whose rows are join rows. */
export function joinedListDefinition(
  base: ListDefinition,
  { relation, id, denormalized = {} }: NonNullable<NestedOptions['join']>,
): ListDefinition {
  const keys = Object.entries(base.orderBy).map(([field, sort]): [string, Sort] => {
    const ownColumn = denormalized[field]
    if (sort.type === 'score') return [field, sort]
    return [field, ownColumn ? { ...sort, path: [], column: ownColumn } : { ...sort, path: [relation, ...sort.path] }]
  })
  return { ...base, orderBy: Object.fromEntries(keys), tie: id }
}
