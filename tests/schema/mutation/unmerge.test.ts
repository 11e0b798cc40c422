// What a merge keeps, what its preview shows, and what its undoing gives back.
import { v7 } from 'uuid'
import { beforeAll, expect, test } from 'vitest'
import { opensanctionsCsv } from '../../../src/import/formats/opensanctions/csv.ts'
import { type Reference, toActors, toEvents } from '../../../src/store/merge/reference.ts'
import { database, idOf, read } from '../../client.ts'
import { importText } from '../../import/run.ts'
import {
  aLink,
  anAction,
  anAsset,
  anEvent,
  anOrganization,
  aParticipant,
  aPerson,
  aSanction,
  aSource,
  aTarget,
  country,
  span,
} from '../../world.ts'
import { anEditor, day, type Editor } from './editor.ts'
import { allFacts, differences } from './facts.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

/** Creates a person through the API, with a citation of a new source, and returns its row, its id and the source. */
async function cited(name: string, more: object = {}) {
  const source = await aSource({ title: `Of ${name}` })
  const citations = [{ source: idOf('Source', source), quote: name, basis: 'STATED' }]
  const { person } = await editor.done('personCreate', { name, citations, ...more }, { select: 'person { id slug }' })
  const { id } = await database.actor.findUniqueOrThrow({ where: { slug: person.slug } })
  return { id, gid: person.id as string, source }
}

const merge = (duplicate: { gid: string }, survivor: { gid: string }, select = 'actor { id }') =>
  editor.done('actorMerge', { id: duplicate.gid, into: survivor.gid }, { select })

const disputed = `disputedValues { nodes { field text date { label } citations { nodes { quote source { title } } } } }`

test('the survivor takes over the birth, the gender and the description that it lacks', async () => {
  const duplicate = await cited('Duplicate', { birth: day('1954-08-30'), gender: 'MALE', description: 'President' })
  const survivor = await cited('Survivor', { death: day('2020-01-01') })
  const { actor } = await merge(
    duplicate,
    survivor,
    `actor { name description disputedValues { nodes { field } } names { nodes { value kind } } ... on Person { birth { label } death { label } gender } }`,
  )
  expect(actor).toEqual({
    name: 'Survivor',
    description: 'President',
    disputedValues: { nodes: [] },
    names: {
      nodes: [
        { value: 'Duplicate', kind: 'ALIAS' },
        { value: 'Survivor', kind: 'PRIMARY' },
      ],
    },
    birth: { label: '30 August 1954' },
    death: { label: '1 January 2020' },
    gender: 'MALE',
  })
})

test('both values are kept where they differ, each with its sources', async () => {
  const duplicate = await cited('One', { birth: day('1954-08-30'), gender: 'MALE', description: 'President' })
  const survivor = await cited('Other', { birth: day('1955-08-30'), gender: 'MALE', description: 'Head of state' })
  await merge(duplicate, survivor)
  const { person, people } = await read<{ person: object; people: object }>(
    `query ($id: ID!) {
      person(by: { id: $id }) { birth { label } description ${disputed} }
      people(where: { disputedValues: { some: { field: { eq: BIRTH } } }, id: { eq: $id } }) { totalCount }
    }`,
    { id: survivor.gid },
  )
  const of = (name: string) => ({ nodes: [{ quote: name, source: { title: `Of ${name}` } }] })
  expect(person).toEqual({
    birth: { label: '30 August 1955' },
    description: 'Head of state',
    disputedValues: {
      nodes: [
        { field: 'DESCRIPTION', text: 'Head of state', date: null, citations: of('Other') },
        { field: 'DESCRIPTION', text: 'President', date: null, citations: of('One') },
        { field: 'BIRTH', text: null, date: { label: '30 August 1955' }, citations: of('Other') },
        { field: 'BIRTH', text: null, date: { label: '30 August 1954' }, citations: of('One') },
      ],
    },
  })
  expect(people).toEqual({ totalCount: 1 })
})

