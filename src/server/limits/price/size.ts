import type { FieldNode, GraphQLField } from 'graphql'
import { type Amount, at, fromArgument } from './amount.ts'

/** The number of records of a list: `last` or `first`, or the number of `ids`. `usual` if none of them is passed. */
export function sizeOf(node: FieldNode, { args }: GraphQLField<unknown, unknown>, usual: Amount): Amount {
  if (args.some(({ name }) => name === 'ids'))
    return fromArgument(node, 'ids', (ids) => (Array.isArray(ids) ? ids.length : 1))
  return passed(node, 'last', passed(node, 'first', usual))
}

function passed(node: FieldNode, name: string, otherwise: Amount): Amount {
  const size = fromArgument(node, name, (value) => pageOf(value) ?? Number.NaN)
  if (typeof size === 'number') return Number.isNaN(size) ? otherwise : size
  return (variables) => {
    const count = size(variables)
    return Number.isNaN(count) ? at(otherwise, variables) : count
  }
}

/** A number that is no page size counts as 0: it is refused where it is read. */
function pageOf(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined
  return Number.isInteger(value) && value > 0 && value < 2 ** 31 ? value : 0
}
