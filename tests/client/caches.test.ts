// The caches of Apollo Client and urql with the options of the client package: two pages that read the same record with other fields or
// arguments are both right.
import { ApolloClient, gql, HttpLink, InMemoryCache, type OperationVariables } from '@apollo/client'
import { typePolicies } from '@dateline/client/apollo'
import { keys, resolvers, schema } from '@dateline/client/graphcache'
import { possibleTypes } from '@dateline/client/possible-types'
import * as urql from '@urql/core'
import { cacheExchange } from '@urql/exchange-graphcache'
import type { DocumentNode } from 'graphql'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { ask, database } from '../client.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

interface Cache {
  /** Runs a query, and returns its data. `where` says whether the service may be asked. */
  read(query: DocumentNode, variables?: object, where?: 'cache' | 'service'): Promise<unknown>
}

function apollo(): Cache & { client: ApolloClient } {
  const cache = new InMemoryCache({ typePolicies, possibleTypes })
  const client = new ApolloClient({ cache, link: new HttpLink({ uri: service.url }) })
  return {
    client,
    async read(query, variables = {}, where) {
      if (where === 'cache') return cache.readQuery({ query, variables: variables as OperationVariables })
      const fetchPolicy = where === 'service' ? 'network-only' : 'cache-first'
      return (await client.query({ query, variables: variables as OperationVariables, fetchPolicy })).data
    },
  }
}

function graphcache(): Cache {
  const client = urql.createClient({
    url: service.url,
    preferGetMethod: false,
    exchanges: [cacheExchange({ keys, resolvers, schema }), urql.fetchExchange],
  })
  const policies = { cache: 'cache-only', service: 'network-only' } as const
  return {
    async read(query, variables = {}, where) {
      const requestPolicy = where ? policies[where] : 'cache-first'
      const { data, error, stale } = await client.query(query, variables, { requestPolicy }).toPromise()
      if (error) throw error
      // A stale result lacks fields that the schema allows to be null.
      return where === 'cache' && stale ? null : (data ?? null)
    },
  }
}

/** Reads without a cache. */
const plain: Cache = {
  async read(query, variables = {}) {
    const { data, errors } = await ask(urql.stringifyDocument(query), variables)
    expect(errors).toBeUndefined()
    return data
  },
}

/** Removes `__typename`, which caches add. */
const bare = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value ?? null, (name, each) => (name === '__typename' ? undefined : each)))

/** Reads all queries through a cache, then expects that the cache alone answers each of them as the service does. */
async function expectAllRight(cache: Cache, reads: [DocumentNode, object?][]): Promise<void> {
  for (const [query, variables] of reads) await cache.read(query, variables)
  for (const [query, variables] of reads)
    expect(bare(await cache.read(query, variables, 'cache'))).toEqual(bare(await plain.read(query, variables)))
}

const caches: [string, () => Cache][] = [
  ['Apollo Client', apollo],
  ['Graphcache', graphcache],
]
const slug = 'prisoner-release-december-2025'

test.each(caches)('%s: two pages select other fields of the same date', async (_name, open) => {
  await expectAllRight(open(), [
    [gql`query ($slug: String!) { event(by: { slug: $slug }) { id date { label precision } } }`, { slug }],
    [gql`query ($slug: String!) { event(by: { slug: $slug }) { id title date { label edtf } } }`, { slug }],
    [gql`{ events(first: 50) { nodes { id slug date { earliest latest } } } }`],
  ])
})

const RELATION = gql`{ bilateral(between: ["BY", "US"]) { id relation(by: MONTH) { date events } } }`

test.each(caches)('%s: two pages select other fields of the objects in a list', async (_name, open) => {
  await expectAllRight(open(), [
    [RELATION],
    [gql`{ bilateral(between: ["BY", "US"]) { id relation(by: MONTH) { date meanGoldstein } } }`],
    [gql`{ bilateral(between: ["BY", "US"]) { id relation(by: YEAR) { date meanGoldstein } } }`],
  ])
})

test('Apollo Client: a date that has changed is not mixed with what it was', async () => {
  const cache = apollo()
  const label = gql`query ($slug: String!) { event(by: { slug: $slug }) { id date { edtf label } } }`
  const text = gql`query ($slug: String!) { event(by: { slug: $slug }) { id date { edtf earliest } } }`
  const before = await database.event.findUniqueOrThrow({ where: { slug } })
  await cache.read(label, { slug })
  const dateEarliest = new Date('2025-12-13')
  await database.event.update({
    where: { slug },
    data: { dateEarliest, dateLatest: dateEarliest, datePrecision: 'DAY' },
  })
  await cache.read(text, { slug }, 'service')
  expect(await cache.read(label, { slug }, 'cache')).toBeNull()
  expect(bare(await cache.read(label, { slug }, 'service'))).toMatchObject({
    event: { date: { label: '13 December 2025' } },
  })
  const { dateLatest, datePrecision } = before
  await database.event.update({
    where: { slug },
    data: { dateEarliest: before.dateEarliest, dateLatest, datePrecision },
  })
})

