import type { Item } from './subscription-query.ts'

/** The maximum size of the buffered items of all groups, in characters, and how long an item stays buffered. */
const MAX_CHARACTERS = 16_000_000
const BUFFER_MS = 10_000

/** Buffers the newest items of a group. */
export class ItemBuffer {
  readonly items: Item[] = []
  /** The buffer holds every item after this position. */
  from: number
  /** The end of the log when the items were rendered. A later change can alter their text. */
  readonly head: number

  constructor(from: number, head: number) {
    this.from = from
    this.head = head
  }

  dropOldest(): void {
    const oldest = this.items.shift()
    if (oldest) this.from = oldest.position
  }

  /** Returns the items after a position. */
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

/** Limits the total size of the buffers of all groups. Drops the oldest items when the total is too large or they are too old. */
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

  /** Drops items that were buffered more than `BUFFER_MS` ago. */
  sweep(): void {
    const oldest = performance.now() - BUFFER_MS
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
