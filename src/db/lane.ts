import pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { addMilliseconds, READ_SETTINGS } from './pipelined-reader.ts'
import { Turns } from './turns.ts'

/** A statement. If it has a name, it is prepared on the connection and reused. */
export interface LaneStatement {
  name?: string
  text: string
  values: readonly unknown[]
  rowMode?: 'array'
}

interface LaneOptions {
  /** The maximum number of connections. They are opened when needed. */
  connections: number
  /** The time limit of a statement, in milliseconds; 0 for no limit. */
  statementTimeout: number
  /** Statements that a new connection runs first, such as `SET work_mem = '8MB'`. */
  settings?: readonly string[]
  /** The maximum number of waiting statements of one caller. Default: 100. */
  waitingPerCaller?: number
  /** The maximum number of waiting statements. Default: 1,000. */
  waiting?: number
  /** How long a statement may wait for its turn, in milliseconds. Default: no limit. */
  queueTimeout?: number
}

interface RunOptions {
  /** Each caller runs one statement at a time, and callers take turns. */
  caller: string
  /** Removes the statement from the queue, or cancels it on the server. */
  signal?: AbortSignal | undefined
  /** The time limit of this statement, in milliseconds. Default: the lane's. */
  timeout?: number | undefined
  /** Called when the statement gets its turn. May throw to refuse the statement. */
  onTurn?: (() => void) | undefined
  /** Called with the milliseconds that the statement ran, also if it failed. Not called if it never started. */
  onEnd?: (milliseconds: number) => void
}

export interface LaneResult<Row> {
  rows: Row[]
  /** How long the statement ran, without its time in the queue. */
  milliseconds: number
}

interface LaneConnection {
  client: pg.Client
  /** The current `statement_timeout` of the connection. */
  timeout: number
  /** The statements that are prepared on the connection. */
  names: Set<string>
  isLost: boolean
}

/** A statement that waits or runs. */
interface Job {
  statement: LaneStatement
  options: RunOptions
  isAborted: boolean
  /** Cancels the statement on the server; set while it runs there. */
  cancel?: () => void
}

/** The number of prepared statements after which a connection is replaced. */
const MAX_NAMES = 500

const CONNECT_MS = 5000

/** A connection counts as lost if a statement runs longer than this after its time limit or a cancel request, in milliseconds. */
const GRACE_MS = 5000

/**
 * Runs statements that may be slow, over its own connections. Each connection and each caller runs one statement at a time, and
 * callers take turns. Statements have a time limit and can be cancelled.
 */
export class Lane {
  private readonly url: string
  private readonly options: LaneOptions
  private readonly turns: Turns
  private readonly idle: LaneConnection[] = []
  private readonly running = new Set<Promise<unknown>>()
  private isClosed = false

  constructor(url: string, options: LaneOptions) {
    const { connections: capacity, waitingPerCaller, waiting, queueTimeout } = options
    this.url = url
    this.options = options
    this.turns = new Turns({
      capacity,
      perCaller: 1,
      ...(waitingPerCaller !== undefined && { waitingPerCaller }),
      ...(waiting !== undefined && { waiting }),
      ...(queueTimeout !== undefined && { queueTimeout }),
    })
  }

  /** The numbers of waiting and running statements. */
  get load(): { waiting: number; running: number } {
    return this.turns.load
  }

  /**
   * Runs a statement when the caller gets a turn. Rejects with the server's error (code 57014 for a time limit), with the signal's
   * reason, or with `QueueFull`.
   */
  async run<Row>(statement: LaneStatement, options: RunOptions): Promise<LaneResult<Row>> {
    const { caller, signal } = options
    if (this.isClosed) throw closed()
    const job: Job = { statement, options, isAborted: false }
    const work = this.turns.take(caller, signal).then((endTurn) => this.execute<Row>(job).finally(endTurn))
    const ended = work.catch(() => {})
    this.running.add(ended)
    void ended.then(() => this.running.delete(ended))
    return signal ? untilAborted(work, job, signal) : work
  }

