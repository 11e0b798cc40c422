import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  type SelectionNode,
} from 'graphql'

/** The part of the resolver's information that says what is selected. */
type Selected = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>

/** Returns whether the selected fields of a connection need its rows. */
export const selectsRows = (fields: ReadonlySet<string>): boolean =>
  ['edges', 'nodes', 'pageInfo'].some((field) => fields.has(field))

/** Returns the names of the selected fields, fragments included. */
export const selectedNames = (info: GraphQLResolveInfo): ReadonlySet<string> =>
  new Set(selectedBelow(info).map(({ name }) => name.value))

/** Returns whether a field is selected at the path below the resolved field. */
export function selectsPath(info: GraphQLResolveInfo, path: readonly string[]): boolean {
  const last = path.reduce<readonly FieldNode[]>(
    (fieldNodes, field) => selectedBelow({ ...info, fieldNodes }).filter(({ name }) => name.value === field),
    info.fieldNodes,
  )
  return last.length > 0
}

/** Returns the selected fields of fields, fragments included. */
function selectedBelow({ fieldNodes, fragments, variableValues }: Selected): FieldNode[] {
  const isIncluded = (selection: SelectionNode) =>
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.if !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.if !== false
  const selected = (selections: readonly SelectionNode[] = []): FieldNode[] =>
    selections.filter(isIncluded).flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) return selected(selection.selectionSet.selections)
      return selected(fragments[selection.name.value]?.selectionSet.selections)
    })
  return fieldNodes.flatMap((node) => selected(node.selectionSet?.selections))
}
