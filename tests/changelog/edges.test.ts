// The edges of the log: a restored log, a pruned log, and a database that is behind.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow, overFetch } from '../../packages/client/follow.js'
import { readHead } from '../../src/changelog/position.ts'
import { withClient } from '../../src/db/with-client.ts'
import { writeId } from '../../src/domain/id.ts'
import { seal } from '../../src/domain/seal.ts'
import { unmerge } from '../../src/store/merge/unmerge.ts'
import { mergeActors } from '../../src/store/merge.ts'
import { sequenceChanges, write } from '../../src/store/write.ts'
import '../client.ts'
import { testDatabase, urlOf } from '../database.ts'
import { anEvent, aPerson } from '../world.ts'
import { ADDED, type Added, feedCursor, startFollower } from './follower.ts'
import { type FeedService, startFeedService } from './server.ts'

let service: FeedService
let client: pg.Client
beforeEach(async () => {
  await sequenceChanges()
  service = await startFeedService()
  client = new pg.Client({ connectionString: testDatabase().url })
  await client.connect()
})
afterEach(async () => {
  await service.stop()
  await client.end()
})

const following = (after?: string) => startFollower(service, { after })

const expired = ['CURSOR_EXPIRED']

/** Deletes the newest entries of the log, as after restoring a backup. */
const loseNewest = (entries: number) =>
  client.query('DELETE FROM "Change" WHERE position > (SELECT max(position) FROM "Change") - $1', [entries])

test('after a backup was restored and the log renamed, followers are told of the gap and go on with the new log', async () => {
  for (let i = 0; i < 5; i++) await anEvent()
  await sequenceChanges()
  const follower = await following()
  const lost = await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([lost.slug]), 5000)
  const old = await feedCursor()
  await client.query('BEGIN')
  await loseNewest(4)
  await client.query('UPDATE "FeedHead" SET epoch = gen_random_uuid()')
  await client.query('COMMIT')
  await vi.waitFor(() => expect(follower.gaps).toEqual([expired]), 5000)
  const added: string[] = []
  for (let i = 0; i < 6; i++) added.push((await anEvent()).slug)
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([lost.slug, ...added]), 5000)
  expect(follower.errors).toEqual([])
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: ADDED, variables: { after: old } }),
  })
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'CURSOR_EXPIRED' } }] })
  follower.stop()
})

test('a log with other entries in the place of those that were delivered is noticed, also under its old name', async () => {
  const follower = await following()
  await anEvent()
  await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toHaveLength(2), 5000)
  await client.query('BEGIN')
  await loseNewest(1)
  await client.query('SET CONSTRAINTS ALL IMMEDIATE')
  await client.query(`UPDATE "Event" SET title = title || '!' WHERE id IN (SELECT id FROM "Event" LIMIT 3)`)
  await client.query('SELECT sequence_changes()')
  await client.query('COMMIT')
  await vi.waitFor(() => expect(follower.gaps).toEqual([expired]), 5000)
  follower.stop()
})

test('where the log was pruned past an instance that stood still, its followers are told, and it goes on', async () => {
  await anEvent()
  const follower = await following()
  // The instance cannot read while these tables are locked.
  await client.query('BEGIN; LOCK TABLE "FeedHead", "Change"; SET CONSTRAINTS ALL IMMEDIATE')
  await client.query(`UPDATE "Event" SET title = title || '!' WHERE id IN (SELECT id FROM "Event" LIMIT 4)`)
  await client.query('SELECT sequence_changes()')
  await client.query('UPDATE "FeedHead" SET oldest = log_head() - 1')
  await client.query('DELETE FROM "Change" WHERE position < log_head()')
  await client.query('COMMIT')
  await vi.waitFor(() => expect(follower.gaps).toEqual([expired]), 5000)
  const next = await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([next.slug]), 5000)
  follower.stop()
})

test('a cursor that is ahead of the instance is tried again until the instance has come so far', async () => {
  const { epoch, position } = await readHead('service')
  const follower = await following(seal(['feed', epoch, position + 1]))
  await sleep(300)
  await anEvent()
  const second = await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([second.slug]), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [] })
  follower.stop()
})

test('an event is delivered once the database that is read has it, however early it is announced', async () => {
  const { url } = testDatabase()
  const copy = `${new URL(url).pathname.slice(1)}_behind`
  await service.stop()
  await client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  )
  await withClient(urlOf(url, 'postgres'), async (admin) => {
    await client.end()
    await admin.query(`CREATE DATABASE "${copy}" TEMPLATE "${new URL(url).pathname.slice(1)}"`)
  })
  client = new pg.Client({ connectionString: url })
  await client.connect()
  service = await startFeedService({ databaseUrl: urlOf(url, copy), directUrl: url })
  const follower = await following()
  const sql = `
    INSERT INTO "Event" (id, slug, title, type, status, certainty, "datePrecision", "dateBasis")
    VALUES ('01938f00-0000-7000-8000-000000000001', 'behind', 'Behind', 'OTHER', 'OCCURRED', 'ASSERTED', 'UNKNOWN', 'STATED')`
  await client.query(sql)
  await client.query('SELECT sequence_changes()')
  await sleep(1500)
  expect(follower.slugs).toEqual([])
  await withClient(urlOf(url, copy), async (behind) => {
    await behind.query(sql)
    await behind.query('SELECT sequence_changes()')
  })
  await vi.waitFor(() => expect(follower.slugs).toEqual(['behind']), 5000)
  expect(follower).toMatchObject({ errors: [], gaps: [] })
  follower.stop()
  await service.stop()
  service = await startFeedService()
})

