import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { QueueFull } from '../../src/db/turns.ts'
import { writeId } from '../../src/domain/id.ts'
import { seal } from '../../src/domain/seal.ts'
import { Admission } from '../../src/server/graphql/admission.ts'
import { examples } from '../../src/server/http/examples.ts'
import { Follower } from '../../src/server/realtime/follower.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { database } from '../client.ts'
import { anEvent, aPerson } from '../world.ts'
import { eventsOf, type FeedService, type SentEvent, startFeedService } from './server.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

const TITLES =
  'subscription ($where: EventWhere, $after: String) { eventAdded(where: $where, after: $after) { cursor event { title } } }'

interface Follow {
  query?: string
  variables?: object
  lastEventId?: string
}

/** Opens a stream. `next` returns the next item, and fails after a timeout. */
async function follow({ query = TITLES, variables, lastEventId }: Follow = {}) {
  const cut = new AbortController()
  const response = await fetch(service.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...(lastEventId && { 'last-event-id': lastEventId }),
    },
    body: JSON.stringify({ query, variables }),
    signal: cut.signal,
  })
  const events = response.ok ? eventsOf(response) : undefined
  const next = async (): Promise<SentEvent> => {
    const late = sleep(8000).then(() => Promise.reject(new Error('Nothing came.')))
    const { done, value } = await Promise.race([events?.next() ?? late, late])
    if (done) throw new Error('The stream has ended.')
    return value
  }
  return { response, next, cut: () => cut.abort() }
}

const titleOf = ({ data = '{}' }: SentEvent) =>
  (JSON.parse(data) as { data: { eventAdded: { event: { title: string } } } }).data.eventAdded.event.title

test('an event that a machine coded is delivered only to subscribers that ask for it', async () => {
  const [edited, both] = [
    await follow(),
    await follow({ variables: { where: { origin: { in: ['EDITED', 'MACHINE_CODED'] } } } }),
  ]
  for (const stream of [edited, both]) await stream.next()
  await anEvent({ title: 'By a machine', origin: 'MACHINE_CODED' })
  await anEvent({ title: 'By a person' })
  expect(titleOf(await edited.next())).toBe('By a person')
  expect([titleOf(await both.next()), titleOf(await both.next())]).toEqual(['By a machine', 'By a person'])
  for (const stream of [edited, both]) stream.cut()
})

test('a new event is delivered at once, with the cursor after it as its id', async () => {
  const stream = await follow()
  const opening = await stream.next()
  expect(Object.keys(opening)).toEqual(['id'])
  await anEvent({ title: 'Added now' })
  const sent = await stream.next()
  expect([sent.event, titleOf(sent)]).toEqual(['next', 'Added now'])
  expect(JSON.parse(sent.data ?? '')).toMatchObject({ data: { eventAdded: { cursor: sent.id } } })
  stream.cut()
})

test("the subscription in GraphiQL's examples works", async () => {
  const query = examples.find(({ title }) => title === 'Follow live')?.query
  const stream = await follow({ query })
  await stream.next()
  await anEvent({ title: 'For the example' })
  expect(titleOf(await stream.next())).toBe('For the example')
  stream.cut()
})

test('a client that is disconnected resumes after the last id, and misses nothing', async () => {
  const first = await follow()
  await first.next()
  await anEvent({ title: 'Before the cut' })
  const { id } = await first.next()
  first.cut()
  await anEvent({ title: 'Missed 1' })
  await anEvent({ title: 'Missed 2' })
  const second = await follow({ lastEventId: id })
  await second.next()
  await anEvent({ title: 'After the cut' })
  expect([titleOf(await second.next()), titleOf(await second.next()), titleOf(await second.next())]).toEqual([
    'Missed 1',
    'Missed 2',
    'After the cut',
  ])
  second.cut()
})

test('Last-Event-ID takes precedence over an `after`, which a reconnecting page sends again', async () => {
  const first = await follow()
  const { id: after } = await first.next()
  await anEvent({ title: 'Before the reconnection' })
  const { id } = await first.next()
  first.cut()
  await anEvent({ title: 'Since the reconnection' })
  const second = await follow({ variables: { after }, lastEventId: id })
  await second.next()
  expect(titleOf(await second.next())).toBe('Since the reconnection')
  second.cut()
})

test('a client that is disconnected before the first event resumes at the start of the stream', async () => {
  const first = await follow()
  const { id } = await first.next()
  first.cut()
  await anEvent({ title: 'In between' })
  const second = await follow({ variables: { after: id } })
  await second.next()
  expect(titleOf(await second.next())).toBe('In between')
  second.cut()
})

