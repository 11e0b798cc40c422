// The Prisma resolver of a nested list: its rows are read inside its parent's one statement.

import { all } from '../../../query/condition.ts'
import type { ListQuery } from '../../../query/list-query.ts'
import { type LoadedRow, type Page, planPage, prismaKeys, prismaOrder, toConnection } from '../../../query/page.ts'
import { relationColumns } from '../../../query/prisma-model.ts'
import { toPrismaWhere } from '../../../query/prisma-where.ts'
import type { ConnectionArgs } from './list-definition.ts'
import type { ListPlan } from './plan.ts'
import { selectsRows } from './selected-names.ts'

type Loaded = LoadedRow & { _count?: Record<string, number> }
type NestedNodes = (query: object, path: { getType: () => string; paths: { name: string }[][] }) => { select?: object }

const nodePaths = [[{ name: 'edges' }, { name: 'node' }], [{ name: 'nodes' }]]

/** What is read of the parent: the rows of the page, with what is asked of their nodes of a type, and their count. */
export function nestedSelect({ join, bindArguments }: ListPlan, relation: string, type: { name: string }) {
  return (args: ConnectionArgs, _context: object, nested: NestedNodes, selected: () => ReadonlySet<string>) => {
    const { page, conditions } = bindArguments(args)
    const [where, bound] = conditions
    const fields = selected()
    const query = { where: toPrismaWhere(all(where, bound)), orderBy: prismaOrder(page.keys), take: page.size + 1 }
    return {
      select: {
        ...(selectsRows(fields) && { [relation]: { ...query, ...rowSelection(page, nested) } }),
        ...(fields.has('totalCount') && { _count: { select: { [relation]: { where: toPrismaWhere(where) } } } }),
      },
    }
  }

  /** The keys of the page beside what is asked of the nodes. */
  function rowSelection(page: Page, nested: NestedNodes): object {
    const keys = prismaKeys(page.keys)
    const path = { getType: () => type.name, paths: nodePaths }
    if (!join) return nested({ select: keys }, path)
    const own = keys[join.relation] as object | undefined
    return { select: { ...keys, [join.relation]: nested(own ?? { select: { id: true } }, path) } }
  }
}

/** The connection, made of the rows that were read. */
export const nestedResolve =
  ({ list, join, bindArguments }: ListPlan, parentModel: string, relation: string) =>
  (row: Loaded, args: ConnectionArgs) => ({
    ...toConnection((row[relation] as LoadedRow[] | undefined) ?? [], planPage(list, args), (each) =>
      join ? each[join.relation] : each,
    ),
    total: () => row._count?.[relation],
    listQuery: (): ListQuery => {
      const { targetModel: model, ownColumn, targetColumn } = relationColumns(parentModel, relation)
      const where = all(
        { column: targetColumn, operator: '=', value: row[ownColumn] },
        bindArguments(args).conditions[0],
      )
      return { model, join: join?.relation, where }
    },
  })
