import { LRUCache } from 'lru-cache'
import type { Change } from './change.ts'
import { PAGE } from './pages.ts'

/** The changes of a part of the log that match a filter. */
export interface Selection {
  /** The part is after the one position, up to the other. */
  from: number
  to: number
  /** The end of the log when the filter was judged: it may be judged otherwise after a change. */
  head: number
  changes: readonly Change[]
}

const MAX_SELECTIONS = 64
const KEPT_MS = 10_000

/** Keeps for a few seconds, and until the log grows, which changes match a group's filter: a heavy page is rendered in several parts. */
export class Selections {
  private readonly known = new LRUCache<string, Selection>({ max: MAX_SELECTIONS, ttl: KEPT_MS })
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

  /** Drops what was kept for longer than a few seconds. */
  sweep(): void {
    this.known.purgeStale()
  }

  private keyOf(group: object, position: number): string {
    const number = this.numbers.get(group) ?? ++this.count
    this.numbers.set(group, number)
    return `${number} ${position - (position % PAGE)}`
  }
}
