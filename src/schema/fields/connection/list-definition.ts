// What lists are asked: their arguments, their orders and pages.

import type { Condition } from '../../../query/condition.ts'
import { type NodeJoin, type PlanArguments, planArguments } from '../../../query/field-plan.ts'
import type { Order, Sort } from '../../../query/list-schema.ts'
import type { ListDefinition, Page, PageArgs } from '../../../query/page.ts'
import type { Search } from '../../../query/search.ts'
import { type DeclaredListSchema, orderInput, whereInput } from '../../filters/list-inputs.ts'
import type { ArgBuilder } from '../pothos.ts'

export type ConnectionArgs = PageArgs & { where?: object | null }

export interface ConnectionOptions {
  listSchema: DeclaredListSchema
  /** The order when none is asked for. */
  defaultOrder: readonly Order[]
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
export interface PagedArguments extends PlanArguments {
  page: Page
  conditions: readonly [where: Condition, bound: Condition]
}

export const pagedArguments = (page: Page, where: Condition, { where: asked }: ConnectionArgs, search?: Search) =>
  planArguments([where, page.cursorBound], {
    page,
    search,
    isFiltered: asked != null || search !== undefined,
  }) as PagedArguments

export const connectionArgs = (t: ArgBuilder, { listSchema, defaultOrder }: ConnectionOptions) => ({
  where: t.arg({
    type: whereInput(listSchema.name),
    description: 'Conditions that the records must match. Default: no conditions.',
  }),
  ...(Object.keys(listSchema.orderBy).length > 0 && {
    orderBy: t.arg({
      type: [orderInput(listSchema)],
      description: `Sort keys, the most significant first. Default: ${defaultOrder.map((key) => `${key.field} ${key.direction}`).join(', ')}.`,
    }),
  }),
})

export const listDefinitionOf = (name: string, options: ConnectionOptions, defaultSize: number): ListDefinition => ({
  name,
  orderBy: options.listSchema.orderBy,
  defaultOrder: options.defaultOrder,
  defaultSize,
  tieBreaker: 'id',
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
  return { ...base, orderBy: Object.fromEntries(keys), tieBreaker: id }
}
