// The listeners of graphql-ws on a WebSocket, which its API does not expose. tests/contracts/yoga.unit.test.ts tests these
// functions, and names the versions for which they were written.
import type { WebSocket } from 'ws'

/**
 * Replaces graphql-ws's listener for socket errors, which writes to the console and closes with another code. ws itself closes the
 * connection with the right code, for example 1009 for a frame that is too large.
 */
export const ignoreErrors = (socket: WebSocket): WebSocket => socket.removeAllListeners('error').on('error', () => {})

/** Closes a connection immediately. Removes the listeners first, so that frames that were already received are not processed. */
export function terminate(socket: WebSocket): void {
  ignoreErrors(socket.removeAllListeners('message').removeAllListeners('ping'))
  socket.terminate()
}
