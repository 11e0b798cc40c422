import type { FieldNode, GraphQLField } from 'graphql'
import { type Amount, at, fromArgument } from './amount.ts'

/** Returns the number of records of a list: the number of `ids`, or `last`, or `first`, or else the default. */
export function sizeOf(node: FieldNode, { args }: GraphQLField<unknown, unknown>, defaultSize: Amount): Amount {
  if (args.some(({ name }) => name === 'ids'))
    return fromArgument(node, 'ids', (ids) => (Array.isArray(ids) ? ids.length : 1))
  return passed(node, 'last', passed(node, 'first', defaultSize))
}

/** Returns the value of a page size argument; `otherwise` if it is not a number. */
function passed(node: FieldNode, name: string, otherwise: Amount): Amount {
  const size = fromArgument(node, name, (value) => pageOf(value) ?? Number.NaN)
  if (typeof size === 'number') return Number.isNaN(size) ? otherwise : size
  return (variables) => {
    const count = size(variables)
    return Number.isNaN(count) ? at(otherwise, variables) : count
  }
}

/** Returns a page size; 0 for an invalid number, which is refused later; undefined for any other value. */
function pageOf(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0
}
