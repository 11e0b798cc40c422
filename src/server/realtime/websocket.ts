// Serves all operations over WebSocket, with the graphql-transport-ws protocol on the path of the API.
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { type ExecutionArgs, type ExecutionResult, execute, GraphQLError, type GraphQLFormattedError } from 'graphql'
import { type Extra, useServer } from 'graphql-ws/use/ws'
import type { Logger } from 'pino'
import { type RawData, WebSocket, WebSocketServer } from 'ws'
import { UserError } from '../../domain/errors.ts'
import { anyone } from '../../domain/scope.ts'
import { schema } from '../../schema/schema.ts'
import type { Admission, Params } from '../graphql/admission.ts'
import { formatError, isTemporary, mask, maskWith } from '../graphql/errors.ts'
import type { Executor, OperationContext } from '../graphql/executor.ts'
import { type Authenticate, type Caller, TooManyRefusals } from '../http/auth.ts'
import type { Allows } from '../http/cors.ts'
import { recordRequestId, requestIdOf } from '../http/request-id.ts'
import { addressOf, callerOf, recordSender, viewerOf } from '../http/sender.ts'
import { type Limits, limitError } from '../limits/limits.ts'
import { delayRefusal } from '../limits/spent.ts'
import { type Follower, withoutFollower } from './follower.ts'
import { ignoreErrors, terminate } from './graphql-ws.ts'
import { endWith } from './session.ts'
import { closeForReconnect, type SocketOperation, toIterator } from './websocket-stream.ts'

/** The close code for an invalid, expired or revoked key or token. */
const FORBIDDEN = 4403
const REFUSED = 'The API key or token is not valid: connect with a valid one, or without one for read access.'

/** The close code for an address that sent too many invalid keys. Clients wait before they reconnect. */
const TRY_LATER = 1013

/**
 * The number of frames from a client without points above which its connection is closed. Clients send fewer to open 100
 * subscriptions.
 */
const MAX_UNPAID_FRAMES = 150

type ConnectionState = {
  /** The key or token that opened the connection. */
  authorization: string | undefined
  /** The running operations by id. Aborting a controller ends the operation. */
  running: Map<string, AbortController>
}

type SocketConnection = Extra & Partial<ConnectionState>

interface WebSocketOptions {
  path: string
  allows: Allows
  log: Logger
  admission: Admission
  executor: Executor
  /** Opens subscriptions. Undefined: subscriptions are refused. */
  follower: Follower | undefined
  limits: Limits
  /** The number of trusted proxies in front of the service. */
  trustProxy: number
  authenticate: Authenticate
}

/** Accepts the WebSocket connections of a server. `close` ends them so that clients reconnect. */
export function serveWebSockets(server: Server, options: WebSocketOptions): { close(): void } {
  const { path, allows, log, admission, executor, follower, limits, trustProxy, authenticate } = options
  const masked = maskWith(log)
  // `allowSynchronousEvents: false`: frames of other connections are processed between two frames of one connection.
  const sockets = new WebSocketServer({ noServer: true, maxPayload: limits.body, allowSynchronousEvents: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const { origin } = request.headers
    if (request.url?.split('?')[0] !== path)
      return refuse(socket, 404, `There is no WebSocket endpoint here: connect to ${path}.`)
    if (origin && !allows(origin))
      return refuse(socket, 403, 'Pages of this origin may not connect: add the origin to CORS_ORIGINS.')
    recordSender(request, { viewer: anyone, address: addressOf(request, trustProxy) })
    admission.chargeReceived(request, 0)
    sockets.handleUpgrade(request, socket, head, (ws) => {
      sockets.emit('connection', ws, request)
      chargeFrames(ws, request, admission)
      // The close code tells the client about errors such as a frame that is too large.
      ignoreErrors(ws)
    })
  })

  /** Identifies and records the caller of a connection. Closes the connection and returns undefined if that fails. */
  async function identify({ request, socket, authorization }: SocketConnection): Promise<Caller | undefined> {
    try {
      const address = addressOf(request, trustProxy)
      const caller = await authenticate(authorization, address)
      recordSender(request, { viewer: caller.viewer, address })
      return caller
    } catch (error) {
      if (error instanceof UserError && error.code === 'UNAUTHENTICATED') socket.close(FORBIDDEN, REFUSED)
      else if (error instanceof TooManyRefusals) socket.close(TRY_LATER, error.message)
      else closeForReconnect(socket)
      return undefined
    }
  }

  /** Admits an operation. Returns the errors that refuse it, or the arguments with which graphql-ws executes it. */
  async function admit({ extra, id, params }: RequestedOperation, client: AbortController) {
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
      // graphql-ws closes the connection if this function throws.
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
        // Clients treat an error as final. If the connection is closed, they reconnect.
        if (isTemporary(opened.errors)) closeForReconnect(context.socket)
        return opened
      },
      // graphql-ws sends `complete` for this id.
      onComplete: ({ extra }, id) => end(extra.running, id),
      onConnect: async ({ connectionParams, extra }) => {
        const { socket, request } = extra
        extra.authorization = tokenIn(connectionParams) ?? request.headers.authorization
        extra.running = runningOperations(socket)
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
        // Registered before the first `await`, because the client may complete the operation meanwhile.
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
      for (const client of sockets.clients) closeForReconnect(client)
      sockets.close()
    },
  }
}

