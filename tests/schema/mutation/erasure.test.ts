// The erasure of a person: what goes, what stays, and what followers and imports see afterwards.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { withClient } from '../../../src/db/with-client.ts'
import { readId, writeId } from '../../../src/domain/id.ts'
import { exportLines } from '../../../src/export/export.ts'
import { dateline } from '../../../src/import/formats/dateline/dateline.ts'
import { ftm } from '../../../src/import/formats/ftm/ftm.ts'
import { ofac } from '../../../src/import/formats/ofac/ofac.ts'
import { setErasureKey } from '../../../src/store/erasure/tombstone.ts'
import { erasePerson } from '../../../src/store/erasure.ts'
import { sequenceChanges, write } from '../../../src/store/write.ts'
import { feedCursor } from '../../changelog/follower.ts'
import { eventsOf, type FeedService, startFeedService } from '../../changelog/server.ts'
import { ask, askBoth, database, idOf, read } from '../../client.ts'
import { testDatabase } from '../../database.ts'
import { importText } from '../../import/run.ts'
import { anEditor, day, type Editor, newEvent } from './editor.ts'

let editor: Editor
let watched: FeedService
let fresh: FeedService

beforeAll(async () => {
  setErasureKey('a key of the tests, with 32 characters')
  editor = await anEditor('write', 'import', 'admin')
  watched = await startFeedService()
  fresh = await startFeedService()
})
afterAll(async () => {
  setErasureKey(undefined)
  await watched.stop()
  await fresh.stop()
})

/** The person of the tests has a name that nobody else has. Each of these stands somewhere. */
const NAME = 'Zoryana Kvertovska'
const names = [NAME, 'Зоряна Квертовська', 'زوريانا كفيرتوفسكا', '佐里亚娜', 'Zorka Kvertovska', 'Petronela Qvist']
const traces = [...names, 'zoryana', 'kvertovska', 'квертовськ', 'كفيرتوفسكا', 'qvist', 'kvertovs']

const nothing = (columns: number) => Array(columns).fill('-0- ').join(',')
const entry = (number: string, name: string, remarks = '') =>
  `${number},"${name}","individual","TEST",${nothing(7)},"${remarks || '-0- '}"\r\n`
const others = ['OTHER, One', 'OTHER, Two', 'OTHER, Three'].map((name, i) => entry(`710000${i + 1}`, name)).join('')
const theirEntry = entry('7100009', 'KVERTOVSKA, Zoryana', 'DOB 12 Mar 1967.')
const linked = entry('7100010', 'LINKED, Four', 'Linked To: KVERTOVSKA, Zoryana.')
const list = others + theirEntry + linked

const SELECT = `erasure { erased rows { table count } mentionCount mentions { place text redacted kept count } }`

interface Mention {
  place: string
  text: string
  redacted: string | null
  kept: boolean
}

const erase = (id: string, more: object = {}) =>
  editor.done('actorErase', { id, reason: 'Request 12', confirm: true, ...more }, { select: `${SELECT} feedCursor` })

const idOfEntry = async (value: string): Promise<string | null> => {
  const sql = `{ person(by: { identifier: { scheme: "OFAC_SDN", value: "${value}" } }) { id } }`
  return (await read<{ person: { id: string } | null }>(sql)).person?.id ?? null
}

