// Server-sent events: each result with the cursor after it, so that a browser's EventSource resumes by itself. What goes out
// to many is put into bytes once.
import { once } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin, YogaInitialContext } from 'graphql-yoga'
import type { Item } from '../log/fan-out.ts'
import { isPassing } from './errors.ts'
import type { FeedStream } from './feed.ts'

const EVENT_STREAM = 'text/event-stream'

/** So often a comment is sent, lest a proxy take a quiet connection for a dead one. */
const HEARTBEAT_MS = 12_000

export const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes(EVENT_STREAM) ?? false

const streams = new WeakMap<Request, FeedStream>()

/** Notes that a request opened a subscription. */
export const noteStream = (request: Request, stream: FeedStream): void => void streams.set(request, stream)

const opened = new WeakMap<IncomingMessage, FeedStream>()

/** Has the server carry a subscription itself, and refuses, before anything is streamed, what cannot be. */
export const useEventStreams = (): Plugin<YogaInitialContext & { req?: IncomingMessage }> => ({
  onResultProcess: ({ request, result, serverContext, setResult, setResultProcessor }) => {
    const stream = streams.get(request)
    const accepted = request.headers.get('accept')?.includes(EVENT_STREAM) ?? false
    if (stream && !accepted) {
      stream.reader.stop()
      const message = `A subscription is answered over server-sent events or WebSocket: send the header "accept: ${EVENT_STREAM}".`
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
      setResultProcessor(refusal(isPassing(result.errors) ? 503 : 400), 'application/json')
  },
})

type Processor = Parameters<
  Parameters<NonNullable<ReturnType<typeof useEventStreams>['onResultProcess']>>[0]['setResultProcessor']
>[0]

const refusal =
  (status: number): Processor =>
  (result, fetchAPI) =>
    new fetchAPI.Response(JSON.stringify({ errors: 'errors' in result ? result.errors : undefined }), {
      status,
      headers: { 'content-type': 'application/json; charset=utf-8' },
    })

const headers = { 'content-type': EVENT_STREAM, 'cache-control': 'no-cache', 'x-accel-buffering': 'no' }

/** The open responses, for their heartbeat. */
const open = new Set<ServerResponse>()

setInterval(() => {
  for (const response of open) if (response.writableLength === 0) response.write(':\n\n')
}, HEARTBEAT_MS).unref()

/** Sends what a subscription gives, if the request opened one, until either side ends it. Tells whether it did. */
export function sendEvents(request: IncomingMessage, response: ServerResponse, head: Response): boolean {
  const stream = opened.get(request)
  if (!stream) return false
  response.writeHead(200, Object.fromEntries(head.headers))
  // Cut before its first event, an EventSource resumes from here.
  response.write(`id: ${stream.start}\n\n`)
  response.on('close', () => {
    open.delete(response)
    stream.reader.stop()
  })
  open.add(response)
  pump(stream, response).catch(() => response.destroy())
  return true
}

async function pump({ reader, cursorOf }: FeedStream, response: ServerResponse): Promise<void> {
  const { signal } = reader
  for await (const items of reader)
    for (const item of items) {
      if (signal.aborted) return
      if (!response.write(frameOf(item, cursorOf))) await once(response, 'drain', { signal })
    }
  // Without "complete", which clients take for the end of it all: what is cut they open again, and go on.
  response.end()
}

const frames = new WeakMap<Item, Buffer>()

function frameOf(item: Item, cursorOf: (position: number) => string): Buffer {
  const known = frames.get(item)
  if (known) return known
  const frame = Buffer.from(`event: next\nid: ${cursorOf(item.position)}\ndata: ${item.json}\n\n`)
  frames.set(item, frame)
  return frame
}