test('a stream with a cursor delivers the events after the cursor, without the one at it', async () => {
  const first = await follow()
  await first.next()
  await anEvent({ title: 'At the cursor' })
  const { id } = await first.next()
  first.cut()
  await anEvent({ title: 'After the cursor' })
  await sequenceChanges()
  const query = 'subscription ($after: String) { eventAdded(after: $after) { event { title slug } } }'
  const second = await follow({ query, variables: { after: id } })
  await second.next()
  expect(titleOf(await second.next())).toBe('After the cursor')
  second.cut()
})

test('a client that disconnects while its stream is opened is not followed', async () => {
  await vi.waitFor(() => expect(service.followers()).toBe(0), 5000)
  const { open } = Follower.prototype
  const client = new AbortController()
  const opened = new Promise<void>((resolve) => {
    vi.spyOn(Follower.prototype, 'open').mockImplementationOnce(async function (this: Follower, ...args) {
      const stream = await open.apply(this, args)
      client.abort()
      await sleep(100)
      setImmediate(resolve)
      return stream
    })
  })
  const url = `${service.url}?${new URLSearchParams({ query: 'subscription { eventAdded { cursor } }' })}`
  await expect(fetch(url, { headers: { accept: 'text/event-stream' }, signal: client.signal })).rejects.toThrow()
  await opened
  await sleep(20)
  await vi.waitFor(() => expect(service.followers()).toBe(0), 2000)
})

test('a subscription is refused with status 503 while too many documents wait to be parsed', async () => {
  vi.spyOn(Admission.prototype, 'turnFor').mockRejectedValueOnce(new QueueFull())
  const { response } = await follow()
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1'])
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] })
})

test('only events that match `where` are delivered', async () => {
  const stream = await follow({ variables: { where: { type: { eq: 'PROTEST' } } } })
  await stream.next()
  await anEvent({ title: 'Another' })
  await anEvent({ title: 'Wanted', type: 'PROTEST' })
  expect(titleOf(await stream.next())).toBe('Wanted')
  stream.cut()
})

test('changes of every kind can be subscribed to', async () => {
  const stream = await follow({
    query: 'subscription { changes(where: { types: [ACTOR] }) { operation ... on ActorChange { actor { id } } } }',
  })
  await stream.next()
  const { id } = await aPerson()
  const { data } = await stream.next()
  expect(JSON.parse(data ?? '')).toEqual({
    data: { changes: { operation: 'CREATED', actor: { id: writeId('Person', id) } } },
  })
  stream.cut()
})

test('an event of a transaction that commits late is delivered late', async () => {
  const stream = await follow()
  await stream.next()
  await database.$transaction(async (tx) => {
    const columns = { type: 'OTHER', status: 'OCCURRED', certainty: 'ASSERTED', dateBasis: 'STATED' } as const
    await tx.event.create({ data: { slug: 'late', title: 'Late', datePrecision: 'UNKNOWN', ...columns } })
    await anEvent({ title: 'Early' })
    expect(titleOf(await stream.next())).toBe('Early')
  })
  expect(titleOf(await stream.next())).toBe('Late')
  stream.cut()
})

const refused: [string, Follow, number, RegExp][] = [
  ['a damaged cursor', { variables: { after: 'x' } }, 400, /not a valid cursor/],
  ['a damaged Last-Event-ID', { lastEventId: 'x' }, 400, /not a valid cursor/],
  ['a cursor of a list', { variables: { after: seal(['Query.events', 'a', 'b']) } }, 400, /belongs to the list/],
  [
    'two root fields',
    { query: 'subscription { a: eventAdded { cursor } b: eventAdded { cursor } }' },
    400,
    /must select only one/,
  ],
  [
    'a strange id in the filter',
    { query: 'subscription { changes(where: { ids: ["x"] }) { type } }' },
    400,
    /not a valid id/,
  ],
  [
    'an id of another type in the filter',
    { variables: { where: { id: { eq: writeId('Person', '0193a1b2-0000-7000-8000-000000000000') } } } },
    400,
    /of a record of type Person/,
  ],
]
test.each(refused)('%s is refused before anything is streamed', async (_what, asked, status, message) => {
  const { response } = await follow(asked)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toContain('application/json')
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringMatching(message) }] })
})

test('without an accept header for events, a subscription is refused with the header to send', async () => {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: TITLES }),
  })
  expect(response.status).toBe(406)
  expect(await response.json()).toMatchObject({ errors: [{ message: expect.stringContaining('text/event-stream') }] })
})

test('an EventSource, which sends GET, works', async () => {
  const address = `${service.url}?query=${encodeURIComponent('subscription { eventAdded { event { title } } }')}`
  const cut = new AbortController()
  const response = await fetch(address, { headers: { accept: 'text/event-stream' }, signal: cut.signal })
  expect(response.headers.get('content-type')).toBe('text/event-stream')
  const events = eventsOf(response)
  await events.next()
  await anEvent({ title: 'By GET' })
  expect(titleOf((await events.next()).value ?? {})).toBe('By GET')
  cut.abort()
})