test('a date that contradicts another one of the survivor is kept as a disputed value', async () => {
  const duplicate = await cited('Born late', { birth: day('2001-01-01') })
  const survivor = await cited('Died early', { death: day('2000-01-01') })
  const { actor } = await merge(duplicate, survivor, `actor { ${disputed} ... on Person { birth { label } } }`)
  expect(actor).toMatchObject({
    birth: null,
    disputedValues: { nodes: [{ field: 'BIRTH', date: { label: '1 January 2001' } }] },
  })
})

test('merges of assets and events keep the values that differ, and take over those that are missing', async () => {
  const flagId = (await country('BY')).id
  const [asset, other] = [await anAsset({ asset: { create: { kind: 'AIRCRAFT', flagId } } }), await anAsset()]
  const assets = { id: idOf('Asset', asset), into: idOf('Asset', other) }
  const merged = await editor.done('actorMerge', assets, {
    select: 'actor { disputedValues { nodes { text } } ... on Asset { flagState { name } } }',
  })
  expect(merged.actor).toEqual({
    disputedValues: { nodes: [{ text: 'VESSEL' }, { text: 'AIRCRAFT' }] },
    flagState: { name: 'Belarus' },
  })
  const [event, survivor] = [
    await anEvent({ title: 'One', summary: 'A summary.', locationId: flagId, goldstein: -2.5 }),
    await anEvent({ title: 'Other', goldstein: 1 }),
  ]
  const events = await editor.done(
    'eventMerge',
    { id: idOf('Event', event), into: idOf('Event', survivor) },
    {
      select:
        'event { title summary location { name } countries { nodes { name } } disputedValues { nodes { field text } } }',
    },
  )
  expect(events.event).toEqual({
    title: 'Other',
    summary: 'A summary.',
    location: { name: 'Belarus' },
    countries: { nodes: [{ name: 'Belarus' }] },
    disputedValues: {
      nodes: [
        { field: 'TITLE', text: 'Other' },
        { field: 'TITLE', text: 'One' },
        { field: 'GOLDSTEIN', text: '1' },
        { field: 'GOLDSTEIN', text: '-2.5' },
      ],
    },
  })
})

/** Two persons with facts of all kinds, some of them equal, some between both. */
async function twoPersons() {
  const [duplicate, survivor, friend] = [
    await cited('The duplicate', { birth: day('1954-08-30'), gender: 'MALE' }),
    await cited('The survivor', { birth: day('1955-08-30'), description: 'A person' }),
    await cited('A friend'),
  ]
  const both = [duplicate, survivor]
  const [event, sanction] = [await anEvent(), await aSanction()]
  for (const [i, { id, source }] of both.entries()) {
    await database.actorName.create({ data: { actorId: id, value: 'Shared', kind: 'ALIAS', searchKey: 'shared' } })
    await database.identifier.create({ data: { scheme: 'TEST', value: `unmerge ${id}`, actorId: id } })
    await aParticipant(event.id, id, { note: `Note ${i}`, count: 10 + i, countKind: 'ABOUT' })
    const target = await aTarget(sanction.id, id, span('listed', `202${i}-01-01`, `202${i}-01-01`))
    await anAction(sanction.id, { targetId: target.id, kind: 'EASED' })
    for (const list of ['A', `B${i}`])
      await database.sighting.create({ data: { targetId: target.id, list, seenOn: new Date(`202${i}-05-05`) } })
    const allied = await database.relationship.create({
      data: { subjectId: id, objectId: friend.id, kind: 'ALLY_OF' },
    })
    await database.citation.create({ data: { sourceId: source.id, relationshipId: allied.id, basis: 'STATED' } })
  }
  const between = await database.relationship.create({
    data: { subjectId: duplicate.id, objectId: survivor.id, kind: 'RELATIVE_OF' },
  })
  await database.citation.create({ data: { sourceId: friend.source.id, relationshipId: between.id, basis: 'STATED' } })
  await database.identifier.create({ data: { scheme: 'TEST', value: between.id, relationshipId: between.id } })
  await aParticipant((await anEvent()).id, duplicate.id, { onBehalfOfId: survivor.id })
  await aParticipant((await anEvent()).id, friend.id, { onBehalfOfId: duplicate.id })
  await database.detention.create({
    data: { personId: duplicate.id, certainty: 'ASSERTED', outcome: 'RELEASED', startedById: event.id },
  })
  await database.sanction.update({ where: { id: sanction.id }, data: { authorityId: duplicate.id } })
  return { duplicate, survivor, friend, event, sanction }
}

