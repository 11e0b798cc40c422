import type { Socket } from 'node:net'

/**
 * Buffers writes to a socket until the event loop has processed all received data, and then sends them with one system call. The
 * receiver wakes up once instead of once for each write.
 */
export function corkUntilNextTick(socket: Socket): void {
  if (socket.writableCorked > 0) return
  socket.cork()
  setImmediate(() => socket.uncork())
}
