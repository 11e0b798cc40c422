// The Prisma resolver of a nested list: its rows are read inside its parent's one statement.
import type { Listed } from '../../../plan/listed.ts'
import { joinOf } from '../../../plan/model.ts'
import { type Page, planPage, prismaKeys, prismaOrder, type Row, toConnection } from '../../../plan/page.ts'
import { all, toPrisma } from '../../../plan/predicate.ts'
import type { Args } from './listing.ts'
import type { ListPlan } from './plan.ts'
import { wantsRows } from './selected.ts'

type Loaded = Row & { _count?: Record<string, number> }
type Nested = (query: object, path: { getType: () => string; paths: { name: string }[][] }) => { select?: object }

const nodePaths = [[{ name: 'edges' }, { name: 'node' }], [{ name: 'nodes' }]]

/** What is read of the parent: the rows of the page, with what is asked of their nodes of a type, and their count. */
export function nestedSelect({ through, ask }: ListPlan, relation: string, type: { name: string }) {
  return (args: Args, _context: object, nested: Nested, selected: () => ReadonlySet<string>) => {
    const { page, conditions } = ask(args)
    const [where, bound] = conditions
    const fields = selected()
    const query = { where: toPrisma(all(where, bound)), orderBy: prismaOrder(page.keys), take: page.size + 1 }
    return {
      select: {
        ...(wantsRows(fields) && { [relation]: { ...query, ...rowSelection(page, nested) } }),
        ...(fields.has('totalCount') && { _count: { select: { [relation]: { where: toPrisma(where) } } } }),
      },
    }
  }

  /** The keys of the page beside what is asked of the nodes. */
  function rowSelection(page: Page, nested: Nested): object {
    const keys = prismaKeys(page.keys)
    const path = { getType: () => type.name, paths: nodePaths }
    if (!through) return nested({ select: keys }, path)
    const own = keys[through.relation] as object | undefined
    return { select: { ...keys, [through.relation]: nested(own ?? { select: { id: true } }, path) } }
  }
}

/** The connection, made of the rows that were read. */
export const nestedResolve =
  ({ list, through, ask }: ListPlan, parentModel: string, relation: string) =>
  (row: Loaded, args: Args) => ({
    ...toConnection((row[relation] as Row[] | undefined) ?? [], planPage(list, args), (each) =>
      through ? each[through.relation] : each,
    ),
    total: () => row._count?.[relation],
    listed: (): Listed => {
      const { model, mine, theirs } = joinOf(parentModel, relation)
      const where = all({ column: theirs, op: '=', value: row[mine] }, ask(args).conditions[0])
      return { model, through: through?.relation, where }
    },
  })
