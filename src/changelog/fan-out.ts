// Delivers the log to its subscribers. Subscribers with the same query form a group. Groups with the same selection share
// rendered items. docs/change-log.md describes which groups evaluate their filters in a shared statement.

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
  /** The epoch of the log. */
  epoch: string
  /** The end of the log. */
  head: number
  /** Runs statements for new changes. */
  live: Lane
  /** Runs statements for subscribers that catch up, and for groups whose filters are too expensive for the shared statement. */
  slow: Lane
  /** Called when a group's subscribers are ended because its filter or its selection takes too long. */
  onTooSlow?(error: UserError, query: SubscriptionQuery): void
}

/**
 * The highest price of a shared group for one change. The first limits the rows that its filter compares, the second the records
 * that its selection reads. Groups above a limit have a statement of their own.
 */
const SHARED_FILTER_PRICE = 150
const SHARED_RECORDS = 250

/** The highest total price of one caller's shared filters for one change. */
const SHARED_PRICE_PER_CALLER = 5000

/** How long, in milliseconds, a batch waits for a group. After that the next batch is delivered without the group. */
const BATCH_TIMEOUT_MS = 250

const SWEEP_MS = 2000

/** The number of recent merges that are stored. They are applied to subscriptions that were being opened during the merge. */
const MAX_MERGES = 1000

/** The name of the shared filters among the callers of the lane, which take turns. */
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
  /** The total price of each caller's shared filters. */
  private readonly shared = new Map<string, number>()
  private readonly merges: (Merge & { head: number })[] = []
  private readonly sweeping: NodeJS.Timeout
  private ended = false
  /** The position up to which the shared groups have received the log, and when they fell behind its end. */
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
      for (const cache of [this.pages, this.selections, this.buffers]) cache.sweep()
    }, SWEEP_MS).unref()
  }

  /** The number of subscribers. */
  get size(): number {
    return [...this.groups.values()].reduce((sum, { subscribers }) => sum + subscribers.size, 0)
  }

  /** How long, in milliseconds, the shared groups have been behind the end of the log without receiving anything. */
  get lag(): number {
    return this.behindSince === undefined ? 0 : performance.now() - this.behindSince
  }

  /** Delivers new changes to all groups. */
  publish(changes: readonly Change[]): void {
    this.head = changes.at(-1)?.position ?? this.head
    this.pages.add(changes)
    const merges = mergesIn(changes)
    this.merges.push(...merges.map((merge) => ({ ...merge, head: this.head })))
    if (merges.length > 0) for (const group of this.groups.values()) group.merge(merges)
    if (this.merges.length > MAX_MERGES) this.merges.splice(0, this.merges.length - MAX_MERGES)
    this.behindSince ??= performance.now()
    for (const group of this.groups.values()) if (!group.isShared) group.wake()
    if (!this.delivering) void this.deliver()
  }

  /**
   * Delivers the changes after a position, and new changes, to a sink. Later merges are applied to the filter of the query;
   * `asOf` is the end of the log up to which it contains them already.
   */
  follow(query: SubscriptionQuery, after: number, sink: Sink, payer: Payer, asOf = this.head): Subscriber {
    const group = this.groups.get(query.key) ?? this.addGroup(query, payer.name)
    group.merge(this.merges.filter(({ head }) => head > asOf))
    const subscriber = new Subscriber(group, after, sink, payer)
    if (this.ended) subscriber.end()
    else subscriber.resume()
    return subscriber
  }

  /**
   * Ends all subscribers. With a reason, their cursors can no longer be used and they receive it as an error. A subscriber at
   * the position `validFrom` or later is only disconnected, because it can resume from its cursor.
   */
  end(reason?: UserError, validFrom = Number.POSITIVE_INFINITY): void {
    this.ended = true
    clearInterval(this.sweeping)
    for (const group of this.groups.values())
      for (const subscriber of group.subscribers)
        subscriber.end(reason && subscriber.position >= validFrom ? new Error('Connect again.') : reason)
  }

  private addGroup(query: SubscriptionQuery, caller: string): SubscriptionGroup {
    const { filterPrice, renderer } = query
    const price = (this.shared.get(caller) ?? 0) + filterPrice
    const isShared =
      filterPrice <= SHARED_FILTER_PRICE && renderer.price <= SHARED_RECORDS && price <= SHARED_PRICE_PER_CALLER
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
        // Each group then reads the log itself. If that fails too, its subscribers end.
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

  /** Evaluates the filters of groups with the same `select` function together, and delivers to them. */
  private async deliverTo(groups: readonly SubscriptionGroup[], changes: readonly Change[]): Promise<void> {
    const bySelect = new Map<Select, SubscriptionGroup[]>()
    for (const group of groups) {
      const { select } = group.query
      bySelect.set(select, [...(bySelect.get(select) ?? []), group])
    }
    await Promise.all([...bySelect.values()].map((each) => this.deliverBatch(each, changes)))
  }

  private async deliverBatch(groups: readonly SubscriptionGroup[], changes: readonly Change[]): Promise<void> {
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
