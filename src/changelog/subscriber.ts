import { PAGE } from './pages.ts'
import { type Payer, paced, chargeCpuTime } from './payer.ts'
import type { Batch, Item } from './subscription-query.ts'

/** What a subscriber needs of the group that it is in. */
interface SubscriberGroup {
  /** Aborted when the last subscriber has left. */
  readonly signal: AbortSignal
  join(subscriber: Subscriber): void
  leave(subscriber: Subscriber): void
  wake(): void
  /** The items after a position, if they are buffered. */
  buffered(position: number): Batch | undefined
  /** The next items of the log after a position, at most so many. */
  read(position: number, most: number, payer: Payer): Promise<Batch>
}

/** Where a subscriber's items go. */
export interface Sink {
  /** Takes an item; false when it is full with it, until it has its subscriber resume. */
  take(item: Item): boolean
  /** Called once nothing more will come. `reason` is the error, if there was one. */
  end(reason?: unknown): void
}

/** A subscriber that is full for longer has stalled: nothing is read for it until it resumes. */
const STALLED_MS = 1000

/** One subscriber's way through the log. It holds a position and no items, so a slow subscriber costs no memory. */
export class Subscriber {
  readonly payer: Payer
  /** Pays for what is read for it from the log, at its pace. */
  readonly paced: Payer
  private readonly group: SubscriberGroup
  private readonly sink: Sink
  private state: 'waiting' | 'full' | 'reading' | 'ended' = 'full'
  private fullSince = performance.now()
  /** Everything up to this position was delivered. */
  position: number
  /** How many items are rendered for it at a time; few if its sink takes few. */
  private most = PAGE

  constructor(group: SubscriberGroup, position: number, sink: Sink, payer: Payer) {
    this.group = group
    this.position = position
    this.sink = sink
    this.payer = payer
    this.paced = paced(payer)
    group.join(this)
  }

  /** Whether it has everything that its group has, and room for more. */
  get isWaiting(): boolean {
    return this.state === 'waiting'
  }

  /** Whether it waits, or was full only for a moment. */
  get isActive(): boolean {
    return this.isWaiting || (this.state === 'full' && performance.now() - this.fullSince < STALLED_MS)
  }

  /** Takes items that follow on what was delivered, up to a position. Returns how many its sink took. */
  take(items: readonly Item[], to: number): number {
    let taken = 0
    for (const item of items) {
      // Its cursor may be ahead of what the group has.
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

  /** Goes on: with what its group has buffered, or else with the log. */
  resume(): void {
    if (this.state === 'ended' || this.state === 'reading') return
    this.state = 'waiting'
    const batch = this.group.buffered(this.position)
    if (!batch) return void this.readLog()
    this.take(batch.items, batch.to)
    if (this.isWaiting) this.group.wake()
  }

  /** Ends it without telling its sink. */
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
      await this.paced.pay(0, this.group.signal)
      if (!this.isReading) return
      const { items, to } = await this.group.read(this.position, this.most, this.paced)
      if (!this.isReading) return
      this.state = 'waiting'
      const taken = chargeCpuTime(this.paced, () => this.take(items, to))
      this.most = this.isWaiting ? Math.min(PAGE, this.most * 2) : Math.max(1, taken)
      if (this.isWaiting) this.resume()
    } catch (error) {
      this.end(error)
    }
  }

  private get isReading(): boolean {
    return this.state === 'reading'
  }
}
