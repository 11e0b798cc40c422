// Of which of an interface's types a row is: its kind, a column, tells.
import type { GraphQLObjectType } from 'graphql'
import type { Kinds } from '../field-plan.ts'
import { columnOf, quote, type TableRef } from '../sql.ts'

/** One of several expressions, in the order of the kinds. */
export const byKind = ({ column, types }: Kinds, ref: TableRef, each: readonly string[]): string =>
  `case ${columnOf(ref, column)} ${Object.keys(types)
    .map((kind, i) => `when ${quote(kind)} then ${each[i]}`)
    .join(' ')} end`

/** The condition that a row is of one of the types; undefined where it cannot be otherwise. */
export function kindCondition(
  { column, types }: Kinds,
  ref: TableRef,
  asked: readonly GraphQLObjectType[],
): string | undefined {
  const kinds = Object.entries(types).filter(([, name]) => asked.some((type) => type.name === name))
  if (kinds.length === Object.keys(types).length) return undefined
  return `${columnOf(ref, column)} in (${kinds.map(([kind]) => quote(kind)).join(', ')})`
}
