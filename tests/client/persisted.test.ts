// Persisted documents as the clients send them, over each transport, to a service that answers no other documents.
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ApolloClient, type ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import * as urql from '@urql/core'
import { persistedExchange } from '@urql/exchange-persisted'
import { EventSource } from 'eventsource'
import { type DocumentNode, print } from 'graphql'
import { createClient as createSseClient } from 'graphql-sse'
import { createClient } from 'graphql-ws'
import * as relay from 'relay-runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { schema } from '../../src/schema/schema.ts'
import { readPersistedDocuments } from '../../src/server/graphql/persisted-documents.ts'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { addEvent } from '../world.ts'

const CALL = gql`
  query Call($slug: String!) {
    event(by: { slug: $slug }) {
      __typename
      title
    }
  }
`
const ADDED = gql`
  subscription Added {
    eventAdded {
      __typename
      event {
        __typename
        title
      }
    }
  }
`
const variables = { slug: 'lukashenko-trump-call' }
const title = 'Lukashenko and Trump speak by phone'
const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const sha256 = async (text: string) => hash(text)
const idOf = (document: DocumentNode) => hash(print(document))
/** The id that graphql-codegen writes into a document. */
const generateHash = async (_text: string, document: DocumentNode) => idOf(document)

let folder: string
let service: FeedService
let sockets: ReturnType<typeof createClient>

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dateline-'))
  const file = path.join(folder, 'documents.json')
  // As graphql-codegen and relay-compiler write it.
  await writeFile(file, JSON.stringify(Object.fromEntries([CALL, ADDED].map((each) => [idOf(each), print(each)]))))
  const persisted = await readPersistedDocuments(file, schema)
  service = await startFeedService({ persisted, onlyPersisted: true })
  sockets = createClient({ url: service.url.replace('http', 'ws'), webSocketImpl: WebSocket })
})
afterAll(async () => {
  await sockets.dispose()
  await service.stop()
  await rm(folder, { recursive: true })
})

const apolloWith = (link: ApolloLink) => new ApolloClient({ link, cache: new InMemoryCache() })
const http = (more: object = {}) => new HttpLink({ uri: service.url, ...more })

/** The clients, as their documentation sets them up for queries. */
const queries: Record<string, () => Promise<unknown>> = {
  'Apollo Client by POST': async () => {
    const link = new PersistedQueryLink({ sha256, disable: () => false }).concat(http())
    return (await apolloWith(link).query({ query: CALL, variables })).data
  },
  'Apollo Client by GET': async () => {
    const link = new PersistedQueryLink({ sha256, useGETForHashedQueries: true }).concat(http())
    return (await apolloWith(link).query({ query: CALL, variables })).data
  },
  'Apollo Client over WebSocket': async () => {
    const link = new PersistedQueryLink({ sha256 }).concat(new GraphQLWsLink(sockets))
    return (await apolloWith(link).query({ query: CALL, variables })).data
  },
  'urql by POST': () => urqlQuery({ preferGetForPersistedQueries: false }),
  'urql by GET': () => urqlQuery({ preferGetForPersistedQueries: true }),
  'Relay by POST': async () => {
    const network = relay.Network.create(async ({ id }, sent) => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ doc_id: id, variables: sent })
      return (await fetch(service.url, { method: 'POST', headers, body })).json()
    })
    const request = { id: idOf(CALL), cacheID: 'x', name: 'Call', operationKind: 'query', text: null, metadata: {} }
    const answer = await network.execute(request as relay.RequestParameters, variables, {}).toPromise()
    return (answer as { data: unknown }).data
  },
  'fetch by GET': async () => {
    const search = new URLSearchParams({ documentId: idOf(CALL), variables: JSON.stringify(variables) })
    return ((await (await fetch(`${service.url}?${search}`)).json()) as { data: unknown }).data
  },
  'fetch with the prefix of the specification': async () => {
    const search = new URLSearchParams({ documentId: `sha256:${idOf(CALL)}`, variables: JSON.stringify(variables) })
    return ((await (await fetch(`${service.url}?${search}`)).json()) as { data: unknown }).data
  },
}

async function urqlQuery(options: Partial<Parameters<typeof persistedExchange>[0]>): Promise<unknown> {
  const client = urql.createClient({
    url: service.url,
    preferGetMethod: options?.preferGetForPersistedQueries ?? false,
    exchanges: [persistedExchange({ generateHash, ...options }), urql.fetchExchange],
  })
  const { data, error } = await client.query(CALL, variables).toPromise()
  if (error) throw error
  return data
}

test.each(Object.entries(queries))('%s reads a persisted document', async (_client, query) => {
  expect(await query()).toMatchObject({ event: { title } })
})

type Titles = (title: string) => void
type Added = { eventAdded: { event: { title: string } } }

/** The clients, as their documentation sets them up for subscriptions. Each returns a function that ends the subscription. */
const subscriptions: Record<string, (onTitle: Titles, onError: (error: unknown) => void) => () => void> = {
  'graphql-ws': (onTitle, onError) =>
    sockets.subscribe<Added>(
      { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: idOf(ADDED) } } },
      { next: ({ data }) => onTitle(data?.eventAdded.event.title ?? ''), error: onError, complete: () => {} },
    ),
  'Apollo Client over WebSocket': (onTitle, onError) => {
    const link = new PersistedQueryLink({ sha256 }).concat(new GraphQLWsLink(sockets))
    const added = apolloWith(link).subscribe<Added>({ query: ADDED })
    const subscription = added.subscribe(({ data, error }) =>
      error ? onError(error) : onTitle(data?.eventAdded.event.title ?? ''),
    )
    return () => subscription.unsubscribe()
  },
  'urql over WebSocket': (onTitle, onError) => {
    const client = urql.createClient({
      url: service.url,
      preferGetMethod: false,
      exchanges: [
        persistedExchange({ generateHash, enableForSubscriptions: true }),
        urql.subscriptionExchange({
          forwardSubscription: ({ query = '', variables, extensions }) => ({
            subscribe: (sink) => ({
              unsubscribe: sockets.subscribe({ query, variables, extensions }, sink as never),
            }),
          }),
        }),
      ],
    })
    const { unsubscribe } = client
      .subscription<Added>(ADDED, {})
      .subscribe(({ data, error }) => (error ? onError(error) : onTitle(data?.eventAdded.event.title ?? '')))
    return unsubscribe
  },
  'graphql-sse': (onTitle, onError) => {
    const client = createSseClient({ url: service.url, retryAttempts: 0 })
    return client.subscribe<Added>(
      { query: '', extensions: { persistedQuery: { version: 1, sha256Hash: idOf(ADDED) } } },
      { next: ({ data }) => onTitle(data?.eventAdded.event.title ?? ''), error: onError, complete: () => {} },
    )
  },
  EventSource: (onTitle, onError) => {
    const source = new EventSource(`${service.url}?documentId=${idOf(ADDED)}`)
    source.addEventListener('next', ({ data }) => onTitle(JSON.parse(data).data.eventAdded.event.title))
    source.onerror = onError
    return () => source.close()
  },
}

test.each(Object.entries(subscriptions))('%s subscribes by a persisted document', async (client, subscribe) => {
  let end = () => {}
  const received = new Promise((resolve, reject) => {
    end = subscribe(resolve, reject)
  })
  try {
    await Promise.race([expect.poll(service.followers, { timeout: 5000 }).toBe(1), received])
    await addEvent(`For ${client}`)
    expect(await received).toBe(`For ${client}`)
  } finally {
    end()
    await expect.poll(service.followers, { timeout: 5000 }).toBe(0)
  }
})
