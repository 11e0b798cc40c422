// Documented operations, and those that clients send by themselves, are within the limits.
import { readdirSync, readFileSync } from 'node:fs'
import { getIntrospectionQuery, parse, validate } from 'graphql'
import { expect, test } from 'vitest'
import { queries } from '../../../bench/queries.ts'
import { schema } from '../../../src/schema/schema.ts'
import { examples } from '../../../src/server/http/examples.ts'
import { parseWithin } from '../../../src/server/limits/document.ts'
import { defaultLimits } from '../../../src/server/limits/limits.ts'
import { compilePrice } from '../../../src/server/limits/price/price.ts'

const root = new URL('../../../', import.meta.url)
const textOf = (path: string) => readFileSync(new URL(path, root), 'utf8')
const filesIn = (folder: string) =>
  readdirSync(new URL(folder, root), { withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? `${folder}/${entry.name}` : [],
  )

const inMarkdown = ['README.md', ...filesIn('docs').filter((name) => name.endsWith('.md'))].flatMap((path) =>
  [...textOf(path).matchAll(/^\s*```graphql\n([\s\S]*?)^\s*```/gm)].map(([, query = ''], at) => [
    `${path}, ${at + 1}`,
    query,
  ]),
)

/** All documents in string literals. */
const inCode = [...filesIn('examples'), 'docs/clients.md', 'src/cli/follow.ts'].flatMap((path) =>
  [...textOf(path).matchAll(/(['`])\s*((?:\{|query|subscription|mutation)[\s\S]*?)\1/g)]
    .filter(([, , text = '']) => /^(\{ |(query|subscription|mutation)\b.*\{)/.test(text))
    // Relay's compiler takes its own directive out.
    .map(([, , query = ''], at) => [`${path}, ${at + 1}`, query.replaceAll(/ @connection\([^)]*\)/g, '')]),
)

const byClients: [string, string][] = [
  [
    'GraphiQL’s introspection',
    getIntrospectionQuery({ schemaDescription: true, specifiedByUrl: true, inputValueDeprecation: true, oneOf: true }),
  ],
  ['what tools ask for to see that it lives', '{ __typename }'],
  [
    'a page of Relay’s usePaginationFragment',
    `query TimelinePaginationQuery($after: String, $count: Int = 20, $id: ID!) {
      node(id: $id) { __typename ...Timeline_country_1G22uz id }
    }
    fragment Timeline_country_1G22uz on Country {
      events(first: $count, after: $after) {
        edges { node { id ...EventCard_event __typename } cursor }
        pageInfo { endCursor hasNextPage }
      }
      id
    }
    fragment EventCard_event on Event {
      title type status
      date { label edtf }
      countries { nodes { id name flag } }
      participants(first: 10) { edges { node { role actor { __typename name id } id } } }
    }`,
  ],
  [
    'a page of Apollo Client, with __typename everywhere',
    `query Events($first: Int, $after: String, $where: EventWhere) {
      events(first: $first, after: $after, where: $where) {
        totalCount
        edges {
          cursor
          node {
            id title status
            date { label basis __typename }
            participants {
              nodes { id role actor { id name __typename } onBehalfOf { id name __typename } __typename }
              __typename
            }
            citations { nodes { id quote source { id title url __typename } __typename } }
            __typename
          }
          __typename
        }
        pageInfo { endCursor hasNextPage __typename }
        __typename
      }
    }`,
  ],
  ['a record refetched by Relay', 'query R($id: ID!) { node(id: $id) { __typename id ... on Event { title } } }'],
]

const documented = [
  ...examples.map(({ title, query }) => [`GraphiQL’s tab ${title}`, query]),
  ...inMarkdown,
  ...inCode,
  ...Object.entries(queries).map(([name, { dateline }]) => [`the bench’s ${name}`, dateline.document]),
  ...byClients,
] as [string, string][]

test('there are documents of every kind', () => {
  expect(inMarkdown.length).toBeGreaterThan(3)
  expect(inCode.length).toBeGreaterThan(3)
})

test.each(documented)('%s is within the limits', (_name, query) => {
  const document = parseWithin(defaultLimits, query)
  expect(validate(schema, parse(query))).toEqual([])
  for (const definition of document.definitions)
    if (definition.kind === 'OperationDefinition')
      expect(compilePrice(schema, document, definition)({}).total).toBeLessThanOrEqual(defaultLimits.cost / 3)
})