/** Writes a record with the name in each place that can have it. Returns the ids of some records. */
async function mentionEverywhere(): Promise<Record<'person' | 'merged' | 'event' | 'other', string>> {
  await importText(ofac, 'sdn.csv', list, { asOf: '2026-01-10' })
  const person = (await idOfEntry('7100009')) ?? ''
  const done = (mutation: string, input: object, select: string, idempotencyKey?: string) =>
    editor.done(mutation, input, { select, ...(idempotencyKey && { idempotencyKey }) })
  const belarus = idOf('Country', await database.actor.findUniqueOrThrow({ where: { slug: 'belarus' } }))
  const other = await done(
    'personCreate',
    { name: 'Somebody Else', description: `A cousin of ${NAME}` },
    'person { id }',
  )
  for (const value of names.slice(1, 5))
    await done('actorNameAdd', { actor: person, value, kind: 'ALIAS' }, 'actor { id }')
  await done(
    'personUpdate',
    { id: person, description: `${NAME} is a poet`, birth: { ...day('1967-03-12'), text: `born ${NAME}` } },
    'person { id }',
  )
  const source = await done(
    'sourceCreate',
    {
      kind: 'ARTICLE',
      title: `Зоряна Квертовська: інтерв'ю`,
      url: `https://news.example/2026/zoryana-kvertovska-speaks`,
      publisher: 'The News',
    },
    'source { id }',
    `source of ${NAME}`,
  )
  const citations = [{ source: source.source.id, quote: `said ${NAME}`, basis: 'STATED' }]
  const date = { ...day('2026-01-02'), text: `the day of ${NAME}` }
  const event = await done(
    'eventCreate',
    newEvent(`${NAME} meets a minister`, {
      summary: `The minister met ZORYANA  KVERTOVSKA, and Зоряна Квертовська thanked. 佐里亚娜说.`,
      date,
      citations,
      identifiers: [{ scheme: 'NEWS', value: `${NAME} 1` }],
      participants: [
        { actor: person, role: 'PARTY', note: `as ${NAME}` },
        { actor: other.person.id, role: 'AGENT', onBehalfOf: person, note: `for ${NAME}` },
      ],
    }),
    'event { id slug }',
    'the event',
  )
  await done('eventUpdate', { id: event.event.id, title: `The minister meets ${NAME}` }, 'event { id }')
  const duplicate = await done(
    'eventCreate',
    newEvent(`${NAME} met the minister`, { summary: `Also ${NAME}`, participants: [{ actor: person, role: 'PARTY' }] }),
    'event { id }',
  )
  await done('eventMerge', { id: duplicate.event.id, into: event.event.id }, 'event { id }')
  await done('disputedValueAdd', { of: event.event.id, field: 'TITLE', text: `A title with ${NAME}` }, 'record { id }')
  const namesake = await done(
    'personCreate',
    { name: 'Petronela Qvist', identifiers: [{ scheme: 'WD', value: 'Q77' }] },
    'person { id }',
  )
  await done('actorMerge', { id: namesake.person.id, into: person }, 'actor { id }')
  await done(
    'relationshipAdd',
    { subject: belarus, object: other.person.id, kind: 'LINKED_TO', title: `friend of ${NAME}` },
    'actor { id }',
  )
  await done(
    'relationshipAdd',
    { subject: other.person.id, object: person, kind: 'RELATIVE_OF', title: `cousin ${NAME}`, citations },
    'actor { id }',
  )
  await done(
    'detentionAdd',
    {
      person,
      certainty: 'ASSERTED',
      start: { ...day('2026-01-03'), text: `when ${NAME} was held` },
      startedBy: event.event.id,
      citations,
    },
    'actor { id }',
  )
  const sanction = await done(
    'sanctionCreate',
    {
      title: `Measures against ${NAME} and others`,
      program: `ZORYANA KVERTOVSKA ACT`,
      statedReason: `What ${NAME} did`,
      authority: belarus,
      measures: ['ASSET_FREEZE'],
      targets: [
        { actor: person },
        {
          actor: other.person.id,
          listingId: `after ${NAME}`,
          listed: { ...day('2026-01-04'), text: `with ${NAME}` },
        },
      ],
      actions: [
        { kind: 'IMPOSED', date: day('2026-01-04'), certainty: 'ASSERTED', legalRef: `Order on ${NAME}`, target: 0 },
      ],
    },
    'sanction { id }',
    'the sanction',
  )
  await done(
    'sanctionActionAdd',
    {
      sanction: sanction.sanction.id,
      kind: 'EXTENDED',
      date: { ...day('2026-01-05'), text: `day of ${NAME}` },
      certainty: 'ASSERTED',
      legalRef: `Second order on ${NAME}`,
    },
    'sanction { id }',
  )
  await editor.done(
    'eventsImport',
    [newEvent(`${NAME} leaves`), newEvent(`${NAME} fails`, { participants: [{ actor: 'x', role: 'PARTY' }] })],
    {
      select: 'results { __typename }',
      idempotencyKey: 'some events',
    },
  )
  await done('personCreate', { name: 'Third Person', slug: 'third-person' }, 'person { id }', 'a third')
  const { id: personId } = await database.actor.findFirstOrThrow({ where: { name: 'Somebody Else' } })
  await database.birthClaim.create({ data: { personId, place: `the house of ${NAME}` } })
  await sequenceChanges()
  await database.apiKey.updateMany({ data: { name: `the desk of ${NAME}` } })
  return { person, merged: namesake.person.id, event: event.event.id, other: other.person.id }
}

/** The tables in which `mentionEverywhere` writes a name. */
const tablesWithTraces = [
  'Actor',
  'ActorName',
  'ApiKey',
  'BirthClaim',
  'Change',
  'Citation',
  'Detention',
  'DisputedValue',
  'Event',
  'EventParticipant',
  'IdempotencyKey',
  'Identifier',
  'MergeRow',
  'Person',
  'Relationship',
  'Sanction',
  'SanctionAction',
  'SanctionTarget',
  'SearchWord',
  'Source',
]

/** Returns every row of every table as text. */
async function everything(): Promise<string> {
  return withClient(testDatabase().url, async (client) => {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    )
    const texts = []
    for (const { name } of tables) {
      const { rows } = await client.query<{ row: string }>(`SELECT to_jsonb(t)::text AS row FROM "${name}" t`)
      texts.push(...rows.map(({ row }) => `${name} ${row}`))
    }
    return texts.join('\n')
  })
}

