import { beforeAll, expect, test } from 'vitest'
import { idOf, read } from '../../client.ts'
import { anEvent, aPerson, aSanction, aSource, country } from '../../world.ts'
import { anEditor, day, type Editor } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

test('a sanction is created with targets, actions, reasons and citations, and its status follows', async () => {
  const [authority, actor] = [idOf('Country', await country('US')), idOf('Person', await aPerson({ name: 'Listed' }))]
  const [event, source] = [idOf('Event', await anEvent({ title: 'The reason' })), idOf('Source', await aSource())]
  const citations = [{ source, quote: 'is blocked', basis: 'STATED' }]
  const { sanction } = await editor.done(
    'sanctionCreate',
    {
      title: 'A new sanction',
      authority,
      measures: ['ASSET_FREEZE', 'TRAVEL_BAN'],
      statedReason: 'Repression',
      reasonEvents: [event],
      targets: [{ actor, listingId: '7', listed: day('2024-01-01') }],
      actions: [
        { kind: 'IMPOSED', date: day('2024-01-01'), certainty: 'ASSERTED', citations },
        { kind: 'SUSPENDED', date: day('2024-06-01'), certainty: 'ASSERTED' },
        { kind: 'LICENSED', date: day('2024-07-01'), certainty: 'ASSERTED', target: 0 },
      ],
      citations,
      identifiers: [{ scheme: 'OFAC_SDN', value: '7' }],
    },
    {
      select: `sanction { slug status version measures authority { name } statedReason reasonEvents { nodes { title } } identifiers { nodes { value } } citations { nodes { quote } }
        targets { nodes { listingId actor { name } actions { nodes { kind } } } } actions { nodes { kind citations { nodes { quote } } } } }`,
    },
  )
  expect(sanction).toEqual({
    slug: 'a-new-sanction',
    status: 'SUSPENDED',
    version: 1,
    measures: ['ASSET_FREEZE', 'TRAVEL_BAN'],
    authority: { name: 'United States' },
    statedReason: 'Repression',
    reasonEvents: { nodes: [{ title: 'The reason' }] },
    identifiers: { nodes: [{ value: '7' }] },
    citations: { nodes: [{ quote: 'is blocked' }] },
    targets: { nodes: [{ listingId: '7', actor: { name: 'Listed' }, actions: { nodes: [{ kind: 'LICENSED' }] } }] },
    actions: {
      nodes: [
        { kind: 'IMPOSED', citations: { nodes: [{ quote: 'is blocked' }] } },
        { kind: 'SUSPENDED', citations: { nodes: [] } },
        { kind: 'LICENSED', citations: { nodes: [] } },
      ],
    },
  })
})

test('an update changes the given fields; a list of reasons replaces the stored one', async () => {
  const [sanction, wider] = [await aSanction({ program: 'OLD' }), await aSanction({ title: 'Wider' })]
  const [one, other] = [
    idOf('Event', await anEvent({ title: 'One' })),
    idOf('Event', await anEvent({ title: 'Other' })),
  ]
  const id = idOf('Sanction', sanction)
  const select =
    'sanction { title program statedReason reasonEvents { nodes { title } } partOf { title } measures version }'
  await editor.done('sanctionUpdate', {
    id,
    statedReason: 'Repression',
    reasonEvents: [one],
    measures: ['OTHER'],
    partOf: idOf('Sanction', wider),
  })
  const { sanction: updated } = await editor.done(
    'sanctionUpdate',
    { id, reasonEvents: [other], program: null },
    { select },
  )
  expect(updated).toEqual({
    title: sanction.title,
    program: null,
    statedReason: 'Repression',
    reasonEvents: { nodes: [{ title: 'Other' }] },
    partOf: { title: 'Wider' },
    measures: ['OTHER'],
    version: 3,
  })
})

test('a mistake in a reason is at the name of its field, and the former names are unknown', async () => {
  const id = idOf('Sanction', await aSanction())
  const event = idOf('Event', await anEvent())
  const issues = async (input: object) => (await editor.mutate('sanctionUpdate', { id, ...input })).issues
  expect(await issues({ statedReason: ' ' })).toMatchObject([{ path: ['statedReason'] }])
  expect(await issues({ reasonEvents: [event, event] })).toMatchObject([{ path: ['reasonEvents'] }])
  expect(await issues({ reasonEvents: [id] })).toMatchObject([{ path: ['reasonEvents', '0'] }])
  for (const input of [{ reason: 'Repression' }, { reasons: [event] }])
    expect((await editor.answer('sanctionUpdate', { id, ...input })).errors?.[0]?.message).toContain('not defined')
})

