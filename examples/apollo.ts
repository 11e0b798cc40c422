// Apollo Client over WebSocket: graphql-ws carries the subscription, and follow() resumes after a disconnect.
import { ApolloClient, gql, HttpLink, InMemoryCache, split } from '@apollo/client'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { getMainDefinition } from '@apollo/client/utilities'
import { follow } from '@dateline/client'
import { type ClientOptions, createClient } from 'graphql-ws'

interface Added {
  cursor: string
  event: { title: string }
}

const ADDED = gql`
  subscription Added($after: String) {
    eventAdded(after: $after) { cursor event { title } }
  }
`

/** In a browser, omit `webSocketImpl`. */
export async function followTitles(
  url: string,
  onTitle: (title: string) => void,
  webSocketImpl?: ClientOptions['webSocketImpl'],
): Promise<() => void> {
  const sockets = createClient({ url: url.replace('http', 'ws'), webSocketImpl })
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: split(
      ({ query }) => {
        const definition = getMainDefinition(query)
        return definition.kind === 'OperationDefinition' && definition.operation === 'subscription'
      },
      new GraphQLWsLink(sockets),
      new HttpLink({ uri: url }),
    ),
  })
  const { data } = await client.query<{ feedCursor: string }>({ query: gql`{ feedCursor }` })
  if (!data) throw new Error('There is no answer.')
  const stop = follow<Added>(
    (after, sink) => {
      const added = client.subscribe<{ eventAdded: Added }>({ query: ADDED, variables: { after } })
      const subscription = added.subscribe({
        next: (result) => sink.next({ data: result.data }),
        error: (error) => sink.error(error),
        complete: () => sink.complete(),
      })
      return () => subscription.unsubscribe()
    },
    { after: data.feedCursor, onEvent: ({ event }) => onTitle(event.title) },
  )
  return () => {
    stop()
    void sockets.dispose()
  }
}
