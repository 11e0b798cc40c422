// The rules of the GraphQL specification for merging fields, as graphql-js has them inside: it exports them from no entry point.
// tests/contracts/graphql.unit.test.ts holds them for the version that it names.
import type { FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, SelectionSetNode } from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'

interface CollectableOperation {
  schema: GraphQLSchema
  fragments: Record<string, FragmentDefinitionNode>
  variables: Record<string, unknown>
}

type Collected = [key: string, nodes: readonly FieldNode[]][]

/** What a selection set selects of a type, by response key. */
export const collect = (
  { schema, fragments, variables }: CollectableOperation,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): Collected => [...collectFields(schema, fragments, variables, type, selectionSet)]

/** What the selection sets of one field select of its type, by response key. */
export const collectBelow = (
  { schema, fragments, variables }: CollectableOperation,
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
): Collected => [...collectSubfields(schema, fragments, variables, type, [...nodes])]
