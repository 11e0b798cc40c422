import pg from 'pg'
import { cancelStatement } from './cancel.ts'
import { READ_SETTINGS, timed } from './reader.ts'
import { NoRoom } from './turns.ts'

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
}

interface RunOptions {
  /** Each caller runs one statement at a time, and callers take turns. */
  caller: string
  /** Removes the statement from the queue, or cancels it on the server. */
  signal?: AbortSignal | undefined
  /** Milliseconds that this statement may run, in place of the lane's limit. */
  timeout?: number | undefined
  /** Milliseconds to wait for a turn. Default: as long as it takes. */
  patience?: number | undefined
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

interface Connection {
  client: pg.Client
  /** The `statement_timeout` that is set on it. */
  timeout: number
  /** The statements that the server keeps for it. */
  names: Set<string>
  isLost: boolean
}

interface Job {
  statement: LaneStatement
  options: RunOptions
  resolve(result: LaneResult<unknown>): void
  reject(error: unknown): void
  isSettled: boolean
  /** Ends the wait for a turn. */
  timer?: NodeJS.Timeout
  /** Cancels the statement on the server; set while it runs there. */
  cancel?: () => void
}

/** How many statements may wait for one caller, and in all. */
const MOST_WAITING_OF_ONE = 100
const MOST_WAITING = 1000

/** How many statements a connection may keep prepared before a new connection replaces it. */
const MOST_NAMES = 500

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
  private readonly idle: Connection[] = []
  /** The callers with waiting statements. The first one has its turn next. */
  private readonly waiting = new Map<string, Job[]>()
  private readonly running = new Map<string, Promise<void>>()
  private waitingCount = 0
  private isClosed = false

  constructor(url: string, options: LaneOptions) {
    this.url = url
    this.options = options
  }

  /** How many statements wait, and how many run. */
  get load(): { waiting: number; running: number } {
    return { waiting: this.waitingCount, running: this.running.size }
  }

  /**
   * Runs a statement when it is the caller's turn. Rejects with the server's error (a time limit has the code 57014), with the
   * reason of the signal, or with `NoRoom`.
   */
  run<Row>(statement: LaneStatement, options: RunOptions): Promise<LaneResult<Row>> {
    const { signal } = options
    return new Promise<LaneResult<Row>>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (this.isClosed) return reject(new Error('The lane is closed.'))
      const abort = () => this.abort(job)
      const settle = (): boolean => {
        if (job.isSettled) return false
        job.isSettled = true
        signal?.removeEventListener('abort', abort)
        return true
      }
      const job: Job = {
        statement,
        options,
        isSettled: false,
        resolve: (result) => void (settle() && resolve(result as LaneResult<Row>)),
        reject: (error) => void (settle() && reject(error)),
      }
      const ofCaller = this.waiting.get(options.caller) ?? []
      if (ofCaller.length >= MOST_WAITING_OF_ONE || this.waitingCount >= MOST_WAITING) return reject(new NoRoom())
      ofCaller.push(job)
      this.waiting.set(options.caller, ofCaller)
      this.waitingCount++
      signal?.addEventListener('abort', abort, { once: true })
      const { patience } = options
      if (patience !== undefined) job.timer = setTimeout(() => this.leave(job) && job.reject(new NoRoom()), patience)
      this.startNext()
    })
  }

  /** Rejects the waiting statements, waits for the running ones, and closes the connections. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const job of [...this.waiting.values()].flat()) job.reject(new Error('The lane is closed.'))
    this.waiting.clear()
    this.waitingCount = 0
    await Promise.all(this.running.values())
    await Promise.all(this.idle.splice(0).map(({ client }) => client.end().catch(() => {})))
  }

  private startNext(): void {
    while (this.running.size < this.options.connections) {
      const job = this.takeNext()
      if (!job) return
      const { caller } = job.options
      const ended = this.execute(job).finally(() => {
        this.running.delete(caller)
        this.startNext()
      })
      this.running.set(caller, ended)
    }
  }

  /** The first waiting statement of the next caller that runs none. */
  private takeNext(): Job | undefined {
    for (const [caller, jobs] of this.waiting) {
      if (this.running.has(caller)) continue
      const job = jobs.shift()
      this.waiting.delete(caller)
      if (jobs.length > 0) this.waiting.set(caller, jobs)
      this.waitingCount--
      return job
    }
    return undefined
  }

  private abort(job: Job): void {
    this.leave(job)
    job.reject(job.options.signal?.reason)
    job.cancel?.()
  }

  /** Takes a job out of the queue. Returns whether it still waited. */
  private leave(job: Job): boolean {
    const { caller } = job.options
    const jobs = this.waiting.get(caller)
    const index = jobs?.indexOf(job) ?? -1
    if (!jobs || index < 0) return false
    jobs.splice(index, 1)
    if (jobs.length === 0) this.waiting.delete(caller)
    this.waitingCount--
    return true
  }

  /** Settles the job, and ends when its connection can be used again. Never rejects. */
  private async execute(job: Job): Promise<void> {
    clearTimeout(job.timer)
    let connection: Connection
    try {
      job.options.onTurn?.()
      connection = this.idle.pop() ?? (await this.connect())
    } catch (error) {
      return job.reject(error)
    }
    if (!job.isSettled && !connection.isLost) await this.send(job, connection)
    else job.reject(new Error('The connection to the database was lost.'))
    if (connection.isLost) return
    if (this.isClosed || connection.names.size > MOST_NAMES) await connection.client.end().catch(() => {})
    else this.idle.push(connection)
  }

  private async send(job: Job, connection: Connection): Promise<void> {
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
      if (cancelled) return
      timers.push(setTimeout(drop, GRACE_MS))
      cancelled = cancelStatement(client).catch(drop)
    }
    const start = performance.now()
    try {
      if (connection.timeout !== timeout) {
        await client.query(`SET statement_timeout = ${timeout}`)
        connection.timeout = timeout
      }
      if (job.isSettled) return
      if (statement.name) connection.names.add(statement.name)
      const { rows } = await client.query<never>({ ...statement, values: [...statement.values] } as pg.QueryConfig)
      job.resolve({ rows, milliseconds: performance.now() - start })
    } catch (error) {
      // The server ends the connection after any other error; pg learns of that later.
      if (!(error instanceof pg.DatabaseError && error.severity === 'ERROR')) drop()
      job.reject(timed(error, performance.now() - start))
    } finally {
      options.onEnd?.(performance.now() - start)
      delete job.cancel
      // A cancel request that is still under way would hit the next statement of the connection.
      await cancelled
      for (const timer of timers) clearTimeout(timer)
    }
  }

  private async connect(): Promise<Connection> {
    const { statementTimeout, settings = [] } = this.options
    const client = new pg.Client({
      connectionString: this.url,
      application_name: 'dateline lane',
      connectionTimeoutMillis: CONNECT_MS,
      keepAlive: true,
    })
    const connection: Connection = { client, timeout: statementTimeout, names: new Set(), isLost: false }
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

/** Parts of pg that its types leave out. */
interface WithStream {
  connection: { stream: { destroy(): void } }
}
