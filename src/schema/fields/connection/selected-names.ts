import { type GraphQLResolveInfo, Kind, type SelectionNode } from 'graphql'

export const selectsRows = (fields: ReadonlySet<string>): boolean =>
  ['edges', 'nodes', 'pageInfo'].some((field) => fields.has(field))

/** The fields asked of what is being resolved, through fragments; those that a directive leaves out are counted in. */
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
