// All transports share one admission: they refuse the same requests, with the same code.
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import '../client.ts'
import { once } from 'node:events'
import { type FeedService, startFeedService } from '../changelog/server.ts'
import { database } from '../client.ts'

const texts = {
  one: 'query One($slug: String!) { event(by: { slug: $slug }) { title } }',
  expensive:
    'query Expensive($first: Int) { events(first: $first) { nodes { participants(first: 100) { nodes { actor { events(first: 100) { nodes { title } } } } } } } }',
  follow: 'subscription Follow($after: String) { eventAdded(after: $after) { cursor event { title } } }',
}
const persisted = new Map(Object.entries(texts).map(([id, text]) => [id, { text, document: parse(text) }]))
const title = 'Lukashenko and Trump speak by phone'
const variables = { slug: 'lukashenko-trump-call' }

interface Answer {
  data?: unknown
  errors?: { message: string; extensions?: { code?: string; limit?: string } }[]
}

type Send = (url: string, params: object) => Promise<Answer>

const post =
  (accept: string): Send =>
  async (url, params) => {
    const headers = { 'content-type': 'application/json', accept }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(params) })
    return answerIn(await response.text())
  }

const get: Send = async (url, params) => {
  const given = Object.entries(params).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ])
  return answerIn(await (await fetch(`${url}?${new URLSearchParams(given)}`)).text())
}

const answerIn = (text: string) => JSON.parse(/^data: ?(.+)$/m.exec(text)?.[1] ?? text) as Answer

const overWebSocket: Send = async (url, params) => {
  const socket = new WebSocket(url.replace('http', 'ws'), ['graphql-transport-ws'])
  const closed = once(socket, 'close').then(([code]) =>
    Promise.reject(new Error(`The connection was closed: ${code}.`)),
  )
  try {
    await once(socket, 'open')
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await Promise.race([once(socket, 'message'), closed])
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: params }))
    const [frame] = (await Promise.race([once(socket, 'message'), closed])) as [Buffer]
    const { type, payload } = JSON.parse(String(frame)) as { type: string; payload: Answer }
    return type === 'error' ? { errors: payload as never } : payload
  } finally {
    closed.catch(() => {})
    socket.terminate()
  }
}

const transports: Record<string, Send> = {
  POST: post('application/json'),
  GET: get,
  'server-sent events': post('text/event-stream'),
  WebSocket: overWebSocket,
}

let service: FeedService
beforeAll(async () => {
  service = await startFeedService({ persisted, onlyPersisted: true, limits: { cost: 5000 } })
})
afterAll(() => service.stop())

const hash = (id: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: id } } })
const mutation = 'mutation { eventRetract(input: { id: "RXZlbnQ6eA==" }) { __typename } }'

/** Requests to a service that answers only persisted documents, and the code of the error. */
const refused: [what: string, params: object, code: string][] = [
  ['the text of a query', { query: '{ __typename }' }, 'PERSISTED_QUERY_ONLY'],
  ['the text of a persisted document', { query: texts.one, variables }, 'PERSISTED_QUERY_ONLY'],
  ['a text beside an id', { query: '{ __typename }', documentId: 'one', variables }, 'PERSISTED_QUERY_ONLY'],
  ['a text beside a hash', { query: '{ __typename }', ...hash('one'), variables }, 'PERSISTED_QUERY_ONLY'],
  ['the text of a mutation', { query: mutation }, 'PERSISTED_QUERY_ONLY'],
  ['the text of a subscription', { query: 'subscription { eventAdded { cursor } }' }, 'PERSISTED_QUERY_ONLY'],
  ['an unknown id', { documentId: 'other' }, 'PERSISTED_QUERY_NOT_IN_LIST'],
  ['an unknown hash', hash('other'), 'PERSISTED_QUERY_NOT_IN_LIST'],
  ['a document that costs too much', { documentId: 'expensive', variables: { first: 100 } }, 'LIMIT_EXCEEDED'],
]

/** The forms in which clients request a persisted document. */
const shapes: [whose: string, params: object][] = [
  ['the specification', { documentId: 'one', variables }],
  ['Apollo', { ...hash('one'), variables, operationName: 'One' }],
  ['Relay', { doc_id: 'one', variables }],
  ['Relay, by id', { id: 'one', variables }],
]

describe.each(Object.entries(transports))('over %s', (_transport, send) => {
  test.each(refused)('%s is refused', async (_what, params, code) => {
    const answer = await send(service.url, params)
    expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual([code])
    expect(answer.data ?? null).toBeNull()
  })

  test.each(shapes)('a persisted document in the shape of %s is answered', async (_whose, params) => {
    expect(await send(service.url, params)).toMatchObject({ data: { event: { title } } })
  })
})

test('a persisted subscription works over WebSocket by its id', async () => {
  const { id } = await database.event.findFirstOrThrow({ where: { slug: variables.slug } })
  expect(id).toBeDefined()
  const answer = await overWebSocket(service.url, { documentId: 'follow', variables: { after: 'damaged' } })
  expect(answer.errors?.[0]?.message).toMatch(/not a valid cursor/)
})
