// The stores of Apollo Client, urql and Relay, each as a frontend of a newsroom would set it up: pages that stay open, a ticker, and an
// edit that is shown before the service has answered.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, type OperationVariables } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import type { Subscribe } from '@dateline/client'
import { typePolicies } from '@dateline/client/apollo'
import { keys, resolvers, schema } from '@dateline/client/graphcache'
import { possibleTypes } from '@dateline/client/possible-types'
import { missingFieldHandlers } from '@dateline/client/relay'
import * as urql from '@urql/core'
import { type Cache, cacheExchange } from '@urql/exchange-graphcache'
import { OperationTypeNode } from 'graphql'
import { createClient as createStreams } from 'graphql-sse'
import { createClient as createSockets } from 'graphql-ws'
import {
  type ConcreteRequest,
  commitLocalUpdate,
  commitMutation,
  createOperationDescriptor,
  Environment,
  fetchQuery,
  getSelector,
  Network,
  Observable,
  type OperationDescriptor,
  type ReaderFragment,
  RecordSource,
  Store as RelayStore,
  requestSubscription,
} from 'relay-runtime'
import { documentOf } from './newsroom-documents.ts'

/** A page of the frontend: an operation, and its variables. */
export interface Page {
  operation: string
  variables: Variables
}
export type Variables = Record<string, unknown>

/** The change that an editor sends. */
interface Edit {
  id: string
  expectedVersion: number
  title: string
}

/** A change as the ticker delivers it. */
export interface TickerChange {
  cursor: string
  operation: string
  recordId: string
  version: number
  fields: { field: string }[]
  parts: { list: string }[]
}

/** A frontend with one store. */
export interface Frontend {
  /** The number of requests so far, without subscriptions. */
  requests(): number
  /** Opens a page, which stays open. Reads it from the cache if the cache has all of it. */
  open(page: Page): Promise<void>
  /** Extends both lists of an open timeline by a page. */
  extend(timeline: Page): Promise<void>
  /** Returns what an open page shows; undefined if it lacks a field. */
  shown(page: Page): unknown
  /** Returns what the cache alone has for a page; undefined if a field is missing. */
  cached(page: Page): unknown
  /** Subscribes to the ticker. */
  ticker(variables: Variables): Subscribe
  /** Called for each change of the ticker, after it is in the store. */
  onChange(change: TickerChange): void
  /** Sends an edit, and shows it at once. Returns the answer. */
  edit(edit: Edit, key: string): Promise<{ __typename: string }>
  close(): void
}

/** How a frontend reaches the service. */
export interface Connection {
  url: string
  /** The address for subscriptions. */
  streamUrl: string
  authorization: string
  /** Sends the requests that are no subscriptions. */
  fetch: typeof fetch
}

/** Whether a change can move its event in lists, into them or out of them. A change of the texts alone does not. */
const changesLists = ({ operation, fields, parts }: TickerChange) =>
  operation !== 'UPDATED' || parts.length > 0 || fields.some(({ field }) => !['title', 'summary'].includes(field))
const isGone = ({ operation }: TickerChange) => ['ERASED', 'MERGED', 'RETRACTED'].includes(operation)

const pageInfoOf = (timeline: unknown, list: 'past' | 'coming') =>
  (timeline as Record<string, { pageInfo: { startCursor: string; endCursor: string } }>)[list]?.pageInfo

/** Returns the pages that extend a timeline in both directions. */
function furtherPages({ variables }: Page, timeline: unknown): [Page, Page] {
  return [
    {
      operation: 'TimelineEarlierQuery',
      variables: { ...variables, earlier: pageInfoOf(timeline, 'past')?.startCursor },
    },
    { operation: 'TimelineLaterQuery', variables: { ...variables, later: pageInfoOf(timeline, 'coming')?.endCursor } },
  ]
}

/** Counts requests. */
function counted(connection: Connection) {
  let count = 0
  const send: typeof fetch = (input, init) => {
    count++
    return connection.fetch(input, init)
  }
  return { send, count: () => count }
}

