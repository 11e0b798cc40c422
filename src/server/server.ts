import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { printSchema } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Logger } from 'pino'
import { schema } from '../schema/schema.ts'
import { maskWith } from './errors.ts'
import { asksForPage, serveGraphiQL } from './graphiql.ts'
import { checkReadiness } from './health.ts'

export interface RunningServer {
  /** Where it listens, such as http://localhost:4000. */
  url: string
  /** Answers what has been asked, refuses what comes new, and ends. */
  stop(): Promise<void>
}

export const graphqlPath = '/graphql'

/** How long requests may take to end once the server is to stop. */
const patience = 10_000

/** GraphQL as a fetch-like handler; the server and the tests go through it alike. */
export function createHandler(log: Logger) {
  return createYoga({
    schema,
    graphqlEndpoint: graphqlPath,
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    // All data is public and there are no cookies, so any page may read; none may send credentials.
    cors: { origin: '*', credentials: false, methods: ['GET', 'POST', 'OPTIONS'] },
    maskedErrors: { maskError: maskWith(log) },
    logging: log,
  })
}

/** Serves the API on a port of its own. */
export async function startServer(options: { port: number; host: string; log: Logger }): Promise<RunningServer> {
  const { port, host, log } = options
  const yoga = createHandler(log)
  const sdl = `${printSchema(schema)}\n`
  let stopping = false

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (stopping) response.setHeader('connection', 'close')
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    if (pathname === graphqlPath)
      return asksForPage(request) ? serveGraphiQL(request, response) : yoga(request, response)
    if (pathname === '/') return void response.writeHead(303, { location: graphqlPath }).end()
    if (pathname === '/schema.graphql') return sendText(response, 200, sdl)
    if (pathname === '/healthz') return sendText(response, 200, 'Alive.\n')
    if (pathname === '/readyz') {
      const { ready, detail } = await checkReadiness()
      return sendText(response, ready ? 200 : 503, `${detail}\n`)
    }
    sendText(response, 404, `There is nothing at ${pathname}: the API is at ${graphqlPath}.\n`)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error({ err: error }, 'A request failed unexpectedly.')
      if (!response.headersSent) sendText(response, 500, 'Something went wrong on our side.\n')
      response.end()
    })
  })
  await listen(server, port, host)
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    stop: () => {
      stopping = true
      return closeServer(server)
    },
  }
}

function sendText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text)
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE'
      reject(taken ? new Error(`Port ${port} is in use: stop what listens there, or set PORT to another one.`) : error)
    })
    server.listen(port, host, resolve)
  })
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), patience)
    server.close(() => {
      clearTimeout(timer)
      resolve()
    })
    server.closeIdleConnections()
  })
}
