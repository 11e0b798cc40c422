// Spreads the log to its readers. Those who ask the same make up a group, for which each change is looked at and rendered
// once. A reader is no more than a position: what came last it takes from the group, what is older it reads from the log.
import { LRUCache } from 'lru-cache'
import { type Change, readChanges } from './read.ts'

/** What one change gave a group, as it goes out to each of its readers. */
export interface Item {
  position: number
  /** The result as JSON. */
  json: string
}

/** Renders those of the changes that a group wants, in their order. */
export type Render = (changes: readonly Change[]) => Promise<Item[]>

/** A stretch of the log as a group sees it. */
interface Stretch {
  items: readonly Item[]
  /** The positions after which and up to which this is all. */
  from: number
  to: number
}

/** How much of what came last a group keeps at hand, in characters and in items. */
const MOST_KEPT = 1_000_000
const MOST_ITEMS = 1000

/** How many changes are read and rendered at a time for readers that are behind. */
const PAGE = 100

/** Pages that were read are kept for those who come the same way: so many characters together, for so long. */
const MOST_PAGES = 16_000_000
const PAGE_MS = 10_000

type Pages = LRUCache<string, Stretch>

export class FanOut {
  private readonly groups = new Map<string, Group>()
  private readonly pages: Pages = new LRUCache({
    maxSize: MOST_PAGES,
    ttl: PAGE_MS,
    sizeCalculation: ({ items }) => items.reduce((sum, { json }) => sum + json.length, 1),
  })
  private readonly ended = new AbortController()
  /** The last position that was spread. */
  head: number

  constructor(head: number) {
    this.head = head
  }

  /** Hands on what the log gained. */
  spread(changes: readonly Change[]): void {
    this.head = changes.at(-1)?.position ?? this.head
    for (const group of this.groups.values()) group.take(changes)
  }

  /** A reader that goes on after a position; without one, from now. Readers with the same key share one render. */
  read(key: string, render: Render, after = this.head): Reader {
    let group = this.groups.get(key)
    if (!group) {
      group = new Group({ key, render, pages: this.pages, onEmpty: () => this.groups.delete(key) }, this.head)
      this.groups.set(key, group)
    }
    return new Reader(group, after, this.ended.signal)
  }

  /** Ends all readers. */
  end(): void {
    this.ended.abort()
  }
}

interface GroupOptions {
  key: string
  render: Render
  pages: Pages
  /** Called when the last reader has left. */
  onEmpty: () => void
}

class Group {
  private readonly options: GroupOptions
  private readonly waiting = new Set<() => void>()
  private readonly reading = new Map<number, Promise<Stretch>>()
  private work: Promise<void> = Promise.resolve()
  private kept: Item[] = []
  private size = 0
  private readers = 0
  /** What is kept is all that came after the one position, up to the other. */
  private from: number
  private to: number

  constructor(options: GroupOptions, head: number) {
    this.options = options
    this.from = head
    this.to = head
  }

  join(): void {
    this.readers++
  }

  leave(): void {
    this.readers--
    if (this.readers === 0) this.options.onEmpty()
  }

  take(changes: readonly Change[]): void {
    const end = changes.at(-1)?.position ?? 0
    this.work = this.work.then(async () => {
      try {
        this.keep(await this.options.render(changes))
      } catch {
        // Readers find that this is missing, read it from the log, and are told if that fails too.
        this.kept = []
        this.size = 0
        this.from = end
      }
      this.to = end
      const waiting = [...this.waiting]
      this.waiting.clear()
      for (const wake of waiting) wake()
    })
  }

  /** What came after a position, once there is something: at once what is at hand, else a page of the log. */
  async after(position: number, signal: AbortSignal): Promise<Stretch> {
    if (position < this.from) return this.page(position)
    if (position >= this.to) await this.wake(signal)
    if (position < this.from) return this.page(position)
    let start = this.kept.length
    while (start > 0 && (this.kept[start - 1]?.position ?? 0) > position) start--
    return { items: this.kept.slice(start), from: position, to: this.to }
  }

  private keep(items: readonly Item[]): void {
    for (const item of items) {
      this.kept.push(item)
      this.size += item.json.length
    }
    let surplus = 0
    while (this.size > MOST_KEPT || this.kept.length - surplus > MOST_ITEMS) {
      const oldest = this.kept[surplus++]
      if (!oldest) break
      this.size -= oldest.json.length
      this.from = oldest.position
    }
    this.kept.splice(0, surplus)
  }

  private wake(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake)
        signal.removeEventListener('abort', wake)
        resolve()
      }
      this.waiting.add(wake)
      signal.addEventListener('abort', wake)
    })
  }

  /**
   * What came after a position, up to the end of the page of the log that it falls into. Many who lost their connections come
   * back at one moment, from places near each other: they read the same pages.
   */
  private async page(position: number): Promise<Stretch> {
    const start = position - (position % PAGE)
    const name = `${start} ${this.options.key}`
    const known = this.options.pages.get(name)
    const page = known ?? (await this.readPage(start))
    if (!known && page.to === start + PAGE) this.options.pages.set(name, page)
    if (page.from > position) throw new Error(`The log is no longer kept from ${position} on.`)
    return { ...page, items: page.items.filter((item) => item.position > position) }
  }

  private readPage(start: number): Promise<Stretch> {
    const under = this.reading.get(start)
    if (under) return under
    const page = this.renderPage(start).finally(() => this.reading.delete(start))
    this.reading.set(start, page)
    return page
  }

  private async renderPage(start: number): Promise<Stretch> {
    const changes = (await readChanges(start, PAGE)).filter(({ position }) => position <= start + PAGE)
    const [first, last] = [changes[0], changes.at(-1)]
    if (!first || !last) throw new Error(`The log has no change after ${start}.`)
    return { items: await this.options.render(changes), from: first.position - 1, to: last.position }
  }
}

/** One reader's way through the log, as stretches of it; ends when it is told to, even while it waits. */
export class Reader implements AsyncIterableIterator<readonly Item[]> {
  private readonly group: Group
  private readonly stopped = new AbortController()
  /** Aborted once it has ended. */
  readonly signal: AbortSignal
  /** Up to where it has been given all. */
  position: number

  constructor(group: Group, position: number, ended: AbortSignal) {
    this.group = group
    this.position = position
    this.signal = this.stopped.signal
    group.join()
    if (ended.aborted) this.stop()
    ended.addEventListener('abort', this.stop)
    this.signal.addEventListener('abort', () => {
      ended.removeEventListener('abort', this.stop)
      group.leave()
    })
  }

  readonly stop = (): void => this.stopped.abort()

  async next(): Promise<IteratorResult<readonly Item[], undefined>> {
    while (!this.signal.aborted) {
      const { items, to } = await this.group.after(this.position, this.signal)
      this.position = Math.max(this.position, to)
      if (items.length > 0 && !this.signal.aborted) return { done: false, value: items }
    }
    return { done: true, value: undefined }
  }

  async return(): Promise<IteratorResult<readonly Item[], undefined>> {
    this.stop()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}
