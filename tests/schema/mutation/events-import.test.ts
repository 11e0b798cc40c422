import { beforeAll, expect, test } from 'vitest'
import { database, idOf } from '../../client.ts'
import { anEvent, aPerson } from '../../world.ts'
import { anEditor, type Editor, newEvent } from './editor.ts'

let importer: Editor
beforeAll(async () => {
  importer = await anEditor('import')
})

const select =
  'results { __typename ... on EventImported { event { title slug } } ... on ValidationError { issues { path message } } }'
const importEvents = (events: object[], call: object = {}) =>
  importer.mutate('eventsImport', events, { select, ...call })
const atomic = { more: 'atomic: true' }
const numbered = (count: number, word: string) => Array.from({ length: count }, (_, i) => newEvent(`${word} ${i}`))
const count = (word: string) => database.event.count({ where: { title: { startsWith: word } } })

test('250 events are created in one call, in the order of the input, and a repeated call is answered from its key', async () => {
  const events = numbered(250, 'Bulk')
  const first = await importEvents(events, { idempotencyKey: 'bulk' })
  expect(first.results.map(({ event }: { event: { title: string } }) => event.title)).toEqual(
    events.map(({ title }) => title),
  )
  const second = await importEvents(events, { idempotencyKey: 'bulk' })
  expect([second.replayed, second.feedCursor, second.results]).toEqual([true, first.feedCursor, first.results])
  expect(await count('Bulk')).toBe(250)
})

test('more than 250 events are refused, and so is an empty list', async () => {
  const { issues } = await importEvents([])
  expect(issues).toEqual([{ path: [], message: 'must contain 1 to 250 events, but contains 0: send them in parts.' }])
  const editor = await anEditor('import')
  const { data, errors } = await editor.answer('eventsImport', numbered(251, 'Too many'))
  expect(data).toBeUndefined()
  expect(errors).toMatchObject([{ message: expect.stringContaining('250 items'), extensions: { limit: 'items' } }])
  expect(await count('Too many')).toBe(0)
})

/** Returns two valid events and three with mistakes: in a field, in a reference, and in the slug. */
async function mixed(word: string) {
  const { slug } = await anEvent()
  const nobody = idOf('Person', { id: '0193a1b2-0000-7000-8000-000000000000' })
  return [
    newEvent(`${word} 0`),
    newEvent(`${word} 1`, { cameoCode: 'x' }),
    newEvent(`${word} 2`, { participants: [{ actor: nobody, role: 'PARTY' }] }),
    newEvent(`${word} 3`, { slug }),
    newEvent(`${word} 4`),
  ]
}

test('each event has a result, and mistakes in one do not affect the others', async () => {
  const { results } = await importEvents(await mixed('Mixed'))
  expect(results).toMatchObject([
    { event: { title: 'Mixed 0' } },
    { issues: [{ path: ['cameoCode'] }] },
    { issues: [{ path: ['participants', '0', 'actor'] }] },
    { issues: [{ path: ['slug'] }] },
    { event: { title: 'Mixed 4' } },
  ])
  expect(await count('Mixed')).toBe(2)
})

test('with `atomic` all mistakes are reported with the index of their event, and no event is created', async () => {
  const { __typename, issues } = await importEvents(await mixed('Whole'), atomic)
  expect(__typename).toBe('ValidationError')
  expect(issues.map(({ path }) => path.join('.'))).toEqual(['1.cameoCode', '2.participants.0.actor', '3.slug'])
  expect(await count('Whole')).toBe(0)
})

test('a violated constraint of the database rejects only its event', async () => {
  const identifiers = [{ scheme: 'GDELT', value: 'the same' }]
  const events = [newEvent('Double 0', { identifiers }), newEvent('Double 1', { identifiers }), newEvent('Double 2')]
  const { results } = await importEvents(events)
  expect(results).toMatchObject([
    { event: { title: 'Double 0' } },
    { issues: [{ path: ['identifiers'], message: expect.stringContaining('identifier of another event') }] },
    { event: { title: 'Double 2' } },
  ])
  const { issues } = await importEvents([newEvent('Double 3'), newEvent('Double 4', { identifiers })], atomic)
  expect(issues.map(({ path }) => path)).toEqual([['1', 'identifiers']])
  expect(await count('Double')).toBe(2)
})

test('two events with the same title have different slugs', async () => {
  const { results } = await importEvents([newEvent('Same title'), newEvent('Same title')])
  const [one, other] = results.map(({ event }: { event: { slug: string } }) => event.slug)
  expect([one, other]).toEqual(['same-title', expect.stringMatching(/^same-title-[0-9a-f]{12}$/)])
})

test('events are created with participants', async () => {
  const actor = idOf('Person', await aPerson())
  await importEvents([newEvent('Taken part in', { participants: [{ actor, role: 'PARTY' }] })])
  const { id } = await database.event.findFirstOrThrow({ where: { title: 'Taken part in' } })
  expect(await database.eventParticipant.count({ where: { eventId: id } })).toBe(1)
})
