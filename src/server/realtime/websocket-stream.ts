// Sends a subscription over WebSocket, in messages of the graphql-transport-ws protocol.
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { WebSocket } from 'ws'
import type { FeedStream } from '../../changelog/feed-stream.ts'
import { lastErrors } from '../graphql/errors.ts'

/** An operation on a WebSocket connection. */
export interface SocketOperation {
  socket: WebSocket
  /** The id of the operation, unique on its connection. */
  id: string
  /** Aborted when the client completes the operation or disconnects. */
  client: AbortController
}

/** The buffered bytes of a connection above which its subscriptions pause, and those at which they continue. */
const MAX_WAITING = 65_536
const RESUME_AT = MAX_WAITING / 2

/** The interval at which a connection with paused subscriptions is checked, in milliseconds. */
const CHECK_MS = 50

/** The close code of a service that restarts: clients reconnect. */
const RESTART = 1012

/** Closes a connection so that its client reconnects. */
export const closeForReconnect = (socket: WebSocket): void =>
  socket.close(RESTART, 'The connection was closed: connect again.')

/** The paused subscriptions of a connection, which share its buffer. Each sent message resumes all of them if there is room. */
class PausedSubscriptions {
  private readonly socket: WebSocket
  /** The functions that resume the subscriptions. The one that has waited longest is the first. */
  private readonly waiting = new Set<() => void>()
  private checking: NodeJS.Timeout | undefined

  constructor(socket: WebSocket) {
    this.socket = socket
  }

  add(resume: () => void): void {
    this.waiting.add(resume)
    // The last buffered message may be one that graphql-ws sent, which does not call `resumeAll`.
    this.checking ??= setInterval(this.resumeAll, CHECK_MS).unref()
  }

  remove(resume: () => void): void {
    this.waiting.delete(resume)
    if (this.waiting.size > 0) return
    clearInterval(this.checking)
    this.checking = undefined
  }

  /** Resumes the subscriptions while there is room. Used as a callback. */
  readonly resumeAll = (): void => {
    const { socket, waiting } = this
    // A closing connection sends nothing more.
    const isOpen = socket.readyState === socket.OPEN
    if (isOpen && socket.bufferedAmount > RESUME_AT) return
    for (const resume of waiting) {
      if (isOpen && socket.bufferedAmount > MAX_WAITING) return
      this.remove(resume)
      if (isOpen) resume()
    }
  }
}

const pausedBySocket = new WeakMap<WebSocket, PausedSubscriptions>()

function pausedOf(socket: WebSocket): PausedSubscriptions {
  const known = pausedBySocket.get(socket) ?? new PausedSubscriptions(socket)
  pausedBySocket.set(socket, known)
  return known
}

/**
 * Sends the items of a subscription directly to the socket, because graphql-ws would serialize each item again for each subscriber.
 * Returns an iterator without values for graphql-ws: it ends when the subscription ends, and its `return` ends the subscription.
 */
export function toIterator(stream: FeedStream, { socket, id, client }: SocketOperation): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  const ended = new Promise<GraphQLFormattedError | undefined>((resolve) => {
    // The client completed the operation while it was being opened.
    if (client.signal.aborted) return resolve(undefined)
    const paused = pausedOf(socket)
    const resume = () => subscriber.resume()
    const subscriber = stream.subscribe({
      take: ({ json }) => {
        socket.send(`${start}${json}}`, paused.resumeAll)
        if (socket.bufferedAmount <= MAX_WAITING) return true
        paused.add(resume)
        return false
      },
      end: (reason) => {
        const [error] = lastErrors(reason) ?? []
        if (reason && !error) closeForReconnect(socket)
        resolve(error)
      },
    })
    client.signal.addEventListener('abort', () => {
      paused.remove(resume)
      subscriber.stop()
      resolve(undefined)
    })
  })
  const done = { done: true, value: undefined } as const
  return {
    next: async () => {
      const error = await ended
      if (error) throw new GraphQLError(error.message, { extensions: error.extensions })
      return done
    },
    return: async () => {
      client.abort()
      return done
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
