import { LRUCache } from 'lru-cache'

/** What is left to someone after a request. */
export interface Balance {
  limit: number
  remaining: number
  /** Seconds until all of it is there again. */
  reset: number
  /** Seconds until there is enough for what was refused; undefined where nothing was. */
  retryAfter?: number
}

interface Bucket {
  points: number
  /** When it held as much, in milliseconds. */
  at: number
}

const MINUTE_MS = 60_000

/** How many are known at once; whoever asked longest ago is forgotten, and begins with a full bucket. */
const MOST_KNOWN = 100_000

/** A token bucket for each who asks: it holds the points of one minute, and fills evenly. */
export class Buckets {
  private readonly limit: number
  private readonly now: () => number
  private readonly buckets = new LRUCache<string, Bucket>({ max: MOST_KNOWN })

  constructor(pointsPerMinute: number, now: () => number = () => performance.now()) {
    this.limit = pointsPerMinute
    this.now = now
  }

  /** Takes the points, or, where there are too few, none at all. */
  take(who: string, points: number): Balance {
    const { limit } = this
    const at = this.now()
    const bucket = this.buckets.get(who) ?? { points: limit, at }
    const held = Math.min(limit, bucket.points + ((at - bucket.at) * limit) / MINUTE_MS)
    const isEnough = held >= points
    bucket.points = isEnough ? held - points : held
    bucket.at = at
    this.buckets.set(who, bucket)
    const secondsFor = (missing: number) => Math.ceil((missing * 60) / limit)
    const balance = { limit, remaining: Math.floor(bucket.points), reset: secondsFor(limit - bucket.points) }
    return isEnough ? balance : { ...balance, retryAfter: Math.max(1, secondsFor(points - held)) }
  }
}
