import pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { READ_SETTINGS, addMilliseconds } from './pipelined-reader.ts'
import { Turns } from './turns.ts'

/** A statement. With a name, the server keeps it prepared for the connection. */
export interface LaneStatement {
  name?: string
  text: string
  values: readonly unknown[]
  rowMode?: 'array'
}

interface LaneOptions {
  /** The most connections. They are opened when they are needed. */
  connections: number
  /** Milliseconds that a statement may run; 0 for no limit. */
  statementTimeout: number
  /** Statements that each new connection runs first, such as `SET work_mem = '8MB'`. */
  settings?: readonly string[]
  /** How many statements may wait for one caller. Default: 100. */
  waitingPerCaller?: number
  /** How many statements may wait in all. Default: 1,000. */
  waiting?: number
  /** Milliseconds that a statement waits for its turn. Default: as long as it takes. */
  queueTimeout?: number
}

interface RunOptions {
  /** Each caller runs one statement at a time, and callers take turns. */
  caller: string
  /** Removes the statement from the queue, or cancels it on the server. */
  signal?: AbortSignal | undefined
  /** Milliseconds that this statement may run, in place of the lane's limit. */
  timeout?: number | undefined
  /** Called when the turn has come; throws to refuse the statement. */
  onTurn?: (() => void) | undefined
  /** Called with the milliseconds that the statement ran, also when it failed. Not called if it never started. */
  onEnd?: (milliseconds: number) => void
}

export interface LaneResult<Row> {
  rows: Row[]
  /** How long the statement ran, without the time in the queue. */
  milliseconds: number
}

interface LaneConnection {
  client: pg.Client
  /** The `statement_timeout` that is set on it. */
  timeout: number
  /** The statements that the server keeps for it. */
  names: Set<string>
  isLost: boolean
}

/** A statement that has its turn. */
interface Job {
  statement: LaneStatement
  options: RunOptions
  isAborted: boolean
  /** Cancels the statement on the server; set while it runs there. */
  cancel?: () => void
}

/** How many statements a connection may keep prepared before a new connection replaces it. */
const MAX_NAMES = 500

const CONNECT_MS = 5000

/** A server that does not end a statement so long after its time limit, or after a cancel request, is taken for lost. */
const GRACE_MS = 5000

/**
 * Runs statements that may be slow over a few connections of its own. Each connection runs one statement at a time, and so does
 * each caller; callers take turns. Statements are limited in time and can be cancelled.
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

  /** How many statements wait, and how many run. */
  get load(): { waiting: number; running: number } {
    return this.turns.load
  }

  /**
   * Runs a statement when it is the caller's turn. Rejects with the server's error (a time limit has the code 57014), with the
   * reason of the signal, or with `QueueFull`.
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

  /** Ends when the connection can be used again. */
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
      // `end` would wait for the server.
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
      // The server ends the connection after any other error; pg learns of that later.
      const isOpen = error instanceof pg.DatabaseError ? error.severity === 'ERROR' : error === options.signal?.reason
      if (!isOpen) drop()
      throw addMilliseconds(error, performance.now() - start)
    } finally {
      options.onEnd?.(performance.now() - start)
      delete job.cancel
      // A cancel request that is still under way would hit the next statement of the connection.
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
    const lose = () => {
      connection.isLost = true
      const index = this.idle.indexOf(connection)
      if (index >= 0) this.idle.splice(index, 1)
    }
    client.on('error', lose).on('end', lose)
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

/** The work's result. On abort it rejects at once and has the server cancel the statement. */
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

/** Parts of pg that its types leave out. */
interface WithStream {
  connection: { stream: { destroy(): void } }
}