function tooManySubscriptions({ subscriptions: allowed }: Limits): GraphQLError {
  const message = `A connection may have at most ${allowed} subscriptions: end some, or open another connection.`
  return limitError(message, { limit: 'subscriptions', allowed, requested: allowed + 1 })
}

/** Returns an error in the form that is sent in a frame. */
function forFrame(error: GraphQLError | GraphQLFormattedError, requestId?: string): GraphQLFormattedError {
  const { formatted } = formatError(error)
  return requestId ? { ...formatted, extensions: { ...formatted.extensions, requestId } } : formatted
}

/** Returns the key or token in the connection's parameters, because browsers cannot set headers of WebSocket requests. */
function tokenIn(params: Record<string, unknown> | undefined): string | undefined {
  const token = params?.authorization ?? params?.Authorization
  return typeof token === 'string' ? token : undefined
}

interface RequestedOperation {
  extra: SocketConnection
  id: string
  params: Params
}

type SocketContext = OperationContext & SocketOperation

/**
 * JSON reviver that adds an empty query to requests for persisted documents, because graphql-ws requires a query. The message
 * itself has the key '', which no variable has.
 */
function withQuery(key: string, value: unknown): unknown {
  if (key !== '' || !isObject(value) || value.type !== 'subscribe' || !isObject(value.payload)) return value
  const { payload } = value
  return 'query' in payload ||
    !('documentId' in payload || 'doc_id' in payload || 'id' in payload || 'extensions' in payload)
    ? value
    : { ...value, payload: { ...payload, query: '' } }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Creates the map of a connection's operations. Ends one when the client completes it, and all when the connection closes. */
function runningOperations(socket: WebSocket): ConnectionState['running'] {
  const running: ConnectionState['running'] = new Map()
  socket.on('message', (data) => {
    const text = String(data)
    if (running.size === 0 || text.length > 1000 || !text.includes('"complete"')) return
    try {
      const { type, id } = JSON.parse(text) as { type?: unknown; id?: unknown }
      if (type === 'complete' && typeof id === 'string') end(running, id)
    } catch {
      // graphql-ws closes the connection after a malformed message.
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
 * Charges each frame. If the client has too few points, reading pauses for the delay of a refusal. If more than
 * `MAX_UNPAID_FRAMES` frames were already received by then, the connection is closed.
 */
function chargeFrames(socket: WebSocket, request: IncomingMessage, admission: Admission): void {
  let isPaused = false
  let frames = 0
  const onFrame = (data: RawData) => {
    if (admission.chargeReceived(request, (data as Buffer).length)) return
    frames++
    if (frames > MAX_UNPAID_FRAMES) return terminate(socket)
    if (isPaused) return
    isPaused = true
    const disconnected = new AbortController()
    const end = () => disconnected.abort()
    socket.pause()
    socket.once('close', end)
    void delayRefusal(callerOf(request), disconnected.signal).then(() => {
      socket.removeListener('close', end)
      isPaused = false
      frames = 0
      socket.resume()
    })
  }
  socket.on('message', onFrame).on('ping', onFrame).on('pong', onFrame)
}

const reasons: Record<number, string> = { 403: 'Forbidden', 404: 'Not Found' }

function refuse(socket: Duplex, status: number, message: string): void {
  const body = `${message}\n`
  // Otherwise a client that does not close its side would keep the socket open.
  socket.once('finish', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  )
}