/** Returns the output of pg_dump; an empty text if there is none for this server. */
async function pgDump(): Promise<string> {
  const url = testDatabase().url
  const options = { maxBuffer: 1_000_000_000 }
  return (await promisify(execFile)('pg_dump', ['--inserts', url], options).catch(() => ({ stdout: '' }))).stdout
}

async function exported(): Promise<string> {
  const lines: string[] = []
  for await (const line of exportLines()) lines.push(line)
  return lines.join('\n')
}

/** Returns the lines of a text that contain a trace of the person. */
const tracesIn = (text: string): string[] =>
  text.split('\n').filter((line) => traces.some((trace) => line.toLowerCase().includes(trace.toLowerCase())))

const CHANGES =
  'subscription ($after: String) { changes(after: $after) { cursor type operation version author recordId fields { field old new } parts { list operation partId fields { field old new } } ... on ActorChange { actor { id } } } }'
const EVENTS =
  'subscription ($after: String) { eventAdded(after: $after) { cursor event { title summary slug participants { nodes { note actor { name } } } citations { nodes { quote source { title url } } } } } }'

/** Returns what a service sends after a cursor, up to the end of the log. */
async function replay(service: FeedService, query: string, after: string, until: string): Promise<string[]> {
  const url = `${service.url}?query=${encodeURIComponent(query)}&variables=${encodeURIComponent(JSON.stringify({ after }))}`
  const stream = await fetch(url, { headers: { accept: 'text/event-stream' } })
  const sent: string[] = []
  for await (const { data } of eventsOf(stream)) {
    if (!data) continue
    sent.push(data)
    if (data.includes(until)) break
  }
  return sent
}

test('a person who is mentioned everywhere leaves no trace; followers are told, and imports skip the person', async () => {
  const start = await feedCursor()
  const { person, merged, event, other } = await mentionEverywhere()
  const before = await everything()
  for (const name of names) expect(before, name).toContain(name)
  const tables = new Set(tracesIn(before).map((line) => line.slice(0, line.indexOf(' '))))
  expect([...tables].filter((table) => !table.endsWith('Version')).sort()).toEqual(tablesWithTraces)

  // A follower, and caches with the old content.
  const beforeErasure = await feedCursor()
  await replay(watched, CHANGES, start, beforeErasure)
  const live = replay(watched, CHANGES, beforeErasure, 'A last event')

  const preview = await erase(person, { confirm: false })
  expect(preview.erasure).toMatchObject({ erased: false })
  expect(await everything()).toBe(before)

  const done = await erase(person)
  expect(done.erasure).toEqual({ ...preview.erasure, erased: true })
  const counts = Object.fromEntries(
    done.erasure.rows.map(({ table, count }: { table: string; count: number }) => [table, count]),
  )
  expect(counts).toMatchObject({
    Actor: 2,
    Person: 2,
    EventParticipant: 1,
    Detention: 1,
    SanctionTarget: 2,
    SanctionAction: 1,
  })
  const mentions = done.erasure.mentions as Mention[]
  expect(mentions).toContainEqual(
    expect.objectContaining({
      place: expect.stringMatching(/^Event:.*:summary$/),
      redacted: 'The minister met [erased], and [erased] thanked. [erased]说.',
      kept: false,
    }),
  )
  expect(mentions.filter(({ kept }) => kept)).toEqual([])

  expect(tracesIn(await everything())).toEqual([])
  const dump = await pgDump()
  expect(dump === '' || dump.includes('Somebody Else')).toBe(true)
  expect(tracesIn(dump)).toEqual([])
  expect(tracesIn(await exported())).toEqual([])

  // The ids of the person and of the merged record stand only in entries without content.
  const uuids = [readId(person).id, readId(merged).id]
  const entries = (await everything()).split('\n').filter((line) => uuids.some((uuid) => line.includes(uuid)))
  expect(entries.length).toBeGreaterThan(2)
  for (const line of entries)
    expect(line).toMatch(/^Change(Pending)? .*"after": null.*"before": null.*"children": null.*"ERASED"/)

  // The follower receives the erasure. Replays from before are the same from each instance.
  const last = await feedCursor()
  const marker = await editor.done('eventCreate', newEvent('A last event'), { select: 'event { slug }' })
  const told = (await live)
    .map((data) => JSON.parse(data).data.changes)
    .filter(({ operation }) => operation === 'ERASED')
  expect(told).toHaveLength(2)
  expect(told).toContainEqual(expect.objectContaining({ type: 'ACTOR', recordId: person, actor: null }))
  const end = await feedCursor()
  const changes = await replay(watched, CHANGES, start, end)
  expect(await replay(fresh, CHANGES, start, end)).toEqual(changes)
  const added = await replay(watched, EVENTS, start, marker.event.slug)
  expect(await replay(fresh, EVENTS, start, marker.event.slug)).toEqual(added)
  expect(tracesIn([...changes, ...added].join('\n'))).toEqual([])
  const erased = changes.map((data) => JSON.parse(data).data.changes).filter(({ operation }) => operation === 'ERASED')
  expect(new Set(erased.map((change) => JSON.stringify([change.fields, change.parts, change.actor])))).toEqual(
    new Set(['[[],[],null]']),
  )
  expect(last).not.toBe(beforeErasure)

  // Positions have no gaps, and versions ascend.
  const log = await database.change.findMany({ orderBy: { position: 'asc' } })
  expect(log.map(({ position }) => Number(position))).toEqual(log.map((_, i) => Number(log[0]?.position) + i))
  const versions = new Map<string, number>()
  for (const { entityId, version } of log) {
    expect(version).toBeGreaterThan(versions.get(entityId) ?? 0)
    versions.set(entityId, version)
  }

  // What is not about the person stays.
  expect(
    (
      await ask(
        `{ node(id: "${person}") { id } event(by: { id: "${event}" }) { title participants { nodes { note actor { id } onBehalfOf { id } } } } }`,
      )
    ).data,
  ).toEqual({
    node: null,
    event: {
      title: 'The minister meets [erased]',
      participants: { nodes: [{ note: 'for [erased]', actor: { id: other }, onBehalfOf: null }] },
    },
  })

  // Later imports skip the entry, and import the others.
  const again = await importText(ofac, 'sdn.csv', list + entry('7100011', 'OTHER, Five'), { asOf: '2026-01-11' })
  expect(again).toMatchObject({ read: 6, created: 1, unchanged: 4, rejected: 0 })
  expect(again.erased).toBeGreaterThan(0)
  expect(again.rejections.map(({ reason }) => reason)).toContain(
    'The entry belongs to a person who was erased, or refers to one.',
  )
  expect(await idOfEntry('7100009')).toBeNull()
  const shorter = await importText(ofac, 'sdn.csv', list.replace(others, others.split('\r\n').slice(1).join('\r\n')), {
    asOf: '2026-01-12',
    maxDelisted: 100,
  })
  expect(shorter, 'an erased entry does not stop delistings').toMatchObject({ retracted: 2, rejected: 0 })
  // OpenSanctions has the number of OFAC in its own ids.
  const entities = [
    { id: 'ofac-7100009', schema: 'Person', properties: { name: [NAME] } },
    { id: 'relative-1', schema: 'Person', properties: { name: ['A Relative'] } },
    { id: 'family-1', schema: 'Family', properties: { person: ['ofac-7100009'], relative: ['relative-1'] } },
  ].map((entity) => JSON.stringify(entity))
  expect(await importText(ftm, 'entities.json', entities.join('\n'), { asOf: '2026-01-12' })).toMatchObject({
    created: 1,
    erased: 2,
    rejected: 0,
  })
  const record = { record: 'ACTOR', kind: 'PERSON', identifiers: ['WD:Q77'], slug: 'x-y', name: 'Petronela Qvist' }
  expect(await importText(dateline, 'records.ndjson', JSON.stringify(record))).toMatchObject({
    created: 0,
    erased: 1,
    rejected: 0,
  })
  expect(tracesIn(await everything())).toEqual([])
})

