// What lists are asked: their arguments, their orders and pages.
import { type Question, question, type Through } from '../../../plan/meaning.ts'
import type { Listing, Page, PageArgs } from '../../../plan/page.ts'
import type { Predicate } from '../../../plan/predicate.ts'
import type { Search } from '../../../plan/search.ts'
import type { Order, Sort } from '../../../plan/table.ts'
import type { ArgBuilder } from '../pothos.ts'
import { orderOf, type TypedTable, whereOf } from '../table/input.ts'

export type Args = PageArgs & { where?: object | null }

export interface ConnectionOptions {
  table: TypedTable
  /** The order when none is asked for. */
  by: readonly Order[]
  description: string
}

export interface NestedOptions extends ConnectionOptions {
  /** Where the relation's rows are join rows: how they lead to the nodes. */
  through?: Through & {
    /** Sort columns of the node that the join row carries itself, by their order field. */
    carries?: Record<string, string>
  }
}

/** What a connection is asked: its page, which rows there are on all pages, and which of them the page begins with. */
export interface Paged extends Question {
  page: Page
  conditions: readonly [where: Predicate, bound: Predicate]
}

export const paged = (page: Page, where: Predicate, { where: asked }: Args, search?: Search) =>
  question([where, page.bound], { page, search, isFiltered: asked != null || search !== undefined }) as Paged

export const argsOf = (t: ArgBuilder, { table, by }: ConnectionOptions) => ({
  where: t.arg({
    type: whereOf(table.name),
    description: 'Conditions that the records must match. Default: no conditions.',
  }),
  ...(Object.keys(table.orderBy).length > 0 && {
    orderBy: t.arg({
      type: [orderOf(table)],
      description: `Sort keys, the most significant first. Default: ${by.map((key) => `${key.field} ${key.direction}`).join(', ')}.`,
    }),
  }),
})

export const listing = (name: string, options: ConnectionOptions, usualSize: number): Listing => ({
  name,
  orderBy: options.table.orderBy,
  usualOrder: options.by,
  usualSize,
  tie: 'id',
})

/** The sort keys and the tie of a list whose rows are join rows. */
export function throughListing(
  base: Listing,
  { relation, id, carries = {} }: NonNullable<NestedOptions['through']>,
): Listing {
  const keys = Object.entries(base.orderBy).map(([field, sort]): [string, Sort] => {
    const carried = carries[field]
    if (sort.type === 'score') return [field, sort]
    return [field, carried ? { ...sort, path: [], column: carried } : { ...sort, path: [relation, ...sort.path] }]
  })
  return { ...base, orderBy: Object.fromEntries(keys), tie: id }
}
