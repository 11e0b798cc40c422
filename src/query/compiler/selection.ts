// The selected fields of an object type in a document, with fragments, `@include` and `@skip` resolved.
import type {
  FieldNode,
  FragmentDefinitionNode,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql'
import { exposedColumn, exposedRelation } from '../pothos-extensions.ts'
import { collectSelectedFields, collectSelectedSubfields } from './collect-fields.ts'

/** The nodes of a document that select one field under one response key. */
export type FieldNodes = readonly FieldNode[]
/** The variables of a request, coerced to the types that the operation declares. */
export type CoercedVariables = Record<string, unknown>

/** An operation to compile, with its schema, fragments and variables. */
export interface CompilableOperation {
  schema: GraphQLSchema
  operation: OperationDefinitionNode
  fragments: Record<string, FragmentDefinitionNode>
  /** The variables, coerced to the types that the operation declares. */
  variables: CoercedVariables
}

/** A selected field: its response key, its definition, and the object types on which it is selected. */
export interface SelectedField {
  key: string
  name: string
  fieldNodes: FieldNodes
  /** Undefined for `__typename`. */
  field: GraphQLField<unknown, unknown> | undefined
  types: readonly GraphQLObjectType[]
}

/** Returns the fields that the operation selects of its root type. */
export const selectedRootFields = (operation: CompilableOperation, root: GraphQLObjectType): SelectedField[] =>
  collectSelectedFields(operation, root, operation.operation.selectionSet).map(([key, fieldNodes]) =>
    toSelectedField(root, key, fieldNodes),
  )

/** Returns the fields that the nodes of one field select of an object type. */
export const selectedFields = (
  operation: CompilableOperation,
  type: GraphQLObjectType,
  fieldNodes: FieldNodes,
): SelectedField[] =>
  collectSelectedSubfields(operation, type, fieldNodes).map(([key, fieldNodes]) =>
    toSelectedField(type, key, fieldNodes),
  )

function toSelectedField(type: GraphQLObjectType, key: string, fieldNodes: FieldNodes): SelectedField {
  const name = fieldNodes[0]?.name.value ?? ''
  return { key, name, fieldNodes, field: type.getFields()[name], types: [type] }
}

/**
 * Merges the selections of several object types into one. A field that several types share is in the result once; without this,
 * nested lists of actors would double the statement at each level. The result keeps the order of each selection. Returns
 * undefined if no such order exists.
 */
export function mergeSelections(selections: readonly (readonly SelectedField[])[]): SelectedField[] | undefined {
  const merged: SelectedField[] = []
  for (const selection of selections) {
    let nextIndex = 0
    for (const selected of selection) {
      const index = merged.findIndex((each) => isSameField(each, selected))
      if (index >= 0 && index < nextIndex) return undefined
      if (index < 0) merged.splice(nextIndex++, 0, selected)
      else {
        const existing = merged[index] as SelectedField
        merged[index] = { ...existing, types: [...existing.types, ...selected.types] }
        nextIndex = index + 1
      }
    }
  }
  return merged
}

/** Returns whether two selected fields have the same key, the same arguments and the same plan. */
function isSameField(a: SelectedField, b: SelectedField): boolean {
  return (
    a.key === b.key &&
    a.fieldNodes.length === b.fieldNodes.length &&
    a.fieldNodes.every((node, i) => node === b.fieldNodes[i]) &&
    String(a.field?.type) === String(b.field?.type) &&
    a.field?.extensions.fieldPlan === b.field?.extensions.fieldPlan &&
    (a.field && exposedColumn(a.field)) === (b.field && exposedColumn(b.field)) &&
    (a.field && exposedRelation(a.field)) === (b.field && exposedRelation(b.field))
  )
}
