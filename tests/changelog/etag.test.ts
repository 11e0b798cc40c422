import { setTimeout as sleep } from 'node:timers/promises'
import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { reads } from '../../src/db/client.ts'
import { createKey } from '../../src/store/api-key.ts'
import { addEvent } from '../world.ts'
import { type FeedService, startFeedService } from './server.ts'

let service: FeedService
beforeAll(async () => {
  const texts = {
    titles: '{ events(first: 100) { nodes { title } } }',
    who: '{ viewer { name } }',
    follow: 'subscription { eventAdded { cursor } }',
    log: '{ changes(last: 1) { nodes { version } } viewer { name } }',
  }
  const persisted = new Map(Object.entries(texts).map(([id, text]) => [id, { text, document: parse(text) }]))
  service = await startFeedService({ persisted })
})
afterAll(() => service.stop())

const get = (tag?: string, id = 'titles') =>
  fetch(`${service.url}?documentId=${id}`, {
    headers: { accept: 'application/json', ...(tag && { 'if-none-match': tag }) },
  })

test('a persisted document requested by GET is not sent again while nothing has changed', async () => {
  const first = await get()
  const tag = first.headers.get('etag') ?? ''
  expect([first.status, tag]).toEqual([200, expect.stringMatching(/^W\/"[\w-]{22}"$/)])
  const second = await get(tag)
  expect([second.status, second.headers.get('etag'), await second.text()]).toEqual([304, tag, ''])
  await addEvent('New for all')
  // The service reads the new entry a moment later.
  let third = await get(tag)
  for (let time = 0; third.status === 304 && time < 100; time++) {
    await sleep(20)
    third = await get(tag)
  }
  expect([third.status, await third.text()]).toEqual([200, expect.stringContaining('New for all')])
  expect(third.headers.get('etag')).not.toBe(tag)
})

test('a tag is valid until the end of the day in UTC, because some filters depend on the current day', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-03-01T23:59:00Z') })
  try {
    const tag = (await get()).headers.get('etag') ?? ''
    vi.setSystemTime('2026-03-01T23:59:59Z')
    expect((await get(tag)).status).toBe(304)
    vi.setSystemTime('2026-03-02T00:00:00Z')
    const next = await get(tag)
    expect([next.status, next.headers.get('etag')]).toEqual([200, expect.not.stringContaining(tag)])
  } finally {
    vi.useRealTimers()
  }
})

test('the tag of one document is not valid for another, and an error has no tag', async () => {
  const tag = (await get()).headers.get('etag') ?? ''
  const other = await get(tag, 'unknown')
  expect([other.status, other.headers.get('etag')]).toEqual([400, null])
})

test('an answer with an error beside data has no tag, because a failure may be gone the next time', async () => {
  const failure = vi.spyOn(reads, '$queryRawUnsafe').mockRejectedValueOnce(new Error('The connection was lost.'))
  const failed = await get(undefined, 'log')
  failure.mockRestore()
  expect([failed.headers.get('etag'), await failed.json()]).toMatchObject([null, { data: { changes: null } }])
  const again = await get(undefined, 'log')
  expect([again.status, again.headers.get('etag')]).toEqual([200, expect.stringContaining('W/')])
})

test('the tag of one caller is not valid for another, because the answer may be about the caller', async () => {
  const { secret } = await createKey('my desk', [])
  const as = (headers: Record<string, string>) => fetch(`${service.url}?documentId=who`, { headers })
  const anonymous = await as({})
  const tag = anonymous.headers.get('etag') ?? ''
  expect(anonymous.headers.get('vary')).toBe('authorization, origin')
  const desk = await as({ authorization: `Bearer ${secret}`, 'if-none-match': tag })
  expect([desk.status, await desk.json()]).toMatchObject([200, { data: { viewer: { name: 'my desk' } } }])
})

test('a subscription requested by GET has no tag, and opens for any If-None-Match', async () => {
  const headers = { accept: 'text/event-stream', 'if-none-match': (await get()).headers.get('etag') ?? '' }
  const cut = new AbortController()
  const stream = await fetch(`${service.url}?documentId=follow`, { headers, signal: cut.signal })
  expect([stream.status, stream.headers.get('etag')]).toEqual([200, null])
  cut.abort()
})
