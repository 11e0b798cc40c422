import { LRUCache } from 'lru-cache'

/** Gives a turn back. */
export type Release = () => void

interface TurnsOptions {
  /** How much may be taken at once. */
  capacity: number
  /** How many turns one caller may have at once. Default: any number. */
  perCaller?: number
  /** How many may wait for one caller. Default: 100. */
  waitingPerCaller?: number
  /** How many may wait in all. Default: 1,000. */
  waiting?: number
  /** Milliseconds to wait for a turn. Default: as long as it takes. */
  queueTimeout?: number
}

interface Waiter {
  weight: number
  start(): void
  leave(reason: unknown): void
}

/** Too many wait already, or the wait took too long. */
export class QueueFull extends Error {
  readonly code = '53300'

  constructor() {
    super('Too many operations are running or waiting, so this operation was not started.')
    this.name = 'QueueFull'
  }
}

/** After so long, in milliseconds, the time that a caller has used counts half. */
const HALF_LIFE_MS = 10_000

/** Differences of less than this, in milliseconds, do not decide who is next. */
const STEP_MS = 20

/** Of how many callers the time that they used is known. */
const MAX_KNOWN = 10_000

interface Usage {
  milliseconds: number
  at: number
}

/**
 * Limits how much runs at once. Where operations wait, the next turn goes to the caller who used the least time lately, and
 * among equals to the one who waits longest; the operations of one caller run in the order in which they came.
 */
export class Turns {
  private readonly options: Required<Omit<TurnsOptions, 'queueTimeout'>> & Pick<TurnsOptions, 'queueTimeout'>
  private readonly running = new Map<string, number>()
  /** In the order in which callers are served next. */
  private readonly waiting = new Map<string, Waiter[]>()
  private readonly usages = new LRUCache<string, Usage>({ max: MAX_KNOWN })
  private waitingCount = 0
  private used = 0

  constructor(options: TurnsOptions) {
    this.options = { perCaller: Number.POSITIVE_INFINITY, waitingPerCaller: 100, waiting: 1000, ...options }
  }

  /** How many wait, and how many have a turn. */
  get load(): { waiting: number; running: number } {
    return { waiting: this.waitingCount, running: [...this.running.values()].reduce((sum, each) => sum + each, 0) }
  }

  /** A turn, if there is one right now. */
  tryTake(caller: string, weight = 1): Release | undefined {
    return this.waitingCount === 0 && this.hasRoom(caller, weight) ? this.start(caller, weight) : undefined
  }

  /** Waits for a turn. Rejects with QueueFull where too many wait, or after too long, and with the signal's reason when it is aborted. */
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
      const timer = queueTimeout === undefined ? undefined : setTimeout(() => waiter.leave(new QueueFull()), queueTimeout)
      signal?.addEventListener('abort', abort, { once: true })
      queue.push(waiter)
      this.waiting.set(caller, queue)
      this.waitingCount++
      // Others may wait for a caller's own limit, and this one not.
      this.serve()
    })
  }

  /** Rejects all that wait. */
  clear(reason: Error): void {
    for (const waiter of [...this.waiting.values()].flat()) waiter.leave(reason)
  }

  private hasRoom(caller: string, weight: number): boolean {
    const isFree = this.used === 0 || this.used + weight <= this.options.capacity
    return isFree && (this.running.get(caller) ?? 0) < this.options.perCaller
  }

  /** The time that a caller used lately, in milliseconds. */
  private usageOf(caller: string, now: number): number {
    const { milliseconds, at } = this.usages.get(caller) ?? { milliseconds: 0, at: now }
    return milliseconds * 0.5 ** ((now - at) / HALF_LIFE_MS)
  }

  private start(caller: string, weight: number): Release {
    const startedAt = performance.now()
    this.used += weight
    this.running.set(caller, (this.running.get(caller) ?? 0) + 1)
    let isReleased = false
    return () => {
      if (isReleased) return
      isReleased = true
      const now = performance.now()
      this.usages.set(caller, { milliseconds: this.usageOf(caller, now) + now - startedAt, at: now })
      const left = (this.running.get(caller) ?? 1) - 1
      if (left > 0) this.running.set(caller, left)
      else this.running.delete(caller)
      // Weights are fractions: what is left of them by rounding does not add up.
      this.used = this.running.size === 0 ? 0 : this.used - weight
      if (this.waitingCount > 0) this.serve()
    }
  }

  private serve(): void {
    for (let next = this.next(); next; next = this.next()) {
      const { caller, waiter } = next
      this.remove(caller, waiter)
      // Among callers who used the same, the next turn goes to another one.
      const rest = this.waiting.get(caller)
      if (rest) {
        this.waiting.delete(caller)
        this.waiting.set(caller, rest)
      }
      waiter.start()
    }
  }

  /** The operation that runs next, if one may run now. */
  private next(): { caller: string; waiter: Waiter } | undefined {
    const now = performance.now()
    let least = Number.POSITIVE_INFINITY
    let next: { caller: string; waiter: Waiter } | undefined
    for (const [caller, [waiter]] of this.waiting) {
      if (!waiter || !this.hasRoom(caller, waiter.weight)) continue
      const usage = Math.floor(this.usageOf(caller, now) / STEP_MS)
      if (usage >= least) continue
      least = usage
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
    if (queue.length === 0) this.waiting.delete(caller)
    return true
  }
}
