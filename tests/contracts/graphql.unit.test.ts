import { buildSchema, type FieldNode, getOperationAST, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import { collectSelectedFields, collectSelectedSubfields } from '../../src/query/compiler/collect-fields.ts'
import { expectVersions } from './versions.ts'

const schema = buildSchema(`
  type Query { event: Event }
  type Event { title: String, status: String, other: Event }
`)

const namesOf = (nodes: readonly FieldNode[]) => nodes.map(({ name }) => name.value)

test('src/query/compiler/collect-fields.ts was written for these versions of graphql-js', () => {
  expectVersions({ graphql: '16.15.0' })
})

test('fields of fragments are merged by their keys, and @skip and @include omit fields', () => {
  const document = parse(`
    query ($no: Boolean!) {
      event { title ...Status }
      ... on Query { first: event { title } event { other { title } status @include(if: $no) } }
    }
    fragment Status on Event { now: status }
  `)
  const operation = getOperationAST(document)
  const fragments = Object.fromEntries(
    document.definitions.flatMap((each) => (each.kind === Kind.FRAGMENT_DEFINITION ? [[each.name.value, each]] : [])),
  )
  const query = schema.getQueryType()
  const event = schema.getType('Event')
  if (!operation || !query || event?.astNode?.kind !== Kind.OBJECT_TYPE_DEFINITION)
    throw new Error('The schema is not as written.')
  const given = { schema, fragments, variables: { no: false } }
  const root = collectSelectedFields(given, query, operation.selectionSet)
  expect(root.map(([key, nodes]) => [key, namesOf(nodes)])).toEqual([
    ['event', ['event', 'event']],
    ['first', ['event']],
  ])
  const below = collectSelectedSubfields(given, event as never, root[0]?.[1] ?? [])
  expect(below.map(([key, nodes]) => [key, namesOf(nodes)])).toEqual([
    ['title', ['title']],
    ['now', ['status']],
    ['other', ['other']],
  ])
})