test('a preview shows what moves, what is taken over, what differs and what is equal, and changes nothing', async () => {
  const { duplicate, survivor } = await twoPersons()
  const before = await allFacts()
  const { preview } = await editor.mutate(
    'actorMergePreview',
    { id: duplicate.gid, into: survivor.gid },
    {
      select: `preview { parts { part outcome count } takenOver { field value } differing { field survivor duplicate } }`,
    },
  )
  expect(preview.takenOver).toEqual([{ field: 'GENDER', value: 'MALE' }])
  expect(preview.differing).toEqual([
    { field: 'BIRTH', survivor: '30 August 1955', duplicate: '30 August 1954' },
    { field: 'COUNT', survivor: 'ABOUT 11', duplicate: 'ABOUT 10' },
    { field: 'NOTE', survivor: 'Note 1', duplicate: 'Note 0' },
    { field: 'LISTED', survivor: '1 January 2021', duplicate: '1 January 2020' },
  ])
  expect(preview.parts).toEqual(
    expect.arrayContaining([
      { part: 'NAME', outcome: 'MOVED', count: 1 },
      { part: 'NAME', outcome: 'EQUAL', count: 1 },
      { part: 'RELATIONSHIP', outcome: 'BETWEEN_BOTH', count: 1 },
      { part: 'RELATIONSHIP', outcome: 'EQUAL', count: 1 },
      { part: 'PARTICIPANT', outcome: 'EQUAL', count: 1 },
      { part: 'TARGET', outcome: 'EQUAL', count: 1 },
      { part: 'DETENTION', outcome: 'MOVED', count: 1 },
      { part: 'AUTHORITY', outcome: 'MOVED', count: 1 },
    ]),
  )
  expect(differences(before, await allFacts())).toEqual([])
  expect(await database.merge.count({ where: { mergedId: duplicate.id } })).toBe(0)
  const { issues } = await editor.mutate('actorMergePreview', { id: duplicate.gid, into: duplicate.gid })
  expect(issues).toEqual([{ path: ['into'], message: 'is the record itself: merge it into another record.' }])
})

test('a preview has the labels of dates with an open end in the words of the API', async () => {
  const [survivor, duplicate] = [
    await aPerson({ person: { create: span('birth', null, '1960-12-31', { precision: 'YEAR' }) } }),
    await aPerson({
      person: {
        create: { ...span('birth', '1955-01-01', null, { precision: 'YEAR' }), ...span('death', null, '2020-05-01') },
      },
    }),
  ]
  const { preview } = await editor.mutate(
    'actorMergePreview',
    { id: idOf('Person', duplicate), into: idOf('Person', survivor) },
    { select: 'preview { takenOver { field value } differing { field survivor duplicate } }' },
  )
  expect(preview).toEqual({
    takenOver: [{ field: 'DEATH', value: 'by 1 May 2020' }],
    differing: [{ field: 'BIRTH', survivor: 'by 1960', duplicate: '1955 or later' }],
  })
})

