// The Prisma resolver of a nested list. Prisma reads the rows together with the parent record.

import { all } from '../../../query/condition.ts'
import type { ListQuery } from '../../../query/list-query.ts'
import {
  type LoadedConnection,
  type LoadedRow,
  type Page,
  planPage,
  prismaKeys,
  prismaOrder,
  toConnection,
} from '../../../query/page.ts'
import { relationColumns } from '../../../query/prisma-model.ts'
import { toPrismaWhere } from '../../../query/prisma-where.ts'
import type { ConnectionArgs } from './list-definition.ts'
import type { ListPlan } from './plan.ts'
import { selectsRows } from './selected-names.ts'

/** A parent record with its loaded rows and their numbers. */
export type LoadedParent = LoadedRow & { _count?: Record<string, number> }
export type NestedNodes = (
  query: object,
  path: { getType: () => string; paths: { name: string }[][] },
) => { select?: object }

/** The paths from a connection to its nodes. */
export const nodePaths = [[{ name: 'edges' }, { name: 'node' }], [{ name: 'nodes' }]]

/** Returns a function that makes the `select` of the parent: the rows of a page with the selected fields, and their number. */
export function nestedSelect({ join, bindArguments }: ListPlan, relation: string, type: { name: string }) {
  return (args: ConnectionArgs, _context: object, nested: NestedNodes, selected: () => ReadonlySet<string>) => {
    const { page, conditions } = bindArguments(args)
    const [where, cursorBound] = conditions
    const fields = selected()
    const query = {
      where: toPrismaWhere(all(where, cursorBound)),
      orderBy: prismaOrder(page.keys),
      take: page.size + 1,
    }
    return {
      select: {
        ...(selectsRows(fields) && { [relation]: { ...query, ...rowSelection(page, nested) } }),
        ...(fields.has('totalCount') && { _count: { select: { [relation]: { where: toPrismaWhere(where) } } } }),
      },
    }
  }

  /** Returns the `select` of a row: the sort columns of the page, and the selected fields of the node. */
  function rowSelection(page: Page, nested: NestedNodes): object {
    const keys = prismaKeys(page.keys)
    const path = { getType: () => type.name, paths: nodePaths }
    if (!join) return nested({ select: keys }, path)
    const nodeKeys = keys[join.relation] as object | undefined
    return { select: { ...keys, [join.relation]: nested(nodeKeys ?? { select: { id: true } }, path) } }
  }
}

/** Returns a resolver that makes the connection from the loaded rows. */
export const nestedResolve =
  ({ list, join, bindArguments }: ListPlan, parentModel: string, relation: string) =>
  (row: LoadedParent, args: ConnectionArgs) => {
    const rows = () => (row[relation] as LoadedRow[] | undefined) ?? []
    const nodeOf = (each: LoadedRow) => (join ? each[join.relation] : each)
    return Object.assign(
      onceSelected(() => toConnection(rows(), planPage(list, args), nodeOf)),
      {
        totalCount: () => row._count?.[relation],
        listQuery: (): ListQuery => {
          const { targetModel, ownColumn, targetColumn } = relationColumns(parentModel, relation)
          const where = all(
            { column: targetColumn, operator: '=', value: row[ownColumn] },
            bindArguments(args).conditions[0],
          )
          return { model: targetModel, join: join?.relation, where }
        },
      },
    )
  }

/**
 * Returns a connection that is made once its rows are selected. If only others of its fields are, the loaded rows of the relation may
 * be those of another list, with other columns.
 */
export function onceSelected<C extends Pick<LoadedConnection, 'nodes' | 'pageInfo'> & { edges: object[] }>(
  make: () => C,
) {
  let made: C | undefined
  const connection = () => {
    made ??= make()
    return made
  }
  return {
    get edges() {
      return connection().edges
    },
    get nodes() {
      return connection().nodes
    },
    get pageInfo() {
      return connection().pageInfo
    },
  }
}
