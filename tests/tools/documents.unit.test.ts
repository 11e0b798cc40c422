import { buildSchema } from 'graphql'
import { expect, test } from 'vitest'
import { documentsIn, mistakesIn } from '../../tools/documents.ts'

const schema = buildSchema('type Query { title: String, name: String @deprecated(reason: "Use `title`.") }')

const mistakes = (file: string, text: string) => documentsIn(file, text).flatMap((each) => mistakesIn(schema, each))

test.each([
  ['page.md', '# A page\n\n```graphql\n{ titel }\n```\n'],
  ['page.md', 'A page\n\n```json\n{}\n```\n\n```graphql\nquery { titel }\n```\n'],
  ['code.ts', 'const a = 1\nconst QUERY = gql`\n  query Title { titel }\n`\n'],
  ['code.ts', "const query = 'query { titel }'\n"],
  ['code.ts', 'ask(client, { query: gql<{ title: string }>`{ titel }` })\n'],
  ['query.graphql', '{ titel }'],
])('an unknown field in %s is found: %j', (file, text) => {
  expect(mistakes(file, text)).toEqual([
    expect.stringMatching(/^[a-z.:0-9]+: Cannot query field "titel" on type "Query"/),
  ])
})

test('a deprecated field is a mistake, and a document that cannot be read is one', () => {
  expect(mistakes('page.md', '```graphql\n{ name }\n```\n')).toEqual([expect.stringContaining('Use `title`')])
  expect(mistakes('query.graphql', '{ title')).toEqual(['query.graphql: Syntax Error: Expected Name, found <EOF>.'])
})

test('a mistake has the line in which its document begins', () => {
  expect(documentsIn('page.md', 'One\n\n```graphql\n{ title }\n```\n').map(({ name }) => name)).toEqual(['page.md:4'])
})

test('documents that are checked together share their fragments, and a mistake has the name of its file', () => {
  const page = (field: string) => documentsIn('page.graphql', `{ ${field} ...Card }`)
  const card = documentsIn('card.graphql', 'fragment Card on Query { title }')
  expect(mistakesIn(schema, ...page('title'), ...card)).toEqual([])
  expect(mistakesIn(schema, ...page('titel'), ...card)).toEqual([expect.stringMatching(/^page.graphql: Cannot query/)])
  const wrong = documentsIn('card.graphql', 'fragment Card on Query { titel }')
  expect(mistakesIn(schema, ...page('title'), ...wrong)).toEqual([
    expect.stringContaining('Cannot query field "titel"'),
  ])
  expect(mistakesIn(schema, ...page('title'))).toEqual(['page.graphql: Unknown fragment "Card".'])
  expect(mistakesIn(schema, ...card)).toEqual(['card.graphql: Fragment "Card" is never used.'])
})