test('undoing a merge at once restores everything', async () => {
  const { duplicate, survivor, event, sanction } = await twoPersons()
  const before = await allFacts()
  await merge(duplicate, survivor)
  const merged = await read(
    `query ($event: ID!, $sanction: ID!) {
      event(by: { id: $event }) { participants { nodes { note count disputedValues { nodes { text } } } } }
      sanction(by: { id: $sanction }) {
        targets { nodes { listed { label } disputedValues { nodes { date { label } } } actions { nodes { kind } } } }
      }
    }`,
    { event: idOf('Event', event), sanction: idOf('Sanction', sanction) },
  )
  expect(merged).toEqual({
    event: {
      participants: {
        nodes: [
          {
            note: 'Note 1',
            count: 11,
            disputedValues: {
              nodes: [{ text: 'ABOUT 11' }, { text: 'ABOUT 10' }, { text: 'Note 1' }, { text: 'Note 0' }],
            },
          },
        ],
      },
    },
    sanction: {
      targets: {
        nodes: [
          {
            listed: { label: '1 January 2021' },
            disputedValues: { nodes: [{ date: { label: '1 January 2021' } }, { date: { label: '1 January 2020' } }] },
            actions: { nodes: [{ kind: 'EASED' }, { kind: 'EASED' }] },
          },
        ],
      },
    },
  })
  const { actor } = await editor.done('actorUnmerge', { id: duplicate.gid }, { select: 'actor { name }' })
  expect(actor).toEqual({ name: 'The duplicate' })
  expect(differences(before, await allFacts())).toEqual([])
})

test.each(['duplicate', 'survivor'] as const)(
  'a listing that only the %s has as ended is open after a merge',
  async (ended) => {
    const people = { duplicate: await aPerson(), survivor: await aPerson() }
    const sanction = await aSanction()
    const gone = span('delisted', '2020-05-01', '2020-05-01')
    for (const [name, { id }] of Object.entries(people)) await aTarget(sanction.id, id, name === ended ? gone : {})
    const before = await allFacts()
    const input = { id: idOf('Person', people.duplicate), into: idOf('Person', people.survivor) }
    const select = 'preview { differing { field survivor duplicate } }'
    const { preview } = await editor.mutate('actorMergePreview', input, { select })
    const differing = { survivor: null, duplicate: null, field: 'DELISTED', [ended]: '1 May 2020' }
    expect(preview.differing).toEqual([differing])
    await editor.done('actorMerge', input, { select: 'actor { id }' })
    const found = await read(
      `query ($id: ID!) { sanction(by: { id: $id }) {
      targets { nodes { delisted { label } status disputedValues { nodes { field date { label } } } } }
    } }`,
      { id: idOf('Sanction', sanction) },
    )
    expect(found).toMatchObject({
      sanction: {
        targets: {
          nodes: [
            { delisted: null, disputedValues: { nodes: [{ field: 'DELISTED', date: { label: '1 May 2020' } }] } },
          ],
        },
      },
    })
    expect(JSON.stringify(found)).not.toContain('LIFTED')
    await editor.done('actorUnmerge', { id: input.id })
    expect(differences(before, await allFacts())).toEqual([])
  },
)

test('a detention follows its court into a merge, and back', async () => {
  const [duplicate, survivor, person] = [
    await anOrganization(),
    await anOrganization({ name: 'The court' }),
    await aPerson(),
  ]
  await database.detention.create({ data: { personId: person.id, courtId: duplicate.id, certainty: 'ASSERTED' } })
  const before = await allFacts()
  const ids = { id: idOf('Organization', duplicate), into: idOf('Organization', survivor) }
  await editor.done('actorMerge', ids)
  expect(await read(`{ person(by: { slug: "${person.slug}" }) { detentions { nodes { court { name } } } } }`)).toEqual({
    person: { detentions: { nodes: [{ court: { name: 'The court' } }] } },
  })
  await editor.done('actorUnmerge', { id: ids.id })
  expect(differences(before, await allFacts())).toEqual([])
})