const aPersonWith = async (name: string, more: object = {}) =>
  (await editor.done('personCreate', { name, ...more }, { select: 'person { id }' })).person.id as string
const anEventWith = async (title: string, more: object = {}) =>
  (await editor.done('eventCreate', newEvent(title, more), { select: 'event { id slug }' })).event
const titlesOf = async (...ids: string[]) =>
  (
    await read<{ nodes: { title: string }[] }>(`{ nodes(ids: ${JSON.stringify(ids)}) { ... on Event { title } } }`)
  ).nodes.map(({ title }) => title)

test('a namesake stays, with the texts that the caller keeps, live and in the log', async () => {
  const id = await aPersonWith('Ilona Wexberg')
  const namesake = await aPersonWith('Ilona Wexberg', { names: [{ value: 'ILONA WEXBERG', kind: 'ALIAS' }] })
  const mentioned = await anEventWith('Ilona Wexberg sings')
  const ofNamesake = await anEventWith('Ilona Wexberg swims')
  const inWord = await anEventWith('Ilona Wexbergova, and a filona wexberg')
  const preview = (await erase(id, { confirm: false })).erasure as { mentions: Mention[] }
  const places = preview.mentions
    .filter(({ text }) => /swims/.test(text) && !/-swims/.test(text))
    .map(({ place }) => place)
  expect(places).toHaveLength(1)
  const { mentions } = (await erase(id, { keep: places })).erasure as { mentions: Mention[] }
  expect(
    mentions
      .filter(({ kept }) => kept)
      .map(({ place }) => place.replace(/:.*:/, '.'))
      .sort(),
  ).toEqual([
    'Actor.name',
    'Actor.slug',
    'ActorName.searchKey',
    'ActorName.searchKey',
    'ActorName.value',
    'ActorName.value',
    'Event.title',
  ])
  expect(await titlesOf(mentioned.id, ofNamesake.id, inWord.id)).toEqual([
    '[erased] sings',
    'Ilona Wexberg swims',
    'Ilona Wexbergova, and a filona wexberg',
  ])
  const { data } = await askBoth<{
    person: object
    event: { history: { nodes: { fields: { field: string; new: unknown }[] }[] } }
  }>(
    `{ person(by: { id: "${namesake}" }) { name names { nodes { value } } history { nodes { operation fields { field new } } } }
      event(by: { id: "${ofNamesake.id}" }) { history { nodes { fields { field new } } } } }`,
  )
  expect(data?.person).toMatchObject({
    name: 'Ilona Wexberg',
    history: {
      nodes: [{ operation: 'CREATED', fields: expect.arrayContaining([{ field: 'name', new: 'Ilona Wexberg' }]) }],
    },
  })
  expect(data?.event.history.nodes[0]?.fields).toContainEqual({ field: 'title', new: 'Ilona Wexberg swims' })
})

