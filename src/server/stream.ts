import type { ExecutionResult } from 'graphql'
import { feedCursor } from '../log/position.ts'
import type { Sink, Subscriber } from '../log/subscriber.ts'

interface StreamOptions {
  epoch: string
  /** The position after which it begins. */
  after: number
  follow(after: number, sink: Sink): Subscriber
}

/**
 * A subscription that was opened. What it gives goes into the sink of a transport; to whoever iterates it, as libraries do,
 * it shows only that it has ended.
 */
export class FeedStream implements AsyncIterableIterator<ExecutionResult> {
  /** The cursor after which it begins. */
  readonly start: string
  private readonly options: StreamOptions
  private subscriber: Subscriber | undefined
  private settle: ((ended: IteratorResult<ExecutionResult>) => void) | undefined
  private ended = false

  constructor(options: StreamOptions) {
    this.options = options
    this.start = this.cursorOf(options.after)
  }

  cursorOf(position: number): string {
    return feedCursor(this.options.epoch, position)
  }

  /** Begins to fill a sink. */
  pour(sink: Sink): Subscriber {
    this.subscriber = this.options.follow(this.options.after, {
      take: (item) => sink.take(item),
      end: (reason) => {
        sink.end(reason)
        this.finish()
      },
    })
    return this.subscriber
  }

  next(): Promise<IteratorResult<ExecutionResult>> {
    if (this.ended) return Promise.resolve(end)
    return new Promise((resolve) => {
      this.settle = resolve
    })
  }

  return(): Promise<IteratorResult<ExecutionResult>> {
    this.subscriber?.stop()
    this.finish()
    return Promise.resolve(end)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  private finish(): void {
    this.ended = true
    this.settle?.(end)
  }
}

const streams = new WeakMap<object, FeedStream>()

/** Notes the stream that was opened for a request, or in a context: what Yoga hands on is wrapped. */
export const noteStream = (opener: object, stream: FeedStream): void => void streams.set(opener, stream)

export const streamOf = (opener: object): FeedStream | undefined => streams.get(opener)

const end: IteratorReturnResult<undefined> = { done: true, value: undefined }
