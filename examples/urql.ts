// urql over server-sent events: graphql-sse carries the subscription, and follow() resumes after a disconnect.

import { follow } from '@dateline/client'
import { Client, cacheExchange, fetchExchange, gql, subscriptionExchange } from '@urql/core'
import { createClient } from 'graphql-sse'

interface Added {
  cursor: string
  event: { title: string }
}

const ADDED = gql<{ eventAdded: Added }>`
  subscription ($after: String) {
    eventAdded(after: $after) { cursor event { title } }
  }
`

export async function followTitles(url: string, onTitle: (title: string) => void): Promise<() => void> {
  const streams = createClient({ url })
  const client = new Client({
    url,
    preferGetMethod: false,
    exchanges: [
      cacheExchange,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: streams.subscribe({ query, variables }, sink as never) }),
        }),
      }),
    ],
  })
  const { data, error } = await client.query(gql<{ feedCursor: string }>`{ feedCursor }`, {}).toPromise()
  if (!data) throw error
  return follow<Added>(
    (after, sink) =>
      client.subscription(ADDED, { after }).subscribe((result) => {
        if (result.error) sink.error(result.error.graphQLErrors.length ? result.error.graphQLErrors : result.error)
        else sink.next({ data: result.data })
      }).unsubscribe,
    { after: data.feedCursor, onEvent: ({ event }) => onTitle(event.title) },
  )
}
