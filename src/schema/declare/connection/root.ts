// The Prisma resolver of a list of a model's rows.
import type { GraphQLResolveInfo } from 'graphql'
import { countFound, findPage, type Listed } from '../../../plan/listed.ts'
import { type Page, prismaKeys, prismaOrder, type Row, toConnection } from '../../../plan/page.ts'
import { all, along, bind, everything, type Predicate, toPrisma } from '../../../plan/predicate.ts'
import { FOUND, type Found } from '../../../plan/search.ts'
import { queryFor } from '../pothos.ts'
import type { Args } from './listing.ts'
import type { ListPlan, RootOptions } from './plan.ts'
import { selectedNames, wantsRows } from './selected.ts'

/** A Prisma model, as far as lists use it. */
interface Rows {
  findMany(query: object): Promise<Row[]>
  count(query: { where: object }): Promise<number>
}

/** `rows` gives the model to read, once there is a database; `type` is that of the nodes. */
export function rootResolve(
  { through, ask }: ListPlan,
  { table, model = table.model, on }: RootOptions,
  type: { name: string },
  rows: () => unknown,
) {
  return async (parent: Row, args: Args, context: object, info: GraphQLResolveInfo) => {
    const { page, conditions, search } = ask(args)
    const [asked, bound] = conditions
    const own = on ? bind(on, parent) : everything
    const where = all(own, asked)
    const read = rows() as Rows
    const list: Listed = { model, through: through?.relation, search, where }
    const whole = {
      total: () => (search ? countFound(list) : read.count({ where: toPrisma(where) })),
      listed: () => list,
    }
    if (!wantsRows(selectedNames(info))) return { ...toConnection([], page, nodeOf), ...whole }
    const selection = rowSelection(page, context, info)
    const query = { ...selection, orderBy: prismaOrder(page.keys), take: page.size + 1 }
    const found = search
      ? await load(await findPage(list, page), own, read, selection)
      : await read.findMany({ ...query, where: toPrisma(all(where, bound)) })
    return { ...toConnection(found, page, nodeOf), ...whole }
  }

  /** The rows of what was found, in its order, each with its score. */
  async function load(found: readonly Found[], own: Predicate, read: Rows, selection: object): Promise<Row[]> {
    const among = along(through ? [through.relation] : [], { column: 'id', op: 'in', value: found.map(({ id }) => id) })
    const loaded = await read.findMany({ ...selection, where: toPrisma(all(own, among)) })
    const byId = new Map(loaded.map((row) => [row[through?.id ?? 'id'], row]))
    return found.flatMap((one) => {
      const row = byId.get(one.id)
      return row ? Object.assign(row, { [FOUND]: one }) : []
    })
  }

  function nodeOf(row: Row): unknown {
    return through ? row[through.relation] : row
  }

  function rowSelection({ keys }: Page, context: object, info: GraphQLResolveInfo): object {
    const own = prismaKeys(keys)
    const select = through ? (own[through.relation] as { select: object } | undefined)?.select : own
    const paths = [['edges', 'node'], ['nodes']]
    const query = queryFor({ context, info, select, paths, typeName: type.name })
    return through ? { select: { ...own, [through.relation]: query } } : query
  }
}
