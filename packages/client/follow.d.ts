/** Receives the results of a subscription. Compatible with the sinks of graphql-ws and graphql-sse. */
export interface Sink {
  next(result: { data?: unknown; errors?: readonly unknown[] }): void
  error(error: unknown): void
  complete(): void
}

/** Opens the subscription after a cursor. Returns a function that ends it. */
export type Subscribe = (after: string, sink: Sink) => () => void

export interface FollowOptions<T> {
  /** The cursor to start after: a `feedCursor` that was read before the displayed data, or the last stored cursor. */
  after: string
  /** Called with each event once, in order. Store the cursor to resume from this event. */
  onEvent(event: T, cursor: string): void
  /**
   * Called when the subscription cannot resume from the last cursor, for example after a long disconnect or after a backup was
   * restored. Read `feedCursor`, then the displayed data again, and return that cursor. Default: `onError` is called.
   */
  onGap?(error: unknown): Promise<string>
  /** Called with an error that a retry cannot fix. The subscription has ended. */
  onError?(error: unknown): void
  /**
   * The time without an event after which the subscription is reopened, in milliseconds. Default: 300,000 (5 minutes). It must
   * exceed the time that the service needs to read past changes that do not match the filter, because a reopened subscription
   * starts at the last event.
   */
  silence?: number
  /** The average delay before a subscription is reopened, in milliseconds. Default: 1,000. */
  retry?: number
}

/**
 * Runs a subscription of Dateline whose field selects `cursor`, and resumes it after a disconnect. Delivers each event exactly
 * once. Returns a function that ends it. Throws a TypeError if `after` is not a cursor.
 */
export function follow<T extends { cursor: string }>(subscribe: Subscribe, options: FollowOptions<T>): () => void

export interface EventStream {
  /** A subscription operation with the variable `$after` for the cursor. */
  query: string
  variables?: object
  headers?: Record<string, string>
}

/** Creates a `Subscribe` function that uses fetch and server-sent events. It requires no GraphQL client. */
export function overFetch(url: string, stream: EventStream): Subscribe
