import { LRUCache } from 'lru-cache'
import type { Item } from '../../changelog/subscription-query.ts'

/** The size of the cache, in characters, and how long an item stays in it. */
const MAX_CHARACTERS = 4_000_000
const CACHE_MS = 5000

/**
 * Caches rendered items for `CACHE_MS` and until the log grows, because a change can alter their text. Groups with the same
 * selection but different filters share items, and so do subscribers that reconnect at the same time.
 */
export class ItemCache {
  private readonly items = new LRUCache<string, Item>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_CHARACTERS / 4,
    sizeCalculation: ({ json }) => json.length + 100,
    ttl: CACHE_MS,
  })
  private sweeping: NodeJS.Timeout | undefined
  /** The known end of the log. */
  head = 0

  /** Clears the cache after the log has grown or was replaced. */
  startAt(head: number): void {
    this.head = head
    this.items.clear()
  }

  get(renderer: string, position: number): Item | undefined {
    return this.items.get(`${renderer} ${position}`)
  }

  /** Adds an item, unless the log has grown since rendering began. `head` is the end of the log when rendering began. */
  set(renderer: string, item: Item, head: number): void {
    if (head !== this.head) return
    this.items.set(`${renderer} ${item.position}`, item)
    this.sweeping ??= setInterval(() => this.sweep(), CACHE_MS).unref()
  }

  private sweep(): void {
    this.items.purgeStale()
    if (this.items.size > 0) return
    clearInterval(this.sweeping)
    this.sweeping = undefined
  }
}
