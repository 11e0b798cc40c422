// follow() with a fake client: its reaction to everything that a client can report about a subscription.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Sink } from '../../packages/client/follow.d.ts'
import { follow } from '../../packages/client/follow.js'
import { seal } from '../../src/domain/seal.ts'

test('the value of `after` must be a cursor', () => {
  const subscribe = () => () => {}
  expect(() => follow(subscribe, { after: undefined as never, onEvent: () => {} })).toThrow(/"after" is not a cursor/)
  expect(() => follow(subscribe, { after: 'yesterday', onEvent: () => {} })).toThrow(/"after" is not a cursor/)
})

interface Opened {
  after: string
  sink: Sink
  isClosed: boolean
}

const cursorAt = (position: number) => seal(['feed', 'epoch', position])

/** Follows from position 1, with a fake client that the test controls. */
function begin({ gaps = true } = {}) {
  const opened: Opened[] = []
  const events: string[] = []
  const told: unknown[] = []
  const onGap = vi.fn(async () => cursorAt(100))
  const stop = follow<{ cursor: string }>(
    (after, sink) => {
      const each = { after, sink, isClosed: false }
      opened.push(each)
      return () => {
        each.isClosed = true
      }
    },
    {
      after: cursorAt(1),
      retry: 1000,
      silence: 60_000,
      onEvent: ({ cursor }) => void events.push(cursor),
      onError: (error) => void told.push(error),
      ...(gaps && { onGap }),
    },
  )
  const last = () => opened.at(-1) as Opened
  const deliver = (position: number, to = last()) =>
    to.sink.next({ data: { eventAdded: { cursor: cursorAt(position) } } })
  return { opened, events, told, onGap, stop, last, deliver }
}

/** The form of an error with a code in each transport. */
const ways: Record<string, (sink: Sink, code: string) => void> = {
  'as an answer with status 400': (sink, code) =>
    sink.error(Object.assign(new Error(code), { code, response: { status: 400 } })),
  'as errors over WebSocket': (sink, code) => sink.error([{ message: code, extensions: { code } }]),
  'as a result with errors': (sink, code) => sink.next({ errors: [{ message: code, extensions: { code } }] }),
}

const cuts: Record<string, (sink: Sink) => void> = {
  'a connection that fails': (sink) => sink.error(new TypeError('fetch failed')),
  'a stream that ends': (sink) => sink.complete(),
  'a WebSocket that is closed': (sink) => sink.error({ code: 1012, reason: 'Connect again.' }),
  'a service that is overloaded': (sink) => sink.error({ response: { status: 503 }, code: 'SERVICE_UNAVAILABLE' }),
  'a caller that asks too much': (sink) => sink.error({ response: { status: 429 }, code: 'RATE_LIMITED' }),
}

describe('follow()', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  test.each(Object.keys(ways))('retries later if its cursor is ahead of the service, with an error %s', async (way) => {
    const { opened, events, told, onGap, last, deliver, stop } = begin()
    deliver(5)
    for (let i = 0; i < 3; i++) {
      ways[way]?.(last().sink, 'CURSOR_AHEAD')
      expect(opened).toHaveLength(i + 1)
      await vi.advanceTimersByTimeAsync(1500)
    }
    expect(opened.map(({ after }) => after)).toEqual([cursorAt(1), cursorAt(5), cursorAt(5), cursorAt(5)])
    deliver(6)
    expect(events).toEqual([cursorAt(5), cursorAt(6)])
    expect([told, onGap.mock.calls]).toEqual([[], []])
    stop()
  })

  test.each(Object.keys(ways))(
    'continues at the cursor that onGap returns if its own has expired, with an error %s',
    async (way) => {
      const { opened, events, told, onGap, deliver, stop } = begin()
      deliver(5)
      const [old] = opened as [Opened]
      ways[way]?.(old.sink, 'CURSOR_EXPIRED')
      await vi.advanceTimersByTimeAsync(0)
      expect(onGap).toHaveBeenCalledTimes(1)
      expect(opened.map(({ after }) => after)).toEqual([cursorAt(1), cursorAt(100)])
      expect(old.isClosed).toBe(true)
      // A late event of the old log.
      deliver(101, old)
      old.sink.complete()
      deliver(102)
      expect(events).toEqual([cursorAt(5), cursorAt(102)])
      expect([told, opened.length]).toEqual([[], 2])
      stop()
    },
  )

  test.each(Object.keys(ways))('ends where its cursor has expired and there is no onGap, told %s', async (way) => {
    const { opened, told, last, stop } = begin({ gaps: false })
    ways[way]?.(last().sink, 'CURSOR_EXPIRED')
    await vi.advanceTimersByTimeAsync(600_000)
    expect([opened.length, told.length, last().isClosed]).toEqual([1, 1, true])
    stop()
  })

  test('ends if onGap fails, and does nothing if it is stopped before onGap returns', async () => {
    const failing = begin()
    failing.onGap.mockRejectedValueOnce(new Error('No answer.'))
    ways['as errors over WebSocket']?.(failing.last().sink, 'CURSOR_EXPIRED')
    await vi.advanceTimersByTimeAsync(600_000)
    expect([failing.opened.length, failing.told]).toEqual([1, [new Error('No answer.')]])
    const stopped = begin()
    ways['as errors over WebSocket']?.(stopped.last().sink, 'CURSOR_EXPIRED')
    stopped.stop()
    await vi.advanceTimersByTimeAsync(600_000)
    expect([stopped.opened.length, stopped.told]).toEqual([1, []])
  })

  test.each(Object.keys(cuts))('resumes after the last event it got, through %s', async (cut) => {
    const { opened, events, told, last, deliver, stop } = begin()
    deliver(5)
    cuts[cut]?.(last().sink)
    await vi.advanceTimersByTimeAsync(400)
    expect(opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1100)
    expect(opened.map(({ after }) => after)).toEqual([cursorAt(1), cursorAt(5)])
    // A client that resumes where it started before.
    for (const position of [4, 5, 6]) deliver(position)
    expect([events, told]).toEqual([[cursorAt(5), cursorAt(6)], []])
    stop()
  })

  test('reopens the subscription if a service is silent, and ignores later events of the old one', async () => {
    const { opened, events, told, deliver, stop } = begin()
    deliver(5)
    await vi.advanceTimersByTimeAsync(59_000)
    deliver(6)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(opened).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1000)
    const [frozen, next] = opened as [Opened, Opened]
    expect([frozen.isClosed, next.after]).toEqual([true, cursorAt(6)])
    // The frozen service continues.
    for (const position of [7, 8]) deliver(position, frozen)
    frozen.sink.error([{ extensions: { code: 'CURSOR_EXPIRED' } }])
    for (const position of [7, 8, 9]) deliver(position, next)
    expect(events).toEqual([5, 6, 7, 8, 9].map(cursorAt))
    expect([opened.length, told]).toEqual([2, []])
    stop()
  })
})
