// Closes the connections of requests whose bodies are not read completely.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a client has to receive the response before the connection is closed, in milliseconds. */
const LINGER_MS = 300

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Closes the connection after the response, and reads no more of the request, because a body may be endless. */
export function closeUnread(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  response.setHeader('connection', 'close')
  // Node discards the body of a request that was never read, which takes as long as the client sends. After a first read it does not.
  request.pause().read(0)
  // Closing the connection while the client is sending would reset it before the client reads the response.
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }
}
