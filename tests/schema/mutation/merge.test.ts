import { beforeAll, expect, test } from 'vitest'
import { database, idOf, read } from '../../client.ts'
import { aLink, anAction, anEvent, aParticipant, aPerson, aSanction, aSource, aTarget, country } from '../../world.ts'
import { anEditor, type Editor } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

test('the parts of a merged event move to the survivor, which its id and slug then return', async () => {
  const [double, survivor, other] = [await anEvent(), await anEvent({ title: 'The one' }), await anEvent()]
  const [person, source] = [await aPerson(), await aSource()]
  await aParticipant(double.id, person.id)
  await aLink(double.id, other.id)
  await database.citation.create({ data: { sourceId: source.id, eventId: double.id, basis: 'STATED', quote: 'So.' } })
  await database.identifier.create({ data: { scheme: 'GDELT', value: 'double', eventId: double.id } })
  const sanction = await aSanction()
  await anAction(sanction.id, { eventId: double.id })
  await database.sanctionReason.create({ data: { sanctionId: sanction.id, eventId: double.id } })
  const detained = await database.detention.create({
    data: { personId: person.id, startedById: double.id, endedById: double.id, certainty: 'ASSERTED' },
  })
  const select = `event { title people { nodes { id } } links { edges { other { id } } } citations { nodes { quote } } identifiers { nodes { value } }
    sanctionActions { nodes { kind } } }`
  const { event } = await editor.done(
    'eventMerge',
    { id: idOf('Event', double), into: idOf('Event', survivor) },
    { select },
  )
  expect(event).toEqual({
    title: 'The one',
    people: { nodes: [{ id: idOf('Person', person) }] },
    links: { edges: [{ other: { id: idOf('Event', other) } }] },
    citations: { nodes: [{ quote: 'So.' }] },
    identifiers: { nodes: [{ value: 'double' }] },
    sanctionActions: { nodes: [{ kind: 'IMPOSED' }] },
  })
  expect(await database.sanctionReason.findMany({ where: { sanctionId: sanction.id } })).toMatchObject([
    { eventId: survivor.id },
  ])
  const { startedById, endedById } = await database.detention.findUniqueOrThrow({ where: { id: detained.id } })
  expect([startedById, endedById]).toEqual([survivor.id, survivor.id])
  expect(
    await read(`{ node(id: "${idOf('Event', double)}") { id } event(by: { slug: "${double.slug}" }) { title } }`),
  ).toEqual({ node: { id: idOf('Event', survivor) }, event: { title: 'The one' } })
})

test("equal parts are kept once, the survivor's, with the citations of both", async () => {
  const [double, survivor, other] = [await anEvent(), await anEvent(), await anEvent()]
  const [person, source] = [await aPerson(), await aSource()]
  await aParticipant(double.id, person.id, { note: 'Of the double.' })
  await aParticipant(survivor.id, person.id, { note: 'Of the survivor.' })
  const links = [await aLink(double.id, other.id), await aLink(survivor.id, other.id)]
  await aLink(survivor.id, double.id)
  for (const [i, { id }] of links.entries())
    await database.citation.create({
      data: { sourceId: source.id, eventLinkId: id, basis: 'STATED', quote: `Of ${i}.` },
    })
  const { event } = await editor.done(
    'eventMerge',
    { id: idOf('Event', double), into: idOf('Event', survivor) },
    {
      select:
        'event { participants { nodes { note } } links { edges { other { id } node { citations { nodes { quote } } } } } }',
    },
  )
  expect(event).toEqual({
    participants: { nodes: [{ note: 'Of the survivor.' }] },
    links: {
      edges: [
        {
          other: { id: idOf('Event', other) },
          node: { citations: { nodes: [{ quote: 'Of 0.' }, { quote: 'Of 1.' }] } },
        },
      ],
    },
  })
})

test('a merge is logged for both records, and checks the version of the duplicate', async () => {
  const [double, survivor] = [await anEvent(), await anEvent()]
  await aParticipant(double.id, (await aPerson()).id)
  const input = { id: idOf('Event', double), into: idOf('Event', survivor) }
  expect(await editor.mutate('eventMerge', { ...input, expectedVersion: 1 })).toMatchObject({
    __typename: 'ConflictError',
    currentVersion: 2,
  })
  await editor.done('eventMerge', { ...input, expectedVersion: 2 })
  const changes = await database.change.findMany({
    where: { writer: editor.writer, entityId: { in: [double.id, survivor.id] } },
    orderBy: { position: 'asc' },
  })
  const told = changes.map(({ entityId, operation, version }) => [entityId === double.id, operation, version])
  expect(told).toContainEqual([true, 'MERGED', 3])
  expect(told).toContainEqual([false, 'UPDATED', 2])
  expect(await editor.mutate('eventUpdate', { id: input.id, title: 'Again' })).toMatchObject({
    issues: [{ path: ['id'], message: expect.stringContaining('was merged into another record') }],
  })
})

