import pg from 'pg'

/** How long a cancel request waits for the server before its connection is destroyed, in milliseconds. */
const GRACE_MS = 5000

/** Parts of pg that its types lack. */
interface WithKey {
  processID: number
  secretKey: number
  host: string
  port: number
  ssl: boolean | object
}
interface CancelConnection {
  stream: { destroy(): void }
  connect(port: number | string, host?: string): void
  requestSsl(): void
  cancel(processID: number, secretKey: number): void
  on(event: 'connect' | 'sslconnect' | 'end', listener: () => void): void
  on(event: 'error', listener: (error: Error) => void): void
}

/**
 * Sends a cancel request for the running statement of a client, over a separate connection. Resolves when that connection is
 * closed. Must not be used for pipelined connections, where the request could cancel another caller's statement.
 */
export function cancelStatement(client: pg.ClientBase): Promise<void> {
  const { processID, secretKey, host, port, ssl } = client as unknown as WithKey
  const connection = new pg.Connection({ ssl } as never) as unknown as CancelConnection
  const timer = setTimeout(() => connection.stream.destroy(), GRACE_MS)
  return new Promise<void>((resolve, reject) => {
    const send = () => connection.cancel(processID, secretKey)
    connection.on('connect', () => (ssl ? connection.requestSsl() : send()))
    connection.on('sslconnect', send)
    connection.on('error', reject)
    connection.on('end', resolve)
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`)
    else connection.connect(port, host)
  }).finally(() => clearTimeout(timer))
}
