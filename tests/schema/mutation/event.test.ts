import { beforeAll, expect, test } from 'vitest'
import { askBoth, database, idOf, read } from '../../client.ts'
import { aLink, anEvent, aParticipant, aPerson, aSanction, aSource, country, on } from '../../world.ts'
import { anEditor, day, type Editor, newEvent } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

const EVENT = 'event { id slug title summary version date { label } location { iso2 } goldstein retractedAt }'

test('an update changes the given fields, sets nulls, and does not change the rest', async () => {
  const belarus = await country('BY')
  const event = await anEvent({ title: 'As it was', summary: 'Some words.', locationId: belarus.id })
  const input = { id: idOf('Event', event), title: 'As it is', summary: null, date: day('2025-03-01') }
  const { event: updated } = await editor.done('eventUpdate', input, { select: EVENT })
  expect(updated).toMatchObject({
    title: 'As it is',
    summary: null,
    version: 2,
    date: { label: '1 March 2025' },
    location: { iso2: 'BY' },
  })
})

test('a new CAMEO code changes the Goldstein score, unless the input has one', async () => {
  const id = idOf('Event', await anEvent())
  const scores = []
  for (const patch of [{ cameoCode: '036' }, { cameoCode: '036', goldstein: 1.5 }, { cameoCode: null }])
    scores.push((await editor.done('eventUpdate', { id, ...patch }, { select: EVENT })).event.goldstein)
  expect(scores).toEqual([4, 1.5, null])
})

test('an update that changes nothing does not raise the version, and its cursor is the end of the log', async () => {
  const event = await anEvent()
  const input = { id: idOf('Event', event), title: event.title }
  const { event: same, feedCursor } = await editor.done('eventUpdate', input, { select: EVENT })
  expect(same.version).toBe(1)
  expect((await askBoth('{ feedCursor }')).data).toEqual({ feedCursor })
})

test('a required field cannot be set to null', async () => {
  const id = idOf('Event', await anEvent())
  const { issues } = await editor.mutate('eventUpdate', { id, title: null, date: null })
  expect(issues).toEqual([
    { path: ['title'], message: 'cannot be null: pass a value, or omit it.' },
    { path: ['date'], message: 'cannot be null: pass a value, or omit it.' },
  ])
})

test('nothing is written if the record is not at the expected version', async () => {
  const id = idOf('Event', await anEvent({ title: 'Kept' }))
  expect(await editor.mutate('eventRetract', { id, expectedVersion: 2 })).toMatchObject({
    __typename: 'ConflictError',
    currentVersion: 1,
    current: { id, version: 1 },
  })
})

test('a missing record is not found; an id of another type or an unknown id is reported with its path', async () => {
  const nobody = { id: '0193a1b2-0000-7000-8000-000000000000' }
  const inputs = [idOf('Event', nobody), idOf('Person', await aPerson()), 'bogus']
  const results = await Promise.all(inputs.map((id) => editor.mutate('eventUpdate', { id, title: 'New' })))
  expect(results).toMatchObject([
    { __typename: 'NotFoundError', message: expect.stringContaining('no record with this id') },
    { issues: [{ path: ['id'], message: 'is an id of type Person: pass an id of type Event.' }] },
    { issues: [{ path: ['id'], message: expect.stringContaining('is not a valid id') }] },
  ])
})

test('a retracted event is not in lists, can be queried by its id, and accepts no writes', async () => {
  const event = await anEvent({ title: 'Withdrawn' })
  const id = idOf('Event', event)
  const { event: retracted } = await editor.done('eventRetract', { id, expectedVersion: 1 }, { select: EVENT })
  expect(retracted).toMatchObject({ title: 'Withdrawn', version: 2, retractedAt: expect.any(String) })
  expect(await read('{ events(where: { title: { eq: "Withdrawn" } }) { totalCount } }')).toEqual({
    events: { totalCount: 0 },
  })
  const refused = await Promise.all([
    editor.mutate('eventUpdate', { id, title: 'Back' }),
    editor.mutate('eventParticipantAdd', { event: id, actor: idOf('Person', await aPerson()), role: 'PARTY' }),
    editor.mutate('eventLinkAdd', { event: idOf('Event', await anEvent()), to: id, kind: 'CAUSED', basis: 'STATED' }),
  ])
  expect(refused.map(({ issues }) => issues[0])).toEqual([
    {
      path: ['id'],
      message: 'was retracted and can no longer be changed: restore it first, or write to another record.',
    },
    {
      path: ['event'],
      message: 'was retracted and can no longer be changed: restore it first, or write to another record.',
    },
    { path: ['to'], message: 'was retracted: pass the id of another record of type Event.' },
  ])
})

