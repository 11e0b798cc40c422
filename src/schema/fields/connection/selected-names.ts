import { type FieldNode, type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'

/** Returns whether the selected fields of a connection need its rows. */
export const selectsRows = (fields: ReadonlySet<string>): boolean =>
  ['edges', 'nodes', 'pageInfo'].some((field) => fields.has(field))

/** Returns the names of the selected fields, fragments included. Ignores `@skip` and `@include`: such fields are included. */
export const selectedNames = ({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> =>
  new Set(selectedBelow(fieldNodes, fragments).map(({ name }) => name.value))

/** Returns whether a field is selected at the path below the resolved field. Ignores `@skip` and `@include`. */
export function selectsPath({ fieldNodes, fragments }: GraphQLResolveInfo, path: readonly string[]): boolean {
  const last = path.reduce<readonly FieldNode[]>(
    (nodes, field) => selectedBelow(nodes, fragments).filter(({ name }) => name.value === field),
    fieldNodes,
  )
  return last.length > 0
}

/** Returns the selected fields of fields, fragments included. */
function selectedBelow(fieldNodes: readonly FieldNode[], fragments: GraphQLResolveInfo['fragments']): FieldNode[] {
  const selected = (selections: readonly SelectionNode[] = []): FieldNode[] =>
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return selection
      if (selection.kind === Kind.INLINE_FRAGMENT) return selected(selection.selectionSet.selections)
      return selected(fragments[selection.name.value]?.selectionSet.selections)
    })
  return fieldNodes.flatMap((node) => selected(node.selectionSet?.selections))
}