test.each(caches)('%s: both ends of a link have its direction and the other event', async (_name, open) => {
  const links = `edges { direction other { id title } node { id kind from { id } to { id } } }`
  const reads = gql`query ($slug: String!) { event(by: { slug: $slug }) { id title links { ${links} } } }`
  const some = gql`query ($slug: String!) {
    event(by: { slug: $slug }) { id links(where: { kind: { in: [IN_EXCHANGE_FOR] } }) { ${links} } }
  }`
  const { event } = (await plain.read(
    gql`query ($slug: String!) {
    event(by: { slug: $slug }) { links { edges { other { slug } } } }
  }`,
    { slug },
  )) as { event: { links: { edges: { other: { slug: string } }[] } } }
  const others = event.links.edges.map(({ other }) => other.slug)
  expect(others.length).toBeGreaterThan(0)
  await expectAllRight(open(), [
    [reads, { slug }],
    [some, { slug }],
    ...others.map((other): [DocumentNode, object] => [reads, { slug: other }]),
  ])
})

const EVENTS = gql`query ($first: Int, $after: String, $type: EventType) {
  events(first: $first, after: $after, where: { type: { eq: $type } }) {
    totalCount
    nodes { id title participants(first: 1) { nodes { id role } pageInfo { endCursor hasNextPage } } }
    pageInfo { endCursor hasNextPage }
  }
}`
const EDGES = gql`query ($first: Int) {
  events(first: $first) { edges { cursor node { id slug } } facets(by: [TYPE], first: 2) { by values { value count } } }
}`
const PARTICIPANTS = gql`query ($slug: String!, $first: Int, $after: String) {
  event(by: { slug: $slug }) {
    id
    participants(first: $first, after: $after) { nodes { id role actor { id name } } pageInfo { endCursor hasNextPage } }
  }
}`

test.each(caches)('%s: lists of other sizes and filters are apart, at the root and nested', async (_name, open) => {
  await expectAllRight(open(), [
    [EVENTS, { first: 2 }],
    [EVENTS, { first: 5 }],
    [EVENTS, { first: 2, type: 'MEETING' }],
    [EDGES, { first: 2 }],
    [EDGES, { first: 3 }],
    [gql`{ events(first: 2) { facets(by: [MONTH], first: 3) { by values { value label count } } } }`],
    [gql`{ events(first: 2) { facets(by: [MONTH], first: 3) { values { value count } } } }`],
    [PARTICIPANTS, { slug, first: 1 }],
    [PARTICIPANTS, { slug, first: 10 }],
  ])
})

interface Page {
  nodes: { id: string }[]
  pageInfo: { endCursor: string; hasNextPage: boolean }
}
const eventsIn = (data: unknown) => (data as { events: Page }).events
const participantsIn = (data: unknown) => (data as { event: { participants: Page } }).event.participants
const idsIn = ({ nodes }: Page) => nodes.map(({ id }) => id)

/** Reads three pages of a list of two, and returns the ids of the first six records as the service has them. */
const lists: [string, DocumentNode, object, (data: unknown) => Page, number][] = [
  ['at the root', EVENTS, {}, eventsIn, 2],
  ['nested', PARTICIPANTS, { slug }, participantsIn, 1],
]

test.each(lists)(
  'Apollo Client: fetchMore extends a list %s, and no list of another size',
  async (_name, query, variables, pageIn, first) => {
    const { client, read } = apollo()
    const all = idsIn(pageIn(await plain.read(query, { ...variables, first: first * 3 })))
    expect(all).toHaveLength(first * 3)
    const other = idsIn(pageIn(await read(query, { ...variables, first: first + 1 })))
    const list = client.watchQuery({ query, variables: { ...variables, first } })
    const stop = list.subscribe(() => {})
    await vi.waitFor(() => expect(list.getCurrentResult().data).toBeDefined())
    const cursors: string[] = []
    for (let pages = 1; pages < 3; pages++) {
      const { pageInfo } = pageIn(list.getCurrentResult().data)
      cursors.push(pageInfo.endCursor)
      await list.fetchMore({ variables: { after: pageInfo.endCursor } })
      await vi.waitFor(() =>
        expect(idsIn(pageIn(list.getCurrentResult().data))).toEqual(all.slice(0, first * (pages + 1))),
      )
    }
    expect(idsIn(pageIn(await read(query, { ...variables, first, after: cursors[0] }, 'cache')))).toEqual(
      all.slice(first, 2 * first),
    )
    expect(idsIn(pageIn(await read(query, { ...variables, first: first + 1 }, 'cache')))).toEqual(other)
    stop.unsubscribe()
  },
)

