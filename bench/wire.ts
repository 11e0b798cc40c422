import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The messages that clients sent to PostgreSQL. */
export interface Counts {
  statements: number
}

export interface CountingProxy {
  /** The address of the same database through the proxy. */
  databaseUrl: string
  counts: Counts
  close(): void
}

/** Starts a proxy of PostgreSQL that counts statements. */
export async function startProxy(databaseUrl: string): Promise<CountingProxy> {
  const target = new URL(databaseUrl)
  const counts = { statements: 0 }
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname)
    const read = readMessages((type) => {
      // A query of the simple protocol, or the execution of a prepared statement.
      if (type === 'Q' || type === 'E') counts.statements++
    })
    client.on('data', read).pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => socket.destroy())
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    databaseUrl: url.href,
    counts,
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/**
 * Splits a client's bytes into messages of a type, a length and a body. The first messages of a connection have no
 * type.
 */
function readMessages(onMessage: (type: string) => void): (chunk: Buffer) => void {
  let pending = Buffer.alloc(0)
  let started = false
  return (chunk) => {
    pending = Buffer.concat([pending, chunk])
    for (;;) {
      const prefix = started ? 1 : 0
      if (pending.length < prefix + 4) return
      const size = prefix + pending.readUInt32BE(prefix)
      if (pending.length < size) return
      if (started) onMessage(String.fromCharCode(pending[0] ?? 0))
      // A request for encryption is before the startup message, and has a special code instead of the protocol's
      // version.
      else started = pending.readUInt32BE(4) !== SSL_REQUEST
      pending = pending.subarray(size)
    }
  }
}

const SSL_REQUEST = 80_877_103
