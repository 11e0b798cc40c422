import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type DocumentNode, getOperationAST, parse } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { createSchema, createYoga, type Plugin } from 'graphql-yoga'
import { afterAll, expect, onTestFinished, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import packageLock from '../../package-lock.json' with { type: 'json' }
import {
  admittedOf,
  hasOwnText,
  nodeContextOf,
  paramsOfContext,
  parsedBodyOf,
  setAdmitted,
  setParsedBody,
} from '../../src/server/http/yoga.ts'
import { ignoreErrors, terminate } from '../../src/server/realtime/graphql-ws.ts'
import { expectVersions } from './versions.ts'

const schema = createSchema({ typeDefs: 'type Query { answer: String }' })

const servers: Server[] = []
afterAll(() => {
  for (const server of servers) server.close()
})

async function listen(server: Server): Promise<string> {
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

test('the versions that src/server/http/yoga.ts and src/server/realtime/graphql-ws.ts were written for', () => {
  expectVersions({ 'graphql-yoga': '5.24.1', 'graphql-ws': '6.4.2', ws: '8.23.0' })
  expect(packageLock.packages['node_modules/@whatwg-node/server'].version).toBe('0.11.0')
})

test('Yoga takes a parsed body, shares one context among its hooks, and sends the text of a result', async () => {
  const seen: Record<string, unknown> = {}
  const plugin: Plugin = {
    onRequest: ({ serverContext }) => {
      const { req, res } = nodeContextOf(serverContext)
      Object.assign(seen, { req, res, body: parsedBodyOf(req) })
    },
    onParams: ({ params, context }) => {
      seen.params = params
      setAdmitted(context, { operation: operationOf(parse(params.query ?? '')) })
    },
    onExecute: ({ setExecuteFn }) =>
      setExecuteFn(() => ({ data: { answer: 'not sent' }, stringify: () => '{"data":"its own text"}' })),
    onResultProcess: ({ result, serverContext }) => {
      const { query } = paramsOfContext(serverContext) ?? {}
      const operation = admittedOf(serverContext)?.operation.operation
      Object.assign(seen, { query, operation, hasOwnText: hasOwnText(result) })
    },
  }
  const yoga = createYoga({ schema, plugins: [plugin], logging: false })
  const body = { query: 'query { answer }' }
  let request: IncomingMessage | undefined
  const server = createServer(async (req, res) => {
    request = req
    // Consumes the stream: what follows can only come from the parsed body.
    for await (const _ of req);
    setParsedBody(req, body)
    await yoga(req, res)
    expect(seen.res).toBe(res)
  })
  const response = await fetch(`http://${await listen(server)}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  expect(await response.text()).toBe('{"data":"its own text"}')
  expect(seen.req).toBe(request)
  expect(seen).toMatchObject({ body, params: body, query: body.query, operation: 'query', hasOwnText: true })
})

function operationOf(document: DocumentNode) {
  const operation = getOperationAST(document)
  if (!operation) throw new Error('The document has no operation.')
  return operation
}

/** Serves WebSockets with graphql-ws; `onSocket` is called after graphql-ws has added its listeners. */
async function serve(onSocket: (socket: WebSocket) => void, onMessage = () => {}): Promise<WebSocket> {
  const server = createServer()
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 1000 })
  useServer({ schema, onConnect: onMessage }, sockets)
  server.on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (ws) => {
      sockets.emit('connection', ws, request)
      onSocket(ws)
    }),
  )
  const client = new WebSocket(`ws://${await listen(server)}`, 'graphql-transport-ws')
  onTestFinished(() => client.terminate())
  await once(client, 'open')
  return client
}

test('without the error listener of graphql-ws, ws closes a connection with its own code and nothing is printed', async () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => print.mockRestore())
  const client = await serve((socket) => {
    expect(socket.listenerCount('error')).toBe(1)
    ignoreErrors(socket)
  })
  client.send('x'.repeat(2000))
  const [code] = await once(client, 'close')
  expect(code).toBe(1009)
  expect(print).not.toHaveBeenCalled()
})

test('after terminate, graphql-ws processes no further message', async () => {
  const onMessage = vi.fn()
  const client = await serve((socket) => {
    expect(socket.listenerCount('message')).toBe(1)
    terminate(socket)
    socket.emit('message', Buffer.from('{"type":"connection_init"}'), false)
  }, onMessage)
  const [code] = await once(client, 'close')
  expect(code).toBe(1006)
  expect(onMessage).not.toHaveBeenCalled()
})
