// Uses each export of the client, for the type-check of an installed package.
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client'
import { type EventStream, type FollowOptions, follow, overFetch, type Sink, type Subscribe } from '@dateline/client'
import { typePolicies } from '@dateline/client/apollo'
import { type FuzzyDateFields, formatFuzzyDate } from '@dateline/client/dates'
import { keys, resolvers, schema } from '@dateline/client/graphcache'
import { createManifest, type ManifestOptions, sha256 } from '@dateline/client/persisted'
import { possibleTypes } from '@dateline/client/possible-types'
import { missingFieldHandlers } from '@dateline/client/relay'
import { cacheExchange } from '@urql/exchange-graphcache'
import { parse } from 'graphql'
import { Environment, Network, RecordSource, Store } from 'relay-runtime'

const stream: EventStream = { query: 'subscription { eventAdded { cursor } }', variables: {}, headers: {} }
const subscribe: Subscribe = overFetch('http://localhost:4000/graphql', stream)
const options: FollowOptions<{ cursor: string }> = { after: '', onEvent: (event, cursor) => [event.cursor, cursor] }
export const start = (): (() => void) => follow(subscribe, options)
// @ts-expect-error An event without a cursor cannot be followed.
export const startWithoutCursor = () => follow<{ title: string }>(subscribe, { after: '', onEvent() {} })
export const sink = (each: Sink): void => each.complete()

const cache = new InMemoryCache({ typePolicies, possibleTypes })
export const client = new ApolloClient({ cache, link: new HttpLink({ uri: 'http://localhost:4000/graphql' }) })
export const exchange = cacheExchange({ keys, resolvers, schema })
const network = Network.create(() => Promise.reject(new Error('There is no network.')))
export const environment = new Environment({ network, store: new Store(new RecordSource()), missingFieldHandlers })

const manifestOptions: ManifestOptions = { addTypename: false }
export const manifest: Promise<Record<string, string>> = createManifest(
  ['{ feedCursor }', parse('{ feedCursor }')],
  manifestOptions,
)
export const id: Promise<string> = sha256('{ feedCursor }')

const date: FuzzyDateFields = { earliest: '2025-03-01', precision: 'DAY', sense: 'START' }
export const text: string = formatFuzzyDate(date, 'en')
// @ts-expect-error There is no such sense.
export const wrong = formatFuzzyDate({ ...date, sense: 'MIDDLE' }, 'en')