test('an event is merged into one that it is part of or that is part of it, and the merge is undone', async () => {
  for (const isPart of [true, false]) {
    const [duplicate, survivor, above, below] = [await anEvent(), await anEvent(), await anEvent(), await anEvent()]
    const [part, whole] = isPart ? [duplicate, survivor] : [survivor, duplicate]
    await aLink(part.id, whole.id, 'PART_OF')
    await aLink(whole.id, above.id, 'PART_OF')
    await aLink(below.id, part.id, 'PART_OF')
    const before = await allFacts()
    const ids = { id: idOf('Event', duplicate), into: idOf('Event', survivor) }
    const { event } = await editor.done('eventMerge', ids, {
      select: 'event { parts { nodes { slug } } partOf { nodes { slug } } }',
    })
    expect(event).toEqual({ parts: { nodes: [{ slug: below.slug }] }, partOf: { nodes: [{ slug: above.slug }] } })
    await editor.done('eventUnmerge', { id: ids.id })
    expect(differences(before, await allFacts())).toEqual([])
  }
})

test('undoing a merge of events restores everything', async () => {
  const [duplicate, survivor, other] = [await anEvent({ summary: 'A summary.' }), await anEvent(), await anEvent()]
  const [person, source, sanction] = [await aPerson(), await aSource(), await aSanction()]
  for (const [i, { id }] of [duplicate, survivor].entries()) {
    await aParticipant(id, person.id, i === 0 ? { note: 'Only of the duplicate' } : {})
    const link = await aLink(id, other.id)
    await database.citation.create({ data: { sourceId: source.id, eventLinkId: link.id, basis: 'STATED' } })
    await database.sanctionReason.create({ data: { sanctionId: sanction.id, eventId: id } })
    await database.citation.create({ data: { sourceId: source.id, eventId: id, basis: 'STATED' } })
  }
  await aLink(survivor.id, duplicate.id)
  await anAction(sanction.id, { eventId: duplicate.id, kind: 'LIFTED' })
  await database.detention.create({ data: { personId: person.id, startedById: duplicate.id, certainty: 'ASSERTED' } })
  const before = await allFacts()
  const ids = { id: idOf('Event', duplicate), into: idOf('Event', survivor) }
  await editor.done('eventMerge', ids)
  await editor.done('eventUnmerge', { id: ids.id })
  expect(differences(before, await allFacts())).toEqual([])
})

test('a merge of people is undone before an earlier merge of events with the same parts, and the other way round', async () => {
  for (const peopleFirst of [true, false]) {
    const [duplicate, survivor, one, other] = [await aPerson(), await aPerson(), await anEvent(), await anEvent()]
    await aParticipant(one.id, duplicate.id)
    await aParticipant(other.id, survivor.id)
    const before = await allFacts()
    const people = { id: idOf('Person', duplicate), into: idOf('Person', survivor) }
    const events = { id: idOf('Event', one), into: idOf('Event', other) }
    const steps = [
      ['actorMerge', 'actorUnmerge', people],
      ['eventMerge', 'eventUnmerge', events],
    ] as const
    const [[earlier, undoEarlier, first], [later, undoLater, second]] = peopleFirst ? steps : [steps[1], steps[0]]
    await editor.done(earlier, first)
    await editor.done(later, second)
    const { issues } = await editor.mutate(undoEarlier, { id: first.id })
    expect(issues?.[0]?.message).toContain(`undo that merge first, with the id ${second.id}.`)
    await editor.done(undoLater, { id: second.id })
    await editor.done(undoEarlier, { id: first.id })
    expect(differences(before, await allFacts())).toEqual([])
  }
})

