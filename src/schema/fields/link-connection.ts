// Declares the list of the links of a record: rows of a model with two ends, one of which is the record. What depends on the side from
// which a link is seen, is in the edges.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { GraphQLResolveInfo } from 'graphql'
import { reads } from '../../db/client.ts'
import { all, type Condition, onRelated } from '../../query/condition.ts'
import type { FieldPlan } from '../../query/field-plan.ts'
import type { LoadedRow } from '../../query/page.ts'
import { relationColumns } from '../../query/prisma-model.ts'
import { batched } from './batched.ts'
import { connectionTypesOf, type NodeRef } from './connection/connection-types.ts'
import { type ConnectionArgs, connectionArgs } from './connection/list-definition.ts'
import { planRoot, type RootOptions } from './connection/plan.ts'
import { rootResolve } from './connection/root.ts'
import { describedEnum } from './enum.ts'
import { untyped as given, type ModelFields, type PothosField, prismaQueryFor } from './pothos.ts'

type Direction = 'OUTGOING' | 'INCOMING'

const LinkDirection = describedEnum<Direction>(
  'LinkDirection',
  'The direction of a link or relationship, seen from the record whose list it is in.',
  {
    OUTGOING: 'The record is the first event, or the subject.',
    INCOMING: 'The record is the second event, or the object.',
  },
)

interface LinkOptions extends Pick<RootOptions, 'listSchema' | 'description'> {
  /** The relations of a link to its two ends. */
  ends: readonly [first: string, second: string]
  /** The type of the records at the ends. */
  other: NodeRef
  /** The condition that the record at the other end must match. */
  visible: Condition
}

/** An edge of the resolvers. */
interface LinkEdge {
  node: LoadedRow
  /** The id of the record that the list belongs to. */
  parentId: string
}

const prismaModel = (name: string) =>
  given(reads[given(name.charAt(0).toLowerCase() + name.slice(1))]) as {
    findMany(query: object): Promise<LoadedRow[]>
    count(query: { where: object }): Promise<number>
  }

/** Declares the list of a record's links in both directions. Its edges have the direction, and the record at the other end. */
export function linkConnection<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  name: string,
  type: NodeRef,
  { ends, other, visible, ...options }: LinkOptions,
): PothosField {
  const { model } = options.listSchema
  const [first, second] = ends
  const columns = ends.map((end) => relationColumns(model, end).ownColumn) as [string, string]
  const linked = (own: string, far: string): Condition =>
    all({ column: own, parentColumn: 'id' }, onRelated([far], visible))
  const parentCondition: Condition = { any: [linked(columns[0], second), linked(columns[1], first)] }
  const listOptions = { ...options, parentCondition, defaultOrder: [] }
  const plan = planRoot(name, listOptions)
  const fieldPlan: FieldPlan = {
    kind: 'connection',
    source: { model, parentCondition },
    bindArguments: plan.bindArguments,
  }
  const read = rootResolve(plan, { ...listOptions, columns }, type, () => prismaModel(model))
  const field = {
    type,
    description: options.description,
    args: connectionArgs(given(t), listOptions),
    extensions: { fieldPlan },
    select: { id: true },
    resolve: async (parent: LoadedRow, args: ConnectionArgs, context: object, info: GraphQLResolveInfo) => {
      const connection = await read(parent, args, context, info)
      return { ...connection, edges: connection.edges.map((edge) => ({ ...edge, parentId: parent.id })) }
    },
  }
  const edgeFields = linkEdgeFields(columns, other)
  const [connection, edge] = connectionTypesOf(type, { edgeFields })
  return t.connection(given(field), given(connection), given(edge)) as PothosField
}

function linkEdgeFields([first, second]: [string, string], other: NodeRef) {
  const isOutgoing = ({ node, parentId }: LinkEdge) => node[first] === parentId
  return (t: { field(options: object): PothosField }) => ({
    direction: t.field({
      type: LinkDirection,
      description: 'The direction, seen from the record whose list this is.',
      extensions: { fieldPlan: { kind: 'linkDirection', first } satisfies FieldPlan },
      resolve: (edge: LinkEdge): Direction => (isOutgoing(edge) ? 'OUTGOING' : 'INCOMING'),
    }),
    other: t.field({
      type: other,
      description: 'The record at the other end.',
      extensions: { fieldPlan: { kind: 'otherEnd', first, second, model: modelOf(other) } satisfies FieldPlan },
      resolve: (edge: LinkEdge, _args: object, context: object, info: GraphQLResolveInfo) => {
        const id = String(edge.node[isOutgoing(edge) ? second : first])
        return batched(context, info.fieldNodes[0], id, async (ids) => {
          const query = prismaQueryFor({ context, info, typeName: other.name, paths: [[]], select: { id: true } })
          const rows = await prismaModel(modelOf(other)).findMany({ ...query, where: { id: { in: [...ids] } } })
          return new Map(rows.map((row) => [String(row.id), row]))
        })
      },
    }),
  })
}

const modelOf = ({ name }: NodeRef): string => name
