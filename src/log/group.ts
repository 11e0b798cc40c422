import type { Item, Question } from './question.ts'
import type { Change } from './read.ts'

/** A stretch of the log as a group sees it. */
export interface Stretch {
  items: readonly Item[]
  /** The position up to which this is all. */
  to: number
}

interface GroupOptions {
  /** The page of the log that holds what came after a position. */
  pageAfter: (position: number) => Promise<readonly Change[]>
  /** Called when the last reader has left. */
  onEmpty: () => void
}

/** How much of what came last a group keeps at hand, in characters and in items. */
const MOST_KEPT = 1_000_000
const MOST_ITEMS = 1000

/** The readers that ask the same, and what came last for them. */
export class Group {
  readonly question: Question
  readonly readers = new Set<Reader>()
  private readonly options: GroupOptions
  private readonly pages = new WeakMap<readonly Change[], Promise<Item[]>>()
  private kept: Item[] = []
  private size = 0
  /** What is kept is all that came after the one position, up to the other. */
  private from: number
  private to: number

  constructor(question: Question, head: number, options: GroupOptions) {
    this.question = question
    this.options = options
    this.from = head
    this.to = head
  }

  join(reader: Reader): void {
    this.readers.add(reader)
  }

  leave(reader: Reader): void {
    if (this.readers.delete(reader) && this.readers.size === 0) this.options.onEmpty()
  }

  /** Renders what is chosen of a new stretch of the log, and hands it on to those that are up to date. */
  async take(changes: readonly Change[], choose: () => Promise<readonly Change[]>): Promise<void> {
    const end = changes.at(-1)?.position ?? 0
    if (end <= this.to) return
    const items = await choose()
      .then((chosen) => this.render(chosen))
      .catch(() => undefined)
    if (items) this.keep(items)
    else this.forget(end)
    this.to = end
    for (const reader of this.readers) {
      if (!reader.isWaiting) continue
      if (items) reader.take(items, end)
      else reader.resume()
    }
  }

  /** What came after a position, if it is at hand; empty where nothing came. */
  atHand(position: number): Stretch | undefined {
    if (position < this.from) return undefined
    let start = this.kept.length
    while (start > 0 && (this.kept[start - 1]?.position ?? 0) > position) start--
    return { items: this.kept.slice(start), to: Math.max(this.to, position) }
  }

  /** What came after a position, up to the end of the page of the log that it falls into. */
  async fromLog(position: number): Promise<Stretch> {
    const page = await this.options.pageAfter(position)
    const [first, last] = [page[0], page.at(-1)]
    if (!first || !last || last.position <= position) throw new Error(`The log has no change after ${position}.`)
    if (first.position > position + 1) throw new Error(`The log is no longer kept from ${position} on.`)
    let items = this.pages.get(page)
    if (!items) {
      items = this.question.choose(page, [this.question.wish as never]).then(([chosen]) => this.render(chosen ?? []))
      this.pages.set(page, items)
      items.catch(() => this.pages.delete(page))
    }
    return { items: (await items).filter((item) => item.position > position), to: last.position }
  }

  private render(changes: readonly Change[]): Promise<Item[]> {
    return Promise.all(changes.map((change) => this.question.render(change)))
  }

  /** Readers find that this is missing, read it from the log, and are told if that fails too. */
  private forget(end: number): void {
    this.kept = []
    this.size = 0
    this.from = end
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
}

/** Where a reader's items go. */
export interface Sink {
  /** Takes an item; false where it is full with it, until it has its reader resume. */
  take(item: Item): boolean
  /** Called once nothing more will come: told to end, or, with the reason, failed. */
  end(reason?: unknown): void
}

/** One reader's way through the log. What it has not taken it does not hold: a reader that is slow costs a position. */
export class Reader {
  private readonly group: Group
  private readonly sink: Sink
  private state: 'waiting' | 'full' | 'reading' | 'ended' = 'full'
  /** Up to where it has been given all. */
  private position: number

  constructor(group: Group, position: number, sink: Sink) {
    this.group = group
    this.position = position
    this.sink = sink
    group.join(this)
  }

  /** Whether it has all that came, and room for more. */
  get isWaiting(): boolean {
    return this.state === 'waiting'
  }

  /** Gives it a stretch of the log that follows on what it was given. */
  take(items: readonly Item[], to: number): void {
    for (const item of items) {
      // Its cursor may be ahead of what has been spread.
      if (item.position <= this.position) continue
      this.position = item.position
      if (!this.sink.take(item)) {
        this.state = 'full'
        return
      }
    }
    this.position = Math.max(this.position, to)
  }

  /** Goes on: with what is at hand, else with a page of the log. */
  resume(): void {
    if (this.state === 'ended' || this.state === 'reading') return
    this.state = 'waiting'
    const stretch = this.group.atHand(this.position)
    if (stretch) this.take(stretch.items, stretch.to)
    else void this.readLog()
  }

  /** Ends it without a word to its sink. */
  stop(): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.group.leave(this)
  }

  /** Ends it, and tells its sink. */
  end(reason?: unknown): void {
    if (this.state === 'ended') return
    this.stop()
    this.sink.end(reason)
  }

  private async readLog(): Promise<void> {
    this.state = 'reading'
    try {
      const { items, to } = await this.group.fromLog(this.position)
      if (!this.isReading) return
      this.state = 'waiting'
      this.take(items, to)
      if (this.isWaiting) this.resume()
    } catch (error) {
      this.end(error)
    }
  }

  private get isReading(): boolean {
    return this.state === 'reading'
  }
}