test('facts that were added since a merge stay with the survivor, and changes since are kept', async () => {
  const duplicate = await cited('A duplicate', { birth: day('1960-01-01') })
  const survivor = await cited('A survivor')
  const event = await anEvent()
  const before = await aParticipant(event.id, duplicate.id)
  await merge(duplicate, survivor)
  await editor.done('actorNameAdd', { actor: survivor.gid, value: 'Since', kind: 'ALIAS' })
  await editor.done('personUpdate', { id: survivor.gid, birth: day('1961-01-01') })
  await editor.done('eventParticipantUpdate', { id: idOf('EventParticipant', before), note: 'Since' })
  await editor.done('actorUnmerge', { id: duplicate.gid })
  const select = `name names { nodes { value } } birth { label } participations { nodes { note } }`
  expect(
    await read(
      `query ($a: ID!, $b: ID!) { a: person(by: { id: $a }) { ${select} } b: person(by: { id: $b }) { ${select} } }`,
      {
        a: duplicate.gid,
        b: survivor.gid,
      },
    ),
  ).toEqual({
    a: {
      name: 'A duplicate',
      names: { nodes: [{ value: 'A duplicate' }] },
      birth: { label: '1 January 1960' },
      participations: { nodes: [{ note: 'Since' }] },
    },
    b: {
      name: 'A survivor',
      names: { nodes: [{ value: 'A survivor' }, { value: 'Since' }] },
      birth: { label: '1 January 1961' },
      participations: { nodes: [] },
    },
  })
})

test('listings that were imported under the number of the merged actor return to it', async () => {
  const header = 'id,schema,name,aliases,birth_date,program_ids,dataset'
  const rows = (...ids: string[]) => [header, ...ids.map((id) => `${id},Person,Name ${id},,,US-ONE,US OFAC SDN`)]
  const more = `XX-1,Person,Name XX-1,,,US-ONE;US-TWO,US OFAC SDN`
  const load = (lines: string[], asOf: string) =>
    importText(opensanctionsCsv, 'targets.simple.csv', lines.join('\n'), { asOf })
  await load(rows('XX-1', 'XX-2'), '2024-01-01')
  const withNumber = async (value: string) => {
    const where = { identifiers: { some: { scheme: 'OPENSANCTIONS', value } } }
    const actor = await database.actor.findFirstOrThrow({ where })
    return { ...actor, gid: idOf('Person', actor) }
  }
  const [duplicate, survivor] = [await withNumber('XX-1'), await withNumber('XX-2')]
  await merge(duplicate, survivor)
  expect(await load([...rows('XX-2'), more], '2024-02-01')).toMatchObject({ rejected: 0 })
  const listings = async () => {
    const targets = await database.sanctionTarget.findMany({
      where: { actorId: { in: [duplicate.id, survivor.id] } },
      orderBy: [{ listingId: 'asc' }, { sanction: { program: 'asc' } }],
    })
    return targets.map(({ listingId, actorId }) => [listingId, actorId === duplicate.id])
  }
  expect(await listings()).toEqual([
    ['XX-1', false],
    ['XX-1', false],
    ['XX-2', false],
  ])
  await editor.done('actorUnmerge', { id: duplicate.gid })
  expect(await listings()).toEqual([
    ['XX-1', true],
    ['XX-1', true],
    ['XX-2', false],
  ])
})

test('the latest merge into a record is undone first', async () => {
  const [first, second, survivor, last] = [
    await cited('1st'),
    await cited('2nd'),
    await cited('Both'),
    await cited('End'),
  ]
  const before = await allFacts()
  await merge(first, survivor)
  await merge(second, survivor)
  await merge(survivor, last)
  const undo = ({ gid }: { gid: string }) => editor.mutate('actorUnmerge', { id: gid })
  const { issues } = await undo(first)
  expect(issues).toEqual([
    {
      path: ['id'],
      message: `was merged before "Both" was merged into the same record: undo that merge first, with the id ${survivor.gid}.`,
    },
  ])
  for (const each of [survivor, second, first]) expect((await undo(each)).__typename).toBe('ActorUnmergeSuccess')
  expect(differences(before, await allFacts())).toEqual([])
  expect((await undo(first)).issues).toEqual([
    { path: ['id'], message: 'is not merged into another record: there is nothing to undo.' },
  ])
})

