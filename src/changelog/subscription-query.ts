import type { Change, Merge } from './change.ts'
import type { Work } from './work.ts'

/** The result of a subscription for one change, as it is sent to each subscriber. */
export interface Item {
  position: number
  /** The result as JSON. */
  json: string
  /** The bytes that server-sent events use for the item. Created once and shared by all subscribers. */
  frame?: Buffer
}

/** The items of a range of the log. */
export interface Batch {
  items: readonly Item[]
  /** The end of the range. */
  to: number
  /** The end of the log when rendering began. */
  head: number
}

/** Returns, for each filter, the changes that match it, in log order. */
export type Select = (
  changes: readonly Change[],
  filters: readonly never[],
  run: Work['run'],
) => Promise<readonly (readonly Change[])[]>

/** Renders changes for all subscriptions with the same selection. */
export interface Renderer {
  /** An estimate of the records that rendering one change reads. */
  readonly price: number
  /** Renders each change; returns the items in the order of the changes. */
  render(changes: readonly Change[], work: Work): Promise<Item[]>
}

/** A subscription's filter and selection, as the log evaluates them. */
export interface SubscriptionQuery {
  /** Identifies the group: equal for subscriptions with the same filter, selection and variables. */
  key: string
  /** The filter, in the form that `select` expects. */
  filter: unknown
  /** An estimate of the rows that are compared to evaluate the filter for one change. */
  filterPrice: number
  select: Select
  renderer: Renderer
  /** Returns the query after merges of records, or undefined if they do not change its filter. Undefined for filters without ids. */
  merged?: ((merges: readonly Merge[]) => SubscriptionQuery | undefined) | undefined
}