test('texts lose the earlier names of the person too', async () => {
  const id = await aPersonWith('Ulrike Vondrasch', { names: [{ value: 'Rike Vondrasch', kind: 'ALIAS' }] })
  await editor.done('personUpdate', { id, name: 'Ulrike Tamsel' }, { select: 'person { id }' })
  const known = (
    await read<{ person: { names: { nodes: { id: string; value: string }[] } } }>(
      `{ person(by: { id: "${id}" }) { names { nodes { id value } } } }`,
    )
  ).person.names.nodes
  for (const { id: nameId, value } of known)
    if (value === 'Rike Vondrasch') await editor.done('actorNameRemove', { id: nameId }, { select: 'actor { id }' })
  const mistaken = await aPersonWith('Somebody Mistaken')
  await editor.done('actorMerge', { id: mistaken, into: id }, { select: 'actor { id }' })
  await editor.done('actorUnmerge', { id: mistaken }, { select: 'actor { id }' })
  const event = await anEventWith('Ulrike Vondrasch, Rike Vondrasch, Ulrike Tamsel, Somebody Mistaken')
  await erase(id)
  expect(await titlesOf(event.id)).toEqual(['[erased], [erased], [erased], Somebody Mistaken'])
})

test('further names are removed from texts, and only from texts', async () => {
  const id = await aPersonWith('Bertalan Ozvath')
  const inflected = await anEventWith('A letter to Ozvathnak')
  await erase(id, { also: ['Ozvathnak', 'Ozvath'] })
  expect(await titlesOf(inflected.id)).toEqual(['A letter to [erased]'])
})

test('a name is removed where it is encoded, divided or in another order', async () => {
  const id = await aPersonWith("Jürgen O'Mallbrix", { names: [{ value: 'Юрген Омалброк', kind: 'ALIAS' }] })
  const urls = [
    'https://a.example/J%C3%BCrgen_O%27Mallbrix',
    `https://b.example/${encodeURIComponent('Юрген Омалброк')}`,
  ]
  for (const url of urls)
    await editor.done('sourceCreate', { kind: 'ARTICLE', title: 'A profile', url }, { select: 'source { id }' })
  const titles = [
    "O'Mallbrix, Jürgen speaks",
    'J&uuml;rgen O&#39;Mallbrix speaks',
    'JurgenOMallbrix speaks',
    "Jurgen O'Mall-\nbrix speaks",
    'Jurgen <b>O Mallbrix</b> speaks',
    "Jurgen O'Mallbrix2 speaks",
    `${'A very long title '.repeat(4)} Jurgen O'Mallbrix`,
  ]
  const events: string[] = []
  for (const title of titles) events.push((await anEventWith(title)).id)
  await erase(id)
  expect(await titlesOf(...events)).toEqual([
    '[erased] speaks',
    '[erased] speaks',
    '[erased] speaks',
    '[erased] speaks',
    '[erased]</b> speaks',
    '[erased]2 speaks',
    `${'A very long title '.repeat(4)} [erased]`,
  ])
  const left = (await everything())
    .split('\n')
    .filter((line) => /mall-?(\\n)?brix|%D0%9E%D0%BC%D0%B0%D0%BB/i.test(line))
  expect(left).toEqual([])
})

test('a former name of another actor goes from the log; a present one stays there', async () => {
  const id = await aPersonWith('Yolanda Brixquist')
  const made = { select: 'organization { id }' }
  const [former, present] = [
    (await editor.done('organizationCreate', { name: 'Yolanda Brixquist Foundation' }, made)).organization.id,
    (await editor.done('organizationCreate', { name: 'Yolanda Brixquist Choir' }, made)).organization.id,
  ]
  await editor.done('organizationUpdate', { id: former, name: 'A Foundation', slug: 'a-foundation' }, made)
  const known = (
    await read<{ node: { names: { nodes: { id: string; value: string }[] } } }>(
      `{ node(id: "${former}") { ... on Organization { names { nodes { id value } } } } }`,
    )
  ).node.names.nodes
  for (const { id: nameId, value } of known)
    if (value !== 'A Foundation') await editor.done('actorNameRemove', { id: nameId }, { select: 'actor { id }' })
  await erase(id)
  await sequenceChanges()
  const lines = (await everything()).split('\n').filter((line) => line.includes('Brixquist'))
  for (const line of lines) expect(line).toContain('Yolanda Brixquist Choir')
  const uuid = readId(present).id
  expect(lines.filter((line) => line.startsWith('Change ') && line.includes(uuid))).toHaveLength(1)
})

