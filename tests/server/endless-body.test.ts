// Clients that send an endless body where none is expected.
import diagnostics from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type RunningServer, startServer } from '../../src/server/http/server.ts'
import '../client.ts'

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ port: 0, host: '127.0.0.1', log: pino({ level: 'silent' }) })
})
afterAll(() => server.stop())

const chunk = Buffer.from(`4000\r\n${'x'.repeat(0x4000)}\r\n`)

/** Sends a request with an endless body, and returns the answer and the bytes that were read. */
async function sendEndless(start: string) {
  let read: Socket | undefined
  const note = (message: unknown) => {
    read = (message as { socket: Socket }).socket
  }
  diagnostics.subscribe('http.server.request.start', note)
  const socket = connect({ port: Number(new URL(server.url).port), host: '127.0.0.1', allowHalfOpen: true })
  try {
    await once(socket, 'connect')
    socket.on('error', () => {})
    let answer = ''
    let answeredAt = 0
    socket.on('data', (data) => {
      answeredAt ||= performance.now()
      answer += data
    })
    const closed = new Promise<number>((resolve) => socket.on('close', () => resolve(performance.now())))
    socket.write(`${start} HTTP/1.1\r\nhost: x\r\naccept: */*\r\ntransfer-encoding: chunked\r\n\r\n`)
    const write = async () => {
      while (!socket.destroyed) if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), closed, sleep(50)])
    }
    void write().catch(() => {})
    const closedAt = await Promise.race([closed, sleep(5000, Number.POSITIVE_INFINITY, { ref: false })])
    return { answer, ms: closedAt - answeredAt, bytes: read?.bytesRead }
  } finally {
    socket.destroy()
    diagnostics.unsubscribe('http.server.request.start', note)
  }
}

test.each([
  ['PUT /graphql', 405],
  ['PATCH /graphql', 405],
  ['DELETE /graphql?query={__typename}', 405],
  ['OPTIONS /graphql', 204],
  ['GET /graphql?query={__typename}', 200],
  ['POST /graphql', 415],
  ['GET /healthz', 200],
  ['POST /healthz', 200],
  ['GET /readyz', 200],
  ['GET /', 303],
  ['GET /schema.graphql', 200],
  ['GET /client.js', 200],
  ['GET /client.d.ts', 200],
  ['POST /nowhere', 404],
])('%s with an endless body is answered with %i, and the connection is closed', async (start, status) => {
  const { answer, ms, bytes } = await sendEndless(start)
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  expect(ms).toBeLessThan(1000)
  expect(bytes).toBeLessThan(500_000)
})

test('a client that sends "Expect: 100-continue" is told to send its body only where one is expected', async () => {
  const firstLine = async (start: string) => {
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
    const type = 'content-type: application/json\r\ncontent-length: 26\r\nexpect: 100-continue\r\n'
    socket.write(`${start} HTTP/1.1\r\nhost: x\r\n${type}\r\n`)
    const [data] = await once(socket, 'data')
    socket.destroy()
    return String(data).split('\r\n')[0]
  }
  expect(await firstLine('POST /graphql')).toBe('HTTP/1.1 100 Continue')
  expect(await firstLine('PUT /graphql')).toMatch(/^HTTP\/1.1 405 /)
  expect(await firstLine('POST /healthz')).toMatch(/^HTTP\/1.1 200 /)
})

test('a connection without a body stays open', async () => {
  const response = await fetch(`${server.url}/healthz`)
  expect(response.headers.get('connection')).toBe('keep-alive')
})