const socketsAt = ({ streamUrl }: Connection) =>
  createSockets({ url: streamUrl.replace(/^http/, 'ws'), retryAttempts: 1, retryWait: async () => {} })

export function apolloFrontend(connection: Connection, options = { typePolicies }): Frontend {
  const { send, count } = counted(connection)
  const cache = new InMemoryCache({ ...options, possibleTypes })
  const sockets = socketsAt(connection)
  const { url: uri, authorization } = connection
  const client = new ApolloClient({
    cache,
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      new GraphQLWsLink(sockets),
      new HttpLink({ uri, fetch: send, headers: { authorization } }),
    ),
  })
  const opened = new Map<Page, ReturnType<typeof watch>>()
  function watch({ operation, variables }: Page) {
    const query = client.watchQuery({ query: documentOf(operation), variables: variables as OperationVariables })
    let latest: unknown
    let subscription = { unsubscribe() {} }
    const complete = new Promise<void>((resolve, reject) => {
      subscription = query.subscribe(({ data, dataState, error }) => {
        latest = dataState === 'complete' ? data : undefined
        if (error) reject(error)
        else if (latest) resolve()
      })
    })
    return { query, subscription, complete, latest: () => latest }
  }
  const cached = ({ operation, variables }: Page) =>
    cache.readQuery({ query: documentOf(operation), variables: variables as OperationVariables }) ?? undefined
  return {
    requests: count,
    async open(page) {
      const watched = watch(page)
      opened.set(page, watched)
      await watched.complete
    },
    async extend(timeline) {
      const watched = opened.get(timeline)
      for (const { operation, variables } of furtherPages(timeline, cached(timeline)))
        await watched?.query.fetchMore({ query: documentOf(operation), variables: variables as OperationVariables })
    },
    shown: (page) => opened.get(page)?.latest(),
    cached,
    ticker: (variables) => (after, sink) => {
      const query = documentOf('TickerSubscription')
      const subscription = client.subscribe({ query, variables: { ...variables, after } }).subscribe({
        next: ({ data, error }) => (error ? sink.error('errors' in error ? error.errors : error) : sink.next({ data })),
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      })
      return () => subscription.unsubscribe()
    },
    onChange(change) {
      if (isGone(change)) cache.evict({ id: `Event:${change.recordId}` })
      if (changesLists(change)) client.refetchQueries({ include: ['TimelineQuery'] })
    },
    async edit(input, key) {
      const fragment = documentOf('EventEditFields')
      const current = cache.readFragment<Record<string, unknown>>({ id: `Event:${input.id}`, fragment })
      const { id, title, expectedVersion } = input
      const event = { ...current, __typename: 'Event', id, title, version: expectedVersion + 1 }
      const { data } = await client.mutate<{ eventUpdate: { __typename: string } }>({
        mutation: documentOf('EventEditMutation'),
        variables: { input, key },
        optimisticResponse: { eventUpdate: { __typename: 'EventUpdateSuccess', event, feedCursor: '' } as never },
      })
      return data?.eventUpdate as { __typename: string }
    },
    close() {
      for (const { subscription } of opened.values()) subscription.unsubscribe()
      client.stop()
      sockets.dispose()
    },
  }
}