test('a merge before merges could be undone, and one into a record that was retracted since, are refused', async () => {
  const [old, survivor] = [await aPerson(), await aPerson()]
  await database.actor.update({ where: { id: old.id }, data: { mergedIntoId: survivor.id } })
  const refused = async () => (await editor.mutate('actorUnmerge', { id: idOf('Person', old) })).issues
  expect(await refused()).toEqual([{ path: ['id'], message: expect.stringContaining('before merges could be undone') }])
  await editor.done('actorRetract', { id: idOf('Person', survivor) })
  expect(await refused()).toEqual([{ path: ['id'], message: expect.stringContaining('restore that record first') }])
  expect(await editor.mutate('actorUnmerge', { id: idOf('Person', { id: v7() }) })).toMatchObject({
    __typename: 'NotFoundError',
  })
})

test('undoing a merge checks the version of the survivor, is done once for a key, and is logged', async () => {
  const [duplicate, survivor] = [await cited('Logged'), await cited('Into')]
  await merge(duplicate, survivor)
  const { version } = await database.actor.findUniqueOrThrow({ where: { id: survivor.id } })
  const input = { id: duplicate.gid, expectedVersion: version }
  expect(await editor.mutate('actorUnmerge', { ...input, expectedVersion: 1 })).toMatchObject({
    __typename: 'ConflictError',
    currentVersion: version,
    current: { id: survivor.gid },
  })
  const once = { idempotencyKey: 'unmerge', select: 'actor { history { nodes { operation } } }' }
  const { actor } = await editor.done('actorUnmerge', input, once)
  expect(actor.history.nodes.map(({ operation }: { operation: string }) => operation)).toEqual([
    'CREATED',
    'MERGED',
    'UNMERGED',
  ])
  expect(await editor.done('actorUnmerge', input, once)).toMatchObject({ replayed: true })
  const { changes } = await read<{ changes: { nodes: { recordId: string }[] } }>(
    '{ changes(where: { operations: [UNMERGED] }, first: 100) { nodes { recordId } } }',
  )
  expect(changes.nodes.map(({ recordId }) => recordId)).toContain(duplicate.gid)
})

test('a retraction of each kind of record can be undone, and both are logged', async () => {
  const person = await aPerson()
  const records = [
    ['actor', idOf('Person', person)],
    ['event', idOf('Event', await anEvent())],
    ['sanction', idOf('Sanction', await aSanction())],
    ['source', idOf('Source', await aSource())],
  ] as const
  for (const [name, id] of records) {
    const before = await allFacts()
    await editor.done(`${name}Retract`, { id })
    expect(await editor.mutate(`${name}Restore`, { id, expectedVersion: 1 })).toMatchObject({
      __typename: 'ConflictError',
      currentVersion: 2,
    })
    const select = `${name} { retractedAt version history { nodes { operation } } }`
    const { [name]: restored } = await editor.done(`${name}Restore`, { id, expectedVersion: 2 }, { select })
    expect(restored).toEqual({
      retractedAt: null,
      version: 3,
      history: { nodes: [{ operation: 'CREATED' }, { operation: 'RETRACTED' }, { operation: 'RESTORED' }] },
    })
    expect(differences(before, await allFacts())).toEqual([])
    expect((await editor.mutate(`${name}Restore`, { id })).issues).toEqual([
      { path: ['id'], message: 'is not retracted: there is nothing to undo.' },
    ])
  }
  await editor.done('actorMerge', { id: idOf('Person', person), into: idOf('Person', await aPerson()) })
  expect((await editor.mutate('actorRestore', { id: idOf('Person', person) })).issues).toMatchObject([
    { message: 'was merged into another record: undo the merge first.' },
  ])
})

