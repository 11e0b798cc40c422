// Carries a subscription over WebSocket, in messages of the graphql-transport-ws protocol.
import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { WebSocket } from 'ws'
import type { FeedStream } from '../../changelog/feed-stream.ts'
import { lastErrors } from '../graphql/errors.ts'

/** What a subscription is carried by. */
export interface SocketOperation {
  socket: WebSocket
  /** The id of the operation on its connection. */
  id: string
  /** Aborted when the client no longer follows. */
  client: AbortController
}

/** How much may wait to be sent, in bytes, before a subscription is read no further. */
const MAX_WAITING = 65_536

/** Close code of a service that restarts: clients connect anew. */
const RESTART = 1012

/** Closes a connection so that its client comes back. */
export const cut = (socket: WebSocket): void => socket.close(RESTART, 'The connection was closed: connect again.')

/**
 * Sends what a subscription gives past the library, which would put it into text anew for each subscriber. For the library it is
 * an iterator without values: it ends when the subscription does, and ends the subscription when the library returns it.
 */
export function toIterator(stream: FeedStream, { socket, id, client }: SocketOperation): AsyncIterableIterator<never> {
  const start = `{"id":${JSON.stringify(id)},"type":"next","payload":`
  const ended = new Promise<GraphQLFormattedError | undefined>((resolve) => {
    // The client completed it while it was opened.
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
        if (reason && !error) cut(socket)
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
