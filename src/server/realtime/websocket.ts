// Subscriptions, and all else, over WebSocket: the graphql-transport-ws protocol on the path of the API.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { UserError } from '../../domain/errors.ts'
import { schema } from '../../schema/schema.ts'
import type { Admission, Params } from '../graphql/admission.ts'
import { isTemporary, mask, maskWith, worded } from '../graphql/errors.ts'
import type { Executor, OperationContext } from '../graphql/executor.ts'
import { type Authenticate, type Caller, recordCaller, TooManyRefusals, viewerOf } from '../http/auth.ts'
import type { Allows } from '../http/cors.ts'
import { recordRequestId, requestIdOf } from '../http/request-id.ts'
import { addressOf, callerOf, recordAddress } from '../limits/caller.ts'
import { limitError, type Limits } from '../limits/limits.ts'
import { holdBack } from '../limits/spent.ts'
import { type Follower, withoutFollower } from './follower.ts'
import { endWith } from './session.ts'
import { type SocketOperation, toIterator, cut } from './websocket-stream.ts'

/** Close code of a client whose key or token is no longer good, or never was. */
const FORBIDDEN = 4403
const REFUSED = 'The API key or token is not valid: connect with a valid one, or without one for read access.'

/** Close code of a client whose address sent too many wrong keys: clients wait before they connect again. */
const TRY_LATER = 1013

/** How many frames of a client that has spent its points may be in hand: more than clients send for 100 subscriptions at once. */
const MAX_HELD_FRAMES = 150

type ConnectionState = {
  /** The key or the token that it began with. */
  authorization: string | undefined
  /** Ends the operations that run, by their ids. */
  running: Map<string, AbortController>
}

type SocketConnection = Extra & Partial<ConnectionState>

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
  // Between two frames of one connection, others get their turn.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.body, allowSynchronousEvents: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path)
      return refuse(socket, 404, `There is no WebSocket endpoint here: connect to ${path}.`)
    if (origin && !allows(origin))
      return refuse(socket, 403, 'Pages of this origin may not connect: add the origin to CORS_ORIGINS.')
    recordAddress(request, addressOf(request, trustProxy))
    admission.chargeReceived(request, 0)
    sockets.handleUpgrade(request, socket, head, (ws) => {
      sockets.emit('connection', ws, request)
      holdBackFrames(ws, request, admission)
      // Such as a frame that is too large: the client is told by the close code, and there is nothing to look into.
      ws.removeAllListeners('error').on('error', () => {})
    })
  })

  /** Finds out, and notes, who is connected; closes the connection of whoever may not be, or no longer. */
  async function identify({ request, socket, authorization }: SocketConnection): Promise<Caller | undefined> {
    try {
      const caller = await authenticate(authorization, addressOf(request, trustProxy))
      recordCaller(request, caller)
      return caller
    } catch (error) {
      if (error instanceof UserError && error.code === 'UNAUTHENTICATED') socket.close(FORBIDDEN, REFUSED)
      else if (error instanceof TooManyRefusals) socket.close(TRY_LATER, error.message)
      else cut(socket)
      return undefined
    }
  }

  /** Admits an operation; returns the errors that refuse it, or what the library executes it with. */
  async function admit({ extra, id, params }: Asked, client: AbortController) {
    const { request, socket } = extra
    if (extra.authorization && !(await identify(extra)))
      return [new GraphQLError(REFUSED, { extensions: { code: 'UNAUTHENTICATED' } })]
    recordRequestId(params, randomUUID())
    try {
      await admission.turnFor(request, params)
      const admitted = admission.admit(request, params)
      if (!('price' in admitted)) return admitted.map(mask)
      const viewer = viewerOf(request)
      const contextValue: SocketContext = { params, viewer, admitted, client, socket, id }
      const { operationName, variables: variableValues } = params
      return { schema, document: admitted.document, operationName, variableValues, contextValue }
    } catch (error) {
      // What is thrown here would close the whole connection.
      return [masked(error)]
    }
  }

  useServer<Record<string, unknown>, ConnectionState>(
    {
      jsonMessageReviver: withQuery,
      execute: async (args: ExecutionArgs) => {
        const result = (await executor.execute(args, execute)) as ExecutionResult
        return result.errors ? { ...result, errors: result.errors.map(masked) } : result
      },
      subscribe: async (args: ExecutionArgs) => {
        const context = args.contextValue as SocketContext
        const opened = (await follower?.open(args, admission.payerOf(context))) ?? withoutFollower()
        if (!('errors' in opened)) return toIterator(opened, context)
        // Clients take an error for the end of it all; cut, they come back.
        if (isTemporary(opened.errors)) cut(context.socket)
        return opened
      },
      // The client is told that all under this id is over.
      onComplete: ({ extra }, id) => end(extra.running, id),
      onConnect: async ({ connectionParams, extra }) => {
        const { socket, request } = extra
        extra.authorization = tokenIn(connectionParams) ?? request.headers.authorization
        extra.running = endedByClient(socket)
        const caller = await identify(extra)
        if (caller)
          endWith(caller, {
            isOpen: () => socket.readyState === WebSocket.OPEN,
            end: (why) => socket.close(FORBIDDEN, why),
          })
        return Boolean(caller)
      },
      onSubscribe: async ({ extra }, id, params) => {
        const { running } = extra
        if (running && running.size >= limits.subscriptions) return [tooManySubscriptions(limits)]
        // Before anything is waited for: the client may complete it meanwhile.
        const client = new AbortController()
        end(running, id)
        running?.set(id, client)
        const admitted = await admit({ extra, id, params: params as Params }, client)
        if (Array.isArray(admitted) && running?.get(id) === client) running.delete(id)
        return admitted
      },
      onNext: (_context, _id, _params, _args, { errors, ...result }) =>
        errors ? { ...result, errors: errors.map((error) => forFrame(error)) } : undefined,
      onError: (_context, _id, params, errors) => errors.map((error) => forFrame(error, requestIdOf({ params }))),
    },
    sockets,
  )

  return {
    close: () => {
      for (const client of sockets.clients) cut(client)
      sockets.close()
    },
  }
}

