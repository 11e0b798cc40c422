// @ts-check
// Follows a feed through whatever cuts it. It runs as it stands in a browser and in Node: served as /client.js, and imported
// as "dateline/client".

/** @type {typeof import('./follow.d.ts').follow} */
export function follow(subscribe, { after, onEvent, onGap, onError, silence = 300_000, retry = 1000 }) {
  positionIn(after)
  let cursor = after
  let turn = 0
  let close = () => {}
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer

  /** @param {number} milliseconds */
  const openIn = (milliseconds) => {
    clearTimeout(timer)
    timer = setTimeout(open, milliseconds)
  }
  const stop = () => {
    turn++
    clearTimeout(timer)
    close()
  }
  const open = () => {
    const mine = ++turn
    close()
    openIn(silence)
    /** @param {unknown} error */
    const end = (error) => {
      if (mine !== turn) return
      if (!isRefusal(error)) return openIn(retry * (0.5 + Math.random()))
      stop()
      if (!onGap || !isGap(error)) return onError?.(error)
      const gap = turn
      onGap(error).then(
        (fresh) => {
          if (gap !== turn) return
          positionIn(fresh)
          cursor = fresh
          open()
        },
        (failure) => gap === turn && onError?.(failure),
      )
    }
    close = subscribe(cursor, {
      next: ({ data, errors }) => {
        if (mine !== turn) return
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
        // A client that opens it anew by itself begins where it began before.
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
 * The place in the log that a cursor holds, after the version, the kind and the epoch, and before a checksum.
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
 * GraphQL errors, and answers with a status from 400 to 499, come again however often one asks, but for a service's own faults.
 * @param {any} error
 */
function isRefusal(error) {
  const status = error?.response?.status ?? 0
  if (ours.includes(error?.code)) return false
  if (Array.isArray(error)) return !error.some((each) => ours.includes(each.extensions?.code))
  return status >= 400 && status < 500 && status !== 429
}

/**
 * The log cannot be followed from this cursor on.
 * @param {any} error
 */
function isGap(error) {
  const codes = Array.isArray(error) ? error.map(({ extensions }) => extensions?.code) : [error?.code]
  return codes.includes('CURSOR_EXPIRED')
}

/** The service's own faults, and an instance that does not have yet what another one delivered. */
const ours = ['SERVICE_UNAVAILABLE', 'INTERNAL_SERVER_ERROR', 'CURSOR_AHEAD']

/** @type {typeof import('./follow.d.ts').overFetch} */
export const overFetch =
  (url, { query, variables, headers }) =>
  (after, sink) => {
    const cut = new AbortController()
    const request = {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
      body: JSON.stringify({ query, variables: { ...variables, after } }),
      signal: cut.signal,
    }
    read(url, request, sink).then(
      () => sink.complete(),
      (error) => cut.signal.aborted || sink.error(error),
    )
    return () => cut.abort()
  }

/**
 * The sentence and the code in a refusal.
 * @param {string} text
 * @returns {{ message?: string, code?: string }}
 */
function refusalIn(text) {
  try {
    const [{ message, extensions }] = JSON.parse(text).errors
    return { message, code: extensions?.code }
  } catch {
    return {}
  }
}

/**
 * @param {string} url
 * @param {RequestInit} request
 * @param {import('./follow.d.ts').Sink} sink
 */
async function read(url, request, sink) {
  const response = await fetch(url, request)
  if (!response.ok || !response.body) {
    const { message = `The server answered with status ${response.status}.`, code } = refusalIn(await response.text())
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
