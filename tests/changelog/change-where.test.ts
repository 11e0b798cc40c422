// The filters of the change log, its authors, and the names of what changed.
import { getNamedType, isInterfaceType, isObjectType } from 'graphql'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeId } from '../../src/domain/id.ts'
import { changeFields } from '../../src/schema/change-where.ts'
import { schema } from '../../src/schema/schema.ts'
import { createKey } from '../../src/store/api-key.ts'
import { sequenceChanges, write } from '../../src/store/write.ts'
import { askBoth, database } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEvent, anOrganization, aParticipant, aPerson, aSanction, aTarget, country } from '../world.ts'
import { eventsOf, type FeedService, startFeedService } from './server.ts'

const ids: Record<string, string> = {}
let service: FeedService

beforeAll(async () => {
  service = await startFeedService()
  const belarus = await country('BY')
  const [person, other, organization] = [await aPerson(), await aPerson(), await anOrganization()]
  const [talks, elsewhere] = [await anEvent({ locationId: belarus.id }), await anEvent()]
  await aParticipant(talks.id, person.id)
  const sanction = await aSanction({ authorityId: organization.id })
  await aTarget(sanction.id, person.id)
  await database.event.update({ where: { id: talks.id }, data: { title: 'Corrected' } })
  await database.event.update({ where: { id: talks.id }, data: { retractedAt: new Date() } })
  await database.event.update({ where: { id: elsewhere.id }, data: { summary: 'Elsewhere.' } })
  await sequenceChanges()
  const types = {
    person: 'Person',
    other: 'Person',
    organization: 'Organization',
    talks: 'Event',
    elsewhere: 'Event',
    sanction: 'Sanction',
    belarus: 'Country',
  }
  for (const [name, { id }] of Object.entries({ person, other, organization, talks, elsewhere, sanction, belarus }))
    ids[name] = writeId(types[name as keyof typeof types], id)
})
afterAll(() => service.stop())

const nameOf = (id: string) => Object.keys(ids).find((name) => ids[name] === id)

interface Changed {
  recordId: string
  operation: string
}

/** Returns the changes that match, without those of other tests, as "record operation". */
async function changed(where: object): Promise<string[]> {
  const { data, errors, path, statements } = await askBoth<{ changes: { nodes: Changed[]; totalCount: number } }>(
    `query ($where: ChangeWhere) { changes(last: 100, where: $where) { nodes { recordId operation } totalCount } }`,
    { where },
  )
  expect([errors, path, statements]).toEqual([undefined, 'prepared', 2])
  const { nodes = [], totalCount } = data?.changes ?? {}
  expect(totalCount).toBe(nodes.length)
  return nodes.flatMap(({ recordId, operation }) => (nameOf(recordId) ? `${nameOf(recordId)} ${operation}` : []))
}

test('changes are found by a country: those of the country and of its events, also when they are retracted', async () => {
  const events = ['talks CREATED', 'talks UPDATED', 'talks UPDATED', 'talks RETRACTED']
  for (const code of ['BY', 'BLR']) expect(await changed({ countries: [code], types: ['EVENT'] })).toEqual(events)
  expect(await changed({ countries: ['BY'], operations: ['RETRACTED'] })).toEqual(['talks RETRACTED'])
  expect(await changed({ countries: ['ZZ'] })).toEqual([])
  expect(await changed({ countries: [] })).toEqual([])
})

test('the change that takes a country or a person out of a record is found by it, and later ones are not', async () => {
  const [poland, person] = [await country('PL'), await aPerson()]
  const event = await anEvent({ locationId: poland.id })
  const participant = await aParticipant(event.id, person.id)
  const sanction = await aSanction({ authorityId: poland.id })
  const update = (data: object) => database.event.update({ where: { id: event.id }, data })
  await update({ locationId: null })
  await database.eventParticipant.delete({ where: { id: participant.id } })
  await database.sanction.update({ where: { id: sanction.id }, data: { authorityId: (await country('US')).id } })
  await update({ title: 'Elsewhere' })
  await sequenceChanges()
  const versions = async (where: object) => {
    const query = 'query ($where: ChangeWhere) { changes(last: 100, where: $where) { nodes { recordId version } } }'
    const { data } = await askBoth<{ changes: { nodes: { recordId: string; version: number }[] } }>(query, { where })
    const mine = [writeId('Event', event.id), writeId('Sanction', sanction.id)]
    return data?.changes.nodes.filter(({ recordId }) => mine.includes(recordId)).map(({ version }) => version)
  }
  expect(await versions({ countries: ['PL'] })).toEqual([3, 2])
  expect(await versions({ concerns: [writeId('Person', person.id)] })).toEqual([4])
})

