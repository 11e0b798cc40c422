import { LRUCache } from 'lru-cache'
import type { Change } from './change.ts'
import { PAGE } from './pages.ts'

/** The changes in a range of the log that match a filter. */
export interface Selection {
  /** The range: after `from`, up to and including `to`. */
  from: number
  to: number
  /** The end of the log when the filter was evaluated. After another change its result can differ. */
  head: number
  changes: readonly Change[]
}

const MAX_SELECTIONS = 64
const CACHE_MS = 10_000

/**
 * Caches which changes match a group's filter, for `CACHE_MS` and until the log grows. A page whose rendering takes long is
 * rendered in several parts, and its filter is evaluated once.
 */
export class Selections {
  private readonly known = new LRUCache<string, Selection>({ max: MAX_SELECTIONS, ttl: CACHE_MS })
  private readonly numbers = new WeakMap<object, number>()
  private count = 0

  get(group: object, position: number, head: number): Selection | undefined {
    const known = this.known.get(this.keyOf(group, position))
    if (!known || known.head !== head || position < known.from || position >= known.to) return undefined
    return { ...known, changes: known.changes.filter((change) => change.position > position) }
  }

  set(group: object, selection: Selection): void {
    this.known.set(this.keyOf(group, selection.from), selection)
  }

  /** Drops cache entries that are older than `CACHE_MS`. */
  sweep(): void {
    this.known.purgeStale()
  }

  private keyOf(group: object, position: number): string {
    const number = this.numbers.get(group) ?? ++this.count
    this.numbers.set(group, number)
    return `${number} ${position - (position % PAGE)}`
  }
}
