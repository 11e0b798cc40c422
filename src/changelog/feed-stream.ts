import type { Sink, Subscriber } from './subscriber.ts'

/** A subscription that was opened, whichever transport carries it. */
export interface FeedStream {
  /** Which log it follows, and the position after which it begins. */
  readonly epoch: string
  readonly after: number
  /** Delivers to a sink until one of the two ends it. */
  subscribe(sink: Sink): Subscriber
}
