import type { Socket } from 'node:net'

/**
 * Holds back what is written to a socket until all that has come in has been looked at. What was written by then goes out
 * in one call to the system, close to what goes out to others: whoever reads it wakes up once, and not for each part.
 */
export function corkUntilNextTick(socket: Socket): void {
  if (socket.writableCorked > 0) return
  socket.cork()
  setImmediate(() => socket.uncork())
}
