import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, isIPv6 } from 'node:net'
import { printSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Logger } from 'pino'
import { schema } from '../../schema/schema.ts'
import { Admission } from '../graphql/admission.ts'
import { useAdmission } from '../graphql/admission-plugin.ts'
import { mask, useErrorLog } from '../graphql/errors.ts'
import { Executor } from '../graphql/executor.ts'
import type { PersistedDocuments } from '../graphql/persisted-documents.ts'
import { createNameHider } from '../graphql/schema-names.ts'
import { defaultLimits, type Limits } from '../limits/limits.ts'
import { chargeFile, refusalOf, refuse } from '../limits/spent.ts'
import type { Follower } from '../realtime/follower.ts'
import { acceptsEvents, answerSubscription, refuseReservation, useEventStreams } from '../realtime/sse.ts'
import { serveWebSockets } from '../realtime/websocket.ts'
import { bytesFor, packAsset, type StaticAsset, sendAsset } from './asset.ts'
import { type Caller, createAuthenticate, useAuthentication } from './auth.ts'
import { readBody, useParameters } from './body.ts'
import { allowing, allowOrigin, answerPreflight } from './cors.ts'
import { useEntityTags } from './etag.ts'
import { acceptsHtml, graphiqlPage, pagePolicy } from './graphiql.ts'
import { checkReadiness } from './health.ts'
import { REQUEST_ID, requestIdFor, useRequestIds } from './request-id.ts'
import { viewerOf } from './sender.ts'
import type { ReadToken } from './token.ts'
import { closeUnread, hasBody } from './unread.ts'

export interface RunningServer {
  /** The URL for a browser on this machine, such as http://localhost:4000. */
  url: string
  /** Stops the server: refuses new requests, and resolves when the running ones are answered. */
  stop(): Promise<void>
}

export interface HandlerOptions {
  /** Whether documents are executed as prepared statements where possible. Default: true. */
  prepare?: boolean
  /** The persisted documents, which clients request by id. Default: none. */
  persisted?: PersistedDocuments
  /** Whether only persisted documents are accepted. Default: false. */
  onlyPersisted?: boolean
  /** The web origins whose pages may call the API; "*" for all. Default: all. */
  origins?: readonly string[]
  /** Verifies tokens. Default: only API keys are accepted. */
  readToken?: ReadToken
  /** Opens subscriptions. Default: subscriptions are refused. */
  follower?: Follower
  /** The time limit of reads in the database for callers without a key, in milliseconds. Default: that of all callers. */
  anonymousTimeout?: number | undefined
  /** Limits that differ from `defaultLimits`. */
  limits?: Partial<Limits>
  /** Points that one key or address may spend in a minute. Default: 0, no limit. */
  rateLimit?: number
  /** The number of trusted proxies in front of the service, each of which appends to X-Forwarded-For. Default: 0. */
  trustProxy?: number
  /** Whether introspection is allowed. Default: true. */
  introspection?: boolean
  /** Whether browsers receive GraphiQL. Default: the value of `introspection`. */
  graphiql?: boolean
}

export interface ServerOptions extends HandlerOptions {
  port: number
  host: string
  log: Logger
}

export const graphqlPath = '/graphql'

/** Security headers of every response. */
const safeHeaders: readonly [name: string, value: string][] = [
  ['x-content-type-options', 'nosniff'],
  ['content-security-policy', "default-src 'none'; frame-ancestors 'none'"],
  ['referrer-policy', 'no-referrer'],
]

/** How long running requests may take after `stop`, in milliseconds. */
const SHUTDOWN_TIMEOUT_MS = 10_000

/** Creates the parts that all transports share. */
function createService(log: Logger, options: HandlerOptions = {}) {
  const { rateLimit = 0, introspection = true } = options
  const limits = { ...defaultLimits, ...options.limits }
  const hideNames = introspection ? undefined : createNameHider(schema)
  const admission = new Admission({ ...options, schema, limits, rateLimit, hideNames })
  const executor = new Executor({ ...options, schema, log, admission, hideNames })
  return { admission, executor, limits, authenticate: createAuthenticate(log, options) }
}

/** Creates the Yoga handler with its plugins. Plugins run in this order. Used by the server and by tests. */
export function createHandler(log: Logger, options: HandlerOptions = {}, service = createService(log, options)) {
  const { persisted, follower, trustProxy = 0 } = options
  const { admission, executor, authenticate } = service
  return createYoga<{ caller?: Caller }>({
    schema,
    context: ({ request }) => ({ viewer: viewerOf(request) }),
    plugins: [
      useRequestIds(),
      useErrorLog(log),
      useParameters(),
      useAuthentication(authenticate, trustProxy),
      persisted && follower ? useEntityTags(follower) : {},
      useAdmission({ admission, executor }),
      useEventStreams(),
    ],
    graphqlEndpoint: graphqlPath,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    // `readBody` reads the body and limits its size before Yoga handles the request.
    maxRequestBodySize: false,
    // `allowOrigin` sets the CORS headers before Yoga handles the request.
    cors: false,
    parserAndValidationCache: false,
    maskedErrors: { maskError: mask },
    // Yoga would log all errors that maskError returns. `useErrorLog` logs unexpected errors once, and no user errors.
    logging: false,
  })
}