test('Apollo Client: pages before the first one that was read are put before it', async () => {
  const { client } = apollo()
  const query = gql`query ($last: Int, $before: String) {
    events(last: $last, before: $before) { edges { cursor node { id } } pageInfo { startCursor hasPreviousPage endCursor } }
  }`
  const { events } = (await plain.read(gql`{ events(last: 4) { nodes { id } } }`)) as { events: Page }
  const list = client.watchQuery<{ events: { edges: { node: { id: string } }[]; pageInfo: { startCursor: string } } }>({
    query,
    variables: { last: 2 },
  })
  const stop = list.subscribe(() => {})
  await vi.waitFor(() => expect(list.getCurrentResult().dataState).toBe('complete'))
  const before = list.getCurrentResult().data?.events?.pageInfo?.startCursor
  await list.fetchMore({ variables: { before } })
  await vi.waitFor(() =>
    expect(list.getCurrentResult().data?.events?.edges?.map((edge) => edge?.node?.id)).toEqual(idsIn(events)),
  )
  stop.unsubscribe()
})

test('Apollo Client: if the start of a list has changed, the pages after it are read again', async () => {
  const { client, read } = apollo()
  const first = eventsIn(await read(EVENTS, { first: 2 }))
  await read(EVENTS, { first: 2, after: first.pageInfo.endCursor })
  expect(eventsIn(await read(EVENTS, { first: 2 }, 'cache')).nodes).toHaveLength(4)
  client.cache.writeQuery({
    query: EVENTS,
    variables: { first: 2 },
    data: { events: { ...first, nodes: first.nodes.slice(1) } },
  })
  expect(idsIn(eventsIn(await read(EVENTS, { first: 2 }, 'cache')))).toEqual(idsIn(first).slice(1))
})

test('Apollo Client: a record that was evicted is not in lists', async () => {
  const { client, read } = apollo()
  const query = gql`{ events(first: 3) { nodes { id } edges { node { id } } } }`
  type Lists = { events: Page & { edges: { node: { id: string } }[] } }
  const ids = idsIn(((await read(query)) as Lists).events)
  client.cache.evict({ id: client.cache.identify({ __typename: 'Event', id: ids[1] as string }) as string })
  const { nodes, edges } = ((await read(query, {}, 'cache')) as Lists).events
  expect(nodes.map(({ id }) => id)).toEqual([ids[0], ids[2]])
  expect(edges.map(({ node }) => node.id)).toEqual([ids[0], ids[2]])
})

test.each(lists)(
  'Graphcache: a page %s follows the pages before it, in a list of its own size',
  async (_name, query, variables, pageIn, first) => {
    const { read } = graphcache()
    const all = idsIn(pageIn(await plain.read(query, { ...variables, first: first * 3 })))
    const other = idsIn(pageIn(await read(query, { ...variables, first: first + 1 })))
    let after: string | undefined
    for (let pages = 1; pages <= 3; pages++) {
      const page = pageIn(await read(query, { ...variables, first, after }))
      expect(idsIn(page)).toEqual(all.slice(0, first * pages))
      after = page.pageInfo.endCursor
    }
    expect(idsIn(pageIn(await read(query, { ...variables, first }, 'cache')))).toEqual(all.slice(0, first))
    expect(idsIn(pageIn(await read(query, { ...variables, first: first + 1 }, 'cache')))).toEqual(other)
  },
)

test.each(caches)('%s: a record that a list has read is found by its id without a request', async (_name, open) => {
  const cache = open()
  const [event] = eventsIn(await cache.read(EVENTS, { first: 1 })).nodes
  const { people } = (await cache.read(gql`{ people(first: 1) { nodes { id name } } }`)) as { people: Page }
  const byKey = gql`query ($id: ID!) { event(by: { id: $id }) { id title } }`
  const node = gql`query ($id: ID!) { node(id: $id) { id ... on Event { title } } }`
  const actor = gql`query ($id: ID!) { actor(by: { id: $id }) { id name } }`
  expect(await cache.read(byKey, { id: event?.id }, 'cache')).toMatchObject({ event: { id: event?.id } })
  expect(await cache.read(node, { id: event?.id }, 'cache')).toMatchObject({ node: { id: event?.id } })
  expect(await cache.read(actor, { id: people.nodes[0]?.id }, 'cache')).toMatchObject({ actor: people.nodes[0] })
})

test('Graphcache: a page does not follow a page of a list with another filter, whose last record is the same', async () => {
  const { read } = graphcache()
  const type = 'PRISONER_RELEASE'
  const releases = idsIn(eventsIn(await read(EVENTS, { first: 2, type })))
  const all = idsIn(eventsIn(await plain.read(EVENTS, { first: 50 })))
  const first = all.indexOf(releases[1] ?? '') + 1
  expect(first).toBeGreaterThan(2)
  const { pageInfo } = eventsIn(await read(EVENTS, { first }))
  const page = eventsIn(await read(EVENTS, { first, after: pageInfo.endCursor }))
  expect(idsIn(page)).toEqual(all.slice(0, 2 * first))
})

test('Graphcache: no object is stored without a key, and the options fit the schema', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {})
  const { read } = graphcache()
  await read(EDGES, { first: 2 })
  await read(RELATION)
  await read(gql`{ viewer { scopes } events(first: 3) { nodes { id date { label } participants { nodes { id } } } } }`)
  expect(warn).not.toHaveBeenCalled()
  warn.mockRestore()
})
