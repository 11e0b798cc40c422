import { LRUCache } from 'lru-cache'

/** What is left in a bucket. */
export interface Balance {
  limit: number
  /** Below 0 where the caller owes. */
  remaining: number
  /** Seconds until the bucket is full again. */
  reset: number
  /** Seconds until there is enough for what was refused. Undefined where nothing was refused. */
  retryAfter?: number
}

/** A balance as the headers of an answer; none without one. */
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
  /** When it held these points, in milliseconds. */
  at: number
}

const MINUTE_MS = 60_000

/** How many callers are known at once. The one that called longest ago is dropped, and starts again with a full bucket. */
const MAX_KNOWN = 100_000

/** A token bucket for each caller: it holds the points of one minute, and fills evenly. */
export class Buckets {
  private readonly limit: number
  private readonly now: () => number
  private readonly buckets = new LRUCache<string, Bucket>({ max: MAX_KNOWN })

  constructor(pointsPerMinute: number, now: () => number = () => performance.now()) {
    this.limit = pointsPerMinute
    this.now = now
  }

  /** Takes the points, or, where there are too few, none at all. */
  take(who: string, points: number): Balance {
    const bucket = this.filled(who)
    if (bucket.points < points) return this.lacking(bucket, points)
    bucket.points -= points
    return this.balanceOf(bucket)
  }

  /** What is left where that is less than the points; undefined where they could be taken. */
  lack(who: string, points: number): Balance | undefined {
    const bucket = this.filled(who)
    return bucket.points < points ? this.lacking(bucket, points) : undefined
  }

  /** Takes the points, for work that is done, even where there are too few: the caller then owes, at most one minute's points. */
  spend(who: string, points: number): void {
    const bucket = this.filled(who)
    bucket.points = Math.max(-this.limit, bucket.points - points)
  }

  /** What is left, below 0 where the caller owes; with `retryAfter` until nothing is owed. */
  look(who: string): Balance {
    const bucket = this.filled(who)
    return bucket.points < 0 ? this.lacking(bucket, 0) : this.balanceOf(bucket)
  }

  private filled(who: string): Bucket {
    const at = this.now()
    const known = this.buckets.get(who)
    if (!known) {
      const full = { points: this.limit, at }
      this.buckets.set(who, full)
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

  /** Gives points back that were taken for something that did not happen. */
  giveBack(who: string, points: number): void {
    const bucket = this.buckets.get(who)
    if (bucket) bucket.points = Math.min(this.limit, bucket.points + points)
  }
}