test('codes and enum values that are equal to a name stay', async () => {
  const liechtenstein = await editor.done(
    'countryCreate',
    {
      name: 'Liechtenstein Two',
      iso2: 'QL',
      iso3: 'QLI',
      region: 'Europe',
      flag: 'x',
      identifiers: [{ scheme: 'ISO3166', value: 'QL' }],
    },
    { select: 'country { id }' },
  )
  const id = await aPersonWith('Clara Quday', { names: [{ value: 'Ql', kind: 'ALIAS' }] })
  const event = await anEventWith('A day with Ql', { date: day('2025-12-01') })
  await editor.done('disputedValueAdd', { of: event.id, field: 'TYPE', text: 'MEETING' }, { select: 'record { id }' })
  const { mentions } = (await erase(id, { also: ['Day', 'Meeting', 'Europe', 'Stated'] })).erasure as {
    mentions: Mention[]
  }
  const columns = new Set(mentions.map(({ place }) => place.replace(/:.*:/, '.')))
  for (const column of ['Country.iso2', 'Event.datePrecision', 'Event.type', 'DisputedValue.text'])
    expect(columns).not.toContain(column)
  expect(await titlesOf(event.id)).toEqual(['A [erased] with [erased]'])
  const { data } = await ask(
    `{ country(by: { id: "${liechtenstein.country.id}" }) { iso2 identifiers { nodes { value } } }
      event(by: { id: "${event.id}" }) { type date { precision } } }`,
  )
  expect(data).toMatchObject({
    country: { iso2: 'QL', identifiers: { nodes: [{ value: 'QL' }] } },
    event: { type: 'MEETING', date: { precision: 'DAY' } },
  })
  const country = readId(liechtenstein.country.id).id
  await sequenceChanges()
  const log = (await everything()).split('\n').filter((line) => line.startsWith('Change '))
  expect(log.find((line) => line.includes(country))).not.toContain('[erased]')
  expect(log.filter((line) => /"(type|datePrecision|dateBasis)": "\[erased\]"/.test(line))).toEqual([])
})

test('earlier register numbers do not bring a person back, by an import or by an edit', async () => {
  await importText(ofac, 'sdn.csv', entry('7100021', 'KVISTLING, Rolf'), { asOf: '2026-02-01', maxDelisted: 100 })
  const id = (await idOfEntry('7100021')) ?? ''
  const identifiers = (
    await read<{ person: { identifiers: { nodes: { id: string }[] } } }>(
      `{ person(by: { id: "${id}" }) { identifiers { nodes { id } } } }`,
    )
  ).person.identifiers.nodes
  for (const { id } of identifiers) await editor.done('identifierRemove', { id }, { select: 'record { id }' })
  await erase(id)
  const again = await importText(ofac, 'sdn.csv', entry('7100021', 'KVISTLING, Rolf'), {
    asOf: '2026-02-02',
    maxDelisted: 100,
  })
  expect(again).toMatchObject({ created: 0, rejected: 0 })
  expect(again.erased).toBeGreaterThan(0)
  expect(await idOfEntry('7100021')).toBeNull()

  const message = 'belongs to a person who was erased: do not add the person again.'
  const number = { scheme: 'OFAC_SDN', value: '7100021' }
  const input = { name: 'Rolf Kvistling', identifiers: [{ scheme: 'WD', value: 'Q7100021' }, number] }
  expect((await editor.mutate('personCreate', input)).issues).toEqual([
    { path: ['identifiers', '1', 'value'], message },
  ])
  const other = await aPersonWith('Somebody Numbered')
  expect((await editor.mutate('identifierAdd', { of: other, ...number })).issues).toEqual([
    { path: ['value'], message },
  ])
  // An event may have the same number.
  const event = await anEventWith('An event with a number', { identifiers: [number] })
  expect(event.id).toBeTruthy()
})