function tooManySubscriptions({ subscriptions: allowed }: Limits): GraphQLError {
  const message = `A connection may have at most ${allowed} subscriptions: end some, or open another connection.`
  return limitError(message, { limit: 'subscriptions', allowed, requested: allowed + 1 })
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

interface Asked {
  extra: SocketConnection
  id: string
  params: Params
}

type SocketContext = OperationContext & SocketOperation

/** Persisted documents are asked for without a query, which the library demands of each message. */
function withQuery(key: string, value: unknown): unknown {
  if (key !== 'payload' || typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return 'query' in value || !('documentId' in value || 'doc_id' in value || 'id' in value || 'extensions' in value)
    ? value
    : { ...value, query: '' }
}

/** The operations of a connection. One ends when its client completes it, and all do when the connection ends. */
function endedByClient(socket: WebSocket): ConnectionState['running'] {
  const running: ConnectionState['running'] = new Map()
  socket.on('message', (data) => {
    const text = String(data)
    if (running.size === 0 || text.length > 1000 || !text.includes('"complete"')) return
    try {
      const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown }
      if (type === 'complete' && typeof id === 'string') end(running, id)
    } catch {
      // The library closes the connection.
    }
  })
  socket.on('close', () => {
    for (const id of running.keys()) end(running, id)
  })
  return running
}

function end(running: ConnectionState['running'] | undefined, id: string): void {
  running?.get(id)?.abort()
  running?.delete(id)
}

/**
 * Charges each frame. From a client that has spent its points no more is read for a moment, and the connection of one that has
 * sent many more by then is closed.
 */
function holdBackFrames(socket: WebSocket, request: IncomingMessage, admission: Admission): void {
  let isHeld = false
  let frames = 0
  const onFrame = (data: RawData) => {
    if (admission.chargeReceived(request, (data as Buffer).length)) return
    frames++
    if (frames > MAX_HELD_FRAMES) {
      socket
        .removeAllListeners('message')
        .removeAllListeners('ping')
        .on('error', () => {})
      socket.terminate()
      return
    }
    if (isHeld) return
    isHeld = true
    const gone = new AbortController()
    const end = () => gone.abort()
    socket.pause()
    socket.once('close', end)
    void holdBack(callerOf(request), gone.signal).then(() => {
      socket.removeListener('close', end)
      isHeld = false
      frames = 0
      socket.resume()
    })
  }
  socket.on('message', onFrame).on('ping', onFrame).on('pong', onFrame)
}

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found' }

function refuse(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
