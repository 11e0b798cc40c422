import { beforeAll, expect, test } from 'vitest'
import { database, idOf, read } from '../../client.ts'
import { anEvent, anOrganization, aPerson, aSource, country } from '../../world.ts'
import { anEditor, day, type Editor } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

test('a person is created with names, identifiers and citations, and updated', async () => {
  const citations = [{ source: idOf('Source', await aSource()), quote: 'a teacher', basis: 'STATED' }]
  const select = `person { id slug name description birth { label } death { label } gender version
    names { nodes { value kind lang } } identifiers { nodes { scheme value } } citations { nodes { quote } } }`
  const { person } = await editor.done(
    'personCreate',
    {
      name: 'Jane Doe',
      description: 'A teacher',
      birth: day('1970-01-02'),
      gender: 'FEMALE',
      names: [{ value: 'Джэйн Доў', kind: 'TRANSLITERATION', lang: 'be' }],
      identifiers: [{ scheme: 'WIKIDATA', value: 'Q-jane' }],
      citations,
    },
    { select },
  )
  expect(person).toMatchObject({
    slug: 'jane-doe',
    description: 'A teacher',
    birth: { label: '2 January 1970' },
    gender: 'FEMALE',
    names: { nodes: [{ value: 'Jane Doe', kind: 'PRIMARY' }, { value: 'Джэйн Доў' }] },
    identifiers: { nodes: [{ scheme: 'WIKIDATA', value: 'Q-jane' }] },
    citations: { nodes: [{ quote: 'a teacher' }] },
  })
  const patch = { id: person.id, expectedVersion: 1, description: null, death: day('2020-05-05') }
  const { person: corrected } = await editor.done('personUpdate', patch, { select })
  expect(corrected).toMatchObject({
    name: 'Jane Doe',
    description: null,
    birth: { label: '2 January 1970' },
    death: { label: '5 May 2020' },
    gender: 'FEMALE',
    version: 2,
  })
})

test("an update of a country's own fields does not change the other fields", async () => {
  const { country: made } = await editor.done(
    'countryCreate',
    { name: 'Atlantis', iso2: 'QZ', iso3: 'QZZ', isoNumeric: '999', region: 'Nowhere', flag: '🏳️' },
    { select: 'country { id subregion isoNumeric }' },
  )
  const { country: updated } = await editor.done(
    'countryUpdate',
    { id: made.id, subregion: 'Under the sea' },
    { select: 'country { iso2 isoNumeric region subregion version }' },
  )
  expect(updated).toEqual({
    iso2: 'QZ',
    isoNumeric: '999',
    region: 'Nowhere',
    subregion: 'Under the sea',
    version: 2,
  })
})

test('organizations, groups and assets are created and updated', async () => {
  const { organization } = await editor.done(
    'organizationCreate',
    { name: 'A body' },
    { select: 'organization { id }' },
  )
  const renamed = { id: organization.id, name: 'Another name', slug: 'another-name' }
  expect(
    (
      await editor.done('organizationUpdate', renamed, {
        select: 'organization { name slug names { nodes { value } } }',
      })
    ).organization,
  ).toEqual({
    name: 'Another name',
    slug: 'another-name',
    names: { nodes: [{ value: 'A body' }, { value: 'Another name' }] },
  })
  const { group } = await editor.done('groupCreate', { name: 'The many' }, { select: 'group { id }' })
  await editor.done('groupUpdate', { id: group.id, description: 'Many.' })
  const flagState = idOf('Country', await country('BY'))
  const { asset } = await editor.done(
    'assetCreate',
    { name: 'A ship', assetKind: 'VESSEL', flagState },
    { select: 'asset { id assetKind flagState { iso2 } }' },
  )
  expect(asset).toMatchObject({ assetKind: 'VESSEL', flagState: { iso2: 'BY' } })
  const { asset: bare } = await editor.done(
    'assetUpdate',
    { id: asset.id, flagState: null },
    { select: 'asset { assetKind flagState { iso2 } }' },
  )
  expect(bare).toEqual({ assetKind: 'VESSEL', flagState: null })
})

test('an update with the mutation of another kind is refused', async () => {
  const { issues } = await editor.mutate('countryUpdate', { id: idOf('Person', await aPerson()), region: 'Europe' })
  expect(issues).toEqual([{ path: ['id'], message: 'is an id of type Person: pass an id of type Country.' }])
})

test('names and identifiers are added and removed', async () => {
  const person = await aPerson()
  const actor = idOf('Person', person)
  const { name } = await editor.done(
    'actorNameAdd',
    { actor, value: 'Ціханоўская', kind: 'ALIAS', lang: 'be' },
    { select: 'name { id value } actor { version }' },
  )
  const { searchKey } = await database.actorName.findFirstOrThrow({ where: { actorId: person.id } })
  expect([name.value, searchKey]).toEqual(['Ціханоўская', 'tsikhanouskaya'])
  await editor.done('actorNameRemove', { id: name.id, expectedVersion: 2 })
  const key = { of: actor, scheme: 'LEI', value: 'abc' }
  const { identifier, record } = await editor.done('identifierAdd', key, {
    select: 'identifier { id } record { id ... on Versioned { version } }',
  })
  expect(record).toEqual({ id: actor, version: 4 })
  expect(await read('{ actor(by: { identifier: { scheme: "LEI", value: "abc" } }) { id } }')).toEqual({
    actor: { id: actor },
  })
  await editor.done('identifierRemove', { id: identifier.id })
  expect(await read('{ actor(by: { identifier: { scheme: "LEI", value: "abc" } }) { id } }')).toEqual({ actor: null })
})