  /** Rejects the waiting statements, waits for the running ones, and closes the connections. */
  async close(): Promise<void> {
    this.isClosed = true
    this.turns.clear(closed())
    await Promise.all(this.running)
    await Promise.all(this.idle.splice(0).map(({ client }) => client.end().catch(() => {})))
  }

  /** Runs a statement on an idle or new connection. Settles when the connection can be used again. */
  private async execute<Row>(job: Job): Promise<LaneResult<Row>> {
    job.options.onTurn?.()
    const connection = this.idle.pop() ?? (await this.connect())
    try {
      if (connection.isLost) throw new Error('Connection terminated unexpectedly')
      return await this.send<Row>(job, connection)
    } finally {
      if (!connection.isLost) {
        if (this.isClosed || connection.names.size > MAX_NAMES) void connection.client.end().catch(() => {})
        else this.idle.push(connection)
      }
    }
  }

  private async send<Row>(job: Job, connection: LaneConnection): Promise<LaneResult<Row>> {
    const { statement, options } = job
    const { client } = connection
    const timeout = options.timeout ?? this.options.statementTimeout
    const drop = () => {
      connection.isLost = true
      // `client.end()` would wait for the server.
      ;(client as unknown as WithStream).connection.stream.destroy()
    }
    const timers: NodeJS.Timeout[] = []
    if (timeout > 0) timers.push(setTimeout(drop, timeout + GRACE_MS))
    let cancelled: Promise<void> | undefined
    job.cancel = () => {
      timers.push(setTimeout(drop, GRACE_MS))
      cancelled = cancelStatement(client).catch(drop)
    }
    const start = performance.now()
    try {
      if (connection.timeout !== timeout) {
        await client.query(`SET statement_timeout = ${timeout}`)
        connection.timeout = timeout
      }
      if (job.isAborted) throw options.signal?.reason
      if (statement.name) connection.names.add(statement.name)
      const config = { ...statement, values: [...statement.values] } as pg.QueryConfig
      const { rows } = await client.query<Row & pg.QueryResultRow>(config)
      return { rows, milliseconds: performance.now() - start }
    } catch (error) {
      // After any other error the server closes the connection, which pg notices later.
      const isOpen = error instanceof pg.DatabaseError ? error.severity === 'ERROR' : error === options.signal?.reason
      if (!isOpen) drop()
      throw addMilliseconds(error, performance.now() - start)
    } finally {
      options.onEnd?.(performance.now() - start)
      delete job.cancel
      // A pending cancel request could otherwise cancel the next statement of the connection.
      await cancelled
      for (const timer of timers) clearTimeout(timer)
    }
  }

  private async connect(): Promise<LaneConnection> {
    const { statementTimeout, settings = [] } = this.options
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'dateline lane',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    })
    const connection: LaneConnection = { client, timeout: statementTimeout, names: new Set(), isLost: false }
    const onLost = () => {
      connection.isLost = true
      const index = this.idle.indexOf(connection)
      if (index >= 0) this.idle.splice(index, 1)
    }
    client.on('error', onLost).on('end', onLost)
    try {
      await client.connect()
      await client.query([...READ_SETTINGS, `SET statement_timeout = ${statementTimeout}`, ...settings].join('; '))
    } catch (error) {
      void client.end().catch(() => {})
      throw error
    }
    return connection
  }
}

const closed = () => new Error('The database connection is closed.')

/** Returns the result of the work. On abort it rejects immediately and cancels the statement on the server. */
function untilAborted<T>(work: Promise<T>, job: Job, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const abort = () => {
      job.isAborted = true
      job.cancel?.()
      reject(signal.reason)
    }
    if (signal.aborted) abort()
    else signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Parts of pg that its types lack. */
interface WithStream {
  connection: { stream: { destroy(): void } }
}
