// Connections over keyset pages, at the root and nested. A nested one is planned inside its parent's one statement.
import type { FieldRef } from '@pothos/core'
import { type PrismaModelTypes, queryFromInfo } from '@pothos/plugin-prisma'
import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'
import { countFound, findPage, type Listed } from '../../plan/listed.ts'
import type { Meaning } from '../../plan/meaning.ts'
import { joinOf } from '../../plan/model.ts'
import { type Page, planPage, prismaKeys, prismaOrder, type Row, toConnection } from '../../plan/page.ts'
import { all, along, bind, everything, type Predicate, toPrisma } from '../../plan/predicate.ts'
import { FOUND, type Found, searchFor } from '../../plan/search.ts'
import { listCondition } from '../../plan/table.ts'
import type { SchemaTypes } from '../builder.ts'
import {
  type Args,
  argsOf,
  listing,
  type NestedOptions,
  type Paged,
  paged,
  throughListing,
} from './connection/listing.ts'
import { connectionOf, type NodeRef } from './connection/type.ts'
import type { ModelFields } from './model-fields.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>
type Loaded = Row & { _count?: Record<string, number> }
type Nested = (query: object, path: { getType: () => string; paths: { name: string }[][] }) => { select?: object }
const nodePaths = [[{ name: 'edges' }, { name: 'node' }], [{ name: 'nodes' }]]

/** A list of what a record has: the rows of one of its relations, or what they lead to. */
export function nestedConnection<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  name: string,
  relation: M['ListRelations'] & string,
  type: NodeRef,
  options: NestedOptions,
): FieldRef<Types, unknown> {
  const { table, through } = options
  const direct = listing(name, options, 10)
  const list = through ? throughListing(direct, through) : direct
  const ask = (args: Args): Paged => {
    const where = along(through ? [through.relation] : [], listCondition(table, args.where))
    return paged(planPage(list, args), where, args)
  }
  const meaning: Meaning = { is: 'connection', source: { relation, through }, ask }

  const select = (args: Args, _context: object, nested: Nested, selected: () => ReadonlySet<string>) => {
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

  const field = {
    type,
    description: options.description,
    args: argsOf(t as never, options),
    extensions: { pothosPrismaSelect: select, meaning },
    resolve: (row: Loaded, args: Args) => ({
      ...toConnection((row[relation] as Row[] | undefined) ?? [], planPage(list, args), (each) =>
        through ? each[through.relation] : each,
      ),
      total: () => row._count?.[relation],
      listed: (): Listed => {
        const { model, mine, theirs } = joinOf(t.model, relation)
        const where = all({ column: theirs, op: '=', value: row[mine] }, ask(args).conditions[0])
        return { model, through: through?.relation, where }
      },
    }),
  }
  return t.connection(field as never, ...(connectionOf(type, table) as [never, never])) as FieldRef<Types, unknown>
}

interface Rows {
  findMany(query: object): Promise<Row[]>
  count(query: { where: object }): Promise<number>
}

interface ListFields {
  arg(options: object): unknown
  connection: unknown
}

const searchArg = (t: ListFields) => ({
  search: t.arg({
    type: 'String',
    description:
      'A search text of 2 to 100 characters. It finds names in any script and spelling, and words in any grammatical form, even if misspelt. The best matches come first.',
  }),
})

interface RootOptions extends NestedOptions {
  args?: object
  condition?: (args: never) => Predicate
  /** The Prisma model whose rows are read, where it is not the table's. */
  model?: string
  /** Which of the rows belong to the record that the list is a field of. */
  on?: Predicate
}

/** A list of a model's rows, or of what they lead to. `rows` gives the model to read, once there is a database. */
export function rootConnection(
  t: ListFields,
  name: string,
  type: NodeRef,
  rows: () => unknown,
  options: RootOptions,
): FieldRef<Types, unknown> {
  const { table, through, model = table.model, on } = options
  const path = through ? [through.relation] : []
  const direct = listing(name, options, 20)
  const list = through ? throughListing(direct, through) : direct
  const ask = (args: Args): Paged => {
    const asked = options.condition?.(args as never) ?? everything
    const where = along(path, all(listCondition(table, args.where), asked))
    const found = table.search && args.search != null ? searchFor(table.search, args.search) : undefined
    return paged(planPage(list, args), where, args, found)
  }
  const meaning: Meaning = { is: 'connection', source: { model, on, through }, ask }
  const field = {
    type,
    description: options.description,
    args: { ...(table.search && searchArg(t)), ...argsOf(t, options), ...options.args },
    extensions: { meaning },
    resolve: async (parent: Row, args: Args, context: object, info: GraphQLResolveInfo) => {
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
    },
  }

  /** The rows of what was found, in its order, each with its score. */
  async function load(found: readonly Found[], own: Predicate, read: Rows, selection: object): Promise<Row[]> {
    const among = along(path, { column: 'id', op: 'in', value: found.map(({ id }) => id) })
    const loaded = await read.findMany({ ...selection, where: toPrisma(all(own, among)) })
    const rows = new Map(loaded.map((row) => [row[through?.id ?? 'id'], row]))
    return found.flatMap((one) => {
      const row = rows.get(one.id)
      return row ? Object.assign(row, { [FOUND]: one }) : []
    })
  }

  const nodeOf = (row: Row) => (through ? row[through.relation] : row)

  function rowSelection({ keys }: Page, context: object, info: GraphQLResolveInfo): object {
    const own = prismaKeys(keys)
    const select = through ? (own[through.relation] as { select: object } | undefined)?.select : own
    const paths = [['edges', 'node'], ['nodes']]
    const query = queryFromInfo({ context, info, select, paths, typeName: type.name } as never) as object
    return through ? { select: { ...own, [through.relation]: query } } : query
  }

  const connect = t.connection as (options: object, ...types: unknown[]) => FieldRef<Types, unknown>
  return connect.call(t, field, ...connectionOf(type, table))
}

const wantsRows = (fields: ReadonlySet<string>) => ['edges', 'nodes', 'pageInfo'].some((field) => fields.has(field))

/** The fields asked of what is being resolved, through fragments; those that a directive leaves out are counted in. */
function selectedNames({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (selections: readonly SelectionNode[] = []) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet.selections)
      else visit(fragments[selection.name.value]?.selectionSet.selections)
    }
  }
  for (const node of fieldNodes) visit(node.selectionSet?.selections)
  return names
}