test('events, sanctions, sources and relationships also have identifiers', async () => {
  const [event, source] = [await anEvent(), await aSource()]
  for (const of of [idOf('Event', event), idOf('Source', source)]) {
    const { record } = await editor.done(
      'identifierAdd',
      { of, scheme: 'TEST', value: 'x' },
      { select: 'record { id }' },
    )
    expect(record).toEqual({ id: of })
  }
})

test('relationships are added, updated and removed, and change their subject', async () => {
  const [subject, object] = [idOf('Person', await aPerson()), idOf('Country', await country('BY'))]
  const { relationship, actor } = await editor.done(
    'relationshipAdd',
    { subject, kind: 'HOLDS_OFFICE', object, title: 'Minister', start: day('2020-01-01') },
    { select: 'relationship { id start { label } } actor { id version }' },
  )
  expect(actor).toEqual({ id: subject, version: 2 })
  const { relationship: ended } = await editor.done(
    'relationshipUpdate',
    { id: relationship.id, end: day('2024-01-01') },
    { select: 'relationship { title start { label } end { label } object { name } }' },
  )
  expect(ended).toEqual({
    title: 'Minister',
    start: { label: '1 January 2020' },
    end: { label: '1 January 2024' },
    object: { name: 'Belarus' },
  })
  await editor.done('relationshipRemove', { id: relationship.id })
  expect(await read(`{ actor(by: { id: "${subject}" }) { relationships { nodes { id } } } }`)).toEqual({
    actor: { relationships: { nodes: [] } },
  })
})

test('a detention is added, cited and ended by an event, and another one can start', async () => {
  const person = idOf('Person', await aPerson())
  const [began, ended] = [idOf('Event', await anEvent()), idOf('Event', await anEvent())]
  const source = idOf('Source', await aSource())
  const { detention } = await editor.done(
    'detentionAdd',
    { person, startedBy: began, certainty: 'REPORTED', citations: [{ source, quote: 'was taken', basis: 'STATED' }] },
    { select: 'detention { id }' },
  )
  const { citation, record } = await editor.done(
    'citationAdd',
    { of: detention.id, source, quote: 'still held', basis: 'STATED' },
    { select: 'citation { id } record { id }' },
  )
  expect(record).toEqual({ id: person })
  await editor.done('citationRemove', { id: citation.id })
  const { detention: over } = await editor.done(
    'detentionUpdate',
    { id: detention.id, endedBy: ended, outcome: 'RELEASED' },
    { select: 'detention { startedBy { id } endedBy { id } outcome certainty citations { nodes { quote } } }' },
  )
  expect(over).toEqual({
    startedBy: { id: began },
    endedBy: { id: ended },
    outcome: 'RELEASED',
    certainty: 'REPORTED',
    citations: { nodes: [{ quote: 'was taken' }] },
  })
  const second = await editor.done('detentionAdd', { person, certainty: 'ASSERTED' }, { select: 'detention { id }' })
  await editor.done('detentionRemove', { id: second.detention.id })
})

test('a detention has a charge, a term and a court, and lists are filtered by them', async () => {
  const [court, other] = [await anOrganization({ name: 'A court' }), await anOrganization()]
  const sentenced = {
    charge: 'Preparing mass riots',
    term: '16 years',
    termMonths: 192,
    court: idOf('Organization', court),
  }
  const select = 'detention { id charge term termMonths court { name } }'
  const [name, life] = [await aPerson({ name: 'Sentenced' }), await aPerson({ name: 'For life' })]
  const { detention } = await editor.done(
    'detentionAdd',
    { person: idOf('Person', name), certainty: 'ASSERTED', ...sentenced },
    { select },
  )
  expect(detention).toMatchObject({ ...sentenced, court: { name: 'A court' } })
  await editor.done('detentionAdd', { person: idOf('Person', life), certainty: 'ASSERTED', term: 'life' })
  const people = async (where: string) => {
    const query = `query ($court: ID!, $other: ID!) { none: actors(where: { id: { in: [$court, $other] } }) { totalCount }
      people(where: { detentions: { some: ${where} } }) { nodes { name } } }`
    const ids = { court: idOf('Organization', court), other: idOf('Organization', other) }
    const found = await read<{ people: { nodes: { name: string }[] } }>(query, ids)
    return found.people.nodes.map(({ name }) => name)
  }
  expect(await people('{ charge: { contains: "MASS RIOTS" } }')).toEqual(['Sentenced'])
  expect(await people('{ termMonths: { gte: 192 } }')).toEqual(['Sentenced'])
  expect(await people('{ termMonths: { gt: 192 } }')).toEqual([])
  expect(await people('{ term: { eq: "life" }, termMonths: { isNull: true } }')).toEqual(['For life'])
  expect(await people('{ court: { id: { eq: $court } } }')).toEqual(['Sentenced'])
  expect(await people('{ court: { id: { eq: $other } } }')).toEqual([])
  const changed = await editor.done('detentionUpdate', { id: detention.id, term: null, termMonths: 204 }, { select })
  expect(changed.detention).toMatchObject({ charge: 'Preparing mass riots', term: null, termMonths: 204 })
  const { issues } = await editor.mutate('detentionUpdate', { id: detention.id, termMonths: 0 })
  expect(issues).toEqual([{ path: ['termMonths'], message: 'must be from 1 to 12,000.' }])
})

test('a retracted actor is not in lists, and can be queried by its id', async () => {
  const id = idOf('Person', await aPerson({ name: 'Never was' }))
  const { actor } = await editor.done('actorRetract', { id }, { select: 'actor { __typename name retractedAt }' })
  expect(actor).toEqual({ __typename: 'Person', name: 'Never was', retractedAt: expect.any(String) })
  expect(await read('{ people(where: { name: { eq: "Never was" } }) { totalCount } }')).toEqual({
    people: { totalCount: 0 },
  })
})
