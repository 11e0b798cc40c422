// Subscriptions, and all else, over WebSocket: the graphql-transport-ws protocol on the path of the API.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import { WebSocket, WebSocketServer } from 'ws'
import { DomainError } from '../domain/errors.ts'
import type { Sink } from '../log/subscriber.ts'
import { schema } from '../schema/schema.ts'
import type { Admission, Params } from './admission/admission.ts'
import { type Authenticate, type Caller, noteCaller, TooManyRefusals, viewerOf } from './auth.ts'
import type { Allows } from './cors.ts'
import { isPassing, lastErrors, mask, maskWith, unavailable, worded } from './errors.ts'
import type { Executor, OperationContext } from './executor.ts'
import type { Follower } from './follower.ts'
import { addressOf, noteAddress } from './limits/caller.ts'
import { excess, type Limits } from './limits/limits.ts'
import { noteRequestId, requestIdOf } from './request-id.ts'
import { endWith } from './session.ts'
import { FeedStream } from './stream.ts'

/** How much may wait to be sent, in bytes, before a subscription is read no further. */
const MOST_WAITING = 65_536

/** Close code of a service that restarts: clients connect anew. */
const RESTART = 1012
const COME_BACK = 'The connection was closed: connect again.'

/** Close code of a client whose key or token is no longer good, or never was. */
const FORBIDDEN = 4403
const REFUSED = 'The API key or token is not valid: connect with a valid one, or without one for read access.'

/** Close code of a client whose address sent too many wrong keys: clients wait before they connect again. */
const TRY_LATER = 1013

type Connection = Partial<Extra> & {
  /** The key or the token that it began with. */
  authorization?: string
  /** Aborts the operations that are not answered yet, by their ids. */
  running?: Map<string, AbortController>
}

interface WebSocketOptions {
  path: string
  allows: Allows
  log: Logger
  admission: Admission
  executor: Executor
  /** What opens subscriptions; without it there are none. */
  follower: Follower | undefined
  limits: Limits
  /** How many proxies in front of the service are believed. */
  trustProxy: number
  authenticate: Authenticate
}

/** Takes the WebSocket connections of a server. `close` ends them so that clients come back. */
export function serveWebSockets(server: Server, options: WebSocketOptions): { close(): void } {
  const { path, allows, log, admission, executor, follower, limits, trustProxy, authenticate } = options
  const masked = maskWith(log)
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.body })
  const requests = new WeakMap<IncomingMessage, Request>()

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path)
      return refuse(socket, 404, `There is no WebSocket endpoint here: connect to ${path}.`)
    if (origin && !allows(origin))
      return refuse(socket, 403, 'Pages of this origin may not connect: add the origin to CORS_ORIGINS.')
    const asked = new Request(new URL(path, 'http://localhost'), { method: 'POST', headers: headersOf(request) })
    noteAddress(asked, addressOf(request, trustProxy))
    requests.set(request, asked)
    sockets.handleUpgrade(request, socket, head, (ws) => {
      sockets.emit('connection', ws, request)
      // Such as a frame that is too large: the client is told by the close code, and there is nothing to look into.
      ws.removeAllListeners('error').on('error', () => {})
    })
  })

  /** Finds out, and notes, who is connected; closes the connection of whoever may not be, or no longer. */
  async function identify({ request, socket, authorization }: Connection): Promise<Caller | undefined> {
    try {
      const caller = await authenticate(authorization, request ? addressOf(request, trustProxy) : '')
      const asked = request && requests.get(request)
      if (asked) noteCaller(asked, caller)
      return caller
    } catch (error) {
      if (error instanceof DomainError && error.code === 'UNAUTHENTICATED') socket?.close(FORBIDDEN, REFUSED)
      else if (error instanceof TooManyRefusals) socket?.close(TRY_LATER, error.message)
      else socket?.close(RESTART, COME_BACK)
      return undefined
    }
  }

  useServer<Record<string, unknown>, Connection>(
    {
      jsonMessageReviver: withQuery,
      execute: async (args: ExecutionArgs) => {
        const result = (await executor.execute(args, execute)) as ExecutionResult
        return result.errors ? { ...result, errors: result.errors.map(masked) } : (result as never)
      },
      subscribe: async (args: ExecutionArgs) => {
        const { admitted, cut } = args.contextValue as SocketContext
        const result = follower
          ? await follower.open(args, admission.payerOf(admitted))
          : { errors: [masked(unavailable())] }
        if (result instanceof FeedStream) return result
        // Clients take an error for the end of it all; cut, they come back.
        if (isPassing(result.errors)) cut()
        return result as ExecutionResult
      },
      // What a subscription gives goes past the library, which would put it into text anew for each subscriber.
      onOperation: ({ extra }, id, _payload, { contextValue }, result) => {
        if (!(result instanceof FeedStream) || !extra.socket) return
        const { cut } = contextValue as SocketContext
        const reader = result.pour(sinkOf(extra.socket, id, cut, () => reader.resume()))
      },
      onComplete: ({ extra }, id) => void extra.running?.delete(id),
      onConnect: async ({ connectionParams, extra }) => {
        extra.authorization = tokenIn(connectionParams) ?? extra.request?.headers.authorization
        abortOnEnd(extra)
        const caller = await identify(extra)
        const { socket } = extra
        if (caller && socket)
          endWith(caller, {
            isOpen: () => socket.readyState === WebSocket.OPEN,
            end: (why) => socket.close(FORBIDDEN, why),
          })
        return Boolean(caller)
      },
      onSubscribe: async ({ extra, subscriptions }, id, params) => {
        if (Object.keys(subscriptions).filter((each) => each !== id).length >= limits.subscriptions)
          return [tooManySubscriptions(limits)]
        if (extra.authorization && !(await identify(extra)))
          return [new GraphQLError(REFUSED, { extensions: { code: 'UNAUTHENTICATED' } })]
        noteRequestId(params, randomUUID())
        const request = extra.request && requests.get(extra.request)
        if (!request) return [masked(new Error('A message arrived on an unknown connection.'))]
        try {
          const admitted = admission.admit(request, params as Params)
          if (!('price' in admitted)) return admitted.map(mask)
          const running = new AbortController()
          extra.running?.set(id, running)
          const cut = () => extra.socket?.close(RESTART, COME_BACK)
          const contextValue: SocketContext = {
            request,
            params: params as Params,
            viewer: viewerOf(request),
            admitted,
            client: running,
            cut,
          }
          const { document } = admitted
          const { operationName, variables: variableValues } = params
          return { schema, document, operationName, variableValues, contextValue } as never
        } catch (error) {
          // What is thrown here would close the whole connection.
          return [masked(error)]
        }
      },
      onNext: (_context, _id, _params, _args, { errors, ...result }) =>
        errors ? { ...result, errors: errors.map((error) => forFrame(error)) } : undefined,
      onError: (_context, _id, params, errors) => errors.map((error) => forFrame(error, requestIdOf({ params }))),
    },
    sockets,
  )

  return {
    close: () => {
      for (const client of sockets.clients) client.close(RESTART, COME_BACK)
      sockets.close()
    },
  }
}