test('what was known about others stays known without the person', async () => {
  const [id, target, mistaken] = [
    await aPersonWith('Auda Riddersholm'),
    await aPersonWith('A Target'),
    await aPersonWith('A Mistaken'),
  ]
  const belarus = idOf('Country', await database.actor.findUniqueOrThrow({ where: { slug: 'belarus' } }))
  const targets = [
    { actor: target, listingId: 'Auda Riddersholm' },
    { actor: target, listingId: 'auda riddersholm' },
    { actor: mistaken },
  ]
  const actions = [{ kind: 'IMPOSED', date: day('2026-01-04'), certainty: 'ASSERTED' }]
  const { sanction } = await editor.done(
    'sanctionCreate',
    { title: 'Measures of a person', authority: id, measures: ['ASSET_FREEZE'], targets, actions },
    { select: 'sanction { id }' },
  )
  await editor.done('actorMerge', { id: mistaken, into: id }, { select: 'actor { id }' })
  await sequenceChanges()
  const knownAt = await database.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
  await editor.done('actorUnmerge', { id: mistaken }, { select: 'actor { id }' })
  await editor.done('sanctionUpdate', { id: sanction.id, authority: belarus }, { select: 'sanction { id }' })
  await sequenceChanges()
  await erase(id)
  const known = `restrictions(on: "2026-01-05", knownAt: "${knownAt[0]?.now.toISOString()}") { authority { name } }`
  expect(
    (await ask(`{ a: person(by: { id: "${target}" }) { ${known} } b: person(by: { id: "${mistaken}" }) { ${known} } }`))
      .data,
  ).toEqual({
    a: { restrictions: [{ authority: { name: 'Belarus' } }, { authority: { name: 'Belarus' } }] },
    b: { restrictions: [{ authority: { name: 'Belarus' } }] },
  })
  const uuid = readId(id).id
  const lines = (await everything()).split('\n').filter((line) => line.includes(uuid))
  expect(lines.filter((line) => !line.startsWith('Change'))).toEqual([])
  const listings = await database.sanctionTarget.findMany({
    where: { actorId: readId(target).id },
    select: { id: true, listingId: true },
  })
  expect(listings.map(({ listingId }) => listingId)).toEqual(listings.map(({ id }) => `sanctiontarget-${id}`))
})

test('a preview makes nobody wait, and waits for nobody', async () => {
  const id = await aPersonWith('Torvald Umbrecht')
  const event = await anEventWith('Torvald Umbrecht speaks', { participants: [{ actor: id, role: 'PARTY' }] })
  await write('a writer', async (tx) => {
    await tx.event.update({ where: { slug: event.slug }, data: { title: 'Torvald Umbrecht sings' } })
    expect((await erase(id, { confirm: false })).erasure.mentions).not.toEqual([])
  })
  const input = { id: readId(id).id, reason: 'Request 12', confirm: false }
  await write('a preview', async (tx) => {
    const { rows } = await erasePerson(tx, input)
    expect(rows).toContainEqual({ table: 'EventParticipant', count: 1 })
    // The server notices that the client is gone.
    expect(await tx.$queryRaw`SELECT current_setting('client_connection_check_interval') AS interval`).toEqual([
      { interval: '1s' },
    ])
    await editor.done('eventUpdate', { id: event.id, title: 'Torvald Umbrecht reads' }, { select: 'event { id }' })
    await editor.done('personUpdate', { id, description: 'A person' }, { select: 'person { id }' })
  })
})

test('a change of a person who was erased before the answer is read is answered with a sentence', async () => {
  const input = { name: 'Wenzel Ahrbach' }
  const call = { select: 'person { id }', idempotencyKey: 'wenzel' }
  const { person } = await editor.done('personCreate', input, call)
  const { answer } = await database.idempotencyKey.findFirstOrThrow({ where: { key: 'wenzel' } })
  await erase(person.id)
  await database.idempotencyKey.updateMany({ where: { key: 'wenzel' }, data: { answer: answer as object } })
  const { errors } = await editor.answer('personCreate', input, call)
  expect(errors?.[0]?.message).toBe('The change was made, but the person was erased since: do not repeat the change.')
})

test('what a person did to others stays without the person', async () => {
  const [id, detained] = [await aPersonWith('Orwin Balteskard'), await aPersonWith('Somebody Detained')]
  await editor.done('detentionAdd', {
    person: detained,
    authority: id,
    court: id,
    charge: 'theft',
    certainty: 'ASSERTED',
  })
  await erase(id)
  const { data } = await askBoth(
    `{ person(by: { id: "${detained}" }) { detentions { nodes { charge court { name } authority { name } } } } }`,
  )
  expect(data).toEqual({ person: { detentions: { nodes: [{ charge: 'theft', court: null, authority: null }] } } })
})

test('a repeated request for an erased person writes nothing, and says why', async () => {
  const input = { name: 'Casimir Ulbrandt' }
  const made = await editor.done('personCreate', input, { select: 'person { id }', idempotencyKey: 'casimir' })
  await erase(made.person.id)
  expect(await editor.mutate('personCreate', input, { idempotencyKey: 'casimir' })).toMatchObject({
    issues: [
      {
        path: ['idempotencyKey'],
        message: 'belongs to a change of a person who was erased since: do not repeat the change.',
      },
    ],
  })
  expect(await editor.mutate('actorErase', { id: made.person.id, reason: 'Again', confirm: true })).toMatchObject({
    __typename: 'NotFoundError',
  })
})