test('changes are found by an actor, its events and the sanctions by and on it', async () => {
  expect(await changed({ concerns: [ids.other] })).toEqual(['other CREATED'])
  expect(await changed({ concerns: [ids.person] })).toEqual([
    'person CREATED',
    'talks CREATED',
    'talks UPDATED',
    'sanction CREATED',
    'sanction UPDATED',
    'talks UPDATED',
    'talks RETRACTED',
  ])
  expect(await changed({ concerns: [ids.organization] })).toEqual([
    'organization CREATED',
    'sanction CREATED',
    'sanction UPDATED',
  ])
  expect(await changed({ concerns: [ids.sanction], countries: ['BY'] })).toEqual([])
})

test('changes are found by a changed field or list', async () => {
  expect(await changed({ fields: ['summary'], ids: [ids.talks, ids.elsewhere] })).toEqual(['elsewhere UPDATED'])
  expect(await changed({ fields: ['retractedAt'], ids: [ids.talks] })).toEqual(['talks RETRACTED'])
  expect(await changed({ fields: ['participants'], ids: [ids.talks] })).toEqual(['talks UPDATED'])
  expect(await changed({ fields: ['title', 'targets'], ids: [ids.talks, ids.sanction] })).toEqual([
    'talks CREATED',
    'sanction CREATED',
    'sanction UPDATED',
    'talks UPDATED',
  ])
})

test.each([
  [
    'an id of another type',
    { concerns: ['Q2l0YXRpb246MDFhMjI5MDYtNWFmNS03NmZhLWI3M2YtY2UwYzIyYTUxMzkw'] },
    'the id of a record of type Citation',
  ],
  ['no id', { concerns: ['belarus'] }, 'not a valid id'],
  ['a country that is no code', { countries: ['Belarus'] }, '"Belarus" is not an ISO 3166-1 code'],
  ['a code in small letters', { countries: ['by'] }, '"by" is not an ISO 3166-1 code'],
  ['an unknown field', { fields: ['colour'] }, 'has the field "colour"'],
  ['a column', { fields: ['dateEarliest'] }, 'has the field "dateEarliest"'],
])('a filter with %s is refused, in a query and in a subscription', async (_what, where, words) => {
  const query = 'query ($where: ChangeWhere) { changes(where: $where) { totalCount } }'
  expect((await askBoth(query, { where })).errors).toMatchObject([{ message: expect.stringContaining(words) }])
  const stream = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($where: ChangeWhere) { changes(where: $where) { cursor } }',
      variables: { where },
    }),
  })
  expect(await stream.text()).toContain(words.replaceAll('"', '\\"'))
})