function tooManySubscriptions({ subscriptions: allowed }: Limits): GraphQLError {
  const message = `A connection may have at most ${allowed} subscriptions: end some, or open another connection.`
  return excess(message, { limit: 'subscriptions', allowed, requested: allowed + 1 })
}

/** An error as it goes into a frame. What a subscription delivers was put into JSON before. */
function forFrame(error: GraphQLError | GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const { said } = worded(error)
  return requestId ? { ...said, extensions: { ...said.extensions, requestId } } : said
}

/** The key that a client introduces itself with, since browsers cannot send headers here. */
function tokenIn(params: Record<string, unknown> | undefined): string | undefined {
  const token = params?.authorization ?? params?.Authorization
  return typeof token === 'string' ? token : undefined
}

/** Takes a subscription's results as messages of the protocol; where they cannot be read, the connection is cut. */
function sinkOf(socket: WebSocket, id: string, cut: () => void, onDrain: () => void): Sink {
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  let isFull = false
  const onSent = () => {
    if (!isFull || socket.bufferedAmount > 0) return
    isFull = false
    onDrain()
  }
  return {
    take: ({ json }) => {
      socket.send(`${start}${json}}`, onSent)
      isFull = socket.bufferedAmount > MOST_WAITING
      return !isFull
    },
    end: (reason) => {
      const errors = lastErrors(reason)
      if (errors) socket.send(JSON.stringify({ id, type: 'error', payload: errors }))
      else if (reason) cut()
    },
  }
}

interface SocketContext extends OperationContext {
  /** Ends the connection so that the client comes back. */
  cut(): void
}

/** Persisted documents are asked for without a query, which the library demands of each message. */
function withQuery(key: string, value: unknown): unknown {
  if (key !== 'payload' || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return 'query' in value || !('documentId' in value || 'doc_id' in value || 'id' in value || 'extensions' in value)
    ? value
    : { ...value, query: '' }
}

/** Aborts an operation when its client completes it, and all of a connection's when that ends. */
function abortOnEnd(extra: Connection): void {
  const running = new Map<string, AbortController>()
  extra.running = running
  extra.socket?.on('message', (data) => {
    const text = String(data)
    if (running.size === 0 || text.length > 1000 || !text.includes('"complete"')) return
    try {
      const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown }
      if (type === 'complete' && typeof id === 'string') running.get(id)?.abort()
    } catch {
      // The library closes the connection.
    }
  })
  extra.socket?.on('close', () => {
    for (const controller of running.values()) controller.abort()
    running.clear()
  })
}

function headersOf({ headers }: IncomingMessage): Headers {
  const known = new Headers()
  for (const [name, value] of Object.entries(headers)) if (typeof value === 'string') known.set(name, value)
  return known
}

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found' }

function refuse(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
