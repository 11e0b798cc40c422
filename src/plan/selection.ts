// What a document selects of an object, type by type, by the rules of the GraphQL specification for merging fields.
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'

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

export function selectedOfRoot(
  { schema, operation, fragments, variables }: Operation,
  root: GraphQLObjectType,
): Selected[] {
  return [...collectFields(schema, fragments, variables, root, operation.selectionSet)].map(([key, nodes]) =>
    selected(root, key, nodes),
  )
}

export function selectedOf(
  { schema, fragments, variables }: Operation,
  type: GraphQLObjectType,
  nodes: Nodes,
): Selected[] {
  const collected = collectSubfields(schema, fragments, variables, type, nodes as FieldNode[])
  return [...collected].map(([key, fieldNodes]) => selected(type, key, fieldNodes))
}

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
    ['meaning', 'pothosExposedField'].every((name) => a.field?.extensions[name] === b.field?.extensions[name]) &&
    relationOf(a) === relationOf(b)
  )
}

const relationOf = ({ field }: Selected) =>
  (field?.extensions.pothosPrismaRelationField as { name: string } | undefined)?.name