test('a ticker receives the corrections and retractions of the events of its country, and nothing else', async () => {
  const query = `subscription { changes(where: { countries: ["BY"], types: [EVENT], fields: ["title", "retractedAt"] }) {
    operation fields { field old new } ... on EventChange { event { title } } } }`
  const stop = new AbortController()
  const stream = await fetch(`${service.url}?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream' },
    signal: stop.signal,
  })
  const feed = eventsOf(stream)
  const next = async () => {
    for (;;) {
      const { value } = await feed.next()
      if (value?.event === 'next' && value.data) return JSON.parse(value.data).data.changes
    }
  }
  await feed.next()
  const event = await anEvent({ title: 'Elsewhere' })
  await database.event.update({ where: { id: event.id }, data: { title: 'Still elsewhere' } })
  const id = (await country('BY')).id
  await database.event.update({ where: { id: event.id }, data: { locationId: id } })
  await database.event.update({ where: { id: event.id }, data: { title: 'In Minsk' } })
  await database.event.update({ where: { id: event.id }, data: { retractedAt: new Date() } })
  await sequenceChanges()
  // A filter is evaluated when a change is delivered: by then, all changes may be of an event in Belarus.
  let change = await next()
  while (change.fields[0]?.new !== 'In Minsk') {
    expect(['Elsewhere', 'Still elsewhere']).toContain(
      change.fields.find((each: { field: string }) => each.field === 'title').new,
    )
    change = await next()
  }
  expect(change).toEqual({
    operation: 'UPDATED',
    fields: [{ field: 'title', old: 'Still elsewhere', new: 'In Minsk' }],
    event: { title: 'In Minsk' },
  })
  expect(await next()).toMatchObject({ operation: 'RETRACTED', fields: [{ field: 'retractedAt', old: null }] })
  stop.abort()
})

test('the author of a change is the name of the key or the importer; who wrote exactly, only an administrator reads', async () => {
  const { secret } = await createKey('Foreign desk', ['write'])
  const admin = await createKey('administrator', ['admin'])
  const position = async () => Number((await database.change.aggregate({ _max: { position: true } }))._max.position)
  await sequenceChanges()
  const start = await position()
  const writers = [`key ${secret.slice(0, 11)}`, 'import ofac', 'token https://login.example 4711', 'key dl_00000000']
  for (const writer of writers)
    await write(writer, async (tx) => void (await tx.source.create({ data: { kind: 'ARTICLE', title: writer } })))
  await database.source.create({ data: { kind: 'ARTICLE', title: 'By hand' } })
  await sequenceChanges()
  const query = (field: string) => `{ changes(last: 5) { nodes { ${field} } } }`
  const { data } = await askBoth<{ changes: { nodes: { author: string | null }[] } }>(query('author'))
  expect(data?.changes.nodes.map(({ author }) => author)).toEqual(['Foreign desk', 'import ofac', null, null, null])
  const as = async (authorization: string | undefined) => {
    const response = await fetch(service.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(authorization && { authorization: `Bearer ${authorization}` }),
      },
      body: JSON.stringify({ query: query('writer') }),
    })
    return (await response.json()) as {
      data: { changes: { nodes: { writer: string }[] } }
      errors?: { extensions: { code: string } }[]
    }
  }
  const exact = await as(admin.secret)
  expect(exact.data.changes.nodes.slice(0, 4).map(({ writer }) => writer)).toEqual(writers)
  for (const [caller, code] of [
    [undefined, 'UNAUTHENTICATED'],
    [secret, 'FORBIDDEN'],
  ] as const) {
    const { data, errors } = await as(caller)
    expect([data.changes.nodes[0], errors?.[0]?.extensions.code]).toEqual([{ writer: null }, code])
  }
  expect(await position()).toBe(start + 5)
})

test('each column in the change log has the name of a field of the API, and each field that a filter can name is one', async () => {
  /** The tables of records and parts, with their types in the API and the key of a part in the log. */
  const tables: [table: string, types: string[], part?: string][] = [
    ['Actor', ['Person']],
    ['Event', ['Event']],
    ['Sanction', ['Sanction']],
    ['Source', ['Source']],
    ['Person', ['Person'], 'person'],
    ['Country', ['Country'], 'country'],
    ['Asset', ['Asset'], 'asset'],
    ['ActorName', ['ActorName'], 'names'],
    ['Identifier', ['Identifier'], 'identifiers'],
    ['Relationship', ['Relationship'], 'relationships'],
    ['Detention', ['Detention'], 'detentions'],
    ['EventParticipant', ['EventParticipant'], 'participants'],
    ['EventLink', ['EventLink'], 'links'],
    ['SanctionTarget', ['SanctionTarget'], 'targets'],
    ['SanctionAction', ['SanctionAction'], 'actions'],
    ['Citation', ['Citation'], 'citations'],
    ['BirthClaim', ['BirthClaim'], 'births'],
    ['DisputedValue', ['DisputedValue'], 'disputedValues'],
    ['Licence', ['Licence'], 'licences'],
  ]
  const client = new pg.Client(testDatabase().url)
  await client.connect()
  const fieldsOf = (name: string) => {
    const type = schema.getType(name)
    return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {}
  }
  const named = new Set<string>([
    'names',
    'identifiers',
    'relationships',
    'births',
    'detentions',
    'participants',
    'links',
  ])
  for (const list of ['targets', 'actions', 'citations', 'disputedValues', 'licences', 'reasonEvents']) named.add(list)
  try {
    for (const [table, types, part] of tables) {
      const uuid = '0193a1b2-0000-7000-8000-00000000000a'
      const { rows: columns } = await client.query<{ name: string; type: string }>(
        'SELECT column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_name = $1',
        [table],
      )
      const row = Object.fromEntries(
        columns.map(({ name, type }) => [
          name,
          type === 'uuid' ? uuid : name === 'retractedAt' ? '2026-01-01T00:00:00Z' : 'x',
        ]),
      )
      const change = {
        position: 1,
        type: ['Event', 'Sanction', 'Source'].includes(table) ? table.toUpperCase() : 'ACTOR',
        operation: 'CREATED',
        version: 1,
        entityId: '0193a1b2-0000-7000-8000-00000000000b',
        writer: 'x',
        committedAt: '2026-01-01',
        before: null,
        after: part ? null : row,
        children: part ? { [part]: { added: [row] } } : null,
      }
      const { rows: found } = await client.query<{ field: string; new: unknown }>(
        `SELECT v.field, v.new FROM jsonb_populate_record(NULL::"Change", $1) c
         CROSS JOIN LATERAL changed_values(c, $2) v`,
        [JSON.stringify(change), part !== undefined && !['person', 'country', 'asset'].includes(part)],
      )
      expect(found.length, table).toBeGreaterThan(1)
      for (const { field, new: value } of found) {
        // A merged record has no field for the record that it was merged into: it is that record.
        const of = field === 'mergedInto' ? undefined : fieldsOf(types[0] ?? '')[field]
        expect([table, field, of === undefined], `${table}.${field}`).toEqual([table, field, field === 'mergedInto'])
        if (!part || ['person', 'country', 'asset'].includes(part)) named.add(field)
        if (of && getNamedType(of.type).name === 'FuzzyDate')
          expect(Object.keys(fieldsOf('FuzzyDate'))).toEqual(expect.arrayContaining(Object.keys(value as object)))
      }
    }
  } finally {
    await client.end()
  }
  expect([...named].sort()).toEqual([...changeFields].sort())
})
