// What a list reads for its arguments: a page of which order, and which rows.

import { all, alwaysTrue, type Condition, onRelated } from '../../../query/condition.ts'
import type { NodeJoin } from '../../../query/field-plan.ts'
import { listCondition } from '../../../query/list-schema.ts'
import { type ListDefinition, planPage } from '../../../query/page.ts'
import { searchFor } from '../../../query/search.ts'
import {
  type ConnectionArgs,
  joinedListDefinition,
  listDefinitionOf,
  type NestedOptions,
  type PagedArguments,
  pagedArguments,
} from './list-definition.ts'

export interface RootOptions extends NestedOptions {
  args?: object
  condition?(args: object): Condition
  /** The Prisma model whose rows are read, where it is not the table's. */
  model?: string
  /** Which of the rows belong to the record that the list is a field of. */
  parentCondition?: Condition
}

export interface ListPlan {
  list: ListDefinition
  /** How a row leads to its node, where it is a join row. */
  join: NodeJoin | undefined
  bindArguments(args: ConnectionArgs): PagedArguments
}

/** The size of a page when none is asked for. */
const NESTED_SIZE = 10
const ROOT_SIZE = 20

const nodePath = (join: NodeJoin | undefined) => (join ? [join.relation] : [])

function rowListDefinition(name: string, options: NestedOptions, defaultSize: number): ListDefinition {
  const direct = listDefinitionOf(name, options, defaultSize)
  return options.join ? joinedListDefinition(direct, options.join) : direct
}

/** A list of what a record has: of its rows, those that lists keep. */
export function planNested(name: string, options: NestedOptions): ListPlan {
  const { listSchema, join } = options
  const list = rowListDefinition(name, options, NESTED_SIZE)
  const bindArguments = (args: ConnectionArgs) => {
    const where = onRelated(nodePath(join), listCondition(listSchema, args.where))
    return pagedArguments(planPage(list, args), where, args)
  }
  return { list, join, bindArguments }
}

/** A list of a model's rows, which may be searched. */
export function planRoot(name: string, options: RootOptions): ListPlan {
  const { listSchema, join, condition } = options
  const list = rowListDefinition(name, options, ROOT_SIZE)
  const bindArguments = (args: ConnectionArgs) => {
    const where = onRelated(nodePath(join), all(listCondition(listSchema, args.where), condition?.(args) ?? alwaysTrue))
    const search = listSchema.search && args.search != null ? searchFor(listSchema.search, args.search) : undefined
    return pagedArguments(planPage(list, args), where, args, search)
  }
  return { list, join, bindArguments }
}
