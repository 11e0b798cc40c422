import type { Lane } from '../db/lane.ts'
import { UserError } from '../domain/errors.ts'
import { type BufferLimit, ItemBuffer } from './buffer.ts'
import type { Change, Merge } from './change.ts'
import { selectFor } from './merges.ts'
import { type LogPages, PAGE } from './pages.ts'
import { firstSolvent, type Payer, POINTS_PER_MS } from './payer.ts'
import type { Selections } from './selections.ts'
import type { Subscriber } from './subscriber.ts'
import type { Batch, Item, SubscriptionQuery } from './subscription-query.ts'
import { isTimeout, type Work, workOver } from './work.ts'

/** The state that all groups share. */
export interface GroupContext {
  pages: LogPages
  selections: Selections
  buffers: BufferLimit
  /** Runs statements for subscribers that catch up, and for groups whose filters are too expensive for the shared statement. */
  slow: Lane
  /** The end of the log. */
  head(): number
  /** The position up to which the shared groups have received the log. */
  delivered(): number
  /** Called when a group's subscribers are ended because its filter or its selection takes too long. */
  onTooSlow(error: UserError, query: SubscriptionQuery): void
}

interface GroupOptions {
  query: SubscriptionQuery
  /** The end of the log. */
  head: number
  /** Whether its filter is evaluated in one statement with the filters of other groups. */
  isShared: boolean
  context: GroupContext
  /** Called when the last subscriber has left. */
  onEmpty(): void
}

/** The number of records that one rendering statement reads, by the estimate of the selection's price. */
const RECORDS_PER_STATEMENT = 2000

/** A filter whose statement takes less time, in milliseconds, is evaluated for twice as many changes next time. */
const QUICK_MS = 100

/** The number of changes in the first rendering statement of a group that catches up. */
const FIRST_RENDERED = 10

/** The time limit of a rendering statement, in milliseconds. */
export const RENDER_MS = 500

/** The intended duration of one rendering step while a group catches up, in milliseconds. The step size is halved or doubled. */
const STEP_MS = 40

/** The subscribers with the same query. A group has its own position in the log, so it delays no other group. */
export class SubscriptionGroup {
  query: SubscriptionQuery
  readonly subscribers = new Set<Subscriber>()
  readonly isShared: boolean
  private readonly context: GroupContext
  private readonly onEmpty: () => void
  private readonly ended = new AbortController()
  private readonly reads = new Map<number, Promise<Batch>>()
  private buffer: ItemBuffer
  /** The position up to which it has delivered to waiting subscribers. */
  private to: number
  private isBusy = false
  /** The number of changes for which one statement evaluates the filter. Starts at 1 unless the group is shared. */
  private selectSize: number
  /** The number of changes rendered at a time while the group catches up. */
  private renderSize: number

  constructor({ query, head, isShared, context, onEmpty }: GroupOptions) {
    this.query = query
    this.isShared = isShared
    this.context = context
    this.onEmpty = onEmpty
    this.buffer = new ItemBuffer(head, head)
    this.to = head
    this.selectSize = isShared ? PAGE : 1
    this.renderSize = Math.min(FIRST_RENDERED, this.mostRendered)
  }

  /** Aborted when the last subscriber has left. */
  get signal(): AbortSignal {
    return this.ended.signal
  }

  join(subscriber: Subscriber): void {
    this.subscribers.add(subscriber)
  }

