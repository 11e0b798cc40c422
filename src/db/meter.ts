import { AsyncLocalStorage } from 'node:async_hooks'
import pg from 'pg'
import { cancelStatement } from './cancel.ts'

interface MeasureOptions {
  /** How long its statements may take together, in milliseconds. Undefined: as long as each may by itself. */
  timeout?: number | undefined
  /** Cancels its statements when aborted. */
  signal?: AbortSignal | undefined
}

/** A piece of work, with the statements that it sends. */
class MeteredWork {
  statements = 0
  milliseconds = 0
  private readonly active = new Set<pg.ClientBase>()
  private readonly timeout: number | undefined
  private readonly signal: AbortSignal | undefined
  /** Why no more statements are sent. */
  failure: Error | undefined
  private cancelling: Promise<unknown> | undefined

  constructor({ timeout, signal }: MeasureOptions) {
    this.timeout = timeout
    this.signal = signal
  }

  /** Notes that a client runs a statement, and cancels it where the work has no time left. Returns what to call when it ended. */
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

/** The statements of a piece of work took longer than they may, or nobody waits for their result. */
class TimeBudgetExceeded extends Error {
  /** As PostgreSQL reports a statement that was cancelled. */
  readonly code = '57014'

  constructor() {
    super('The statements of this operation together took too long.')
    this.name = 'TimeBudgetExceeded'
  }
}

const meter = new AsyncLocalStorage<MeteredWork>()

/** Does a piece of work, and counts the statements that it sends to the database, and the milliseconds that they take. */
export async function measure<T>(
  work: () => T,
  options: MeasureOptions = {},
): Promise<{ result: Awaited<T>; statements: number; milliseconds: number }> {
  const measured = new MeteredWork(options)
  const result = await measured.withSignal(() => meter.run(measured, async () => await work()))
  const { statements, milliseconds } = measured
  return { result, statements, milliseconds }
}

/** Does a piece of work that counts for nobody. */
export const unmetered = <T>(work: () => T): T => meter.exit(work)

/** A connection whose statements count for the work on behalf of which they are sent. */
export class MeteredClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config)
    // Between two users it has no listener for a moment, and an error without one would end the process. Its next user learns
    // that it is lost.
    this.on('error', () => {})
  }

  override query = ((...args: unknown[]) => {
    const work = meter.getStore()
    const done = args.at(-1)
    if (typeof done === 'function') return this.queryWithCallback(work, args, done as Callback)
    if (work?.failure) return Promise.reject(work.failure)
    const ended = work?.start(this)
    const answer = (super.query as Send).apply(this, args)
    if (!(answer instanceof Promise)) return answer
    const coded = answer.catch((error: unknown) => Promise.reject(withCode(error)))
    // The request to cancel must not meet the statement of the connection's next user, who comes once this has ended.
    return ended ? coded.finally(ended) : coded
  }) as pg.Client['query']

  /** As pools call it. */
  private queryWithCallback(work: MeteredWork | undefined, args: unknown[], done: Callback): void {
    if (work?.failure) {
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

type Send = (...args: unknown[]) => unknown
type Callback = (error: unknown, ...rest: unknown[]) => void

/** The code of an error of the driver's about its connection, which has none of its own. */
const LOST = 'ConnectionLost'

/** What the server says has a code, and so has what a socket says; without one, the driver tells of its connection. */
function withCode(error: unknown): unknown {
  const isOfDriver = error instanceof Error && error.name === 'Error' && !('code' in error)
  return isOfDriver ? Object.assign(error, { code: LOST }) : error
}
