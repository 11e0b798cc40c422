/** What a GraphQL client tells of a subscription; graphql-ws and graphql-sse take it as their sink. */
export interface Sink {
  next(result: { data?: unknown; errors?: readonly unknown[] }): void
  error(error: unknown): void
  complete(): void
}

/** Opens the subscription after a cursor, and gives what ends it. */
export type Subscribe = (after: string, sink: Sink) => () => void

export interface FollowOptions<T> {
  /** Where to begin: `feedCursor`, asked for before what is on the page, or the cursor that was kept last. */
  after: string
  /** Given each event once, in order. Its cursor is the one to keep. */
  onEvent(event: T, cursor: string): void
  /**
   * Called when the log cannot be followed from the last cursor on, as after a long absence or a restored backup. Read anew
   * what is shown, and give the `feedCursor` that was asked for before. Without it, `onError` is called.
   */
  onGap?(error: unknown): Promise<string>
  /** Given what no further try can mend: nothing is followed any more. */
  onError?(error: unknown): void
  /**
   * After so long without an event the subscription is opened anew, in milliseconds: 5 minutes without it. It has to be longer
   * than the service takes to read past the changes that do not match the filter, for it then begins again at the last event.
   */
  silence?: number
  /** About how long to wait before it is opened anew, in milliseconds: 1 second without it. */
  retry?: number
}

/**
 * Follows a subscription of Dateline whose field selects its `cursor`, through whatever cuts it; gives what ends that. Nothing
 * is left out and nothing comes twice. Throws where `after` is no cursor.
 */
export function follow<T extends { cursor: string }>(subscribe: Subscribe, options: FollowOptions<T>): () => void

export interface EventStream {
  /** A subscription that takes the cursor as the variable `after`. */
  query: string
  variables?: object
  headers?: Record<string, string>
}

/** Opens a subscription by fetch, over server-sent events, for those who use no GraphQL client. */
export function overFetch(url: string, stream: EventStream): Subscribe