test('participants are added, updated and removed, and change the event', async () => {
  const [event, person] = [await anEvent(), await aPerson({ name: 'Someone' })]
  const belarus = idOf('Country', await country('BY'))
  const added = await editor.done(
    'eventParticipantAdd',
    {
      event: idOf('Event', event),
      expectedVersion: 1,
      actor: idOf('Person', person),
      role: 'SPEAKER',
      note: 'By phone.',
    },
    { select: 'participant { id note actor { name } } event { version people { nodes { name } } }' },
  )
  expect(added).toMatchObject({
    participant: { note: 'By phone.', actor: { name: 'Someone' } },
    event: { version: 2, people: { nodes: [{ name: 'Someone' }] } },
  })
  const corrected = await editor.done(
    'eventParticipantUpdate',
    { id: added.participant.id, role: 'PARTY', note: null, onBehalfOf: belarus },
    { select: 'participant { role note onBehalfOf { name } } event { version countries { nodes { iso2 } } }' },
  )
  expect(corrected).toMatchObject({
    participant: { role: 'PARTY', note: null, onBehalfOf: { name: 'Belarus' } },
    event: { version: 3, countries: { nodes: [{ iso2: 'BY' }] } },
  })
  const removed = await editor.done(
    'eventParticipantRemove',
    { id: added.participant.id, expectedVersion: 3 },
    { select: 'event { version participants { totalCount } }' },
  )
  expect(removed.event).toEqual({ version: 4, participants: { totalCount: 0 } })
  expect(await editor.mutate('eventParticipantRemove', { id: added.participant.id })).toMatchObject({
    __typename: 'NotFoundError',
  })
})

test('a mutation of a part checks the version of its record', async () => {
  const [event, person] = [await anEvent(), await aPerson()]
  const participant = await aParticipant(event.id, person.id)
  const input = { id: idOf('EventParticipant', participant), expectedVersion: 1, note: 'Late.' }
  expect(await editor.mutate('eventParticipantUpdate', input)).toMatchObject({
    __typename: 'ConflictError',
    currentVersion: 2,
    current: { id: idOf('Event', event) },
  })
})

test('links are added with their citations, updated and removed', async () => {
  const [from, to, source] = [await anEvent(), await anEvent({ title: 'After it' }), await aSource()]
  const cited = { source: idOf('Source', source), quote: 'and then', basis: 'STATED' }
  const { link } = await editor.done(
    'eventLinkAdd',
    { event: idOf('Event', from), to: idOf('Event', to), kind: 'FOLLOWED_BY', basis: 'STATED', citations: [cited] },
    { select: 'link { id to { title } citations { nodes { quote } } } event { version }' },
  )
  expect(link).toMatchObject({ to: { title: 'After it' }, citations: { nodes: [{ quote: 'and then' }] } })
  const changed = await editor.done('eventLinkUpdate', { id: link.id, kind: 'CAUSED' }, { select: 'link { kind }' })
  expect(changed.link.kind).toBe('CAUSED')
  await editor.done('eventLinkRemove', { id: link.id })
  expect(await database.citation.count({ where: { sourceId: source.id } })).toBe(0)
})

