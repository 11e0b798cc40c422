// Delivers the log to its subscribers. Those who ask the same make up a group; what is rendered for one group serves all that
// render alike. docs/change-log.md describes which groups are judged together and which apart.

import type { Lane } from '../db/lane.ts'
import type { UserError } from '../domain/errors.ts'
import { BufferLimit } from './buffer.ts'
import type { Change, Merge } from './change.ts'
import { mergesIn, selectFor } from './merges.ts'
import { LogPages } from './pages.ts'
import { freePayer, type Payer } from './payer.ts'
import { Selections } from './selections.ts'
import { type Sink, Subscriber } from './subscriber.ts'
import { type GroupContext, SubscriptionGroup } from './subscription-group.ts'
import type { Select, SubscriptionQuery } from './subscription-query.ts'
import { workOver } from './work.ts'

interface FanOutOptions {
  /** Which log. */
  epoch: string
  /** The end of the log. */
  head: number
  /** For new changes. */
  live: Lane
  /** For catching up, and for groups that are judged apart. */
  slow: Lane
  /** Called when a group's subscribers are ended because its filter or its selection takes too long. */
  onTooSlow?(error: UserError, query: SubscriptionQuery): void
}

/** A group is judged together with others if its filter and its selection cost at most so much for one change. */
const SHARED_FILTER_PRICE = 150
const SHARED_RECORDS = 250

/** How much the filters of one caller that are judged together may cost for one change. */
const SHARED_PRICE_OF_ONE = 5000

/** How long, in milliseconds, a batch waits for a group before the next batch goes out without it. */
const BATCH_TIMEOUT_MS = 250

const SWEEP_MS = 2000

/** How many of the last merges are kept, for subscriptions that were being opened when they came. */
const MAX_MERGES = 1000

/** Filters that are judged together have their own turn among the callers of the lane. */
const CALLER = ' the shared filters'

export class FanOut {
  /** The end of the log. */
  head: number
  private readonly options: FanOutOptions
  private readonly groups = new Map<string, SubscriptionGroup>()
  private readonly pages: LogPages
  private readonly selections = new Selections()
  private readonly buffers = new BufferLimit()
  private readonly context: GroupContext
  /** What the shared filters of each caller cost. */
  private readonly shared = new Map<string, number>()
  private readonly merges: (Merge & { head: number })[] = []
  private readonly sweeping: NodeJS.Timeout
  private ended = false
  /** The position up to which the shared groups have received the log, and since when there is more. */
  private delivered: number
  private behindSince: number | undefined
  private delivering = false

  constructor(options: FanOutOptions) {
    this.options = options
    this.head = options.head
    this.delivered = options.head
    this.pages = new LogPages(options.live, options.epoch)
    this.context = {
      pages: this.pages,
      selections: this.selections,
      buffers: this.buffers,
      slow: options.slow,
      head: () => this.head,
      delivered: () => this.delivered,
      onTooSlow: (error, query) => options.onTooSlow?.(error, query),
    }
    this.sweeping = setInterval(() => {
      for (const kept of [this.pages, this.selections, this.buffers]) kept.sweep()
    }, SWEEP_MS).unref()
  }

  /** How many follow. */
  get size(): number {
    return [...this.groups.values()].reduce((sum, { subscribers }) => sum + subscribers.size, 0)
  }

  /** For how many milliseconds the shared groups have received nothing although the log has more. */
  get lag(): number {
    return this.behindSince === undefined ? 0 : performance.now() - this.behindSince
  }

  /** Delivers what the log gained. */
  publish(changes: readonly Change[]): void {
    this.head = changes.at(-1)?.position ?? this.head
    this.pages.add(changes)
    for (const merge of mergesIn(changes)) {
      this.merges.push({ ...merge, head: this.head })
      for (const group of this.groups.values()) group.merge(merge)
    }
    if (this.merges.length > MAX_MERGES) this.merges.splice(0, this.merges.length - MAX_MERGES)
    this.behindSince ??= performance.now()
    for (const group of this.groups.values()) if (!group.isShared) group.wake()
    if (!this.delivering) void this.deliver()
  }