test('an editor adds, cites and removes disputed values', async () => {
  const [person, source] = [await cited('In doubt'), await aSource({ title: 'Another' })]
  const of = person.gid
  const citations = [{ source: idOf('Source', source), basis: 'STATED' }]
  const { disputedValue } = await editor.done(
    'disputedValueAdd',
    { of, field: 'BIRTH', date: day('1970-01-01'), citations },
    { select: `disputedValue { id date { label } actor { name } citations { nodes { source { title } } } }` },
  )
  expect(disputedValue).toMatchObject({
    date: { label: '1 January 1970' },
    actor: { name: 'In doubt' },
    citations: { nodes: [{ source: { title: 'Another' } }] },
  })
  const event = idOf('Event', await anEvent())
  for (const [input, path, message] of [
    [{ of, field: 'TITLE', text: 'x' }, 'field', 'is a field of type Event, not of Person: pass another field.'],
    [{ of, field: 'BIRTH', text: 'x' }, 'date', 'is the kind of value that BIRTH has: pass it, and no other value.'],
    [
      { of, field: 'GENDER', text: 'x' },
      'text',
      'must be the name of an enum value: pass FEMALE, MALE, OTHER, UNKNOWN.',
    ],
    [
      { of: event, field: 'LOCATION' },
      'reference',
      'is the kind of value that LOCATION has: pass it, and no other value.',
    ],
  ] as const)
    expect((await editor.mutate('disputedValueAdd', input)).issues).toEqual([{ path: [path], message }])
  const { record } = await editor.done(
    'disputedValueRemove',
    { id: disputedValue.id },
    { select: 'record { ... on Person { disputedValues { nodes { field } } } }' },
  )
  expect(record).toEqual({ disputedValues: { nodes: [] } })
})

test('a record with too many parts is not merged, and the answer says what to do', async () => {
  const [big, small] = [await aPerson(), await aPerson()]
  // The log would need seconds for so many names.
  await database.$executeRaw`ALTER TABLE "ActorName" DISABLE TRIGGER USER`
  await database.$executeRaw`
    INSERT INTO "ActorName" (id, "actorId", value, kind, "searchKey")
    SELECT gen_random_uuid(), ${big.id}::uuid, 'n' || n, 'ALIAS', 'n' FROM generate_series(1, 10001) n`
  await database.$executeRaw`ALTER TABLE "ActorName" ENABLE TRIGGER USER`
  const { issues } = await editor.mutate('actorMerge', { id: idOf('Person', big), into: idOf('Person', small) })
  expect(issues).toEqual([
    {
      path: ['id'],
      message:
        'has 10001 parts and references, but one merge moves at most 10000: merge the other record into this one.',
    },
  ])
  await editor.done('actorMerge', { id: idOf('Person', small), into: idOf('Person', big) })
})

test('every column that refers to an actor, an event or a part that a merge removes is known to merges', async () => {
  const columns = (references: readonly Reference[]): string[] =>
    references.flatMap(({ table, column, children = [] }) => [`${table}.${column}`, ...columns(children)])
  const known = [...columns(toActors), ...columns(toEvents), 'Person.actorId', 'Country.actorId', 'Asset.actorId']
  const stored = await database.$queryRaw<{ column: string }[]>`
    SELECT c.conrelid::regclass::text || '.' || a.attname AS column
    FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
    WHERE c.contype = 'f' AND c.conrelid::regclass::text <> '"EventActor"' AND c.confrelid IN ('"Actor"'::regclass, '"Event"'::regclass, '"EventParticipant"'::regclass, '"EventLink"'::regclass,
      '"Relationship"'::regclass, '"SanctionTarget"'::regclass, '"DisputedValue"'::regclass, '"ActorName"'::regclass)`
  const unknown = stored.map(({ column }) => column.replaceAll('"', '')).filter((column) => !known.includes(column))
  expect(unknown).toEqual([])
})
