// Plans of connections: their definition, and how their arguments become plan arguments.

import { all, alwaysTrue, type Condition, onRelated } from '../../../query/condition.ts'
import type { NodeJoin } from '../../../query/field-plan.ts'
import { conditionOf, defaultCondition, listCondition } from '../../../query/list-schema.ts'
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

/** The options of a list of a model's rows. */
export interface RootOptions extends NestedOptions {
  /** The Prisma model whose rows are read. Default: the model of the list schema. */
  model?: string
  /** The condition that selects the rows of the parent record. Default: all rows. */
  parentCondition?: Condition
}

/** The plan of a connection. */
export interface ListPlan {
  list: ListDefinition
  /** For a list over a join table: the join from its rows to the nodes. */
  join: NodeJoin | undefined
  bindArguments(args: ConnectionArgs): PagedArguments
}

/** Default page sizes. */
const NESTED_SIZE = 10
const ROOT_SIZE = 20

const nodePath = (join: NodeJoin | undefined) => (join ? [join.relation] : [])

/** Returns the condition on the rows of a list: their nodes match `where`, and a further condition. */
export function rowCondition(
  { listSchema, join }: Pick<NestedOptions, 'listSchema' | 'join'>,
  where: object | null | undefined,
  further: Condition = alwaysTrue,
): Condition {
  const ofRow = join?.where ?? alwaysTrue
  const byDefault = defaultCondition(listSchema, where)
  const copy = byDefault && join?.denormalized?.[listSchema.unlessAsked?.filter ?? '']
  if (!copy) return all(ofRow, onRelated(nodePath(join), all(listCondition(listSchema, where), further)))
  const { base, visible } = listSchema
  return all(
    ofRow,
    { ...byDefault, column: copy },
    onRelated(nodePath(join), all(base, visible, conditionOf(listSchema, where), further)),
  )
}

/** Returns the definition of a list of nodes or, with `join`, of join rows. */
function rowListDefinition(name: string, options: NestedOptions, defaultSize: number): ListDefinition {
  const definition = listDefinitionOf(name, options, defaultSize)
  return options.join ? joinedListDefinition(definition, options.join) : definition
}

/** Returns the plan of a list of a record: the visible rows of one of its relations. */
export function planNested(name: string, options: NestedOptions): ListPlan {
  const list = rowListDefinition(name, options, options.size ?? NESTED_SIZE)
  const bindArguments = (args: ConnectionArgs) =>
    pagedArguments(planPage(list, args), rowCondition(options, args.where), args)
  return { list, join: options.join, bindArguments }
}

/** Returns the plan of a list of a model's rows. */
export function planRoot(name: string, options: RootOptions): ListPlan {
  const { listSchema, join } = options
  const list = rowListDefinition(name, options, ROOT_SIZE)
  const bindArguments = (args: ConnectionArgs) => {
    const where = rowCondition(options, args.where)
    const search = listSchema.search && args.search != null ? searchFor(listSchema.search, args.search) : undefined
    return pagedArguments(planPage(list, args), where, args, search)
  }
  return { list, join, bindArguments }
}
