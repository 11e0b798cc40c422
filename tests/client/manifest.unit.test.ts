// createManifest of the client package.
import { createHash } from 'node:crypto'
import { createManifest, sha256 } from '@dateline/client/persisted'
import { parse } from 'graphql'
import { expect, test } from 'vitest'

const hash = (text: string) => createHash('sha256').update(text).digest('hex')

test('an id is the SHA-256 hash of a text in UTF-8', async () => {
  expect(await sha256('Лукашенко')).toBe(hash('Лукашенко'))
})

test('a manifest has each text by its id, with __typename in all selection sets but those of operations', async () => {
  const text = `query Read {
  node(id: "x") {
    id
    ... on Event {
      title
      __typename
    }
    ...Parts
    __typename
  }
}

fragment Parts on Event {
  slug
  __typename
}`
  const document =
    'query Read { node(id: "x") { id ... on Event { title __typename } ...Parts } } fragment Parts on Event { slug }'
  expect(await createManifest([document])).toEqual({ [hash(text)]: text })
  expect(await createManifest([parse(document)])).toEqual({ [hash(text)]: text })
})

test('without addTypename, documents are only printed', async () => {
  const text = '{\n  viewer {\n    scopes\n  }\n}'
  expect(await createManifest(['{ viewer { scopes } }'], { addTypename: false })).toEqual({ [hash(text)]: text })
})

test.each([
  ['fragment Parts on Event { slug }', 0],
  ['query A { feedCursor } query B { feedCursor }', 2],
])('a document with another number of operations than one is refused by a sentence: %s', async (document, count) => {
  await expect(createManifest([document])).rejects.toThrow(
    `A persisted document has exactly one operation, and this one has ${count}: pass each operation with its fragments as a document.`,
  )
})