/** Returns the bytes of a replay from a cursor to the end of the log. */
async function replay(url: string, after: string, until: string): Promise<string> {
  const cut = new AbortController()
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($after: String) { eventAdded(after: $after) { cursor event { slug title } } }',
      variables: { after },
    }),
    signal: cut.signal,
  })
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString()
    if (text.includes(until)) break
  }
  cut.abort()
  return text
}

test('a replay gives events as they are now, the same from every instance, also where someone follows', async () => {
  const after = await feedCursor()
  const cut = new AbortController()
  const watched = fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($after: String) { eventAdded(after: $after) { cursor event { slug title } } }',
      variables: { after },
    }),
    signal: cut.signal,
  })
  await (await watched).body?.getReader().read()
  const [renamed, retracted] = [await anEvent({ title: 'Before' }), await anEvent()]
  await sequenceChanges()
  await sleep(300)
  await client.query('UPDATE "Event" SET title = $1 WHERE id = $2', ['After', renamed.id])
  await client.query('UPDATE "Event" SET "retractedAt" = now() WHERE id = $1', [retracted.id])
  const last = await anEvent()
  await sequenceChanges()
  await sleep(300)
  const fresh = await startFeedService()
  const [one, other] = [await replay(service.url, after, last.slug), await replay(fresh.url, after, last.slug)]
  expect(one).toBe(other)
  expect(one).toContain(`{"slug":"${renamed.slug}","title":"After"}`)
  expect(one).not.toContain(retracted.slug)
  cut.abort()
  await fresh.stop()
})

test('a filter by a record that is merged goes on with the record that it was merged into', async () => {
  const [old, survivor] = [await aPerson(), await aPerson()]
  await sequenceChanges()
  const slugs: string[] = []
  const query = `subscription ($after: String) {
    eventAdded(after: $after, where: { actors: { some: { id: { eq: "${writeId('Person', old.id)}" } } } }) { cursor event { slug } } }`
  const after = await feedCursor()
  const open = (into: string[]) =>
    follow<Added>(overFetch(service.url, { query }), { after, onEvent: ({ event }) => void into.push(event.slug) })
  const stop = open(slugs)
  await vi.waitFor(() => expect(service.followers()).toBe(1), 5000)
  const first = await anEvent({ participants: { create: { actorId: old.id, role: 'PARTY' } } })
  await sequenceChanges()
  await vi.waitFor(() => expect(slugs).toEqual([first.slug]), 5000)
  await client.query('BEGIN')
  await client.query('UPDATE "EventParticipant" SET "actorId" = $2 WHERE "actorId" = $1', [old.id, survivor.id])
  await client.query('UPDATE "Actor" SET "mergedIntoId" = $2 WHERE id = $1', [old.id, survivor.id])
  await client.query('COMMIT')
  const second = await anEvent({ participants: { create: { actorId: survivor.id, role: 'PARTY' } } })
  await sequenceChanges()
  await vi.waitFor(() => expect(slugs).toEqual([first.slug, second.slug]), 5000)
  const replayed: string[] = []
  const stopToo = open(replayed)
  await vi.waitFor(() => expect(replayed).toEqual([first.slug, second.slug]), 5000)
  stop()
  stopToo()
})

test('after a merge is undone, a filter by each of the two records follows its own events again', async () => {
  const [old, survivor] = [await aPerson(), await aPerson()]
  await sequenceChanges()
  const by = ({ id }: { id: string }) => ({ actors: { some: { id: { eq: writeId('Person', id) } } } })
  const followers = [await startFollower(service, { where: by(old) })]
  followers.push(await startFollower(service, { where: by(survivor) }))
  const followed = async (...expected: string[][]) => {
    await sequenceChanges()
    await vi.waitFor(() => expect(followers.map(({ slugs }) => slugs)).toEqual(expected), 5000)
  }
  const eventOf = async ({ id }: { id: string }) =>
    (await anEvent({ participants: { create: { actorId: id, role: 'PARTY' } } })).slug
  const [id, into] = [old, survivor].map((each) => ({ type: 'Person', id: each.id }))
  if (!id || !into) throw new Error('There are two persons.')
  await write('test', (tx) => mergeActors(tx, { id, into }))
  const merged = await eventOf(survivor)
  await followed([merged], [merged])
  // A subscription that begins while the records are merged.
  followers.push(await startFollower(service, { where: { ...by(old), title: { contains: 'event' } } }))
  await write('test', (tx) => unmerge(tx, 'ACTOR', { id }))
  const [ofOld, ofSurvivor] = [await eventOf(old), await eventOf(survivor)]
  await followed([merged, ofOld], [merged, ofSurvivor], [ofOld])
  for (const { stop } of followers) stop()
})

test('a restored event is replayed at its own position, and not delivered again to subscribers that have passed it', async () => {
  const start = await feedCursor()
  const follower = await startFollower(service)
  const first = await anEvent()
  await client.query('UPDATE "Event" SET "retractedAt" = now() WHERE id = $1', [first.id])
  const second = await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([second.slug]), 5000)
  await client.query('UPDATE "Event" SET "retractedAt" = NULL WHERE id = $1', [first.id])
  const third = await anEvent()
  await sequenceChanges()
  await vi.waitFor(() => expect(follower.slugs).toEqual([second.slug, third.slug]), 5000)
  const late = await startFollower(service, { after: start })
  await vi.waitFor(() => expect(late.slugs).toEqual([first.slug, second.slug, third.slug]), 5000)
  const { rows } = await client.query(`SELECT operation FROM "Change" WHERE "entityId" = $1 ORDER BY position`, [
    first.id,
  ])
  expect(rows.map(({ operation }) => operation)).toEqual(['CREATED', 'RETRACTED', 'RESTORED'])
  follower.stop()
  late.stop()
})