test('an event has the events that are part of it, by date, and those that it is part of', async () => {
  const [exchange, story] = [await anEvent({ title: 'Exchange' }), await anEvent({ title: 'Story', type: 'PROCESS' })]
  const legs = [
    await anEvent({ title: 'Second', ...on('2020-03-02') }),
    await anEvent({ title: 'First', ...on('2020-03-01') }),
    await anEvent({ title: 'Withdrawn', retractedAt: new Date() }),
    await anEvent({ title: 'Merged', mergedIntoId: story.id }),
  ]
  for (const { id } of legs) await aLink(id, exchange.id, 'PART_OF')
  await aLink(exchange.id, story.id, 'PART_OF')
  await aLink((await anEvent()).id, exchange.id)
  await aLink(exchange.id, (await anEvent()).id)
  const select =
    '{ parts { nodes { title partOf { nodes { title } } } } one: parts(first: 1) { nodes { title } } partOf { nodes { title } } links(first: 1) { nodes { kind } } }'
  expect(await read(`query ($id: ID!) { event(by: { id: $id }) ${select} }`, { id: idOf('Event', exchange) })).toEqual({
    event: {
      parts: { nodes: ['First', 'Second'].map((title) => ({ title, partOf: { nodes: [{ title: 'Exchange' }] } })) },
      one: { nodes: [{ title: 'First' }] },
      partOf: { nodes: [{ title: 'Story' }] },
      links: { nodes: [{ kind: 'PART_OF' }] },
    },
  })
})

test('an event changes a sanction only once it has occurred', async () => {
  const [event, sanction] = [await anEvent({ status: 'PROSPECTIVE' }), await aSanction()]
  const action = { kind: 'LIFTED', date: day('2025-01-01'), event: idOf('Event', event), certainty: 'ASSERTED' }
  const select = 'sanction { status }'
  const added = await editor.done('sanctionActionAdd', { sanction: idOf('Sanction', sanction), ...action }, { select })
  expect(added.sanction.status).toBe('IN_FORCE')
  await editor.done('eventUpdate', { id: idOf('Event', event), status: 'OCCURRED' })
  expect(await read(`{ sanction(by: { id: "${idOf('Sanction', sanction)}" }) { status } }`)).toEqual({
    sanction: { status: 'LIFTED' },
  })
})

test('an event is created with identifiers, by which imports find it', async () => {
  const identifiers = [{ scheme: 'GDELT', value: '1234' }]
  const select = 'event { identifiers { nodes { scheme value } } }'
  const { event } = await editor.done('eventCreate', newEvent('Known elsewhere', { identifiers }), { select })
  expect(event.identifiers.nodes).toEqual(identifiers)
  const { issues } = await editor.mutate('eventCreate', newEvent('Known twice', { identifiers }))
  expect(issues).toEqual([
    { path: ['identifiers'], message: 'is already the identifier of another event in this scheme: correct the value.' },
  ])
})

test('an event has parts, and is never part of itself', async () => {
  const title = ['An exchange', 'A release in one country', 'A release in another country', 'A flight']
  const ids: string[] = []
  for (const [i, each] of title.entries()) {
    const date = { earliest: `2024-08-0${4 - i}`, latest: `2024-08-0${4 - i}`, precision: 'DAY', basis: 'STATED' }
    ids.push((await editor.done('eventCreate', newEvent(each, { date }), { select: 'event { id }' })).event.id)
  }
  const [whole, first, second, leg] = ids
  const link = (from: string | undefined, to: string | undefined) =>
    editor.mutate('eventLinkAdd', { event: from, to, kind: 'PART_OF', basis: 'STATED' })
  for (const [from, to] of [
    [first, whole],
    [second, whole],
    [leg, second],
  ])
    expect((await link(from, to)).__typename).toMatch(/Success$/)
  expect(
    await read(
      'query ($id: ID!) { event(by: { id: $id }) { parts { nodes { title parts { nodes { title } } partOf { nodes { title } } } } partOf { nodes { title } } } }',
      {
        id: whole,
      },
    ),
  ).toEqual({
    event: {
      parts: {
        nodes: [
          { title: title[2], parts: { nodes: [{ title: title[3] }] }, partOf: { nodes: [{ title: title[0] }] } },
          { title: title[1], parts: { nodes: [] }, partOf: { nodes: [{ title: title[0] }] } },
        ],
      },
      partOf: { nodes: [] },
    },
  })
  for (const to of [leg, second])
    expect(await link(whole, to)).toMatchObject({
      __typename: 'ValidationError',
      issues: [{ path: ['to'], message: expect.stringMatching(/^is a part of this event/) }],
    })
  await editor.done('eventRetract', { id: first })
  const { event } = await read<{ event: { parts: { nodes: { title: string }[] } } }>(
    'query ($id: ID!) { event(by: { id: $id }) { parts { nodes { title } } } }',
    { id: whole },
  )
  expect(event.parts.nodes.map((part) => part.title)).toEqual([title[2]])
})

