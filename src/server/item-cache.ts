import { LRUCache } from 'lru-cache'
import type { Item } from '../log/query.ts'

/** The most characters of rendered items that are kept, and for how long. */
const MOST_CHARACTERS = 4_000_000
const KEPT_MS = 5000

/**
 * Keeps rendered items for a few seconds: groups with the same selection but other filters, and subscribers that come back at
 * one moment, share them.
 */
export class ItemCache {
  private readonly items = new LRUCache<string, Item>({
    maxSize: MOST_CHARACTERS,
    maxEntrySize: MOST_CHARACTERS / 4,
    sizeCalculation: ({ json }) => json.length + 100,
    ttl: KEPT_MS,
  })
  private sweeping: NodeJS.Timeout | undefined

  get(renderer: string, position: number): Item | undefined {
    return this.items.get(`${renderer} ${position}`)
  }

  set(renderer: string, item: Item): void {
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
