import { afterAll, beforeAll, expect, test } from 'vitest'
import { readId } from '../../../src/domain/id.ts'
import { revokeKey } from '../../../src/store/api-key.ts'
import { eventsOf, type FeedService, startFeedService } from '../../changelog/server.ts'
import { askBoth, database, idOf, read } from '../../client.ts'
import { country } from '../../world.ts'
import { anEditor, day, EDITOR, newEvent } from './editor.ts'

let service: FeedService
beforeAll(async () => {
  service = await startFeedService()
})
afterAll(() => service.stop())

interface Entry {
  version: number
  operation: string
  author: string
  fields: { field: string; old: unknown; new: unknown }[]
  parts: { list: string; operation: string }[]
}

/** Prints one entry of a history. */
function inWords({ version, operation, fields, parts }: Entry): string {
  const told = operation === 'CREATED' ? [] : fields
  const changed = told.map(({ field, new: value }) =>
    field === 'retractedAt' ? field : `${field} to "${field === 'date' ? (value as { edtf: string }).edtf : value}"`,
  )
  const counts = new Map<string, number>()
  for (const { list, operation } of parts) {
    const words = `${list} ${operation.toLowerCase()}`
    counts.set(words, (counts.get(words) ?? 0) + 1)
  }
  return [
    `${version} ${operation.toLowerCase()}`,
    ...changed,
    ...[...counts].map(([words, n]) => `${n} ${words}`),
  ].join(', ')
}

test("an editor's day, from the creation of a key to its revocation", async () => {
  const editor = await anEditor('write')

  // A client subscribes to new events.
  const query = 'subscription { eventAdded { cursor event { title } } }'
  const stop = new AbortController()
  const stream = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query }),
    signal: stop.signal,
  })
  const feed = eventsOf(stream)
  const next = async (): Promise<{ cursor: string; event: { title: string } }> => {
    for (;;) {
      const { value } = await feed.next()
      if (value?.event === 'next' && value.data) return JSON.parse(value.data).data.eventAdded
    }
  }
  await feed.next()

  // In the morning the editor enters an article.
  const { source } = await editor.done(
    'sourceCreate',
    { kind: 'ARTICLE', title: 'The morning paper' },
    { select: 'source { id }' },
  )
  const { person } = await editor.done('personCreate', { name: 'An envoy' }, { select: 'person { id }' })
  const belarus = idOf('Country', await country('BY'))
  const created = await editor.done(
    'eventCreate',
    newEvent('An envoy arrvies in Minsk', {
      location: belarus,
      participants: [
        { actor: person.id, role: 'AGENT' },
        { actor: belarus, role: 'DESTINATION' },
      ],
      citations: [{ source: source.id, quote: 'landed at noon', basis: 'STATED' }],
    }),
    { select: 'event { id version }', idempotencyKey: 'the envoy' },
  )
  const { id } = created.event
  expect(await next()).toEqual({ cursor: created.feedCursor, event: { title: 'An envoy arrvies in Minsk' } })

  // The editor corrects a mistake, and a colleague's change of the older version is a conflict.
  await editor.done('eventUpdate', {
    id,
    expectedVersion: 1,
    title: 'An envoy arrives in Minsk',
    date: day('2025-12-02'),
  })
  const colleague = await anEditor('write')
  const late = await colleague.mutate('eventUpdate', { id, expectedVersion: 1, title: 'An envoy comes to Minsk' })
  expect([late.__typename, late.currentVersion]).toEqual(['ConflictError', 2])

  // The colleague had entered the same arrival, with another participant: the two events are merged.
  const { person: guest } = await colleague.done('personCreate', { name: 'A guest' }, { select: 'person { id }' })
  const double = await colleague.done(
    'eventCreate',
    newEvent('Envoy in Minsk', { participants: [{ actor: guest.id, role: 'PARTY' }] }),
    { select: 'event { id slug }' },
  )
  expect((await next()).event.title).toBe('Envoy in Minsk')
  const merged = await colleague.done(
    'eventMerge',
    { id: double.event.id, into: id },
    { select: 'event { id version people { nodes { name } } }' },
  )
  expect(merged.event).toEqual({ id, version: 3, people: { nodes: [{ name: 'A guest' }, { name: 'An envoy' }] } })
  expect(await read(`{ event(by: { slug: "${double.event.slug}" }) { title } }`)).toEqual({
    event: { title: 'An envoy arrives in Minsk' },
  })

  // In the evening the newspaper withdraws the article.
  await editor.done('eventRetract', { id, expectedVersion: 3 })
  expect(await read('{ events(where: { title: { contains: "envoy" } }) { totalCount } }')).toEqual({
    events: { totalCount: 0 },
  })

  // The whole day is in the history.
  const story = `query ($id: ID!) {
    node(id: $id) { ... on Event { retractedAt history { nodes { version operation author fields { field old new } parts { list operation } } } } }
  }`
  interface Story {
    node: { retractedAt: string; history: { nodes: Entry[] } }
  }
  const node = (await askBoth<Story>(story, { id })).data?.node
  expect(node?.history.nodes.map(inWords)).toEqual([
    '1 created, 1 citations added, 2 participants added',
    '2 updated, date to "2025-12-02", title to "An envoy arrives in Minsk"',
    '3 updated, 2 citations added, 4 disputedValues added, 1 participants changed',
    '4 retracted, retractedAt',
  ])
  expect(node?.history.nodes.map(({ author }) => author)).toEqual([EDITOR, EDITOR, EDITOR, EDITOR])
  const written = await database.change.findMany({ where: { entityId: readId(id).id }, orderBy: { position: 'asc' } })
  expect(written.map(({ writer }) => writer)).toEqual([editor.writer, editor.writer, colleague.writer, editor.writer])

  // The key is revoked, and can no longer write.
  await revokeKey(editor.secret.slice(0, 11))
  const { errors } = await editor.answer('eventCreate', newEvent('Too late'))
  expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  stop.abort()
})