  leave(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber) || this.subscribers.size > 0) return
    this.ended.abort(new Error('The last subscriber has disconnected.'))
    this.onEmpty()
  }

  /** Applies merges of records, in order, to the filter. */
  merge(merges: readonly Merge[]): void {
    this.query = this.query.merged?.(merges) ?? this.query
  }

  /** Whether the group is shared, idle, and has delivered everything up to a position. */
  isAt(position: number): boolean {
    return this.isShared && !this.isBusy && this.to >= position
  }

  /** Delivers a batch of the log whose changes are selected together with those of other groups. Never rejects. */
  async deliver(changes: readonly Change[], select: () => Promise<readonly Change[]>, lane: Lane): Promise<void> {
    const end = changes.at(-1)?.position ?? 0
    if (end <= this.to) return
    if (!this.hasActive()) return this.skipTo(end)
    this.isBusy = true
    const head = this.context.head()
    try {
      // A group that caught up separately may have delivered a part of the batch.
      const selected = (await select()).filter(({ position }) => position > this.to)
      const items: Item[] = []
      for (const part of this.inParts(selected)) {
        const payer = await firstSolvent(this.payers(), this.signal)
        items.push(...(await this.query.renderer.render(part, workOver(lane, payer))))
      }
      this.push({ items, to: end, head })
    } catch {
      // Each subscriber then reads the log itself, and ends if that fails too.
      this.skipTo(end)
      for (const subscriber of this.subscribers) if (subscriber.isWaiting) subscriber.resume()
    } finally {
      this.isBusy = false
    }
    this.wake()
  }

  /** Starts reading the log if the group is behind: the shared groups if it is shared, else the end of the log. */
  wake(): void {
    const { context } = this
    if (this.isBusy || this.to >= (this.isShared ? context.delivered() : context.head())) return
    void this.advance()
  }

  /** Returns the buffered items after a position, which may be none; undefined if the buffer starts later or is outdated. */
  buffered(position: number): Batch | undefined {
    const { buffer } = this
    if (position < buffer.from) return undefined
    const items = buffer.after(position)
    if (items.length > 0 && buffer.head !== this.context.head()) return undefined
    return { items, to: Math.max(this.to, position), head: buffer.head }
  }

  /** Reads and renders at most `limit` items of the log after a position. Subscribers at the same position share the result. */
  read(position: number, limit: number, payer: Payer): Promise<Batch> {
    const running = this.reads.get(position)
    if (running) return running
    const batch = this.readLog(position, limit, payer).finally(() => this.reads.delete(position))
    this.reads.set(position, batch)
    return batch
  }

  private async advance(): Promise<void> {
    this.isBusy = true
    try {
      while (this.to < this.context.head()) {
        if (!this.hasActive()) {
          this.skipTo(this.context.head())
          break
        }
        // The work of a shared group is bounded. With a pace, live subscribers would fall behind while the service is busy.
        const payer = await firstSolvent(this.isShared ? this.payers() : this.pacedPayers(), this.signal)
        this.push(await this.read(this.to, PAGE, payer))
      }
    } catch (error) {
      const waiting = [...this.subscribers].filter(({ isWaiting }) => isWaiting)
      this.skipTo(this.context.head())
      for (const subscriber of waiting) subscriber.end(error)
    } finally {
      this.isBusy = false
    }
  }

  private push({ items, to, head }: Batch): void {
    const from = this.to
    this.to = to
    let isBehind = false
    for (const subscriber of this.subscribers) {
      if (subscriber.isWaiting) subscriber.take(items, to)
      isBehind ||= !subscriber.isWaiting
    }
    if (!isBehind || head !== this.context.head()) {
      this.skipTo(to)
      return
    }
    if (this.buffer.head !== head) this.buffer = new ItemBuffer(from, head)
    for (const item of items) this.context.buffers.add(this.buffer, item)
  }

  /** Moves to a position with an empty buffer: subscribers read earlier items from the log. */
  private skipTo(position: number): void {
    this.buffer.items.length = 0
    this.buffer = new ItemBuffer(position, this.context.head())
    this.to = position
  }

  private hasActive(): boolean {
    for (const { isActive } of this.subscribers) if (isActive) return true
    return false
  }

  private *payers(): Generator<Payer> {
    for (const { isActive, payer } of this.subscribers) if (isActive) yield payer
  }

  private *pacedPayers(): Generator<Payer> {
    for (const { isActive, paced } of this.subscribers) if (isActive) yield paced
  }

  private async readLog(position: number, limit: number, payer: Payer): Promise<Batch> {
    const head = this.context.head()
    const selected = await this.selectAfter(position, payer)
    const part = selected.changes.slice(0, Math.min(limit, this.renderSize))
    const to = part.length < selected.changes.length ? (part.at(-1)?.position ?? 0) : selected.to
    let points = 0
    const items = await this.render(part, {
      ...payer,
      charge: (more) => {
        points += more
        payer.charge(more)
      },
    })
    this.renderSize = this.sizeAfter(part.length, points / POINTS_PER_MS)
    return { items, to, head }
  }

  /** Returns the number of changes to render next, after `rendered` changes took so many milliseconds. */
  private sizeAfter(rendered: number, milliseconds: number): number {
    if (milliseconds > STEP_MS) return Math.max(1, Math.floor(rendered / 2))
    if (milliseconds < STEP_MS / 2) return Math.min(this.mostRendered, this.renderSize * 2)
    return this.renderSize
  }

  /** Returns the changes after a position that match the filter, and the end of the examined range. */
  private async selectAfter(position: number, payer: Payer): Promise<{ changes: readonly Change[]; to: number }> {
    const { selections, pages, slow } = this.context
    const head = this.context.head()
    const cached = selections.get(this, position, head)
    if (cached) return cached
    const page = await pages.after(position, (milliseconds) => payer.charge(Math.ceil(milliseconds * POINTS_PER_MS)))
    const work = workOver(slow, payer, this.signal)
    for (;;) {
      const part = page.slice(0, this.selectSize)
      const start = performance.now()
      try {
        const [changes = []] = await selectFor([this], part, work, head)
        if (performance.now() - start < QUICK_MS) this.selectSize = Math.min(PAGE, this.selectSize * 2)
        const selection = { from: position, to: part.at(-1)?.position ?? 0, head, changes }
        selections.set(this, selection)
        return selection
      } catch (error) {
        if (!isTimeout(error)) throw error
        if (part.length === 1) throw this.tooSlow('The filter takes too long to evaluate')
        this.selectSize = 1
      }
    }
  }

  private async render(changes: readonly Change[], payer: Payer): Promise<Item[]> {
    const { renderer } = this.query
    const work = workOver(this.context.slow, payer)
    try {
      return await renderer.render(changes, work)
    } catch (error) {
      if (!isTimeout(error)) throw error
      const items: Item[] = []
      for (const change of changes) items.push(...(await this.renderOne(change, work)))
      return items
    }
  }

  private async renderOne(change: Change, work: Work): Promise<Item[]> {
    try {
      return await this.query.renderer.render([change], work)
    } catch (error) {
      if (isTimeout(error)) throw this.tooSlow('The selected fields take too long to read')
      throw error
    }
  }

  /** Splits changes into parts, each of which one statement renders. */
  private inParts(changes: readonly Change[]): (readonly Change[])[] {
    const size = this.mostRendered
    const parts = []
    for (let i = 0; i < changes.length; i += size) parts.push(changes.slice(i, i + size))
    return parts
  }

  private get mostRendered(): number {
    return Math.max(1, Math.min(PAGE, Math.floor(RECORDS_PER_STATEMENT / Math.max(1, this.query.renderer.price))))
  }

  private tooSlow(sentence: string): UserError {
    const error = new UserError(
      `${sentence}: simplify the subscription, and subscribe again from the last cursor.`,
      'LIMIT_EXCEEDED',
    )
    this.context.onTooSlow(error, this.query)
    return error
  }
}
