import { LRUCache } from 'lru-cache'

/** The state of a bucket. */
export interface Balance {
  limit: number
  /** The remaining points; negative if the caller has a debt. */
  remaining: number
  /** Seconds until the bucket is full again. */
  reset: number
  /** Seconds until the bucket has enough points for the refused request. Undefined if nothing was refused. */
  retryAfter?: number
}

/** Returns the response headers for a balance; an empty object without one. */
export const balanceHeaders = (balance: Balance | undefined): Record<string, string> =>
  balance
    ? {
        'ratelimit-limit': String(balance.limit),
        'ratelimit-remaining': String(Math.max(0, balance.remaining)),
        'ratelimit-reset': String(balance.reset),
      }
    : {}

interface Bucket {
  points: number
  /** The time at which the bucket held these points, in milliseconds. */
  at: number
}

const MINUTE_MS = 60_000

/** The number of stored buckets. The least recently used one is dropped; its caller starts again with a full bucket. */
const MAX_KNOWN = 100_000

/** A token bucket for each caller. A bucket holds the points of one minute and fills at a constant rate. */
export class Buckets {
  private readonly limit: number
  private readonly now: () => number
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_KNOWN })

  constructor(pointsPerMinute: number, now: () => number = () => performance.now()) {
    this.limit = pointsPerMinute
    this.now = now
  }

  /** Takes the points. If there are too few, takes none and returns the balance with `retryAfter`. */
  take(caller: string, points: number): Balance | undefined {
    const bucket = this.filled(caller)
    if (bucket.points < points) return this.lacking(bucket, points)
    bucket.points -= points
    return undefined
  }

  /** Returns the balance, with `retryAfter`, if it is below the points; undefined if the points could be taken. */
  shortfall(caller: string, points: number): Balance | undefined {
    const bucket = this.filled(caller)
    return bucket.points < points ? this.lacking(bucket, points) : undefined
  }

  /** Takes the points for completed work, even if there are too few. The debt is at most the points of one minute. */
  spend(caller: string, points: number): void {
    const bucket = this.filled(caller)
    bucket.points = Math.max(-this.limit, bucket.points - points)
  }

  /** Returns the balance. If the caller has a debt, `remaining` is negative and `retryAfter` is the time until it is paid. */
  balance(caller: string): Balance {
    const bucket = this.filled(caller)
    return bucket.points < 0 ? this.lacking(bucket, 0) : this.balanceOf(bucket)
  }

  /** Returns the caller's bucket, filled up to the current time. */
  private filled(caller: string): Bucket {
    const at = this.now()
    const known = this.buckets.get(caller)
    if (!known) {
      const full = { points: this.limit, at }
      this.buckets.set(caller, full)
      return full
    }
    known.points = Math.min(this.limit, known.points + ((at - known.at) * this.limit) / MINUTE_MS)
    known.at = at
    return known
  }

  private balanceOf({ points }: Bucket): Balance {
    return { limit: this.limit, remaining: Math.floor(points), reset: this.secondsFor(this.limit - points) }
  }

  private lacking(bucket: Bucket, points: number): Balance {
    return { ...this.balanceOf(bucket), retryAfter: Math.max(1, this.secondsFor(points - bucket.points)) }
  }

  private secondsFor(points: number): number {
    return Math.ceil((points * 60) / this.limit)
  }

  /** Returns points that were taken for work that did not happen. */
  refund(caller: string, points: number): void {
    const bucket = this.buckets.get(caller)
    if (bucket) bucket.points = Math.min(this.limit, bucket.points + points)
  }
}
