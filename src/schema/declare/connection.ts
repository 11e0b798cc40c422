// Connections over keyset pages, at the root and nested. A nested one is planned inside its parent's one statement.
import type { FieldRef, ObjectRef } from '@pothos/core'
import { type PrismaModelTypes, queryFromInfo } from '@pothos/plugin-prisma'
import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'
import { type Meaning, type Question, question, type Through } from '../../plan/meaning.ts'
import {
  type Listing,
  type Page,
  type PageArgs,
  planPage,
  prismaKeys,
  prismaOrder,
  type Row,
  toConnection,
} from '../../plan/page.ts'
import { all, along, everything, type Predicate, toPrisma } from '../../plan/predicate.ts'
import { listCondition, type Order, type Sort } from '../../plan/table.ts'
import { builder, type SchemaTypes } from '../builder.ts'
import type { ModelFields } from './model-fields.ts'
import { orderOf, type TypedTable, whereOf } from './table/input.ts'

type Types = PothosSchemaTypes.ExtendDefaultTypes<SchemaTypes>
type Args = PageArgs & { where?: object | null }
type Loaded = Row & { _count?: Record<string, number> }
/** A type of the schema, whatever its shape. */
type NodeRef = Parameters<typeof builder.configStore.getTypeConfig>[0] & { name: string }

export interface ConnectionOptions {
  table: TypedTable
  /** The order when none is asked for. */
  by: readonly Order[]
  description: string
}

export interface NestedOptions extends ConnectionOptions {
  /** Where the relation's rows are join rows: how they lead to the nodes. */
  through?: Through & {
    /** Sort columns of the node that the join row carries itself, by their order field. */
    carries?: Record<string, string>
  }
}

/** The connection and edge type of each node type, shared by all lists of it. */
const connectionTypes = new Map<string, [connection: ObjectRef<Types, unknown>, edge: ObjectRef<Types, unknown>]>()

function connectionOf(type: NodeRef) {
  const { name } = type
  const known = connectionTypes.get(name)
  if (known) return known
  const edge = builder.edgeObject({
    type: type as never,
    name: `${name}Edge`,
    description: `One ${name} in a list, with its place there.`,
  })
  const connection = builder.connectionObject(
    {
      type: type as never,
      name: `${name}Connection`,
      description: `One page of a list of records of type ${name}.`,
      fields: (t) => ({
        totalCount: t.int({
          description: 'How many there are on all pages together. Costs a count, and nothing unless asked for.',
          resolve: (list) => (list as Partial<Totalled>).total?.() ?? 0,
        }),
      }),
    },
    edge as never,
  )
  const made = [connection, edge] as never as [ObjectRef<Types, unknown>, ObjectRef<Types, unknown>]
  connectionTypes.set(name, made)
  return made
}

interface Totalled {
  total(): number | Promise<number>
}

/** What a connection is asked: its page, which rows there are on all pages, and which of them the page begins with. */
interface Paged extends Question {
  page: Page
  conditions: readonly [where: Predicate, bound: Predicate]
}

const paged = (page: Page, where: Predicate, { where: asked }: Args) =>
  question([where, page.bound], { page, isFiltered: asked != null }) as Paged

interface ArgBuilder {
  arg(options: object): unknown
}

const argsOf = (t: ArgBuilder, { table, by }: ConnectionOptions) => ({
  where: t.arg({ type: whereOf(table.name), description: 'Which to keep; all of them without it.' }),
  ...(Object.keys(table.orderBy).length > 0 && {
    orderBy: t.arg({
      type: [orderOf(table)],
      description: `Keys to sort by, the first weighing most; ${by.map((key) => `${key.field} ${key.direction}`).join(', ')} without it.`,
    }),
  }),
})

const listing = (name: string, options: ConnectionOptions, usualSize: number): Listing => ({
  name,
  orderBy: options.table.orderBy,
  usualOrder: options.by,
  usualSize,
  tie: 'id',
})

/** The sort keys and the tie of a list whose rows are join rows. */
function throughListing(base: Listing, { relation, id, carries = {} }: NonNullable<NestedOptions['through']>): Listing {
  const keys = Object.entries(base.orderBy).map(([field, sort]): [string, Sort] => {
    const carried = carries[field]
    return [field, carried ? { ...sort, path: [], column: carried } : { ...sort, path: [relation, ...sort.path] }]
  })
  return { ...base, orderBy: Object.fromEntries(keys), tie: id }
}

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
    }),
  }
  return t.connection(field as never, ...(connectionOf(type) as [never, never])) as FieldRef<Types, unknown>
}

interface Rows {
  findMany(query: object): Promise<Row[]>
  count(query: { where: object }): Promise<number>
}

type QueryFields = PothosSchemaTypes.QueryFieldBuilder<Types, object>

/** A list at the root. `rows` gives the Prisma model to read, once there is a database. */
export function rootConnection(
  t: QueryFields,
  name: string,
  type: NodeRef,
  rows: () => unknown,
  options: ConnectionOptions & { args?: object; condition?: (args: never) => Predicate },
): FieldRef<Types, unknown> {
  const { table } = options
  const list = listing(name, options, 20)
  const ask = (args: Args): Paged => {
    const asked = options.condition?.(args as never) ?? everything
    return paged(planPage(list, args), all(listCondition(table, args.where), asked), args)
  }
  const meaning: Meaning = { is: 'connection', source: { model: table.model }, ask }
  const field = {
    type,
    description: options.description,
    args: { ...argsOf(t, options), ...options.args },
    extensions: { meaning },
    resolve: async (_root: unknown, args: Args, context: object, info: GraphQLResolveInfo) => {
      const { page, conditions } = ask(args)
      const [where, bound] = conditions
      const model = rows() as Rows
      const total = () => model.count({ where: toPrisma(where) })
      if (!wantsRows(selectedNames(info))) return { ...toConnection([], page, (row) => row), total }
      const select = { select: prismaKeys(page.keys) as never, paths: [['edges', 'node'], ['nodes']] }
      const query = queryFromInfo({ context, info, ...select, typeName: type.name } as never) as object
      const found = await model.findMany({
        ...query,
        where: toPrisma(all(where, bound)),
        orderBy: prismaOrder(page.keys),
        take: page.size + 1,
      })
      return { ...toConnection(found, page, (row) => row), total }
    },
  }
  return t.connection(field as never, ...(connectionOf(type) as [never, never])) as FieldRef<Types, unknown>
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
