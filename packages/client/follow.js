// @ts-check
// Runs a subscription and resumes it after a disconnect. The file runs unchanged in browsers, which load it from /client.js, and
// in Node, which imports it as "@dateline/client".

/** @type {typeof import('./follow.d.ts').follow} */
export function follow(subscribe, { after, onEvent, onGap, onError, silence = 300_000, retry = 1000 }) {
  positionIn(after)
  let cursor = after
  /** The number of the current attempt. Callbacks of earlier attempts are ignored. */
  let attempt = 0
  let close = () => {}
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** @param {number} milliseconds */
  const openIn = (milliseconds) => {
    clearTimeout(timer)
    timer = setTimeout(open, milliseconds)
  }
  const stop = () => {
    attempt++
    clearTimeout(timer)
    close()
  }
  const open = () => {
    const current = ++attempt
    close()
    openIn(silence)
    /** @param {unknown} error */
    const end = (error) => {
      if (current !== attempt) return
      if (!isPermanent(error)) return openIn(retry * (0.5 + Math.random()))
      stop()
      if (!onGap || !isGap(error)) return onError?.(error)
      const stopped = attempt
      onGap(error).then(
        (newCursor) => {
          if (stopped !== attempt) return
          positionIn(newCursor)
          cursor = newCursor
          open()
        },
        (failure) => stopped === attempt && onError?.(failure),
      )
    }
    close = subscribe(cursor, {
      next: ({ data, errors }) => {
        if (current !== attempt) return
        if (errors?.length) return end(errors)
        const [event] = Object.values(/** @type {object} */ (data))
        if (typeof event?.cursor !== 'string') {
          stop()
          return onError?.(
            new TypeError(
              'The subscription does not select the field "cursor": select it, because it is required to resume.',
            ),
          )
        }
        openIn(silence)
        // A client that reconnects by itself starts again after its first cursor and repeats events.
        if (positionIn(event.cursor) <= positionIn(cursor)) return
        onEvent(event, event.cursor)
        cursor = event.cursor
      },
      error: end,
      complete: () => end(undefined),
    })
  }
  open()
  return stop
}

/**
 * Returns the position in a cursor. A cursor contains its version, kind, epoch, position and a checksum.
 * @param {string} cursor
 * @returns {number}
 */
function positionIn(cursor) {
  try {
    const text = atob(cursor.replace(/-/g, '+').replace(/_/g, '/'))
    return JSON.parse(text.slice(0, -8))[3]
  } catch {
    throw new TypeError(
      '"after" is not a cursor of the change log: pass one, such as the result of the query { feedCursor }.',
    )
  }
}

/**
 * Whether a retry would fail in the same way: for GraphQL errors and for statuses from 400 to 499, unless the code is temporary.
 * @param {any} error
 */
function isPermanent(error) {
  const status = error?.response?.status ?? 0
  if (temporaryCodes.includes(error?.code)) return false
  if (Array.isArray(error)) return !error.some((each) => temporaryCodes.includes(each.extensions?.code))
  return status >= 400 && status < 500 && status !== 429
}

/**
 * Whether the subscription cannot resume from its cursor.
 * @param {any} error
 */
function isGap(error) {
  const codes = Array.isArray(error) ? error.map(({ extensions }) => extensions?.code) : [error?.code]
  return codes.includes('CURSOR_EXPIRED')
}

/** The codes of service errors, and of an instance that does not have the cursor's entry yet. A retry can succeed. */
const temporaryCodes = ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'CURSOR_AHEAD']

/** @type {typeof import('./follow.d.ts').overFetch} */
export const overFetch =
  (url, { query, variables, headers }) =>
  (after, sink) => {
    const abort = new AbortController()
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables: { ...variables, after } }),
      signal: abort.signal,
    }
    read(url, request, sink).then(
      () => sink.complete(),
      (error) => abort.signal.aborted || sink.error(error),
    )
    return () => abort.abort()
  }

/**
 * Returns the message and the code of the first error in a response body; an empty object if it has none.
 * @param {string} text
 * @returns {{ message?: string, code?: string }}
 */
function firstErrorIn(text) {
  try {
    const [{ message, extensions }] = JSON.parse(text).errors
    return { message, code: extensions?.code }
  } catch {
    return {}
  }
}

/**
 * Sends a request and passes each server-sent event to the sink. Resolves when the response ends; rejects if it is refused.
 * @param {string} url
 * @param {RequestInit} request
 * @param {import('./follow.d.ts').Sink} sink
 */
async function read(url, request, sink) {
  const response = await fetch(url, request)
  if (!response.ok || !response.body) {
    const { message = `The server answered with status ${response.status}.`, code } = firstErrorIn(
      await response.text(),
    )
    throw Object.assign(new Error(message), { response, code })
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (let text = ''; ; ) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (text + value).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '))
      if (data) sink.next(JSON.parse(data.slice(6)))
    }
  }
}