test('actors, events and countries in an input are named by their slugs, mixed with ids', async () => {
  const [event, other, person] = [await anEvent(), await anEvent(), await aPerson()]
  const parts = 'event { slug location { iso2 } participants { nodes { actor { slug } onBehalfOf { slug } } } }'
  const created = await editor.done(
    'eventCreate',
    {
      ...newEvent('Named by slugs'),
      location: 'belarus',
      participants: [
        { actor: person.slug, role: 'PARTY', onBehalfOf: 'belarus' },
        { actor: idOf('Person', person), role: 'SPEAKER' },
      ],
      links: [{ to: other.slug, kind: 'CAUSED', basis: 'STATED' }],
    },
    { select: `${parts} event { links { edges { other { slug } } } }` },
  )
  expect(created.event).toMatchObject({
    location: { iso2: 'BY' },
    participants: {
      nodes: [{ actor: { slug: person.slug }, onBehalfOf: { slug: 'belarus' } }, { actor: { slug: person.slug } }],
    },
    links: { edges: [{ other: { slug: other.slug } }] },
  })
  const added = await editor.done(
    'eventParticipantAdd',
    { event: event.slug, actor: person.slug, role: 'PARTY', expectedVersion: 1 },
    { select: 'event { slug version }' },
  )
  expect(added.event).toEqual({ slug: event.slug, version: 2 })
  const linked = await editor.done(
    'eventLinkAdd',
    { event: event.slug, to: other.slug, kind: 'CAUSED', basis: 'STATED' },
    { select: 'event { version }' },
  )
  expect(linked.event.version).toBe(3)
})

test('the slug of a merged record refers to the record that remains', async () => {
  const [event, remaining, duplicate] = [await anEvent(), await aPerson(), await aPerson()]
  await editor.done('actorMerge', { id: idOf('Person', duplicate), into: idOf('Person', remaining) })
  const { participant } = await editor.done(
    'eventParticipantAdd',
    { event: event.slug, actor: duplicate.slug, role: 'PARTY' },
    { select: 'participant { actor { slug } }' },
  )
  expect(participant.actor.slug).toBe(remaining.slug)
})

test.each<[what: string, input: object, path: string, message: string]>([
  [
    'an unknown slug of an actor',
    { actor: 'no-such-actor' },
    'actor',
    'is not the slug of a record of type Person or Country or Organization or Group or Asset: pass the id or the slug of one.',
  ],
  [
    'the slug of an actor for an event',
    { event: 'belarus' },
    'event',
    'is not the slug of a record of type Event: pass the id or the slug of one.',
  ],
  [
    'what is neither an id nor a slug',
    { actor: 'Not a slug' },
    'actor',
    'is neither a valid id nor a slug: pass an id or a slug that a query returned.',
  ],
  [
    'an empty text',
    { event: '' },
    'event',
    'is neither a valid id nor a slug: pass an id or a slug that a query returned.',
  ],
])('%s is reported with its path', async (_what, input, path, message) => {
  const event = await anEvent()
  const given = { event: event.slug, actor: 'belarus', role: 'PARTY', ...input }
  expect((await editor.mutate('eventParticipantAdd', given)).issues).toEqual([{ path: [path], message }])
})

test('a slug of a person is not a location, and the slug of a retracted actor is reported', async () => {
  const [event, person, retracted] = [await anEvent(), await aPerson(), await aPerson({ retractedAt: new Date() })]
  const id = idOf('Event', event)
  expect((await editor.mutate('eventUpdate', { id, location: person.slug })).issues).toMatchObject([
    { path: ['location'], message: 'is not the slug of a record of type Country: pass the id or the slug of one.' },
  ])
  const given = { event: id, actor: retracted.slug, role: 'PARTY' }
  expect((await editor.mutate('eventParticipantAdd', given)).issues).toMatchObject([
    { path: ['actor'], message: expect.stringContaining('was retracted') },
  ])
})

test('the id of the record that a mutation is about is not a slug', async () => {
  const { slug } = await anEvent()
  expect((await editor.mutate('eventUpdate', { id: slug, title: 'New' })).issues).toMatchObject([
    { path: ['id'], message: expect.stringContaining('is not a valid id') },
  ])
})
