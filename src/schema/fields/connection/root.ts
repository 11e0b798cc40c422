// The Prisma resolver of a list of a model's rows.
import type { GraphQLResolveInfo } from 'graphql'
import { all, alwaysTrue, bindParent, type Condition, onRelated } from '../../../query/condition.ts'
import { countSearchHits, type ListQuery, readSearchPage } from '../../../query/list-query.ts'
import { type LoadedRow, type Page, prismaKeys, prismaOrder, toConnection } from '../../../query/page.ts'
import { toPrismaWhere } from '../../../query/prisma-where.ts'
import { SEARCH_HIT_RELATION, type SearchHit } from '../../../query/search.ts'
import { prismaQueryFor } from '../pothos.ts'
import type { ConnectionArgs } from './list-definition.ts'
import type { ListPlan, RootOptions } from './plan.ts'
import { selectedNames, selectsRows } from './selected-names.ts'

/** A Prisma model, as far as lists use it. */
interface PrismaModel {
  findMany(query: object): Promise<LoadedRow[]>
  count(query: { where: object }): Promise<number>
}

/** `rows` gives the model to read, once there is a database; `type` is that of the nodes. */
export function rootResolve(
  { join, bindArguments }: ListPlan,
  { listSchema, model = listSchema.model, parentCondition: on }: RootOptions,
  type: { name: string },
  prismaModel: () => unknown,
) {
  return async (parent: LoadedRow, args: ConnectionArgs, context: object, info: GraphQLResolveInfo) => {
    const { page, conditions, search } = bindArguments(args)
    const [asked, bound] = conditions
    const own = on ? bindParent(on, parent) : alwaysTrue
    const where = all(own, asked)
    const read = prismaModel() as PrismaModel
    const list: ListQuery = { model, join: join?.relation, search, where }
    const totals = {
      total: () => (search ? countSearchHits(list) : read.count({ where: toPrismaWhere(where) })),
      listQuery: () => list,
    }
    if (!selectsRows(selectedNames(info))) return { ...toConnection([], page, nodeOf), ...totals }
    const selection = rowSelection(page, context, info)
    const query = { ...selection, orderBy: prismaOrder(page.keys), take: page.size + 1 }
    const found = search
      ? await load(await readSearchPage(list, page), own, read, selection)
      : await read.findMany({ ...query, where: toPrismaWhere(all(where, bound)) })
    return { ...toConnection(found, page, nodeOf), ...totals }
  }

  /** The rows of what was found, in its order, each with its score. */
  async function load(
    found: readonly SearchHit[],
    own: Condition,
    read: PrismaModel,
    selection: object,
  ): Promise<LoadedRow[]> {
    const among = onRelated(join ? [join.relation] : [], {
      column: 'id',
      operator: 'in',
      value: found.map(({ id }) => id),
    })
    const loaded = await read.findMany({ ...selection, where: toPrismaWhere(all(own, among)) })
    const byId = new Map(loaded.map((row) => [row[join?.id ?? 'id'], row]))
    return found.flatMap((one) => {
      const row = byId.get(one.id)
      return row ? Object.assign(row, { [SEARCH_HIT_RELATION]: one }) : []
    })
  }

  function nodeOf(row: LoadedRow): unknown {
    return join ? row[join.relation] : row
  }

  function rowSelection({ keys }: Page, context: object, info: GraphQLResolveInfo): object {
    const own = prismaKeys(keys)
    const select = join ? (own[join.relation] as { select: object } | undefined)?.select : own
    const paths = [['edges', 'node'], ['nodes']]
    const query = prismaQueryFor({ context, info, select, paths, typeName: type.name })
    return join ? { select: { ...own, [join.relation]: query } } : query
  }
}
