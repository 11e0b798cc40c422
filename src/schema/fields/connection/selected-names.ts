import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'

/** Returns whether the selected fields of a connection need its rows. */
export const selectsRows = (fields: ReadonlySet<string>): boolean =>
  ['edges', 'nodes', 'pageInfo'].some((field) => fields.has(field))

/** Returns the names of the selected fields, fragments included. Ignores `@skip` and `@include`: such fields are included. */
export function selectedNames({ fieldNodes, fragments }: GraphQLResolveInfo): ReadonlySet<string> {
  const names = new Set<string>()
  const visit = (selections: readonly SelectionNode[] = []) => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) names.add(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet.selections)
      else visit(fragments[selection.name.value]?.selectionSet.selections)
    }
  }
  for (const node of fieldNodes) visit(node.selectionSet?.selections)
  return names
}