test('an erasure waits for writers, and removes the name from what they wrote', async () => {
  const id = await aPersonWith('Dagmar Ystrand')
  const event = await anEventWith('An event')
  let erasing: Promise<unknown> | undefined
  await write('a writer', async (tx) => {
    const title = 'Dagmar Ystrand speaks'
    await tx.event.update({ where: { slug: event.slug }, data: { title } })
    erasing = erase(id)
    await expect
      .poll(() => database.$queryRaw`SELECT FROM pg_locks WHERE NOT granted AND locktype = 'relation'`)
      .toHaveLength(1)
  })
  await erasing
  expect(await titlesOf(event.id)).toEqual(['[erased] speaks'])
  expect(await everything()).not.toContain('Ystrand')
})

test('what other merges and entries of the log have of the person goes; what they have of others stays', async () => {
  const id = await aPersonWith('Edda Quellmann')
  const other = await aPersonWith('Florian Stays')
  const both = (actor: string) => ({
    participants: [
      { actor, role: 'PARTY' },
      { actor: other, role: 'AGENT', onBehalfOf: actor },
    ],
  })
  const kept = await anEventWith('One event')
  const merged = await anEventWith('Two events', both(id))
  await editor.done('eventMerge', { id: merged.id, into: kept.id }, { select: 'event { id }' })
  await erase(id)
  await editor.done('eventUnmerge', { id: merged.id }, { select: 'event { id }' })
  const participants = '{ participants { nodes { actor { id } onBehalfOf { id } } } }'
  expect(
    (
      await ask(
        `{ a: event(by: { id: "${kept.id}" }) ${participants} b: event(by: { id: "${merged.id}" }) ${participants} }`,
      )
    ).data,
  ).toEqual({
    a: { participants: { nodes: [] } },
    b: { participants: { nodes: [{ actor: { id: other }, onBehalfOf: null }] } },
  })
})

test('mistakes are refused with a sentence, and change nothing', async () => {
  const id = await aPersonWith('Gerwin Appeltofft')
  const issue = async (input: object) =>
    (await editor.mutate('actorErase', { id, reason: 'Request 12', confirm: true, ...input })).issues?.[0]
  const country = idOf('Country', await database.actor.findUniqueOrThrow({ where: { slug: 'belarus' } }))
  expect(await issue({ reason: ' ' })).toMatchObject({ path: ['reason'] })
  expect(await issue({ reason: 'Asked by Gerwin APPELTOFFT' })).toEqual({
    path: ['reason'],
    message: 'contains a name of the person, and would be kept: describe the reason without it.',
  })
  expect(await issue({ id: country })).toEqual({
    path: ['id'],
    message: 'is an id of type Country: pass an id of type Person.',
  })
  expect(await issue({ id: writeId('Person', readId(country).id) })).toEqual({
    path: ['id'],
    message: 'is not a person: only people can be erased.',
  })
  expect(await issue({ keep: ['Event:x:title'] })).toEqual({
    path: ['keep', '0'],
    message: 'has no mention of the person: pass a place that the preview shows.',
  })
  const duplicate = await aPersonWith('Gerwin A.')
  await editor.done('actorMerge', { id: duplicate, into: id }, { select: 'actor { id }' })
  expect(await issue({ id: duplicate })).toEqual({
    path: ['id'],
    message: 'was merged into another record: erase that record, or undo the merge first.',
  })
  await editor.done(
    'sanctionCreate',
    { title: 'By a person', authority: id, measures: ['OTHER'] },
    { select: 'sanction { id }' },
  )
  expect(await issue({})).toEqual({
    path: ['id'],
    message: 'is the authority of sanctions or licences, which remain: give them another authority first.',
  })
  expect(await database.actor.count({ where: { name: 'Gerwin Appeltofft' } })).toBe(1)
})

test('without the key, nobody is erased, and nothing is imported into a database from which people were erased', async () => {
  const id = await aPersonWith('Hedvig Ljungqvist')
  setErasureKey(undefined)
  try {
    const { errors } = await editor.answer('actorErase', { id, reason: 'Request 12', confirm: true })
    expect(errors?.[0]?.message).toBe(
      'People cannot be erased without the key of the hashes that remain of them: set ERASURE_KEY, as docs/operating.md describes.',
    )
    await expect(importText(ofac, 'sdn.csv', list, { asOf: '2026-02-13' })).rejects.toThrow(
      'People were erased from this database, and without the key the import could add them again: set ERASURE_KEY',
    )
  } finally {
    setErasureKey('a key of the tests, with 32 characters')
  }
})

test('another scope is not enough', async () => {
  const id = await aPersonWith('Isolde Farnbacher')
  const writer = await anEditor('write', 'import')
  expect(await writer.mutate('actorErase', { id, reason: 'Request 12', confirm: true })).toMatchObject({
    __typename: 'ForbiddenError',
    requiredScopes: ['admin'],
  })
})