/** The client module and its types, by the paths at which they are served: their media types and files. */
const clientFiles: readonly [path: string, type: string, file: URL][] = [
  ['/client.js', 'text/javascript', new URL('../../../packages/client/follow.js', import.meta.url)],
  ['/client.d.ts', 'text/plain', new URL('../../../packages/client/follow.d.ts', import.meta.url)],
]

export type Handler = ReturnType<typeof createHandler>

/** Starts the HTTP server with all its paths, and WebSocket on the path of the API. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { port, host, log, origins = ['*'], introspection = true, graphiql = introspection, trustProxy = 0 } = options
  const service = createService(log, options)
  const yoga = createHandler(log, options, service)
  const streaming = { ...service, follower: options.follower, trustProxy }
  const sdl = await packAsset('text/plain; charset=utf-8', `${printSchema(schema)}\n`)
  const client = new Map<string, StaticAsset>()
  for (const [path, type, file] of clientFiles)
    client.set(path, await packAsset(`${type}; charset=utf-8`, await readFile(file, 'utf8')))
  let stopping = false

  /** Sends an asset with further headers, and charges its bytes to the address of the caller. */
  async function sendCharged(
    request: IncomingMessage,
    response: ServerResponse,
    asset: StaticAsset,
    headers: Record<string, string> = {},
  ): Promise<void> {
    const refusal = chargeFile(request, service.admission, trustProxy, bytesFor(request, asset))
    if (refusal) return refuse(request, response, refusal)
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
    sendAsset(request, response, asset)
  }

  async function answer(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (path === graphqlPath && graphiql && acceptsHtml(request))
      return sendCharged(request, response, await graphiqlPage(), { 'content-security-policy': pagePolicy })
    if (request.url === graphqlPath && !graphiql && acceptsHtml(request))
      return sendText(response, 404, 'GraphiQL is disabled: send a GraphQL request by POST.')
    if (path === graphqlPath) allowOrigin(request, response, origins)
    if (path === graphqlPath && request.method === 'OPTIONS') return answerPreflight(request, response)
    const refusal = path === graphqlPath && refusalOf(request, service.admission, trustProxy)
    if (refusal) return refuse(request, response, refusal)
    if (path === graphqlPath && request.method === 'PUT') return refuseReservation(response)
    if (wantsBody(request, path) && !(await readBody(request, response, service.limits.body))) return
    if (path === graphqlPath && acceptsEvents(request)) {
      const caller = await answerSubscription(request, response, streaming)
      return caller && yoga(request, response, { caller })
    }
    if (path === graphqlPath) return yoga(request, response)
    if (path === '/') return void response.writeHead(303, { location: graphqlPath }).end()
    if (path === '/schema.graphql' && introspection) return sendAsset(request, response, sdl)
    const clientFile = client.get(path)
    if (clientFile) return sendCharged(request, response, clientFile, { 'access-control-allow-origin': '*' })
    if (path === '/healthz') return sendText(response, 200, 'Alive.')
    if (path === '/readyz') {
      const { ready, detail } = await checkReadiness(options.follower)
      return sendText(response, ready ? 200 : 503, detail)
    }
    sendText(response, 404, `There is no resource at ${path}: use the API at ${graphqlPath}.`)
  }

  const server = createServer((request, response) => {
    for (const [name, value] of safeHeaders) response.setHeader(name, value)
    response.setHeader(REQUEST_ID, requestIdFor(request.headers[REQUEST_ID]))
    // `server.close` waits for keep-alive connections, so idle ones are closed.
    response.on('close', () => stopping && server.closeIdleConnections())
    const path = pathOf(request)
    if (!wantsBody(request, path) && hasBody(request)) closeUnread(request, response)
    answer(path, request, response).catch((error: unknown) => {
      log.error({ err: error, requestId: response.getHeader(REQUEST_ID) }, 'A request failed unexpectedly.')
      if (response.headersSent) response.end()
      else
        sendText(
          response,
          500,
          'An unexpected error occurred and was logged: try again, or report it to the operator of this service.',
        )
    })
  })
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (wantsBody(request, pathOf(request))) response.writeContinue()
    server.emit('request', request, response)
  })
  const webSockets = serveWebSockets(server, {
    ...streaming,
    path: graphqlPath,
    allows: allowing(origins),
    log,
  })
  await listen(server, port, host)
  return {
    url: `http://${urlHostOf(host)}:${(server.address() as AddressInfo).port}`,
    stop: () => {
      stopping = true
      options.follower?.end()
      webSockets.close()
      return close(server)
    },
  }
}

const pathOf = ({ url = '/' }: IncomingMessage): string => url.split('?')[0] || '/'

/** Whether the body of a request is read. */
const wantsBody = ({ method }: IncomingMessage, path: string): boolean => method === 'POST' && path === graphqlPath

function sendText(response: ServerResponse, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`)
  const type = 'text/plain; charset=utf-8'
  response.writeHead(status, { 'content-type': type, 'content-length': body.length, 'cache-control': 'no-store' })
  response.end(body)
}

function urlHostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return isIPv6(host) ? `[${host}]` : host
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why =
        error.code === 'EADDRINUSE'
          ? `Port ${port} is in use: stop the program that uses it, or set PORT to another port.`
          : `The server cannot listen on ${host}, port ${port} (${error.message}): set HOST or PORT to another value.`
      reject(new Error(why, { cause: error }))
    })
    server.listen(port, host, resolve)
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), SHUTDOWN_TIMEOUT_MS)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
