// The GraphQL types of connections.
import type { ObjectRef } from '@pothos/core'
import type { ListQuery } from '../../../query/list-query.ts'
import { builder } from '../../builder.ts'
import { type BuilderTypes, type PothosField, type TypeRef, untyped } from '../pothos.ts'

/** The type of a connection's nodes. */
export type NodeRef = TypeRef & { name: string }

/** The functions of a connection that concern all its pages. */
interface CompleteList {
  totalCount(): number | Promise<number>
  listQuery(): ListQuery
}

interface ConnectionTypeOptions {
  /** The SQL function that searches for the nodes. */
  search?: string
  /** Returns further fields of the edges. */
  edgeFields?(t: { field(options: object): PothosField }): object
}

/** The connection type and edge type of each node type. All lists of the node type share them. */
const typesByNode = new Map<
  string,
  [connection: ObjectRef<BuilderTypes, unknown>, edge: ObjectRef<BuilderTypes, unknown>]
>()

/** Returns the connection type and edge type of a node type. Edges have a score if the node type can be searched. */
export function connectionTypesOf(type: NodeRef, { search, edgeFields }: ConnectionTypeOptions = {}) {
  const { name } = type
  const existing = typesByNode.get(name)
  if (existing) return existing
  const edge = builder.edgeObject({
    type: untyped(type),
    name: `${name}Edge`,
    description: `One ${name} record of a page, with its cursor.`,
    ...(edgeFields && { fields: (t) => untyped(edgeFields(untyped(t))) }),
    ...(search && {
      fields: (t) => ({
        score: t.float({
          nullable: true,
          description: 'How well the record matches `search`, from 0 to 1; null without a search.',
          resolve: (edge) => (edge as { score?: number | null }).score ?? null,
        }),
      }),
    }),
  })
  const connection = builder.connectionObject(
    {
      type: untyped(type),
      name: `${name}Connection`,
      description: `One page of a list of ${name} records.`,
      fields: (t) => ({
        totalCount: t.int({
          description: 'The number of records on all pages together. Computed only when selected.',
          resolve: (list) => (list as Partial<CompleteList>).totalCount?.() ?? 0,
        }),
      }),
    },
    untyped(edge),
  )
  const types: [ObjectRef<BuilderTypes, unknown>, ObjectRef<BuilderTypes, unknown>] = untyped([connection, edge])
  typesByNode.set(name, types)
  return types
}