test('references to a merged record become references to its survivor', async () => {
  const [double, survivor, event] = [await aPerson(), await aPerson({ name: 'Survivor' }), await anEvent()]
  await editor.done('actorMerge', { id: idOf('Person', double), into: idOf('Person', survivor) })
  const input = { event: idOf('Event', event), actor: idOf('Person', double), role: 'PARTY' }
  const { participant } = await editor.done('eventParticipantAdd', input, { select: 'participant { actor { name } }' })
  expect(participant.actor.name).toBe('Survivor')
})

test("a merged person's names, events, sanctions, detentions and relationships move to the survivor", async () => {
  const [double, survivor, friend] = [await aPerson(), await aPerson(), await aPerson({ name: 'A friend' })]
  const belarus = await country('BY')
  for (const [value, kind] of [
    ['Usual', 'PRIMARY'],
    ['Usual', 'ALIAS'],
    ['Other', 'ALIAS'],
  ] as const)
    await database.actorName.create({ data: { actorId: double.id, value, kind, searchKey: value.toLowerCase() } })
  await database.actorName.create({
    data: { actorId: survivor.id, value: 'Other', kind: 'FORMER', searchKey: 'other' },
  })
  for (const [actorId, value, lang] of [
    [survivor.id, 'The usual one', null],
    [double.id, 'Звычайнае', 'be'],
  ] as const)
    await database.actorName.create({ data: { actorId, value, lang, kind: 'PRIMARY', searchKey: value } })
  await aParticipant((await anEvent({ title: 'Took part' })).id, double.id)
  await aParticipant((await anEvent({ title: 'Acted for' })).id, friend.id, { onBehalfOfId: double.id })
  await aParticipant((await anEvent({ title: 'Acted for the survivor' })).id, double.id, { onBehalfOfId: survivor.id })
  const sanctions = [await aSanction({ title: 'One' }), await aSanction({ title: 'Both', authorityId: double.id })]
  for (const { id } of sanctions) {
    const target = await aTarget(id, double.id)
    await anAction(id, { targetId: target.id, kind: 'EASED' })
  }
  await aTarget(sanctions[1]?.id ?? '', survivor.id)
  await database.detention.create({ data: { personId: double.id, authorityId: belarus.id, certainty: 'ASSERTED' } })
  for (const objectId of [friend.id, survivor.id])
    await database.relationship.create({ data: { subjectId: double.id, objectId, kind: 'ALLY_OF' } })
  const { actor } = await editor.done(
    'actorMerge',
    { id: idOf('Person', double), into: idOf('Person', survivor) },
    {
      select: `actor { names { nodes { value kind } } relationships { edges { other { name } } }
        events(orderBy: { field: TITLE, direction: ASC }) { nodes { title } }
        sanctions(orderBy: { field: TITLE, direction: ASC }) { nodes { title targets { nodes { actions { nodes { kind } } } } } }
        sanctionsImposed { nodes { title } }
        ... on Person { detentions { nodes { authority { name } } } } }`,
    },
  )
  const eased = { nodes: [{ actions: { nodes: [{ kind: 'EASED' }] } }] }
  expect(actor).toEqual({
    names: {
      nodes: [
        { value: 'Usual', kind: 'ALIAS' },
        { value: 'Other', kind: 'FORMER' },
        { value: 'The usual one', kind: 'PRIMARY' },
        { value: 'Звычайнае', kind: 'PRIMARY' },
        { value: double.name, kind: 'ALIAS' },
      ],
    },
    relationships: { edges: [{ other: { name: 'A friend' } }] },
    events: { nodes: [{ title: 'Acted for' }, { title: 'Acted for the survivor' }, { title: 'Took part' }] },
    sanctions: {
      nodes: [
        { title: 'Both', targets: eased },
        { title: 'One', targets: eased },
      ],
    },
    sanctionsImposed: { nodes: [{ title: 'Both' }] },
    detentions: { nodes: [{ authority: { name: 'Belarus' } }] },
  })
})

test('two persons with open detentions cannot be merged before one of the detentions ends', async () => {
  const [one, other] = [await aPerson(), await aPerson()]
  for (const { id } of [one, other]) await database.detention.create({ data: { personId: id, certainty: 'ASSERTED' } })
  const { issues } = await editor.mutate('actorMerge', { id: idOf('Person', one), into: idOf('Person', other) })
  expect(issues).toMatchObject([{ path: ['into'], message: expect.stringContaining('end that detention first') }])
})

test('two concurrent merges in opposite directions end with one survivor', async () => {
  const [one, other] = [await anEvent(), await anEvent()]
  const [a, b] = [idOf('Event', one), idOf('Event', other)]
  const results = await Promise.all([
    editor.mutate('eventMerge', { id: a, into: b }),
    editor.mutate('eventMerge', { id: b, into: a }),
  ])
  expect(results.map(({ __typename }) => __typename).sort()).toEqual(['EventMergeSuccess', 'ValidationError'])
  expect(await database.event.count({ where: { id: { in: [one.id, other.id] }, mergedIntoId: null } })).toBe(1)
})
