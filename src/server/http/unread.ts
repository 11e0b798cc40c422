// Requests whose bodies are not read, or not to their end.
import type { IncomingMessage, ServerResponse } from 'node:http'

/** How long a client has to receive its answer before the connection is cut, in milliseconds. */
const LINGER_MS = 300

export const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** Closes the connection after the answer and reads no more of the request: a body may have no end. */
export function closeUnread(request: IncomingMessage, response: ServerResponse): void {
  const { socket } = request
  response.setHeader('connection', 'close')
  // Node reads on to the end of a request that nobody has begun to read.
  request.pause().read(0)
  // Cut at once, while the client still sends, the connection would take the answer along.
  socket.destroySoon = () => {
    socket.end()
    setTimeout(() => socket.destroy(), LINGER_MS).unref()
  }
}