  /** Has a sink filled with what came after a position, and with what comes. Its filter follows the merges up to `asOf`. */
  follow(query: SubscriptionQuery, after: number, sink: Sink, payer: Payer, asOf = this.head): Subscriber {
    const group = this.groups.get(query.key) ?? this.addGroup(query, payer.name)
    for (const merge of this.merges) if (merge.head > asOf) group.merge(merge)
    const subscriber = new Subscriber(group, after, sink, payer)
    if (this.ended) subscriber.end()
    else subscriber.resume()
    return subscriber
  }

  /**
   * Ends all subscribers. With a reason, they are told why they cannot come back with their cursors; not those who have received
   * everything up to the position `good`, who connect again.
   */
  end(reason?: UserError, good = Number.POSITIVE_INFINITY): void {
    this.ended = true
    clearInterval(this.sweeping)
    for (const group of this.groups.values())
      for (const subscriber of group.subscribers)
        subscriber.end(reason && subscriber.position >= good ? new Error('Connect again.') : reason)
  }

  private addGroup(query: SubscriptionQuery, caller: string): SubscriptionGroup {
    const { filterPrice, renderer } = query
    const price = (this.shared.get(caller) ?? 0) + filterPrice
    const isShared =
      filterPrice <= SHARED_FILTER_PRICE && renderer.price <= SHARED_RECORDS && price <= SHARED_PRICE_OF_ONE
    if (isShared) this.shared.set(caller, price)
    const group = new SubscriptionGroup({
      query,
      head: isShared ? this.delivered : this.head,
      isShared,
      context: this.context,
      onEmpty: () => {
        this.groups.delete(query.key)
        if (isShared) this.release(caller, filterPrice)
      },
    })
    this.groups.set(query.key, group)
    return group
  }

  private release(caller: string, price: number): void {
    const left = (this.shared.get(caller) ?? 0) - price
    if (left > 0) this.shared.set(caller, left)
    else this.shared.delete(caller)
  }

  /** Delivers to the shared groups up to the end of the log, batch by batch. */
  private async deliver(): Promise<void> {
    this.delivering = true
    while (!this.ended && this.delivered < this.head) {
      let changes: readonly Change[] = []
      try {
        changes = await this.pages.after(this.delivered)
      } catch {
        // The groups read the log themselves; their subscribers end if that fails too.
      }
      const from = this.delivered
      const to = changes.at(-1)?.position ?? this.head
      const groups = [...this.groups.values()].filter((group) => group.isAt(from))
      this.delivered = to
      if (changes.length > 0) await this.deliverTo(groups, changes)
      for (const group of this.groups.values()) if (group.isShared) group.wake()
      this.behindSince = this.delivered < this.head ? performance.now() : undefined
    }
    this.delivering = false
  }

  /** All groups that select alike are judged together. */
  private async deliverTo(groups: readonly SubscriptionGroup[], changes: readonly Change[]): Promise<void> {
    const alike = new Map<Select, SubscriptionGroup[]>()
    for (const group of groups) {
      const { select } = group.query
      alike.set(select, [...(alike.get(select) ?? []), group])
    }
    await Promise.all([...alike.values()].map((each) => this.deliverAlike(each, changes)))
  }

  private async deliverAlike(groups: readonly SubscriptionGroup[], changes: readonly Change[]): Promise<void> {
    const { live } = this.options
    const selected = selectFor(groups, changes, workOver(live, { ...freePayer, name: CALLER }), this.head)
    const deliveries = groups.map((group, i) => group.deliver(changes, async () => (await selected)[i] ?? [], live))
    await selected.catch(() => {})
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, BATCH_TIMEOUT_MS)
    })
    await Promise.race([Promise.all(deliveries), late])
    clearTimeout(timer)
  }
}
