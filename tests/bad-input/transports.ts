// Sends one operation over each transport that supports it.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Operation } from './operations.ts'

export interface Answer {
  data?: unknown
  errors?: { message: string; extensions?: { code?: string; limit?: string; requestId?: string } }[]
  extensions?: { requestId?: string }
}

interface Said {
  /** The HTTP status; undefined over WebSocket. */
  status: number | undefined
  answer: Answer
  text: string
}

export type Transport = (url: string, operation: Asked) => Promise<Said>

/** An operation with evaluated variables. */
type Asked = Pick<Operation, 'query' | 'operationName'> & { variables: object | undefined }

const post =
  (accept: string): Transport =>
  async (url, { query, variables, operationName }) => {
    const headers = { 'content-type': 'application/json', accept }
    const body = JSON.stringify({ query, variables, operationName })
    return said(await fetch(url, { method: 'POST', headers, body }))
  }

const get: Transport = async (url, { query, variables, operationName }) => {
  const parameters = new URLSearchParams({ query })
  if (variables) parameters.set('variables', JSON.stringify(variables))
  if (operationName) parameters.set('operationName', operationName)
  return said(await fetch(`${url}?${parameters}`, { headers: { accept: 'application/graphql-response+json' } }))
}

async function said(response: Response): Promise<Said> {
  const { status } = response
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  const body = await response.text()
  const text = isStream ? (/^data: ?(.+)$/m.exec(body)?.[1] ?? '{}') : body
  return { status, answer: JSON.parse(text) as Answer, text: body }
}

const overWebSocket: Transport = async (url, { query, variables, operationName }) => {
  const socket = new WebSocket(url.replace('http', 'ws'), ['graphql-transport-ws'])
  try {
    await once(socket, 'open')
    const frames = framesOf(socket)
    socket.send(JSON.stringify({ type: 'connection_init' }))
    await frames.next()
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables, operationName } }))
    const { type, payload } = (await frames.next()).value as { type: string; payload: Answer | Answer['errors'] }
    // The connection stays open after any operation.
    socket.send(JSON.stringify({ id: '2', type: 'subscribe', payload: { query: '{ __typename }' } }))
    for await (const frame of frames) if (JSON.stringify(frame).includes('"__typename":"Query"')) break
    const answer = (type === 'error' ? { errors: payload } : payload) as Answer
    return { status: undefined, answer, text: JSON.stringify(answer) }
  } finally {
    socket.terminate()
  }
}

async function* framesOf(socket: WebSocket): AsyncGenerator<object> {
  const closed = once(socket, 'close').then(([code]) =>
    Promise.reject(new Error(`The connection was closed with ${code}.`)),
  )
  closed.catch(() => {})
  const came: object[] = []
  let wake = () => {}
  socket.on('message', (data) => {
    came.push(JSON.parse(String(data)) as object)
    wake()
  })
  for (;;) {
    const frame = came.shift()
    if (frame) yield frame
    else
      await Promise.race([
        closed,
        new Promise<void>((resolve) => {
          wake = resolve
        }),
      ])
  }
}

export const transports: Record<string, Transport> = {
  'POST, as JSON': post('application/json'),
  'POST, as a GraphQL response': post('application/graphql-response+json'),
  GET: get,
  'server-sent events': post('text/event-stream'),
  WebSocket: overWebSocket,
}
