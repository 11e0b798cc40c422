import { LRUCache } from 'lru-cache'

/** Ends a turn. */
export type Release = () => void

interface TurnsOptions {
  /** The maximum total weight of concurrent turns. */
  capacity: number
  /** The maximum number of concurrent turns of one caller. Default: no limit. */
  perCaller?: number
  /** The maximum number of waiting operations of one caller. Default: 100. */
  waitingPerCaller?: number
  /** The maximum number of waiting operations. Default: 1,000. */
  waiting?: number
  /** How long an operation may wait for a turn, in milliseconds. Default: no limit. */
  queueTimeout?: number
}

interface Waiter {
  weight: number
  start(): void
  leave(reason: unknown): void
}

/** Too many operations wait, or an operation has waited too long. Its code is PostgreSQL's for too many connections. */
export class QueueFull extends Error {
  readonly code = '53300'

  constructor() {
    super('Too many operations are running or waiting, so this operation was not started.')
    this.name = 'QueueFull'
  }
}

/** The half-life of a caller's used time, in milliseconds. */
const HALF_LIFE_MS = 10_000

/** Used times are compared in steps of so many milliseconds. */
const STEP_MS = 20

/** The number of callers whose used time is stored. */
const MAX_KNOWN = 10_000

interface Usage {
  milliseconds: number
  at: number
}

/**
 * Limits concurrent operations. The next turn goes to the waiting caller with the least recently used time, and among equals to the
 * one that waits longest. The operations of one caller run in the order of their arrival.
 */
export class Turns {
  private readonly options: Required<Omit<TurnsOptions, 'queueTimeout'>> & Pick<TurnsOptions, 'queueTimeout'>
  private readonly running = new Map<string, number>()
  /** The waiting operations by caller. Among callers with equal used time, the first one is next. */
  private readonly waiting = new Map<string, Waiter[]>()
  private readonly usages = new LRUCache<string, Usage>({ max: MAX_KNOWN })
  private waitingCount = 0
  /** No operation that waits has a lower weight. */
  private leastWeight = Number.POSITIVE_INFINITY
  private used = 0

  constructor(options: TurnsOptions) {
    this.options = { perCaller: Number.POSITIVE_INFINITY, waitingPerCaller: 100, waiting: 1000, ...options }
  }

  /** The numbers of waiting and running operations. */
  get load(): { waiting: number; running: number } {
    return { waiting: this.waitingCount, running: [...this.running.values()].reduce((sum, each) => sum + each, 0) }
  }

  /** Takes a turn if one is free and no operation waits; returns undefined otherwise. */
  tryTake(caller: string, weight = 1): Release | undefined {
    return this.waitingCount === 0 && this.hasRoom(caller, weight) ? this.start(caller, weight) : undefined
  }

  /** Waits for a turn. Rejects with QueueFull if too many wait or the wait is too long, and with the signal's reason on abort. */
  take(caller: string, signal?: AbortSignal, weight = 1): Promise<Release> {
    const { waitingPerCaller, waiting, queueTimeout } = this.options
    if (signal?.aborted) return Promise.reject(signal.reason)
    const release = this.tryTake(caller, weight)
    if (release) return Promise.resolve(release)
    const queue = this.waiting.get(caller) ?? []
    if (queue.length >= waitingPerCaller || this.waitingCount >= waiting) return Promise.reject(new QueueFull())
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        weight,
        start: () => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          resolve(this.start(caller, weight))
        },
        leave: (reason) => {
          clearTimeout(timer)
          signal?.removeEventListener('abort', abort)
          if (this.remove(caller, waiter)) reject(reason)
        },
      }
      const abort = () => waiter.leave(signal?.reason)
      const timer =
        queueTimeout === undefined ? undefined : setTimeout(() => waiter.leave(new QueueFull()), queueTimeout)
      signal?.addEventListener('abort', abort, { once: true })
      queue.push(waiter)
      this.waiting.set(caller, queue)
      this.waitingCount++
      this.leastWeight = Math.min(this.leastWeight, weight)
      // The other waiting operations may all be blocked by the limits of their callers.
      this.serve()
    })
  }

  /** Rejects all waiting operations. */
  clear(reason: Error): void {
    for (const waiter of [...this.waiting.values()].flat()) waiter.leave(reason)
  }

  private hasRoom(caller: string, weight: number): boolean {
    return this.hasCapacity(weight) && (this.running.get(caller) ?? 0) < this.options.perCaller
  }

  private hasCapacity(weight: number): boolean {
    return this.used === 0 || this.used + weight <= this.options.capacity
  }

  /** Returns the decayed used time of a caller, in milliseconds. */
  private usageOf(caller: string, now: number): number {
    const usage = this.usages.get(caller)
    return usage ? decayed(usage, now) : 0
  }

  private addUsage(caller: string, now: number, startedAt: number): void {
    const usage = this.usages.get(caller)
    if (!usage) return void this.usages.set(caller, { milliseconds: now - startedAt, at: now })
    usage.milliseconds = decayed(usage, now) + now - startedAt
    usage.at = now
  }

  private start(caller: string, weight: number): Release {
    const startedAt = performance.now()
    this.used += weight
    this.running.set(caller, (this.running.get(caller) ?? 0) + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      this.addUsage(caller, performance.now(), startedAt)
      const left = (this.running.get(caller) ?? 1) - 1
      if (left > 0) this.running.set(caller, left)
      else this.running.delete(caller)
      // Weights are fractions. Resetting to 0 prevents rounding errors from accumulating.
      this.used = this.running.size === 0 ? 0 : this.used - weight
      if (this.waitingCount > 0) this.serve()
    }
  }

  private serve(): void {
    for (let next = this.next(); next; next = this.next()) {
      const { caller, waiter } = next
      this.remove(caller, waiter)
      // Moves the caller to the end, behind callers with equal used time.
      const rest = this.waiting.get(caller)
      if (rest) {
        this.waiting.delete(caller)
        this.waiting.set(caller, rest)
      }
      waiter.start()
    }
  }

  /** Returns the operation that runs next; undefined if none can run now. */
  private next(): { caller: string; waiter: Waiter } | undefined {
    if (!this.hasCapacity(this.leastWeight)) return undefined
    const now = performance.now()
    let leastUsage = Number.POSITIVE_INFINITY
    let next: { caller: string; waiter: Waiter } | undefined
    for (const [caller, [waiter]] of this.waiting) {
      if (!waiter || !this.hasRoom(caller, waiter.weight)) continue
      const usage = Math.floor(this.usageOf(caller, now) / STEP_MS)
      if (usage >= leastUsage) continue
      leastUsage = usage
      next = { caller, waiter }
    }
    return next
  }

  private remove(caller: string, waiter: Waiter): boolean {
    const queue = this.waiting.get(caller)
    const at = queue?.indexOf(waiter) ?? -1
    if (!queue || at < 0) return false
    queue.splice(at, 1)
    this.waitingCount--
    if (this.waitingCount === 0) this.leastWeight = Number.POSITIVE_INFINITY
    if (queue.length === 0) this.waiting.delete(caller)
    return true
  }
}

const decayed = ({ milliseconds, at }: Usage, now: number): number => milliseconds * 0.5 ** ((now - at) / HALF_LIFE_MS)
