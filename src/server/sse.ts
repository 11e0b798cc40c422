// Server-sent events: each result with the cursor after it, so that a browser's EventSource resumes by itself. What goes out
// to many is put into bytes once.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { ExecutionResult } from 'graphql'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Item } from '../log/query.ts'
import { callerOf } from './auth.ts'
import { lastErrors, worded } from './errors.ts'
import { endWith } from './session.ts'
import { type FeedStream, streamOf } from './stream.ts'

const EVENT_STREAM = 'text/event-stream'

/** So often a comment is sent, lest a proxy take a quiet connection for a dead one. */
const HEARTBEAT_MS = 12_000

export const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes(EVENT_STREAM) ?? false

const opened = new WeakMap<IncomingMessage, FeedStream>()

/** Has the server carry a subscription itself, and refuses, before anything is streamed, what cannot be. */
export const useEventStreams = (): Plugin<YogaInitialContext & { req?: IncomingMessage }> => ({
  onResultProcess: ({ request, result, serverContext, setResult, setResultProcessor }) => {
    const stream = streamOf(request)
    const accepted = request.headers.get('accept')?.includes(EVENT_STREAM) ?? false
    if (stream && !accepted) {
      const message = `Subscriptions require server-sent events or WebSocket: send the header "accept: ${EVENT_STREAM}".`
      setResult({ errors: [{ message, extensions: { code: 'NOT_ACCEPTABLE' } }] } as never)
      return setResultProcessor(refusal(406), 'application/json')
    }
    const { req } = serverContext as { req?: IncomingMessage }
    if (stream && req) {
      opened.set(req, stream)
      return setResultProcessor((_result, fetchAPI) => new fetchAPI.Response(null, { headers }), EVENT_STREAM)
    }
    // An EventSource takes a 200 for a stream that ended, and would ask again for ever.
    if (accepted && !stream && 'errors' in result && result.data == null)
      setResultProcessor(refusal(400), 'application/json')
  },
})

type Processor = Parameters<
  Parameters<NonNullable<ReturnType<typeof useEventStreams>['onResultProcess']>>[0]['setResultProcessor']
>[0]

const refusal =
  (usual: number): Processor =>
  (result, fetchAPI) => {
    const { errors = [], extensions } = result as ExecutionResult
    const words = errors.map(worded)
    const told = Object.assign({}, ...words.map(({ http }) => http.headers)) as Record<string, string>
    return new fetchAPI.Response(JSON.stringify({ errors: words.map(({ said }) => said), extensions }), {
      status: Math.max(usual, ...words.map(({ http }) => http.status ?? 0)),
      headers: { 'content-type': 'application/json; charset=utf-8', ...told },
    })
  }

const headers = { 'content-type': EVENT_STREAM, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }

/** The open connections, for their heartbeat. */
const open = new Set<Socket>()

setInterval(() => {
  for (const socket of open) if (socket.writableLength === 0) socket.write(':\n\n')
}, HEARTBEAT_MS).unref()

/** Sends what a subscription gives, if the request opened one, until either side ends it. Tells whether it did. */
export function sendEvents(request: IncomingMessage, response: ServerResponse, head: Response): boolean {
  const stream = opened.get(request)
  const { socket } = response
  if (!stream || !socket) return false
  opened.delete(request)
  // Yoga's part is over; what listens on for it would keep all that the request was read into as long as the stream lasts.
  for (const event of ['close', 'error', 'finish']) response.removeAllListeners(event)
  // The stream ends with its connection: so its events go out as they are, the same bytes to all.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, { ...Object.fromEntries(head.headers), connection: 'close' })
  // Cut before its first event, an EventSource resumes from here.
  response.write(`id: ${stream.start}\n\n`)
  const reader = stream.pour({
    take: (item) => socket.write(frameOf(item, stream)),
    end: (reason) => {
      const errors = lastErrors(reason)
      if (errors) socket.write(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`)
      if (reason && !errors) socket.destroy()
      else socket.destroySoon()
    },
  })
  socket.on('drain', () => reader.resume())
  socket.on('close', () => {
    open.delete(socket)
    reader.stop()
  })
  open.add(socket)
  endWith(callerOf(request), { isOpen: () => !socket.destroyed, end: () => reader.end() })
  return true
}

const frames = new WeakMap<Item, Buffer>()

function frameOf(item: Item, stream: FeedStream): Buffer {
  const known = frames.get(item)
  if (known) return known
  const frame = Buffer.from(`event: next\nid: ${stream.cursorOf(item.position)}\ndata: ${item.json}\n\n`)
  frames.set(item, frame)
  return frame
}
