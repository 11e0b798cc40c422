import pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { type Answer, READ_SETTINGS, type Statement, timed } from './reader.ts'

interface SlowReaderOptions {
  connections: number
  /** SQL that each connection begins with. */
  settings: readonly string[]
}

interface Connection {
  client: pg.Client
  /** Settled once it can be used. */
  open: Promise<unknown>
  /** The statement timeout that it has, in milliseconds; undefined: the one it began with. */
  timeout: number | undefined
  /** How many statements the server keeps for it. */
  names: Set<string>
  isLost: boolean
}

const CONNECT_MS = 5000
const MOST_STATEMENTS = 200

/** Reads one statement at a time on each of a few connections, so that each can be limited and cancelled by itself. */
export class SlowReader {
  private readonly url: string
  private readonly most: number
  private readonly settings: readonly string[]
  private readonly idle: Connection[] = []
  private readonly waiting: ((connection: Connection) => void)[] = []
  private count = 0
  private readonly busy = new Set<Promise<unknown>>()

  constructor(url: string, { connections, settings }: SlowReaderOptions) {
    this.url = url
    this.most = connections
    this.settings = settings
  }

  /** `timeout` in milliseconds; an aborted `signal` cancels the statement on the server. */
  async read(
    statement: Statement,
    { timeout, signal }: { timeout?: number | undefined; signal?: AbortSignal | undefined },
  ): Promise<Answer> {
    const connection = await this.take()
    const answer = this.run(connection, statement, timeout, signal)
    this.busy.add(answer)
    try {
      return await answer
    } finally {
      this.busy.delete(answer)
      this.give(connection)
    }
  }

  /** Ends once what was sent has been answered. */
  async close(): Promise<void> {
    await Promise.allSettled([...this.busy])
    await Promise.all(this.idle.splice(0).map(({ client }) => client.end().catch(() => {})))
  }

  private async run(
    connection: Connection,
    statement: Statement,
    timeout: number | undefined,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { client } = connection
    await connection.open
    signal?.throwIfAborted()
    if (connection.timeout !== timeout) {
      await client.query(timeout === undefined ? 'RESET statement_timeout' : `SET statement_timeout = ${timeout}`)
      if (timeout === undefined) await client.query(this.settings.join('; '))
      connection.timeout = timeout
    }
    let cancelling: Promise<void> | undefined
    const cancel = () => {
      cancelling = cancelStatement(client)
    }
    signal?.addEventListener('abort', cancel, { once: true })
    connection.names.add(statement.name)
    const start = performance.now()
    try {
      const { rows } = await client.query<[string | null]>({ ...statement, rowMode: 'array' })
      return { text: rows[0]?.[0] ?? null, milliseconds: performance.now() - start }
    } catch (error) {
      throw timed(error, performance.now() - start)
    } finally {
      signal?.removeEventListener('abort', cancel)
      // The request must not meet the connection's next statement.
      await cancelling
    }
  }

  private take(): Promise<Connection> | Connection {
    const free = this.idle.pop()
    if (free) return free
    if (this.count < this.most) return this.connect()
    return new Promise((resolve) => this.waiting.push(resolve))
  }

  private give(connection: Connection): void {
    if (connection.names.size > MOST_STATEMENTS) {
      connection.isLost = true
      void connection.client.end().catch(() => {})
    }
    if (connection.isLost) this.count--
    const next = this.waiting.shift()
    if (next) next(connection.isLost ? this.connect() : connection)
    else if (!connection.isLost) this.idle.push(connection)
  }

  private connect(): Connection {
    this.count++
    const client = new pg.Client({ connectionString: this.url, connectionTimeoutMillis: CONNECT_MS, keepAlive: true })
    const settings = [...READ_SETTINGS, ...this.settings].join('; ')
    const open = client.connect().then(() => client.query(settings))
    const connection: Connection = { client, open, timeout: undefined, names: new Set(), isLost: false }
    const lose = () => {
      connection.isLost = true
      const at = this.idle.indexOf(connection)
      if (at < 0) return
      this.idle.splice(at, 1)
      this.count--
    }
    client.on('error', lose).on('end', lose)
    open.catch(lose)
    return connection
  }
}
