// Collects the selected fields by the rules of the GraphQL specification. The functions are internal to graphql-js: no entry point
// exports them. tests/contracts/graphql.unit.test.ts checks them for one version of graphql-js.
import type { FieldNode, FragmentDefinitionNode, GraphQLObjectType, GraphQLSchema, SelectionSetNode } from 'graphql'
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js'

interface CollectableOperation {
  schema: GraphQLSchema
  fragments: Record<string, FragmentDefinitionNode>
  variables: Record<string, unknown>
}

/** Response keys, each with the nodes of the document that select it. */
type CollectedFields = [key: string, fieldNodes: readonly FieldNode[]][]

/** Returns the fields that a selection set selects of an object type, by response key. */
export const collectSelectedFields = (
  { schema, fragments, variables }: CollectableOperation,
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
): CollectedFields => [...collectFields(schema, fragments, variables, type, selectionSet)]

/** Returns the fields that the selection sets of one field select of an object type, by response key. */
export const collectSelectedSubfields = (
  { schema, fragments, variables }: CollectableOperation,
  type: GraphQLObjectType,
  fieldNodes: readonly FieldNode[],
): CollectedFields => [...collectSubfields(schema, fragments, variables, type, [...fieldNodes])]