export function urqlFrontend(connection: Connection, options = { keys, resolvers, schema }): Frontend {
  const { send, count } = counted(connection)
  const { url, streamUrl, authorization } = connection
  const streams = createStreams({ url: streamUrl, retryAttempts: 0 })
  const client = new urql.Client({
    url,
    preferGetMethod: false,
    fetch: send,
    fetchOptions: { headers: { authorization } },
    exchanges: [
      cacheExchange({
        ...options,
        updates: {
          Subscription: {
            changes(result, _args, cache) {
              const change = result.changes as unknown as TickerChange
              if (isGone(change)) cache.invalidate({ __typename: 'Event', id: change.recordId })
              if (!changesLists(change)) return
              for (const { fieldName, arguments: args } of cache.inspectFields('Query'))
                if (fieldName === 'events') cache.invalidate('Query', fieldName, args)
            },
          },
        },
        optimistic: {
          eventUpdate({ input }, cache: Cache) {
            const { id, title, expectedVersion } = input as Edit
            const current = cache.readFragment(documentOf('EventEditFields'), { __typename: 'Event', id })
            const event = { ...current, __typename: 'Event', id, title, version: expectedVersion + 1 }
            return { __typename: 'EventUpdateSuccess', event, feedCursor: '' } as never
          },
        },
      }),
      urql.fetchExchange,
      urql.subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: streams.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  })
  const subscriptions: { unsubscribe(): void }[] = []
  const latest = new Map<Page, unknown>()
  const extended = new Map<Page, [Page, Page]>()
  const open = (page: Page) =>
    new Promise<void>((resolve, reject) => {
      const result = client.query(documentOf(page.operation), page.variables)
      subscriptions.push(
        result.subscribe(({ data, error, stale }) => {
          // A stale result lacks fields that the schema allows to be null.
          latest.set(page, stale ? undefined : data)
          if (error) reject(error)
          else if (data && !stale) resolve()
        }),
      )
    })
  let reads = 0
  const cached = ({ operation, variables }: Page) => {
    // With a key of its own, a request is not answered with the last result of an open page.
    const request = { ...urql.createRequest(documentOf(operation), variables), key: ++reads }
    let data: unknown
    const result = client.executeQuery(request, { requestPolicy: 'cache-only' })
    result
      .subscribe((each) => {
        data = each.stale ? undefined : each.data
      })
      .unsubscribe()
    return data ?? undefined
  }
  /** Reads a timeline with the pages that extend it. A page of urql contains all pages of its list up to it. */
  const withExtensions = (read: (page: Page) => unknown) => (page: Page) => {
    const [all, ...lists] = [page, ...(extended.get(page) ?? [])].map(read)
    return lists.includes(undefined) ? undefined : all && Object.assign({}, all, ...lists)
  }
  return {
    requests: count,
    open,
    async extend(timeline) {
      const pages = furtherPages(timeline, cached(timeline))
      extended.set(timeline, pages)
      for (const page of pages) await open(page)
    },
    shown: withExtensions((page) => latest.get(page)),
    cached: withExtensions(cached),
    ticker: (variables) => (after, sink) => {
      const query = documentOf('TickerSubscription')
      return client.subscription(query, { ...variables, after }).subscribe(({ data, error, hasNext }) => {
        if (error) sink.error(error.graphQLErrors.length > 0 ? error.graphQLErrors : error)
        else if (data) sink.next({ data })
        if (hasNext === false && !error) sink.complete()
      }).unsubscribe
    },
    onChange() {},
    async edit(input, key) {
      const { data, error } = await client.mutation(documentOf('EventEditMutation'), { input, key }).toPromise()
      if (error) throw error
      return data.eventUpdate
    },
    close() {
      for (const each of subscriptions) each.unsubscribe()
      streams.dispose()
    },
  }
}

/** The artifacts of relay-compiler, by the names of operations and fragments. */
export type Artifacts = ReadonlyMap<string, ConcreteRequest | ReaderFragment>

/** Reads the artifacts in a folder. */
export async function readArtifacts(folder: string): Promise<Artifacts> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.graphql.js'))
  const load = async (file: string): Promise<[string, ConcreteRequest]> => {
    const { default: artifact } = await import(/* @vite-ignore */ path.join(folder, file))
    return [path.basename(file, '.graphql.js'), artifact]
  }
  return new Map(await Promise.all(files.map(load)))
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Returns two values with the fields of both. */
function united(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.map((each, i) => united(each, other[i]))
  if (!isRecord(one) || !isRecord(other)) return other
  const shared = Object.keys(other).map((name) => [name, name in one ? united(one[name], other[name]) : other[name]])
  return { ...one, ...Object.fromEntries(shared) }
}

interface EventEdit {
  variables: Variables
  response: { eventUpdate: { __typename: string } }
  rawResponse: { eventUpdate: object }
}

/** The fields of `EventEditFields` that an edit does not change. */
const EDIT_FIELDS = ['summary', 'status', 'certainty', 'updatedAt']

export function relayFrontend(connection: Connection, artifacts: Artifacts): Frontend {
  const { send, count } = counted(connection)
  const { url, authorization } = connection
  const sockets = socketsAt(connection)
  const network = Network.create(
    async ({ text }, variables) => {
      const response = await send(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization },
        body: JSON.stringify({ query: text, variables }),
      })
      return response.json()
    },
    ({ text }, variables) =>
      Observable.create((sink) => sockets.subscribe({ query: text ?? '', variables }, sink as never)),
  )
  const environment = new Environment({ network, store: new RelayStore(new RecordSource()), missingFieldHandlers })
  const request = (name: string) => artifacts.get(name) as ConcreteRequest
  const operationOf = ({ operation, variables }: Page) => createOperationDescriptor(request(operation), variables)
  const retained: { dispose(): void }[] = []
  const timelines = new Set<Page>()

  /** Reads an operation with all of its fragments; undefined if a field is missing. */
  function read(operation: OperationDescriptor): unknown {
    let isMissing = environment.check(operation).status !== 'available'
    const whole = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(whole)
      if (!isRecord(value)) return value
      const { __id, __fragments = {}, __fragmentOwner, ...own } = value
      let all: unknown = Object.fromEntries(Object.entries(own).map(([name, each]) => [name, whole(each)]))
      for (const name of Object.keys(__fragments as object)) {
        const selector = getSelector(artifacts.get(name) as ReaderFragment, value)
        if (selector?.kind !== 'SingularReaderSelector') throw new Error(`The fragment ${name} has no selector.`)
        const snapshot = environment.lookup(selector)
        isMissing ||= snapshot.isMissingData
        all = united(all, whole(snapshot.data))
      }
      return all
    }
    const snapshot = environment.lookup(operation.fragment)
    const data = whole(snapshot.data)
    return isMissing || snapshot.isMissingData ? undefined : data
  }
  const fetchPage = (page: Page, fetchPolicy: 'network-only' | 'store-or-network') =>
    fetchQuery(environment, request(page.operation), page.variables, { fetchPolicy }).toPromise()
  const cached = (page: Page) => read(operationOf(page))
  return {
    requests: count,
    async open(page) {
      retained.push(environment.retain(operationOf(page)))
      if (page.operation === 'TimelineQuery') timelines.add(page)
      await fetchPage(page, 'store-or-network')
    },
    async extend(timeline) {
      for (const page of furtherPages(timeline, cached(timeline))) await fetchPage(page, 'network-only')
    },
    shown: cached,
    cached,
    ticker: (variables) => (after, sink) =>
      requestSubscription(environment, {
        subscription: request('TickerSubscription'),
        variables: { ...variables, after },
        onNext: (data) => sink.next({ data }),
        onError: (error) => sink.error((error as { source?: { errors?: unknown[] } }).source?.errors ?? error),
        onCompleted: () => sink.complete(),
      }).dispose,
    onChange(change) {
      if (isGone(change)) commitLocalUpdate(environment, (store) => store.delete(change.recordId))
      if (changesLists(change)) for (const page of timelines) fetchPage(page, 'network-only')
    },
    edit: ({ id, title, expectedVersion }, key) =>
      new Promise((resolve, reject) => {
        const record = environment.getStore().getSource().get(id) ?? {}
        const current = Object.fromEntries(EDIT_FIELDS.map((field) => [field, record[field]]))
        commitMutation<EventEdit>(environment, {
          mutation: request('EventEditMutation'),
          variables: { input: { id, title, expectedVersion }, key },
          optimisticResponse: {
            eventUpdate: {
              __typename: 'EventUpdateSuccess',
              event: { ...current, id, title, version: expectedVersion + 1 },
              feedCursor: '',
            },
          },
          onCompleted: ({ eventUpdate }) => resolve(eventUpdate),
          onError: reject,
        })
      }),
    close() {
      for (const each of retained) each.dispose()
      sockets.dispose()
    },
  }
}
