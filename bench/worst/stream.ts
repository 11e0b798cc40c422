import type { Written } from './operation.ts'

/** A subscription over server-sent events that reads without delay. */
export class Stream {
  status = 0
  headers = new Headers()
  items = 0
  bytes = 0
  /** The code of the error in its answer. */
  refusal: string | undefined
  lastAt = performance.now()
  ended = false
  readonly #abort = new AbortController()
  readonly #onItem: (text: string) => void

  private constructor(onItem: (text: string) => void) {
    this.#onItem = onItem
  }

  /** Opens the stream, and calls `onItem` with the text of each item. */
  static async open(
    url: string,
    written: Written,
    headers: Record<string, string> = {},
    onItem: (text: string) => void = () => {},
  ): Promise<Stream> {
    const stream = new Stream(onItem)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
        body: JSON.stringify(written),
        signal: stream.#abort.signal,
      })
      stream.status = response.status
      stream.headers = response.headers
      void stream.#read(response)
    } catch (error) {
      stream.refusal = error instanceof Error ? error.name : String(error)
      stream.ended = true
    }
    return stream
  }

  close(): void {
    this.#abort.abort()
  }

  async #read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    try {
      for await (const chunk of body ?? []) {
        this.bytes += chunk.length
        rest += decoder.decode(chunk, { stream: true })
        const frames = rest.split(/\r?\n\r?\n/)
        rest = frames.pop() ?? ''
        for (const frame of frames) this.#take(frame)
      }
      if (rest) this.#take(rest)
    } catch {
      // The stream was closed or interrupted.
    }
    this.ended = true
  }

  #take(frame: string): void {
    if (frame.includes('"errors":[')) this.refusal ??= frame.match(/"code":"(\w+)"/)?.[1] ?? frame.slice(0, 80)
    else if (/^event: ?next/m.test(frame)) {
      this.items++
      this.lastAt = performance.now()
      this.#onItem(frame)
    }
  }
}
