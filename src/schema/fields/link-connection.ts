// Declares the list of the links of a record: rows of a model with two ends, one of which is the record. What depends on the side from
// which a link is seen, is in the edges.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import { all, type Condition, onRelated } from '../../query/condition.ts'
import type { FieldPlan } from '../../query/field-plan.ts'
import { type LoadedRow, type Page, planPage, prismaKeys, prismaOrder, toConnection } from '../../query/page.ts'
import { selecting } from '../../query/pothos-extensions.ts'
import { relationColumns } from '../../query/prisma-model.ts'
import { toPrismaWhere } from '../../query/prisma-where.ts'
import { connectionTypesOf, type NodeRef } from './connection/connection-types.ts'
import { type ConnectionArgs, type ConnectionOptions, connectionArgs, FEW } from './connection/list-definition.ts'
import { type LoadedParent, type NestedNodes, nodePaths, onceSelected } from './connection/nested.ts'
import { type ListPlan, planNested } from './connection/plan.ts'
import { selectsRows } from './connection/selected-names.ts'
import { describedEnum } from './enum.ts'
import { untyped as given, type ModelFields, type PothosField } from './pothos.ts'

type Direction = 'OUTGOING' | 'INCOMING'

const LinkDirection = describedEnum<Direction>(
  'LinkDirection',
  'The direction of a link or relationship, seen from the record whose list it is in.',
  {
    OUTGOING: 'The record is the first event, or the subject.',
    INCOMING: 'The record is the second event, or the object.',
  },
)

interface LinkOptions extends Pick<ConnectionOptions, 'listSchema' | 'description'> {
  /** The relations of a link to its two ends. */
  ends: readonly [first: string, second: string]
  /** The relations of a record to the links of which it is the first end, and to those of which it is the second end. */
  lists: readonly [asFirst: string, asSecond: string]
  /** The type of the records at the ends. */
  other: NodeRef
  /** The condition that the record at the other end must match. */
  visible: Condition
}

/** The links of which the record is at the same end. No link has one record at both ends. */
interface Side {
  direction: Direction
  /** The relation of the record to the links. */
  relation: string
  /** The relation of a link to the record at the other end. */
  far: string
}

/** An edge of the resolvers. */
interface LinkEdge {
  direction: Direction
  other: unknown
}

type Selected = (path?: string[]) => object | null

/** Declares the list of a record's links in both directions. Its edges have the direction, and the record at the other end. */
export function linkConnection<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  name: string,
  type: NodeRef,
  { ends, lists, other, visible, ...options }: LinkOptions,
): PothosField {
  const { model } = options.listSchema
  const [first, second] = ends
  const columns = ends.map((end) => relationColumns(model, end).ownColumn) as [string, string]
  const linked = (own: string, far: string): Condition =>
    all({ column: own, parentColumn: 'id' }, onRelated([far], visible))
  const parentCondition: Condition = { any: [linked(columns[0], second), linked(columns[1], first)] }
  const listOptions = { ...options, defaultOrder: [], size: FEW }
  const plan = planNested(name, listOptions)
  const fieldPlan: FieldPlan = {
    kind: 'connection',
    source: { model, parentCondition },
    bindArguments: plan.bindArguments,
  }
  const sides: Side[] = [
    { direction: 'OUTGOING', relation: lists[0], far: second },
    { direction: 'INCOMING', relation: lists[1], far: first },
  ]
  const field = {
    type,
    description: options.description,
    args: connectionArgs(given(t), listOptions),
    extensions: { ...selecting(linkSelect(plan, sides, { type, other, visible })), fieldPlan },
    resolve: linkResolve(plan, sides),
  }
  const [connection, edge] = connectionTypesOf(type, { edgeFields: linkEdgeFields(columns, other) })
  return t.connection(given(field), given(connection), given(edge)) as PothosField
}

/** Returns a function that makes the `select` of the parent: the links of a page from each side, and their numbers. */
function linkSelect(
  { bindArguments }: ListPlan,
  sides: readonly Side[],
  { type, other, visible }: Pick<LinkOptions, 'other' | 'visible'> & { type: NodeRef },
) {
  return (args: ConnectionArgs, _context: object, nested: NestedNodes, selected: Selected) => {
    const { page, conditions } = bindArguments(args)
    const [where, cursorBound] = conditions
    const fields = selected() as ReadonlySet<string>
    const selectsOther = selected(['edges', 'other']) !== null
    const rowSelection = (far: string) => {
      const otherPath = { getType: () => other.name, paths: [[{ name: 'edges' }, { name: 'other' }]] }
      const otherEnd = selectsOther && { [far]: nested({ select: { id: true } }, otherPath) }
      return nested(
        { select: { ...prismaKeys(page.keys), ...otherEnd } },
        { getType: () => type.name, paths: nodePaths },
      )
    }
    const rows = ({ relation, far }: Side) => {
      const condition = all(where, onRelated([far], visible), cursorBound)
      const query = { where: toPrismaWhere(condition), orderBy: prismaOrder(page.keys), take: page.size + 1 }
      return [relation, { ...query, ...rowSelection(far) }]
    }
    const count = ({ relation, far }: Side) => [
      relation,
      { where: toPrismaWhere(all(where, onRelated([far], visible))) },
    ]
    return {
      select: {
        ...(selectsRows(fields) && Object.fromEntries(sides.map(rows))),
        ...(fields.has('totalCount') && { _count: { select: Object.fromEntries(sides.map(count)) } }),
      },
    }
  }
}

/** Returns a resolver that makes the connection from the loaded links of both sides. */
const linkResolve =
  ({ list }: ListPlan, sides: readonly Side[]) =>
  (parent: LoadedParent, args: ConnectionArgs) =>
    Object.assign(
      onceSelected(() => loadedLinks(parent, planPage(list, args), sides)),
      { totalCount: () => sides.reduce((sum, { relation }) => sum + (parent._count?.[relation] ?? 0), 0) },
    )

function loadedLinks(parent: LoadedParent, page: Page, sides: readonly Side[]) {
  const sideOf = new Map<unknown, Side>()
  for (const side of sides)
    for (const link of (parent[side.relation] as LoadedRow[] | undefined) ?? []) sideOf.set(link, side)
  const isDescending = page.keys.at(-1)?.isDescending ?? false
  const byId = (a: LoadedRow, b: LoadedRow) => ((a.id as string) < (b.id as string) !== isDescending ? -1 : 1)
  const connection = toConnection(([...sideOf.keys()] as LoadedRow[]).sort(byId), page, (link) => link)
  const edges = connection.edges.map((edge) => {
    const { direction, far } = sideOf.get(edge.node) as Side
    return { ...edge, direction, other: (edge.node as LoadedRow)[far] }
  })
  return { ...connection, edges }
}

const linkEdgeFields =
  ([first, second]: [string, string], other: NodeRef) =>
  (t: { field(options: object): PothosField }) => ({
    direction: t.field({
      type: LinkDirection,
      description: 'The direction, seen from the record whose list this is.',
      extensions: { fieldPlan: { kind: 'linkDirection', first } satisfies FieldPlan },
      resolve: ({ direction }: LinkEdge) => direction,
    }),
    other: t.field({
      type: other,
      description: 'The record at the other end.',
      extensions: { fieldPlan: { kind: 'otherEnd', first, second, model: other.name } satisfies FieldPlan },
      resolve: (edge: LinkEdge) => edge.other,
    }),
  })
