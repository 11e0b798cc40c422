// Interfaces whose object types share a table. A column of the table, the kind, says which object type a row has.
import type { GraphQLObjectType } from 'graphql'
import type { InterfaceKinds } from '../field-plan.ts'
import { columnOf, quote, type TableRef } from '../table-ref.ts'

/** Returns a `case` over the kinds. `expressions` has one expression for each kind, in the order of the kinds. */
export const byKind = ({ column, types }: InterfaceKinds, ref: TableRef, expressions: readonly string[]): string =>
  `case ${columnOf(ref, column)} ${Object.keys(types)
    .map((kind, i) => `when ${quote(kind)} then ${expressions[i]}`)
    .join(' ')} end`

/** Returns the SQL condition that a row has one of the object types; undefined if every row has. */
export function kindCondition(
  { column, types }: InterfaceKinds,
  ref: TableRef,
  objectTypes: readonly GraphQLObjectType[],
): string | undefined {
  const kinds = Object.entries(types).filter(([, name]) => objectTypes.some((type) => type.name === name))
  if (kinds.length === Object.keys(types).length) return undefined
  return `${columnOf(ref, column)} in (${kinds.map(([kind]) => quote(kind)).join(', ')})`
}
