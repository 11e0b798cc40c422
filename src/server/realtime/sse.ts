// Sends subscriptions as server-sent events. The id of each event is its cursor, so a browser's EventSource resumes by itself.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { FeedStream } from '../../changelog/feed-stream.ts'
import type { Item } from '../../changelog/subscription-query.ts'
import { feedCursor } from '../../domain/log-cursor.ts'
import { schema } from '../../schema/schema.ts'
import type { Admission } from '../graphql/admission.ts'
import { type ErrorAnswer, errorAnswer, lastErrors, mask } from '../graphql/errors.ts'
import { paramsOf } from '../graphql/params.ts'
import { type Authenticate, type Caller, refusedCaller } from '../http/auth.ts'
import { REQUEST_ID } from '../http/request-id.ts'
import { addressOf, recordSender } from '../http/sender.ts'
import { admittedOf } from '../http/yoga.ts'
import { balanceHeaders } from '../limits/bucket.ts'
import { type Follower, withoutFollower } from './follower.ts'
import { endWith } from './session.ts'

const EVENT_STREAM = 'text/event-stream'

/** The interval of comments on idle connections, which proxies would otherwise close, in milliseconds. */
const HEARTBEAT_MS = 12_000

/** Whether a request accepts server-sent events. */
export const acceptsEvents = ({ headers }: IncomingMessage): boolean => headers.accept?.includes(EVENT_STREAM) ?? false

interface EventStreamOptions {
  admission: Admission
  authenticate: Authenticate
  follower: Follower | undefined
  /** The number of trusted proxies in front of the service. */
  trustProxy: number
}

/**
 * Answers a request that accepts events, after its body was read, if it is a subscription or its key is refused. Otherwise sends
 * nothing and returns the caller; Yoga then answers the request.
 */
export async function answerSubscription(
  request: IncomingMessage,
  response: ServerResponse,
  { admission, authenticate, follower, trustProxy }: EventStreamOptions,
): Promise<Caller | undefined> {
  const { authorization, 'last-event-id': lastEventId } = request.headers
  const headers = () => balanceHeaders(admission.balanceOf(request))
  const refuse = (errors: readonly GraphQLError[]) =>
    void send(response, errorAnswer(errors, 400, { requestId: response.getHeader(REQUEST_ID) }), headers())
  const address = addressOf(request, trustProxy)
  let caller: Caller
  try {
    caller = await authenticate(authorization, address)
  } catch (error) {
    return void send(response, refusedCaller(error))
  }
  recordSender(request, { viewer: caller.viewer, address })
  const params = paramsOf(request, admission.takesIds)
  if (!params) return caller
  try {
    await admission.turnFor(request, params)
  } catch (error) {
    // Too many documents wait to be parsed.
    return refuse([mask(error)])
  }
  if (!admission.isSubscription(request, params)) return caller
  const admitted = admission.admit(request, params)
  if (!('price' in admitted)) return refuse(admitted.map(mask))
  const { operationName, variables: variableValues } = params
  const args = { schema, document: admitted.document, operationName, variableValues }
  const opened =
    (await follower?.open(args, admission.payerOf({ admitted, viewer: caller.viewer }), lastEventId?.toString())) ??
    withoutFollower()
  if ('errors' in opened) return refuse(opened.errors)
  return void sendEvents(opened, response, caller, headers())
}

function send(response: ServerResponse, { status, headers, body }: ErrorAnswer, more?: Record<string, string>): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body), ...more }).end(body)
}

const NO_SINGLE_CONNECTION =
  'The single connection mode of graphql-sse is not served: create the client without singleConnection, or use graphql-ws for many subscriptions over one connection.'

/** Answers PUT, with which a client of graphql-sse in single connection mode begins. The client shows only the status line. */
export function refuseReservation(response: ServerResponse): void {
  const headers = { allow: 'GET, POST', 'content-type': 'text/plain; charset=utf-8' }
  response.writeHead(405, NO_SINGLE_CONNECTION, headers).end(`${NO_SINGLE_CONNECTION}\n`)
}

/** Yoga plugin that refuses subscriptions without `accept: text/event-stream`, and sends errors to clients that accept events. */
export const useEventStreams = (): Plugin => ({
  onSubscribe: ({ setSubscribeFn }) => setSubscribeFn((): ExecutionResult => ({})),
  onResultProcess: ({ request, result, serverContext, setResult, setResultProcessor }) => {
    const admitted = admittedOf(serverContext)
    if (admitted?.operation.operation === 'subscription' && !('errors' in result)) {
      setResult({ errors: [notAccepted()] })
      return setResultProcessor(processor(406), 'application/json')
    }
    // An EventSource treats status 200 as a stream that ended, and would reconnect forever.
    const isAccepted = request.headers.get('accept')?.includes(EVENT_STREAM)
    if (isAccepted && 'errors' in result && result.data == null) setResultProcessor(processor(400), 'application/json')
  },
})

type Processor = Parameters<
  Parameters<NonNullable<ReturnType<typeof useEventStreams>['onResultProcess']>>[0]['setResultProcessor']
>[0]

/** Returns a processor that sends errors as JSON with at least the given status. */
const processor =
  (minimumStatus: number): Processor =>
  (result, fetchAPI) => {
    const { errors = [], extensions } = result as ExecutionResult
    const { status, headers, body } = errorAnswer(errors, minimumStatus, extensions)
    return new fetchAPI.Response(body, { status, headers })
  }

const notAccepted = () =>
  new GraphQLError(
    `Subscriptions require server-sent events or WebSocket: send the header "accept: ${EVENT_STREAM}".`,
    { extensions: { code: 'NOT_ACCEPTABLE' } },
  )

/** The open connections, which receive heartbeats. */
const openSockets = new Set<Socket>()

setInterval(() => {
  for (const socket of openSockets) if (socket.writableLength === 0) socket.write(':\n\n')
}, HEARTBEAT_MS).unref()

/** Sends the items of a subscription until the stream or the connection ends. */
function sendEvents(
  stream: FeedStream,
  response: ServerResponse,
  caller: Caller,
  headers: Record<string, string>,
): void {
  const { socket } = response
  // The client has disconnected, and the socket will not emit `close` again.
  if (!socket || socket.destroyed) return
  // The stream ends with its connection, so it does not use chunked encoding. All subscribers receive the same bytes.
  response.removeHeader('transfer-encoding')
  response.writeHead(200, {
    'content-type': EVENT_STREAM,
    'cache-control': 'no-cache',
    'x-accel-buffering': 'no',
    ...headers,
    connection: 'close',
  })
  // If an EventSource is disconnected before the first event, it resumes from this id.
  response.write(`id: ${feedCursor(stream.epoch, stream.after)}\n\n`)
  const subscriber = stream.subscribe({
    take: (item) => {
      item.frame ??= frameOf(item, stream)
      return socket.write(item.frame)
    },
    end: (reason) => {
      const errors = lastErrors(reason)
      if (errors) socket.write(`event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`)
      if (reason && !errors) socket.destroy()
      else socket.destroySoon()
    },
  })
  socket.on('drain', () => subscriber.resume())
  socket.on('close', () => {
    openSockets.delete(socket)
    subscriber.stop()
  })
  openSockets.add(socket)
  endWith(caller, { isOpen: () => !socket.destroyed, end: () => subscriber.end() })
}

const frameOf = ({ position, json }: Item, { epoch }: FeedStream): Buffer =>
  Buffer.from(`event: next\nid: ${feedCursor(epoch, position)}\ndata: ${json}\n\n`)
