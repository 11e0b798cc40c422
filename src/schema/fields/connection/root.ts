// The Prisma resolver of a list of a model's rows.
import type { GraphQLResolveInfo } from 'graphql'
import { all, along, bind, type Condition, everything, toPrisma } from '../../../query/condition.ts'
import { countFound, findPage, type ListQuery } from '../../../query/list-query.ts'
import { type LoadedRow, type Page, prismaKeys, prismaOrder, toConnection } from '../../../query/page.ts'
import { SEARCH_HIT, type SearchHit } from '../../../query/search.ts'
import { queryFor } from '../pothos.ts'
import type { Args } from './list-definition.ts'
import type { ListPlan, RootOptions } from './plan.ts'
import { selectedNames, wantsRows } from './selected.ts'

/** A Prisma model, as far as lists use it. */
interface PrismaModel {
  findMany(query: object): Promise<LoadedRow[]>
  count(query: { where: object }): Promise<number>
}

/** `rows` gives the model to read, once there is a database; `type` is that of the nodes. */
export function rootResolve(
  { join, bindArguments }: ListPlan,
  { listSchema, model = listSchema.model, on }: RootOptions,
  type: { name: string },
  rows: () => unknown,
) {
  return async (parent: LoadedRow, args: Args, context: object, info: GraphQLResolveInfo) => {
    const { page, conditions, search } = bindArguments(args)
    const [asked, bound] = conditions
    const own = on ? bind(on, parent) : everything
    const where = all(own, asked)
    const read = rows() as PrismaModel
    const list: ListQuery = { model, join: join?.relation, search, where }
    const totals = {
      total: () => (search ? countFound(list) : read.count({ where: toPrisma(where) })),
      listQuery: () => list,
    }
    if (!wantsRows(selectedNames(info))) return { ...toConnection([], page, nodeOf), ...totals }
    const selection = rowSelection(page, context, info)
    const query = { ...selection, orderBy: prismaOrder(page.keys), take: page.size + 1 }
    const found = search
      ? await load(await findPage(list, page), own, read, selection)
      : await read.findMany({ ...query, where: toPrisma(all(where, bound)) })
    return { ...toConnection(found, page, nodeOf), ...totals }
  }

  /** The rows of what was found, in its order, each with its score. */
  async function load(
    found: readonly SearchHit[],
    own: Condition,
    read: PrismaModel,
    selection: object,
  ): Promise<LoadedRow[]> {
    const among = along(join ? [join.relation] : [], { column: 'id', op: 'in', value: found.map(({ id }) => id) })
    const loaded = await read.findMany({ ...selection, where: toPrisma(all(own, among)) })
    const byId = new Map(loaded.map((row) => [row[join?.id ?? 'id'], row]))
    return found.flatMap((one) => {
      const row = byId.get(one.id)
      return row ? Object.assign(row, { [SEARCH_HIT]: one }) : []
    })
  }

  function nodeOf(row: LoadedRow): unknown {
    return join ? row[join.relation] : row
  }

  function rowSelection({ keys }: Page, context: object, info: GraphQLResolveInfo): object {
    const own = prismaKeys(keys)
    const select = join ? (own[join.relation] as { select: object } | undefined)?.select : own
    const paths = [['edges', 'node'], ['nodes']]
    const query = queryFor({ context, info, select, paths, typeName: type.name })
    return join ? { select: { ...own, [join.relation]: query } } : query
  }
}
