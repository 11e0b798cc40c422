import { once } from 'node:events'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type pg from 'pg'

const CANCEL_REQUEST = 80_877_102
const SSL_REQUEST = 80_877_103
const CONNECT_MS = 2000

/** What a connection is known by to the server, and how the server is reached. */
interface Target {
  processID: number | null
  secretKey: number | null
  host: string
  port: number
  ssl?: unknown
}

/**
 * Asks the server to cancel what a connection runs, over a connection of its own. Ends once the server has taken the request,
 * whether or not there was something to cancel. It must not be used on a pipelined connection, where it could meet the statement
 * of someone else.
 */
export async function cancelStatement(client: pg.ClientBase): Promise<void> {
  const { processID, secretKey, host, port, ssl } = client as unknown as Target
  if (processID === null || secretKey === null) return
  const plain = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
  plain.setTimeout(CONNECT_MS, () => plain.destroy())
  try {
    await once(plain, 'connect')
    const socket = ssl ? await encrypted(plain, host, ssl) : plain
    const closed = once(socket, 'close')
    socket.end(integers(16, CANCEL_REQUEST, processID, secretKey))
    socket.resume()
    await closed
  } catch {
    // A statement that cannot be cancelled ends by its timeout.
  } finally {
    plain.destroy()
  }
}

async function encrypted(plain: ReturnType<typeof connect>, host: string, ssl: unknown) {
  plain.write(integers(8, SSL_REQUEST))
  const [answer] = (await once(plain, 'data')) as [Buffer]
  if (answer.toString() !== 'S') return plain
  const socket = connectTls({ socket: plain, servername: host, ...(typeof ssl === 'object' ? ssl : {}) })
  await once(socket, 'secureConnect')
  return socket
}

function integers(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value, at * 4)
  return bytes
}
