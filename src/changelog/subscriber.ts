import { PAGE } from './pages.ts'
import { chargeCpuTime, type Payer, paced } from './payer.ts'
import type { Batch, Item } from './subscription-query.ts'

/** The part of a subscription group that its subscribers use. */
interface SubscriberGroup {
  /** Aborted when the last subscriber has left. */
  readonly signal: AbortSignal
  join(subscriber: Subscriber): void
  leave(subscriber: Subscriber): void
  wake(): void
  /** Returns the items after a position; undefined if they are not buffered. */
  buffered(position: number): Batch | undefined
  /** Reads and renders at most `limit` items of the log after a position. */
  read(position: number, limit: number, payer: Payer): Promise<Batch>
}

/** Receives a subscriber's items. */
export interface Sink {
  /** Takes an item. Returns false if the sink is now full; it calls the subscriber's `resume` when it has room. */
  take(item: Item): boolean
  /** Called when no more items follow. `reason` is the error that ended the subscription, if any. */
  end(reason?: unknown): void
}

/** A subscriber whose sink is full for longer has stalled: nothing is read for it until it resumes. In milliseconds. */
const STALLED_MS = 1000

/** Delivers the items of a group to one sink. It stores a position and no items, so a slow subscriber uses no memory. */
export class Subscriber {
  readonly payer: Payer
  /** Pays, with its paces applied, for the log that is read for this subscriber. */
  readonly paced: Payer
  private readonly group: SubscriberGroup
  private readonly sink: Sink
  private state: 'waiting' | 'full' | 'reading' | 'ended' = 'full'
  private fullSince = performance.now()
  /** Everything up to this position was delivered. */
  position: number
  /** The number of items rendered for it at a time. Reduced when its sink fills up, doubled when it does not. */
  private batchSize = PAGE

  constructor(group: SubscriberGroup, position: number, sink: Sink, payer: Payer) {
    this.group = group
    this.position = position
    this.sink = sink
    this.payer = payer
    this.paced = paced(payer)
    group.join(this)
  }

  /** Whether it has received all items of its group, and its sink has room. */
  get isWaiting(): boolean {
    return this.state === 'waiting'
  }

  /** Whether it waits for items, or its sink has been full for less than `STALLED_MS`. */
  get isActive(): boolean {
    return this.isWaiting || (this.state === 'full' && performance.now() - this.fullSince < STALLED_MS)
  }

  /** Delivers items up to the position `to`. Returns how many the sink took. */
  take(items: readonly Item[], to: number): number {
    let taken = 0
    for (const item of items) {
      // The subscriber's cursor may be ahead of its group.
      if (item.position <= this.position) continue
      this.position = item.position
      taken++
      if (!this.sink.take(item)) {
        this.state = 'full'
        this.fullSince = performance.now()
        return taken
      }
    }
    this.position = Math.max(this.position, to)
    return taken
  }

  /** Continues delivery from the group's buffer, or from the log if the items are not buffered. */
  resume(): void {
    if (this.state === 'ended' || this.state === 'reading') return
    this.state = 'waiting'
    const batch = this.group.buffered(this.position)
    if (!batch) return void this.readLog()
    this.take(batch.items, batch.to)
    if (this.isWaiting) this.group.wake()
  }

  /** Ends the subscription without calling the sink. */
  stop(): void {
    if (this.state === 'ended') return
    this.state = 'ended'
    this.group.leave(this)
  }

  /** Ends the subscription and calls the sink's `end`. */
  end(reason?: unknown): void {
    if (this.state === 'ended') return
    this.stop()
    this.sink.end(reason)
  }

  private async readLog(): Promise<void> {
    this.state = 'reading'
    try {
      await this.paced.pay(0, this.group.signal)
      if (!this.isReading) return
      const { items, to } = await this.group.read(this.position, this.batchSize, this.paced)
      if (!this.isReading) return
      this.state = 'waiting'
      const taken = chargeCpuTime(this.paced, () => this.take(items, to))
      this.batchSize = this.isWaiting ? Math.min(PAGE, this.batchSize * 2) : Math.max(1, taken)
      if (this.isWaiting) this.resume()
    } catch (error) {
      this.end(error)
    }
  }

  private get isReading(): boolean {
    return this.state === 'reading'
  }
}
