// The GraphQL types of connections.
import type { ObjectRef } from '@pothos/core'
import type { ListQuery } from '../../../query/list-query.ts'
import { builder } from '../../builder.ts'
import { type BuilderTypes, type TypeRef, untyped } from '../pothos.ts'

/** A type of the schema that has records. */
export type NodeRef = TypeRef & { name: string }

/** What a connection knows of all its pages together. */
interface CompleteList {
  totalCount(): number | Promise<number>
  listQuery(): ListQuery
}

/** The connection and edge type of each node type, shared by all lists of it. */
const typesByNode = new Map<
  string,
  [connection: ObjectRef<BuilderTypes, unknown>, edge: ObjectRef<BuilderTypes, unknown>]
>()

export function connectionTypesOf(type: NodeRef, { search }: { search?: string } = {}) {
  const { name } = type
  const known = typesByNode.get(name)
  if (known) return known
  const edge = builder.edgeObject({
    type: untyped(type),
    name: `${name}Edge`,
    description: `One ${name} record of a page, with its cursor.`,
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
  const made: [ObjectRef<BuilderTypes, unknown>, ObjectRef<BuilderTypes, unknown>] = untyped([connection, edge])
  typesByNode.set(name, made)
  return made
}
