// The Prisma resolver of a list of a model's rows: a list of Query or Bilateral.
import type { GraphQLResolveInfo } from 'graphql'
import { all, alwaysTrue, bindParent, type Condition, onRelated } from '../../../query/condition.ts'
import { countRows, type ListQuery, readSearchPage } from '../../../query/list-query.ts'
import { type LoadedRow, type Page, prismaKeys, prismaOrder, toConnection } from '../../../query/page.ts'
import { toPrismaWhere } from '../../../query/prisma-where.ts'
import { SEARCH_HIT_RELATION, type SearchHit } from '../../../query/search.ts'
import { prismaQueryFor } from '../pothos.ts'
import type { ConnectionArgs } from './list-definition.ts'
import type { ListPlan, RootOptions } from './plan.ts'
import { selectedNames, selectsRows } from './selected-names.ts'

/** The methods of a Prisma model that lists use. */
interface PrismaModel {
  findMany(query: object): Promise<LoadedRow[]>
  count(query: { where: object }): Promise<number>
}

/** Returns the resolver. `prismaModel` returns the model to read; `type` is the type of the nodes. */
export function rootResolve(
  { join, bindArguments }: ListPlan,
  { listSchema, model = listSchema.model, parentCondition }: RootOptions,
  type: { name: string },
  prismaModel: () => unknown,
) {
  return async (parent: LoadedRow, args: ConnectionArgs, context: object, info: GraphQLResolveInfo) => {
    const { page, conditions, search } = bindArguments(args)
    const [filter, cursorBound] = conditions
    const ofParent = parentCondition ? bindParent(parentCondition, parent) : alwaysTrue
    const where = all(ofParent, filter)
    const rows = prismaModel() as PrismaModel
    const list: ListQuery = { model, join: join?.relation, search, where }
    const completeList = {
      totalCount: () => (search ? countRows(list) : rows.count({ where: toPrismaWhere(where) })),
      listQuery: () => list,
    }
    if (!selectsRows(selectedNames(info))) return { ...toConnection([], page, nodeOf), ...completeList }
    const selection = rowSelection(page, context, info)
    const query = { ...selection, orderBy: prismaOrder(page.keys), take: page.size + 1 }
    const loaded = search
      ? await loadHits(await readSearchPage(list, page), ofParent, rows, selection)
      : await rows.findMany({ ...query, where: toPrismaWhere(all(where, cursorBound)) })
    return { ...toConnection(loaded, page, nodeOf), ...completeList }
  }

  /** Returns the rows of search hits, in the order of the hits, each with its hit. */
  async function loadHits(
    hits: readonly SearchHit[],
    ofParent: Condition,
    rows: PrismaModel,
    selection: object,
  ): Promise<LoadedRow[]> {
    const isHit = onRelated(join ? [join.relation] : [], {
      column: 'id',
      operator: 'in',
      value: hits.map(({ id }) => id),
    })
    const loaded = await rows.findMany({ ...selection, where: toPrismaWhere(all(ofParent, isHit)) })
    const byId = new Map(loaded.map((row) => [row[join?.id ?? 'id'], row]))
    return hits.flatMap((hit) => {
      const row = byId.get(hit.id)
      return row ? Object.assign(row, { [SEARCH_HIT_RELATION]: hit }) : []
    })
  }

  /** Returns the node of a row. */
  function nodeOf(row: LoadedRow): unknown {
    return join ? row[join.relation] : row
  }

  /** Returns the Prisma query of a row: the sort columns of the page, and the selected fields of the node. */
  function rowSelection({ keys }: Page, context: object, info: GraphQLResolveInfo): object {
    const columns = prismaKeys(keys)
    const select = join ? (columns[join.relation] as { select: object } | undefined)?.select : columns
    const paths = [['edges', 'node'], ['nodes']]
    const query = prismaQueryFor({ context, info, select, paths, typeName: type.name })
    return join ? { select: { ...columns, [join.relation]: query } } : query
  }
}
