import { LRUCache } from 'lru-cache'
import type { Item } from '../../changelog/subscription-query.ts'

/** The most characters of rendered items that are kept, and for how long. */
const MAX_CHARACTERS = 4_000_000
const KEPT_MS = 5000

/**
 * Keeps rendered items for a few seconds, and until the log grows: what was rendered before a change may read otherwise after it.
 * Groups with the same selection but other filters, and subscribers that come back at one moment, share them.
 */
export class ItemCache {
  private readonly items = new LRUCache<string, Item>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_CHARACTERS / 4,
    sizeCalculation: ({ json }) => json.length + 100,
    ttl: KEPT_MS,
  })
  private sweeping: NodeJS.Timeout | undefined
  /** The end of the log, as far as it is known. */
  head = 0

  /** Forgets all, as the log has grown, or another one has taken its place. */
  startAt(head: number): void {
    this.head = head
    this.items.clear()
  }

  get(renderer: string, position: number): Item | undefined {
    return this.items.get(`${renderer} ${position}`)
  }

  /** `head` is the end of the log when the rendering began. */
  set(renderer: string, item: Item, head: number): void {
    if (head !== this.head) return
    this.items.set(`${renderer} ${item.position}`, item)
    this.sweeping ??= setInterval(() => this.sweep(), KEPT_MS).unref()
  }

  private sweep(): void {
    this.items.purgeStale()
    if (this.items.size > 0) return
    clearInterval(this.sweeping)
    this.sweeping = undefined
  }
}
