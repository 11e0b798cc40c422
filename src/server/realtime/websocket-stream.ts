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

/** The buffered bytes of a connection above which its subscriptions pause. */
const MAX_WAITING = 65_536

/** The close code of a service that restarts: clients reconnect. */
const RESTART = 1012

/** Closes a connection so that its client reconnects. */
export const closeForReconnect = (socket: WebSocket): void =>
  socket.close(RESTART, 'The connection was closed: connect again.')

/**
 * Sends the items of a subscription directly to the socket, because graphql-ws would serialize each item again for each subscriber.
 * Returns an iterator without values for graphql-ws: it ends when the subscription ends, and its `return` ends the subscription.
 */
export function toIterator(stream: FeedStream, { socket, id, client }: SocketOperation): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  const ended = new Promise<GraphQLFormattedError | undefined>((resolve) => {
    // The client completed the operation while it was being opened.
    if (client.signal.aborted) return resolve(undefined)
    let isFull = false
    const onSent = () => {
      if (!isFull || socket.bufferedAmount > 0) return
      isFull = false
      subscriber.resume()
    }
    const subscriber = stream.subscribe({
      take: ({ json }) => {
        socket.send(`${start}${json}}`, onSent)
        isFull = socket.bufferedAmount > MAX_WAITING
        return !isFull
      },
      end: (reason) => {
        const [error] = lastErrors(reason) ?? []
        if (reason && !error) closeForReconnect(socket)
        resolve(error)
      },
    })
    client.signal.addEventListener('abort', () => {
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
