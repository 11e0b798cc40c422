// What a document selects of an object, type by type.
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'
import { exposedColumn, exposedRelation } from '../pothos.ts'
import { collect, collectBelow } from './collect.ts'

export type Nodes = readonly FieldNode[]
export type Variables = Record<string, unknown>

export interface Operation {
  schema: GraphQLSchema
  operation: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** As coerced by the types of the operation's variables. */
  variables: Variables
}

/** A key of the answer, with the field that it answers, and the types of which it is asked. */
export interface Selected {
  key: string
  name: string
  nodes: Nodes
  /** Undefined for `__typename`. */
  field: GraphQLField<unknown, unknown> | undefined
  types: readonly GraphQLObjectType[]
}

export const selectedOfRoot = (operation: Operation, root: GraphQLObjectType): Selected[] =>
  collect(operation, root, operation.operation.selectionSet).map(([key, nodes]) => selected(root, key, nodes))

export const selectedOf = (operation: Operation, type: GraphQLObjectType, nodes: Nodes): Selected[] =>
  collectBelow(operation, type, nodes).map(([key, fieldNodes]) => selected(type, key, fieldNodes))

function selected(type: GraphQLObjectType, key: string, nodes: Nodes): Selected {
  const name = nodes[0]?.name.value ?? ''
  return { key, name, nodes, field: type.getFields()[name], types: [type] }
}

/**
 * One selection for several types, in an order that suits each of them; undefined where there is none. What they have in
 * common stands once, or nested lists of actors would double the statement at each level.
 */
export function merged(selections: readonly (readonly Selected[])[]): Selected[] | undefined {
  const all: Selected[] = []
  for (const selection of selections) {
    let after = 0
    for (const one of selection) {
      const at = all.findIndex((each) => isSame(each, one))
      if (at >= 0 && at < after) return undefined
      if (at < 0) all.splice(after++, 0, one)
      else {
        const known = all[at] as Selected
        all[at] = { ...known, types: [...known.types, ...one.types] }
        after = at + 1
      }
    }
  }
  return all
}

function isSame(a: Selected, b: Selected): boolean {
  return (
    a.key === b.key &&
    a.nodes.length === b.nodes.length &&
    a.nodes.every((node, i) => node === b.nodes[i]) &&
    String(a.field?.type) === String(b.field?.type) &&
    a.field?.extensions.fieldPlan === b.field?.extensions.fieldPlan &&
    (a.field && exposedColumn(a.field)) === (b.field && exposedColumn(b.field)) &&
    (a.field && exposedRelation(a.field)) === (b.field && exposedRelation(b.field))
  )
}
