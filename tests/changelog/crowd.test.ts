// The cost of slow, disconnected and many subscribers. Other subscribers are not affected.
import { subscribe } from 'node:diagnostics_channel'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { database } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'
import { type FeedService, startFeedService } from './server.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

const ADDED = 'subscription { eventAdded { event { slug summary } } }'

/** Opens a connection with a subscription. The test reads from it only on request. */
async function attach(query = ADDED, variables: object = {}): Promise<Socket> {
  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname)
  const body = JSON.stringify({ query, variables })
  const headers = ['host: localhost', 'content-type: application/json', 'accept: text/event-stream']
  socket.write(
    `POST /graphql HTTP/1.1\r\n${headers.join('\r\n')}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  await once(socket, 'readable')
  return socket
}

/** Reads this number of results, and returns their slugs. */
async function slugsFrom(socket: Socket, count: number): Promise<string[]> {
  const slugs: string[] = []
  let rest = ''
  const deadline = Date.now() + 20_000
  while (slugs.length < count && Date.now() < deadline) {
    const text = rest + (socket.read() ?? '')
    const end = text.lastIndexOf('\n\n') + 1
    rest = text.slice(end)
    for (const [, slug = ''] of text.slice(0, end).matchAll(/"slug":"([^"]+)"/g)) slugs.push(slug)
    await sleep(2)
  }
  expect(slugs).toHaveLength(count)
  return slugs
}

/** Returns the server's sockets of the requests. */
function watchSockets(): Socket[] {
  const sockets: Socket[] = []
  subscribe('http.server.request.start', (message) => sockets.push((message as { socket: Socket }).socket))
  return sockets
}

test('a subscriber that stops reading delays no other, costs little memory, and later receives everything', async () => {
  const sockets = watchSockets()
  const [still, other] = [await attach(), await attach()]
  const batches = Array.from({ length: 20 }, (_, i) => i)
  const seen = slugsFrom(other, 2000)
  const expected: string[] = []
  for (const batch of batches) {
    // 100 events of 10 kB in one statement.
    const rows = await database.$queryRaw<{ slug: string }[]>`
      INSERT INTO "Event" (id, slug, title, summary, type, status, certainty, "datePrecision", "dateBasis")
      SELECT gen_random_uuid(), 'large-' || ${batch}::int || '-' || i, 'Large', repeat('x', 10000), 'OTHER', 'OCCURRED',
             'ASSERTED', 'UNKNOWN', 'STATED'
      FROM generate_series(1, 100) i RETURNING slug`
    expected.push(...rows.map(({ slug }) => slug))
    await sequenceChanges()
  }
  const given = await seen
  expect(new Set(given)).toEqual(new Set(expected))
  expect(Math.max(...sockets.map(({ writableLength }) => writableLength))).toBeLessThan(100_000)
  expect(await slugsFrom(still, 2000)).toEqual(given)
  still.destroy()
  other.destroy()
})

test('subscribers that disconnect leave nothing behind', async () => {
  await vi.waitFor(() => expect(service.followers()).toBe(0), 5000)
  const sockets = await Promise.all(Array.from({ length: 20 }, () => attach()))
  expect(service.followers()).toBe(20)
  for (const socket of sockets) socket.destroy()
  await vi.waitFor(() => expect(service.followers()).toBe(0), 2000)
})

test('a transaction that stays open, even in another database, delays nothing', async () => {
  const here = testDatabase().url
  const elsewhere = Object.assign(new URL(here), { pathname: '/postgres' }).href
  const clients = [here, elsewhere].map((connectionString) => new pg.Client({ connectionString }))
  for (const client of clients) {
    await client.connect()
    await client.query('BEGIN')
    // Assigns the transaction a number, which a snapshot-based reader would wait for.
    await client.query('SELECT pg_current_xact_id()')
  }
  const socket = await attach()
  const event = await anEvent({})
  expect(await slugsFrom(socket, 1)).toEqual([event.slug])
  socket.destroy()
  for (const client of clients) await client.end()
})

const idOf = ({ id }: { id: string }) => writeId('Person', id)
const FILTERED = `subscription ($where: EventWhere) { eventAdded(where: $where) { event { slug summary } } }`

test('each of many subscribers with different filters receives what it asked for', async () => {
  const [ours, theirs] = [await aPerson({}), await aPerson({})]
  const wheres = [
    { actors: { some: { id: { eq: idOf(ours) } } } },
    { actors: { some: { id: { in: [idOf(ours), idOf(theirs)] } } } },
    { actors: { none: { id: { eq: idOf(ours) } } } },
    { or: [{ actors: { some: { id: { eq: idOf(theirs) } } } }, { title: { contains: 'without' } }] },
    { participants: { some: { role: { eq: 'PARTY' }, actor: { id: { eq: idOf(ours) } } } } },
  ]
  const sockets = await Promise.all(wheres.map((where) => attach(FILTERED, { where })))
  const [first, second, third] = [
    await anEvent({ title: 'One', participants: { create: { actorId: ours.id, role: 'PARTY' } } }),
    await anEvent({ title: 'Two', participants: { create: { actorId: theirs.id, role: 'PARTY' } } }),
    await anEvent({ title: 'Three, without anyone' }),
  ]
  const expected = [[first], [first, second], [second, third], [second, third], [first]]
  for (const [i, socket] of sockets.entries()) {
    const wanted = expected[i]?.map(({ slug }) => slug) ?? []
    expect([i, await slugsFrom(socket, wanted.length)]).toEqual([i, wanted])
    socket.destroy()
  }
})
