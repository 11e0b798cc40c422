import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { cancelStatement } from './cancel.ts'

interface MeasureOptions {
  /** The time limit of all statements together, in milliseconds. Default: no common limit. */
  timeout?: number | undefined
  /** Cancels the statements when aborted. */
  signal?: AbortSignal | undefined
}

/** Counts the statements of one piece of work, and enforces its time limit. */
class MeteredWork {
  statements = 0
  milliseconds = 0
  private readonly active = new Set<pg.ClientBase>()
  private readonly timeout: number | undefined
  private readonly signal: AbortSignal | undefined
  /** The error with which further statements are refused. */
  failure: Error | undefined
  private cancelling: Promise<unknown> | undefined

  constructor({ timeout, signal }: MeasureOptions) {
    this.timeout = timeout
    this.signal = signal
  }

  /**
   * Records the start of a statement, and cancels it when the work's time is used up. Returns a function to call when the statement
   * has ended; it returns a promise if cancel requests are pending.
   */
  start(client: pg.ClientBase): () => Promise<unknown> | undefined {
    this.statements++
    const start = performance.now()
    this.active.add(client)
    const left = this.timeout === undefined ? undefined : Math.max(1, this.timeout - this.milliseconds)
    const timer = left === undefined ? undefined : setTimeout(() => this.cancel(), left)
    return () => {
      clearTimeout(timer)
      this.active.delete(client)
      this.milliseconds += performance.now() - start
      return this.cancelling
    }
  }

  async withSignal<T>(work: () => Promise<T>): Promise<T> {
    const { signal } = this
    if (!signal) return work()
    const stop = () => this.cancel()
    signal.addEventListener('abort', stop, { once: true })
    try {
      return await work()
    } finally {
      signal.removeEventListener('abort', stop)
    }
  }

  private cancel(): void {
    this.failure ??= new TimeBudgetExceeded()
    this.cancelling = Promise.all([...this.active].map(cancelStatement))
  }
}

/** The statements of the work exceeded their common time limit, or the client disconnected. */
class TimeBudgetExceeded extends Error {
  /** PostgreSQL's code for a cancelled statement. */
  readonly code = '57014'

  constructor() {
    super('The statements of this operation together took too long.')
    this.name = 'TimeBudgetExceeded'
  }
}

const meter = new AsyncLocalStorage<MeteredWork>()

/** Runs work. Returns its result, the number of statements that it sent to the database, and their total milliseconds. */
export async function measure<T>(
  work: () => T,
  options: MeasureOptions = {},
): Promise<{ result: Awaited<T>; statements: number; milliseconds: number }> {
  const measured = new MeteredWork(options)
  const result = await measured.withSignal(() => meter.run(measured, async () => await work()))
  const { statements, milliseconds } = measured
  return { result, statements, milliseconds }
}

/** Runs work whose statements are not counted. */
export const unmetered = <T>(work: () => T): T => meter.exit(work)

/** A connection whose statements are counted for the work (`measure`) that sends them. */
export class MeteredClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // The pool has no error listener while it hands the connection over, and an error without a listener would end the process.
    // The connection's next statement fails if the connection is lost.
    this.on('error', () => {})
  }

  override query = ((...args: unknown[]) => {
    const work = meter.getStore()
    const done = args.at(-1)
    if (typeof done === 'function') return this.queryWithCallback(work, args, done as Callback)
    if (work?.failure && !endsTransaction(args)) return Promise.reject(work.failure)
    const ended = work?.start(this)
    const answer = (super.query as Send).apply(this, args)
    if (!(answer instanceof Promise)) return answer
    const coded = answer.catch((error: unknown) => Promise.reject(withCode(error)))
    // Waits for a pending cancel request, which could otherwise cancel the connection's next statement.
    return ended ? coded.finally(ended) : coded
  }) as pg.Client['query']

  /** Runs `query` in the form that pools use. */
  private queryWithCallback(work: MeteredWork | undefined, args: unknown[], done: Callback): void {
    if (work?.failure && !endsTransaction(args)) {
      done(work.failure)
      return
    }
    const ended = work?.start(this)
    const callback = (error: unknown, ...rest: unknown[]) => {
      const cancelling = ended?.()
      if (cancelling) void cancelling.finally(() => done(withCode(error), ...rest))
      else done(withCode(error), ...rest)
    }
    ;(super.query as Send).apply(this, [...args.slice(0, -1), callback])
  }
}

/** Returns whether a statement is ROLLBACK, without which the connection would go back to its pool in a transaction that failed. */
function endsTransaction([statement]: readonly unknown[]): boolean {
  const text = typeof statement === 'object' && statement && 'text' in statement ? statement.text : statement
  return text === 'ROLLBACK'
}

type Send = (...args: unknown[]) => unknown
type Callback = (error: unknown, ...rest: unknown[]) => void

/** The code for errors of pg about a lost connection, which have no code. */
const LOST = 'ConnectionLost'

/** Adds a code to errors without one. Errors of the server and of sockets have codes; the others are pg's about its connection. */
function withCode(error: unknown): unknown {
  const isOfDriver = error instanceof Error && error.name === 'Error' && !('code' in error)
  return isOfDriver ? Object.assign(error, { code: LOST }) : error
}
