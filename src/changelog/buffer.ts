import type { Item } from './subscription-query.ts'

/** How much the items of all groups may take, in characters, and for how long they are kept. */
const MAX_CHARACTERS = 16_000_000
const KEPT_MS = 10_000

/** The newest items of a group. */
export class ItemBuffer {
  readonly items: Item[] = []
  /** The items are all that came after this position. */
  from: number
  /** The end of the log when the items were rendered: after another change they may read otherwise. */
  readonly head: number

  constructor(from: number, head: number) {
    this.from = from
    this.head = head
  }

  dropOldest(): void {
    const oldest = this.items.shift()
    if (oldest) this.from = oldest.position
  }

  after(position: number): readonly Item[] {
    let start = this.items.length
    while (start > 0 && (this.items[start - 1]?.position ?? 0) > position) start--
    return this.items.slice(start)
  }
}

interface BufferedItem {
  buffer: ItemBuffer
  size: number
  at: number
}

/** Bounds the buffers of all groups together. The oldest items are dropped, when they are too many or too old. */
export class BufferLimit {
  private entries: BufferedItem[] = []
  private first = 0
  private characters = 0

  /** Adds an item to a buffer. */
  add(buffer: ItemBuffer, item: Item): void {
    buffer.items.push(item)
    this.entries.push({ buffer, size: item.json.length, at: performance.now() })
    this.characters += item.json.length
    while (this.characters > MAX_CHARACTERS) this.drop()
  }

  /** Drops what was kept for longer than a few seconds. */
  sweep(): void {
    const oldest = performance.now() - KEPT_MS
    while ((this.entries[this.first]?.at ?? Number.POSITIVE_INFINITY) < oldest) this.drop()
    this.entries = this.entries.slice(this.first)
    this.first = 0
  }

  private drop(): void {
    const entry = this.entries[this.first++]
    if (!entry) return
    this.characters -= entry.size
    entry.buffer.dropOldest()
  }
}
