// What a list reads for its arguments: a page of which order, and which rows.
import type { Through } from '../../../plan/meaning.ts'
import { type Listing, planPage } from '../../../plan/page.ts'
import { all, along, everything, type Predicate } from '../../../plan/predicate.ts'
import { searchFor } from '../../../plan/search.ts'
import { listCondition } from '../../../plan/table.ts'
import { type Args, listing, type NestedOptions, type Paged, paged, throughListing } from './listing.ts'

export interface RootOptions extends NestedOptions {
  args?: object
  condition?(args: object): Predicate
  /** The Prisma model whose rows are read, where it is not the table's. */
  model?: string
  /** Which of the rows belong to the record that the list is a field of. */
  on?: Predicate
}

export interface ListPlan {
  list: Listing
  /** How a row leads to its node, where it is a join row. */
  through: Through | undefined
  ask(args: Args): Paged
}

/** The size of a page when none is asked for. */
const NESTED_SIZE = 10
const ROOT_SIZE = 20

const pathOf = (through: Through | undefined) => (through ? [through.relation] : [])

function listOf(name: string, options: NestedOptions, usualSize: number): Listing {
  const direct = listing(name, options, usualSize)
  return options.through ? throughListing(direct, options.through) : direct
}

/** A list of what a record has: of its rows, those that lists keep. */
export function planNested(name: string, options: NestedOptions): ListPlan {
  const { table, through } = options
  const list = listOf(name, options, NESTED_SIZE)
  const ask = (args: Args) => {
    const where = along(pathOf(through), listCondition(table, args.where))
    return paged(planPage(list, args), where, args)
  }
  return { list, through, ask }
}

/** A list of a model's rows, which may be searched. */
export function planRoot(name: string, options: RootOptions): ListPlan {
  const { table, through, condition } = options
  const list = listOf(name, options, ROOT_SIZE)
  const ask = (args: Args) => {
    const where = along(pathOf(through), all(listCondition(table, args.where), condition?.(args) ?? everything))
    const search = table.search && args.search != null ? searchFor(table.search, args.search) : undefined
    return paged(planPage(list, args), where, args, search)
  }
  return { list, through, ask }
}
