import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { changesBetween, mayBreak } from '../../tools/schema-changes.ts'

const base = `
  type Query { event(slug: String, limit: Int = 10): Event, old: Int @deprecated }
  type Event { title: String! }
  enum Kind { A }
  input Where { kind: Kind }
`

/** The examples of docs/versioning.md. */
test.each([
  ['a field is removed', 'event(slug: String, limit: Int = 10): Event, ', '', 'BREAKING'],
  ['a field becomes nullable', 'title: String!', 'title: String', 'BREAKING'],
  ['a required input field is new', 'kind: Kind', 'kind: Kind, other: Int!', 'BREAKING'],
  ['an argument becomes required', 'slug: String', 'slug: String!', 'BREAKING'],
  ['an enum value is new', '{ A }', '{ A B }', 'DANGEROUS'],
  ['a default value changes', '= 10', '= 20', 'DANGEROUS'],
  ['an optional argument is new', 'slug: String', 'slug: String, id: ID', 'NON_BREAKING'],
  ['an optional input field is new', 'kind: Kind', 'kind: Kind, other: Int', 'NON_BREAKING'],
  ['a description is new', 'type Event', '"""An event.""" type Event', 'NON_BREAKING'],
  ['a field is new', 'title: String!', 'title: String! summary: String', 'NON_BREAKING'],
])('when %s, the change has the class that docs/versioning.md gives it', async (_what, from, to, level) => {
  const changes = await changesBetween(buildSchema(base), buildSchema(base.replace(from, to)))
  expect(changes.map(({ criticality }) => criticality.level)).toEqual([level])
})

test.each([
  ['0.1.0', '0.2.0', true],
  ['0.1.0', '0.1.1', false],
  ['0.9.0', '1.0.0', true],
  ['1.2.0', '1.3.0', false],
  ['1.2.0', '2.0.0', true],
])('a release after %s with the version %s may break clients: %j', (last, next, expected) => {
  expect(mayBreak(last, next)).toBe(expected)
})
