import type { Sink, Subscriber } from './subscriber.ts'

/** An open subscription, independent of its transport. */
export interface FeedStream {
  /** The epoch of its log, and the position after which it starts. */
  readonly epoch: string
  readonly after: number
  /** Delivers items to a sink until the returned subscriber is stopped or the stream ends. */
  subscribe(sink: Sink): Subscriber
}
