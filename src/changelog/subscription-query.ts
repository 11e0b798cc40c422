import type { Change, Merge } from './change.ts'
import type { Work } from './work.ts'

/** What one change gave a subscription, as it goes out to each subscriber. */
export interface Item {
  position: number
  /** The result as JSON. */
  json: string
  /** The bytes that a transport sends for it, once they were made: the same for all subscribers. */
  frame?: Buffer
}

/** The items of a part of the log. */
export interface Batch {
  items: readonly Item[]
  /** The items are all up to this position. */
  to: number
  /** The end of the log when their rendering began. */
  head: number
}

/** For each filter the changes that match it, in their order. */
export type Select = (
  changes: readonly Change[],
  filters: readonly never[],
  run: Work['run'],
) => Promise<readonly (readonly Change[])[]>

/** Renders changes for all subscriptions that select the same fields. */
export interface Renderer {
  /** How many records one change may read. */
  readonly price: number
  /** The items of the changes, in their order. */
  render(changes: readonly Change[], work: Work): Promise<Item[]>
}

/** What subscribers ask of the log. */
export interface SubscriptionQuery {
  /** The same for all who ask the same. */
  key: string
  /** Which changes, as `select` understands it. */
  filter: unknown
  /** About how many rows are compared to check the filter for one change. */
  filterPrice: number
  select: Select
  renderer: Renderer
  /** The same query after a merge of records; undefined where its filter does not name the merged one. Without ids: none. */
  merged?: ((merge: Merge) => SubscriptionQuery | undefined) | undefined
}
