// Subscriptions of one WebSocket connection share its buffer. A client that reads nothing for a while fills it.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import type { FeedStream } from '../../src/changelog/feed-stream.ts'
import type { Sink, Subscriber } from '../../src/changelog/subscriber.ts'
import { toIterator } from '../../src/server/realtime/websocket-stream.ts'

/** 30 MB in all, which is more than the operating system buffers. */
const ITEMS = 300
const json = JSON.stringify('x'.repeat(100_000))

let server: WebSocketServer
beforeAll(async () => {
  server = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  await once(server, 'listening')
})
afterAll(() => server.close())

let client: WebSocket
let socket: WebSocket
/** The ids of the received messages. */
let received: string[]
beforeEach(async () => {
  received = []
  const connected = once(server, 'connection')
  client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`)
  client.on('message', (data) => received.push((JSON.parse(String(data)) as { id: string }).id))
  socket = ((await connected) as [WebSocket])[0]
  if (client.readyState !== client.OPEN) await once(client, 'open')
  client.pause()
  return () => client.terminate()
})

/** Opens a subscription that sends `ITEMS` items as fast as its connection takes them. */
function subscribe(id: string): void {
  let position = 0
  const subscribeTo = ({ take }: Sink): Subscriber => {
    const resume = () => {
      while (position < ITEMS) if (!take({ position: ++position, json })) return
    }
    resume()
    return { resume, stop: () => {} } as Subscriber
  }
  const stream: FeedStream = { epoch: '', after: 0, subscribe: subscribeTo }
  toIterator(stream, { socket, id, client: new AbortController() })
}

const countOf = (wanted: string) => received.filter((id) => id === wanted).length

test('two subscriptions on a slow connection both deliver all items', async () => {
  subscribe('a')
  subscribe('b')
  expect(socket.bufferedAmount).toBeGreaterThan(0)
  client.resume()
  await vi.waitFor(() => expect([countOf('a'), countOf('b')]).toEqual([ITEMS, ITEMS]), 5000)
})

test('a subscription resumes after the last buffered message was one of another sender', async () => {
  subscribe('a')
  socket.send(JSON.stringify({ id: 'result', data: 'x'.repeat(20_000_000) }))
  client.resume()
  await vi.waitFor(() => expect([countOf('a'), countOf('result')]).toEqual([ITEMS, 1]), 5000)
})
