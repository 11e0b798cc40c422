// Two pages that read the same event with other arguments, in the store of Relay. Prints what the store has of each query after all of
// them were read, and whether it needs a request.
import { missingFieldHandlers } from '@dateline/client/relay'
import {
  createOperationDescriptor,
  Environment,
  fetchQuery,
  type GraphQLTaggedNode,
  getRequest,
  graphql,
  Network,
  RecordSource,
  Store,
  type Variables,
} from 'relay-runtime'

const network = Network.create(async ({ text }, variables) => {
  const response = await fetch(process.env.DATELINE_URL ?? '', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
  })
  return response.json()
})
const environment = new Environment({ network, store: new Store(new RecordSource()), missingFieldHandlers })

const label = graphql`query pagesLabelQuery($slug: String!) { event(by: { slug: $slug }) { id date { label } } }`
const edtf = graphql`query pagesEdtfQuery($slug: String!) { event(by: { slug: $slug }) { id date { edtf precision } } }`
const links = graphql`
  query pagesLinksQuery($slug: String!) {
    event(by: { slug: $slug }) { links { edges { direction other { id title } node { id kind } } } }
  }
`
const exchanges = graphql`
  query pagesExchangesQuery($slug: String!) {
    event(by: { slug: $slug }) {
      links(where: { kind: { in: [IN_EXCHANGE_FOR] } }) { edges { direction other { id title } node { id kind } } }
    }
  }
`
const events = graphql`
  query pagesEventsQuery($first: Int) {
    events(first: $first) { nodes { id title participants(first: $first) { nodes { id role actor { id name } } } } }
  }
`
const node = graphql`query pagesNodeQuery($id: ID!) { node(id: $id) { ... on Event { title } } }`
const byId = graphql`query pagesByIdQuery($id: ID!) { event(by: { id: $id }) { title } }`

const operation = (query: GraphQLTaggedNode, variables: Variables) =>
  createOperationDescriptor(getRequest(query), variables)
/** Keeps what a query reads, and returns what the store has of it. */
function stored(query: GraphQLTaggedNode, variables: Variables) {
  const { fragment } = operation(query, variables)
  return {
    isAvailable: environment.check(operation(query, variables)).status === 'available',
    data: environment.lookup(fragment).data,
  }
}

const slug = 'prisoner-release-december-2025'
const other = 'us-lifts-potash-sanctions'
const reads: [GraphQLTaggedNode, Variables][] = [
  [label, { slug }],
  [edtf, { slug }],
  [links, { slug }],
  [exchanges, { slug }],
  [links, { slug: other }],
  [events, { first: 2 }],
  [events, { first: 5 }],
]
const read: unknown[] = []
for (const [query, variables] of reads) {
  environment.retain(operation(query, variables))
  await fetchQuery(environment, query, variables, { fetchPolicy: 'network-only' }).toPromise()
  read.push({ isAvailable: true, data: environment.lookup(operation(query, variables).fragment).data })
}
const [{ data }] = [stored(label, { slug })] as [{ data: unknown }]
const { id } = (data as { event: { id: string } }).event
console.log(
  JSON.stringify({
    read,
    kept: reads.map(([query, variables]) => stored(query, variables)),
    byId: [stored(node, { id }), stored(byId, { id })],
  }),
)
