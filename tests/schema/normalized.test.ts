// A client's cache keeps one value for each field of an object, whatever the path on which the object was read. So no field may depend
// on the path to its object.
import {
  type GraphQLNamedType,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { expect, test } from 'vitest'
import { schema } from '../../src/schema/schema.ts'
import { askBoth } from '../client.ts'

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
const hasId = (type: GraphQLNamedType) => fieldsOf(type).some(({ name }) => name === 'id')

/** Returns a selection of all fields without required arguments, down to a number of objects with ids in one another. */
function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (hasId(type) && depth === 0) return '{ __typename id }'
  const below = hasId(type) ? depth - 1 : depth
  const selected = fieldsOf(type).flatMap((field) => {
    const to = getNamedType(field.type)
    // The writer of a change is only for administrators.
    if (field.args.some(isRequiredArgument) || field.name === 'writer') return []
    if (isLeafType(to)) return [field.name]
    const size = field.args.some(({ name }) => name === 'first') ? '(first: 3)' : ''
    // The edges of most lists have only a node and a cursor.
    if (field.name === 'edges' && fieldsOf(to).every(({ name }) => ['node', 'cursor', 'score'].includes(name)))
      return []
    return fieldsOf(to).length > 0 ? [`${field.name}${size} ${selectionOf(to, below)}`] : []
  })
  return `{ __typename ${selected.join(' ')} }`
}

interface Read {
  path: string
  value: unknown
}

/** The values of the fields of objects with ids: by id and field, where each was read first, and its value. */
const seen = new Map<string, Read>()
let compared = 0

/** Compares the fields of each object in a value with those that were read before. Returns the value as a cache keeps it. */
function normalized(value: unknown, path: string): unknown {
  if (Array.isArray(value)) return value.map((each, i) => normalized(each, `${path}.${i}`))
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).map(([name, each]) => [name, normalized(each, `${path}.${name}`)] as const)
  const { id } = value as { id?: string }
  if (id === undefined) return Object.fromEntries(fields)
  for (const [name, each] of fields) {
    const key = `${id} ${name}`
    const before = seen.get(key)
    if (before) {
      expect({ path: before.path, value: each }, `${path}.${name} differs from ${before.path}`).toEqual(before)
      compared++
    } else seen.set(key, { path: `${path}.${name}`, value: each })
  }
  return { id }
}

const lists = ['events', 'people', 'countries', 'organizations', 'groups', 'assets', 'sanctions', 'sources']

test.each(lists)('every object that Query.%s leads to has the same fields on every path', async (list) => {
  const connection = schema.getQueryType()?.getFields()[list]?.type as GraphQLOutputType
  const query = `{ ${list}(first: 20) ${selectionOf(getNamedType(connection), 2)} }`
  const { data, errors } = await askBoth(query, {}, { limits: 'none' })
  expect(errors).toBeUndefined()
  normalized(data, list)
})

test('many fields were compared', () => expect(compared).toBeGreaterThan(1000))