test('a target, an authority and the events of a sanction are named by their slugs', async () => {
  const [event, person, wider] = [await anEvent(), await aPerson(), await aSanction()]
  const { sanction } = await editor.done(
    'sanctionCreate',
    {
      title: 'Named by slugs',
      authority: 'united-states',
      partOf: wider.slug,
      reasonEvents: [event.slug],
      targets: [{ actor: person.slug }],
    },
    {
      select:
        'sanction { slug authority { name } partOf { slug } reasonEvents { nodes { slug } } targets { nodes { actor { slug } } } }',
    },
  )
  expect(sanction).toMatchObject({
    authority: { name: 'United States' },
    partOf: { slug: wider.slug },
    reasonEvents: { nodes: [{ slug: event.slug }] },
    targets: { nodes: [{ actor: { slug: person.slug } }] },
  })
  const added = await editor.done(
    'sanctionTargetAdd',
    { sanction: wider.slug, actor: person.slug },
    { select: 'sanction { slug }' },
  )
  expect(added.sanction.slug).toBe(wider.slug)
  const { issues } = await editor.mutate('sanctionTargetAdd', { sanction: 'no-such-sanction', actor: event.slug })
  expect(issues.map(({ path }) => path)).toEqual([['actor'], ['sanction']])
})

test('targets are added, delisted and removed, with the actions that concern only them', async () => {
  const sanction = idOf('Sanction', await aSanction())
  const actor = idOf('Person', await aPerson())
  const { target } = await editor.done(
    'sanctionTargetAdd',
    { sanction, actor, listed: day('2024-01-01') },
    { select: 'target { id } sanction { version }' },
  )
  const { target: delisted } = await editor.done(
    'sanctionTargetUpdate',
    { id: target.id, expectedVersion: 2, delisted: day('2025-01-01') },
    { select: 'target { listed { label } delisted { label } }' },
  )
  expect(delisted).toEqual({ listed: { label: '1 January 2024' }, delisted: { label: '1 January 2025' } })
  const action = { sanction, kind: 'EASED', date: day('2024-05-01'), certainty: 'ASSERTED', target: target.id }
  await editor.done('sanctionActionAdd', action)
  const { sanction: left } = await editor.done(
    'sanctionTargetRemove',
    { id: target.id },
    { select: 'sanction { targets { totalCount } actions { nodes { kind } } }' },
  )
  expect(left).toEqual({ targets: { totalCount: 0 }, actions: { nodes: [] } })
})

test('actions are added, updated and removed, and the status follows each time', async () => {
  const sanction = idOf('Sanction', await aSanction())
  const select = 'action { id } sanction { status version }'
  const lifted = { kind: 'LIFTED', date: day('2024-05-01'), certainty: 'ASSERTED' }
  const added = await editor.done('sanctionActionAdd', { sanction, expectedVersion: 1, ...lifted }, { select })
  const corrected = await editor.done(
    'sanctionActionUpdate',
    { id: added.action.id, certainty: 'POSSIBLE' },
    { select },
  )
  const certain = await editor.done('sanctionActionUpdate', { id: added.action.id, certainty: 'REPORTED' }, { select })
  const removed = await editor.done(
    'sanctionActionRemove',
    { id: added.action.id },
    { select: 'sanction { status version }' },
  )
  expect([added, corrected, certain, removed].map(({ sanction }) => [sanction.status, sanction.version])).toEqual([
    ['LIFTED', 2],
    ['UNKNOWN', 3],
    ['LIFTED', 4],
    ['UNKNOWN', 5],
  ])
})

test('a retracted sanction is not in lists', async () => {
  const sanction = await aSanction({ title: 'Never laid' })
  await editor.done('sanctionRetract', { id: idOf('Sanction', sanction), expectedVersion: 1 })
  expect(await read('{ sanctions(where: { title: { eq: "Never laid" } }) { totalCount } }')).toEqual({
    sanctions: { totalCount: 0 },
  })
})

test('a source is created, updated and retracted, and can then no longer be cited', async () => {
  const select = 'source { id title url publishedOn { label } language version }'
  const { source } = await editor.done(
    'sourceCreate',
    { kind: 'ARTICLE', title: 'News', url: 'https://example.org/news', publishedOn: day('2025-12-20'), language: 'en' },
    { select },
  )
  expect(source).toMatchObject({ title: 'News', publishedOn: { label: '20 December 2025' }, version: 1 })
  const { source: corrected } = await editor.done('sourceUpdate', { id: source.id, title: 'Good news' }, { select })
  expect(corrected).toMatchObject({ title: 'Good news', url: 'https://example.org/news', language: 'en', version: 2 })
  await editor.done('sourceRetract', { id: source.id })
  const cited = { of: idOf('Event', await anEvent()), source: source.id, basis: 'STATED' }
  expect((await editor.mutate('citationAdd', cited)).issues).toEqual([
    { path: ['source'], message: 'was retracted: pass the id of another record of type Source.' },
  ])
})
