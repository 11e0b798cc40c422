import { pino } from 'pino'
import { expect, test } from 'vitest'
import { pruneLog, renewEpoch } from '../../src/changelog/maintenance.ts'
import { readHead } from '../../src/changelog/position.ts'
import type { Prisma } from '../../src/db/generated/prisma/client.ts'
import { writeId } from '../../src/domain/id.ts'
import { seal } from '../../src/domain/seal.ts'
import { createHandler } from '../../src/server/http/server.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { askBoth as ask, database } from '../client.ts'
import { anEvent, aParticipant, aPerson, span } from '../world.ts'

interface Entry {
  cursor: string
  type: string
  operation: string
  version: number
  recordId: string
  author: string | null
  fields: FieldChange[]
  parts: { list: string; operation: string; partId: string | null; fields: FieldChange[] }[]
  event?: { id: string } | null
}

interface FieldChange {
  field: string
  old: unknown
  new: unknown
}

const FIELDS = `cursor type operation version recordId author fields { field old new }
  parts { list operation partId fields { field old new } } ... on EventChange { event { id } }`

/** Returns the entries that `work` adds to the log. */
async function changesOf(work: () => Promise<unknown>): Promise<Entry[]> {
  await sequenceChanges()
  const after = await endOfLog()
  await work()
  await sequenceChanges()
  const { data } = await ask<{ changes: { nodes: Entry[] } }>(
    `query ($after: String!) { changes(first: 100, after: $after) { nodes { ${FIELDS} } } }`,
    { after },
  )
  return data?.changes.nodes ?? []
}

const endOfLog = async () => (await ask<{ feedCursor: string }>('{ feedCursor }')).data?.feedCursor ?? ''

const idOf = ({ id }: { id: string }) => writeId('Event', id)

test("a transaction's changes of a record and its parts are one entry", async () => {
  const person = await aPerson()
  const changes = await changesOf(() =>
    database.$transaction(async (tx) => {
      const event = await tx.event.create({
        data: {
          slug: 'logged',
          title: 'Logged',
          type: 'OTHER',
          status: 'OCCURRED',
          certainty: 'ASSERTED',
          datePrecision: 'UNKNOWN',
          dateBasis: 'STATED',
        },
      })
      await tx.eventParticipant.create({ data: { eventId: event.id, actorId: person.id, role: 'PARTY' } })
      await tx.event.update({ where: { id: event.id }, data: { title: 'Logged well' } })
    }),
  )
  const { id } = await database.event.findUniqueOrThrow({ where: { slug: 'logged' } })
  expect(changes).toMatchObject([
    {
      type: 'EVENT',
      operation: 'CREATED',
      version: 1,
      recordId: writeId('Event', id),
      fields: [
        { field: 'certainty', old: null, new: 'ASSERTED' },
        { field: 'date', old: null, new: { basis: 'STATED', precision: 'UNKNOWN' } },
        { field: 'origin', old: null, new: 'EDITED' },
        { field: 'slug', old: null, new: 'logged' },
        { field: 'status', old: null, new: 'OCCURRED' },
        { field: 'title', old: null, new: 'Logged well' },
        { field: 'type', old: null, new: 'OTHER' },
      ],
      parts: [
        {
          list: 'participants',
          operation: 'ADDED',
          fields: [
            { field: 'actor', old: null, new: writeId('Person', person.id) },
            { field: 'role', old: null, new: 'PARTY' },
          ],
        },
      ],
      event: { id: writeId('Event', id) },
    },
  ])
})

test('an update contains only the changed fields, and raises the version by one', async () => {
  const event = await anEvent({ summary: 'Old.' })
  const changes = await changesOf(() =>
    database.event.update({ where: { id: event.id }, data: { summary: 'New.', title: event.title } }),
  )
  expect(changes).toMatchObject([
    { operation: 'UPDATED', version: 2, fields: [{ field: 'summary', old: 'Old.', new: 'New.' }], parts: [] },
  ])
})

test('a write that changes nothing adds no entry', async () => {
  const event = await anEvent()
  const changes = await changesOf(() =>
    database.event.update({ where: { id: event.id }, data: { title: event.title } }),
  )
  expect(changes).toEqual([])
  const kept = await database.event.findUniqueOrThrow({ where: { id: event.id } })
  expect([kept.version, kept.updatedAt]).toEqual([event.version, event.updatedAt])
})

test('adding, changing or removing a part changes its record', async () => {
  const [event, person] = [await anEvent(), await aPerson()]
  const participant = await aParticipant(event.id, person.id)
  const changes = await changesOf(async () => {
    await database.eventParticipant.update({ where: { id: participant.id }, data: { note: 'On the phone.' } })
    await database.eventParticipant.delete({ where: { id: participant.id } })
  })
  expect(changes).toMatchObject([
    {
      operation: 'UPDATED',
      version: 3,
      fields: [],
      parts: [
        {
          list: 'participants',
          operation: 'CHANGED',
          partId: writeId('EventParticipant', participant.id),
          fields: [{ field: 'note', old: null, new: 'On the phone.' }],
        },
      ],
    },
    {
      operation: 'UPDATED',
      version: 4,
      parts: [{ list: 'participants', operation: 'REMOVED', partId: writeId('EventParticipant', participant.id) }],
    },
  ])
})

test('a part that a transaction writes several times is one change, and none if it is as before', async () => {
  const [event, person, other] = [await anEvent(), await aPerson(), await aPerson()]
  const known = await aParticipant(event.id, person.id, { note: 'Known.' })
  const partsOf = async (work: (tx: Prisma.TransactionClient) => Promise<unknown>) =>
    (await changesOf(() => database.$transaction(work))).map(({ parts }) => parts)
  const rename = (tx: Prisma.TransactionClient, id: string, note: string) =>
    tx.eventParticipant.update({ where: { id }, data: { note } })
  const add = (tx: Prisma.TransactionClient, actorId: string) =>
    tx.eventParticipant.create({ data: { eventId: event.id, actorId, role: 'PARTY', note: 'First.' } })
  const list = 'participants'
  const partId = writeId('EventParticipant', known.id)
  expect(
    await partsOf(async (tx) => {
      await rename(tx, known.id, 'Second.')
      await rename(tx, known.id, 'Third.')
    }),
  ).toEqual([[{ list, operation: 'CHANGED', partId, fields: [{ field: 'note', old: 'Known.', new: 'Third.' }] }]])
  expect(
    await partsOf(async (tx) => {
      await rename(tx, known.id, 'Fourth.')
      await rename(tx, known.id, 'Third.')
    }),
  ).toEqual([[]])
  expect(await partsOf(async (tx) => rename(tx, (await add(tx, other.id)).id, 'Second.'))).toMatchObject([
    [{ list, operation: 'ADDED', fields: [{ field: 'actor' }, { field: 'note', old: null, new: 'Second.' }, {}] }],
  ])
  expect(
    await partsOf(async (tx) => {
      await rename(tx, known.id, 'Fifth.')
      await tx.eventParticipant.delete({ where: { id: known.id } })
    }),
  ).toMatchObject([
    [
      {
        list,
        operation: 'REMOVED',
        partId,
        fields: [{ field: 'actor' }, { field: 'note', old: 'Third.', new: null }, {}],
      },
    ],
  ])
  expect(
    await partsOf(async (tx) => {
      const { id } = await add(tx, person.id)
      await rename(tx, id, 'Second.')
      await tx.eventParticipant.delete({ where: { id } })
    }),
  ).toEqual([[]])
})

test('a part that moves to another record has both in the entries of both', async () => {
  const [from, to, person] = [await anEvent(), await anEvent(), await aPerson()]
  const { id } = await aParticipant(from.id, person.id)
  const changes = await changesOf(() => database.eventParticipant.update({ where: { id }, data: { eventId: to.id } }))
  const moved = {
    list: 'participants',
    operation: 'CHANGED',
    partId: writeId('EventParticipant', id),
    fields: [{ field: 'event', old: idOf(from), new: idOf(to) }],
  }
  expect(changes.map(({ parts }) => parts)).toEqual([[moved], [moved]])
})

test('a date has its changed fields, and is null where there is none', async () => {
  const [event, person] = [await anEvent(), await aPerson()]
  const update = (data: Prisma.PersonUncheckedUpdateInput) => () =>
    database.person.update({ where: { actorId: person.id }, data })
  const fieldsOf = async (work: () => Promise<unknown>) => (await changesOf(work)).flatMap(({ fields }) => fields)
  expect(
    await fieldsOf(() => database.event.update({ where: { id: event.id }, data: { dateText: 'New Year' } })),
  ).toEqual([{ field: 'date', old: { text: null }, new: { text: 'New Year' } }])
  const day = { edtf: '1960-01-01', label: '1 January 1960', earliest: '1960-01-01', latest: '1960-01-01' }
  const birth = { ...day, precision: 'DAY', basis: 'STATED' }
  const set = span('birth', '1960-01-01', '1960-01-01')
  expect(await fieldsOf(update(set))).toEqual([{ field: 'birth', old: null, new: birth }])
  expect(await fieldsOf(update({ birthLatest: null }))).toEqual([
    {
      field: 'birth',
      old: { edtf: day.edtf, label: day.label, latest: day.latest },
      new: { edtf: '1960-01-01/..', label: 'since 1 January 1960', latest: null },
    },
  ])
  const removed = { birthEarliest: null, birthPrecision: null, birthBasis: null }
  expect(await fieldsOf(update({ birthLatest: new Date('1960-01-01'), birthText: 'in winter' }))).toHaveLength(1)
  expect(await fieldsOf(update({ ...removed, birthLatest: null, birthText: null }))).toEqual([
    { field: 'birth', old: { ...birth, text: 'in winter' }, new: null },
  ])
})

test('retractions and merges have their own operations', async () => {
  const [one, other] = [await anEvent(), await anEvent()]
  const changes = await changesOf(async () => {
    await database.event.update({ where: { id: one.id }, data: { retractedAt: new Date() } })
    await database.event.update({ where: { id: other.id }, data: { mergedIntoId: one.id } })
  })
  expect(changes).toMatchObject([
    {
      operation: 'RETRACTED',
      event: { id: idOf(one) },
      fields: [{ field: 'retractedAt', old: null, new: expect.stringMatching(/^2\d{3}-\d\d-\d\dT[\d:]+\.\d{3}Z$/) }],
    },
    { operation: 'MERGED', event: { id: idOf(other) }, fields: [{ field: 'mergedInto', old: null, new: idOf(one) }] },
  ])
})

test('a transaction that is rolled back leaves neither an entry nor a gap', async () => {
  await sequenceChanges()
  const before = await readHead('service')
  const failed = database.$transaction(async (tx) => {
    await tx.event.create({ data: { ...(await anEventsColumns()), slug: 'never' } })
    throw new Error('No.')
  })
  await expect(failed).rejects.toThrow('No.')
  await anEvent()
  await sequenceChanges()
  expect((await readHead('service')).position).toBe(before.position + 1)
})

async function anEventsColumns() {
  return {
    title: 'Never',
    type: 'OTHER',
    status: 'OCCURRED',
    certainty: 'ASSERTED',
    datePrecision: 'UNKNOWN',
    dateBasis: 'STATED',
  } as const
}

test('the history of a record lists its changes, oldest first, in pages', async () => {
  const event = await anEvent()
  await database.event.update({ where: { id: event.id }, data: { title: 'Second' } })
  await database.event.update({ where: { id: event.id }, data: { title: 'Third' } })
  await sequenceChanges()
  const query = `query ($id: ID!, $after: String) {
    node(id: $id) { ... on Event { history(first: 2, after: $after) { nodes { version operation } pageInfo { hasNextPage endCursor } } } }
  }`
  interface Page {
    node: { history: { nodes: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } } }
  }
  const first = (await ask<Page>(query, { id: idOf(event) })).data?.node.history
  expect(first?.nodes).toEqual([
    { version: 1, operation: 'CREATED' },
    { version: 2, operation: 'UPDATED' },
  ])
  expect(first?.pageInfo.hasNextPage).toBe(true)
  const second = await ask<Page>(query, { id: idOf(event), after: first?.pageInfo.endCursor })
  expect(second.data?.node.history).toMatchObject({
    nodes: [{ version: 3, operation: 'UPDATED' }],
    pageInfo: { hasNextPage: false },
  })
})

test('the newest changes are read from the end, page by page, and changes since a time with their number', async () => {
  const event = await anEvent({ title: 'Version 1' })
  await sequenceChanges()
  for (const title of ['Version 2', 'Version 3', 'Version 4', 'Version 5'])
    await database.event.update({ where: { id: event.id }, data: { title } }).then(() => sequenceChanges())
  interface Page {
    nodes: { version: number; cursor: string; committedAt: string }[]
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
    totalCount: number
  }
  const readPage = async (field: string, args: string) => {
    const page =
      'nodes { version cursor committedAt } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount'
    const query = {
      history: `{ event(by: { id: "${idOf(event)}" }) { page: history(${args}) { ${page} } } }`,
      changes: `{ page: changes(where: { ids: ["${idOf(event)}"] }, ${args}) { ${page} } }`,
    }[field]
    const { data } = await ask<{ page?: Page; event?: { page: Page } }>(query ?? '')
    return (data?.page ?? data?.event?.page) as Page
  }
  for (const field of ['history', 'changes']) {
    const newest = await readPage(field, 'last: 2')
    expect(newest).toMatchObject({
      nodes: [{ version: 4 }, { version: 5 }],
      pageInfo: { hasNextPage: false, hasPreviousPage: true },
      totalCount: 5,
    })
    const older = await readPage(field, `last: 2, before: "${newest.pageInfo.startCursor}"`)
    expect(older).toMatchObject({
      nodes: [{ version: 2 }, { version: 3 }],
      pageInfo: { hasNextPage: true, hasPreviousPage: true },
    })
    const oldest = await readPage(field, `last: 2, before: "${older.pageInfo.startCursor}"`)
    expect(oldest).toMatchObject({ nodes: [{ version: 1 }], pageInfo: { hasNextPage: true, hasPreviousPage: false } })
    const between = await readPage(
      field,
      `first: 9, after: "${oldest.pageInfo.endCursor}", before: "${newest.pageInfo.startCursor}"`,
    )
    expect(between.nodes).toEqual(older.nodes)
    const since = await readPage(field, `since: "${older.nodes[1]?.committedAt}"`)
    expect(since).toMatchObject({ nodes: [{ version: 3 }, { version: 4 }, { version: 5 }], totalCount: 3 })
    expect(await readPage(field, 'since: "9999-01-01T00:00:00Z"')).toMatchObject({ nodes: [], totalCount: 0 })
  }
})

test.each([
  ['both sizes', 'first: 1, last: 1', 'first and last were both passed'],
  ['no size', 'last: 0', 'last must be from 1 to 100, but is 0'],
  ['a damaged cursor', 'before: "x"', 'not a valid cursor'],
  ['an empty cursor', 'before: ""', 'not a valid cursor'],
  ['no time', 'since: "yesterday"', 'A DateTime must be a point in time'],
])('a page of the change log with %s is refused', async (_what, args, words) => {
  const { errors } = await ask(`{ changes(${args}) { totalCount } }`)
  expect(errors).toMatchObject([{ message: expect.stringContaining(words) }])
})

test('changes can be filtered by type of record, operation and record', async () => {
  const event = await anEvent()
  await aPerson()
  await sequenceChanges()
  const { data } = await ask<{ changes: { nodes: unknown[] } }>(
    `query ($ids: [ID!]) { changes(where: { types: [EVENT], operations: [CREATED], ids: $ids }) { nodes { type operation } } }`,
    { ids: [idOf(event)] },
  )
  expect(data?.changes.nodes).toEqual([{ type: 'EVENT', operation: 'CREATED' }])
})

test.each<[string, () => Promise<string> | string, RegExp, string]>([
  ['damaged', async () => `${await endOfLog()}x`, /not a valid cursor/, 'BAD_USER_INPUT'],
  [
    'of a list',
    () => seal(['Query.events', 'DATE:DESC', 'x', 'y']),
    /belongs to the list Query.events/,
    'BAD_USER_INPUT',
  ],
  [
    'negative',
    async () => seal(['feed', (await readHead('service')).epoch, -1]),
    /not a valid cursor/,
    'BAD_USER_INPUT',
  ],
  ['of nothing', () => seal([]), /not a valid cursor/, 'BAD_USER_INPUT'],
  [
    'of another log',
    () => seal(['feed', '0193a1b2-0000-7000-8000-000000000000', 0]),
    /an earlier change log/,
    'CURSOR_EXPIRED',
  ],
  [
    'beyond the end',
    async () => seal(['feed', (await readHead('service')).epoch, 10 ** 9]),
    /beyond the end/,
    'CURSOR_AHEAD',
  ],
])('a cursor that is %s is refused', async (_what, cursor, message, code) => {
  const { errors } = await ask('query ($after: String) { changes(after: $after) { nodes { type } } }', {
    after: await cursor(),
  })
  expect(errors).toMatchObject([{ message: expect.stringMatching(message), extensions: { code } }])
})

test('entries older than the retention are deleted, and the error for their cursors has the oldest valid one', async () => {
  await anEvent()
  await sequenceChanges()
  const { epoch, position } = await readHead('service')
  const half = Math.floor(position / 2)
  await database.$executeRaw`UPDATE "Change" SET "committedAt" = '2020-01-01' WHERE position <= ${half}`
  expect(await pruneLog(new Date('2021-01-01'))).toBe(half)
  const query = 'query ($after: String) { changes(first: 1, after: $after) { nodes { cursor } } }'
  const first = seal(['feed', epoch, half + 1])
  expect((await ask(query)).data).toEqual({ changes: { nodes: [{ cursor: first }] } })
  const { errors } = await ask(query, { after: seal(['feed', epoch, 0]) })
  const oldest = seal(['feed', epoch, half])
  expect(errors).toMatchObject([{ message: expect.stringContaining(oldest), extensions: { code: 'CURSOR_EXPIRED' } }])
  expect((await ask(query, { after: oldest })).data).toEqual({ changes: { nodes: [{ cursor: first }] } })
})

test('the other fields are answered beside one with such a cursor, also if the resolvers would cost too much', async () => {
  await sequenceChanges()
  const { epoch, position } = await readHead('service')
  const ahead = seal(['feed', epoch, position + 1])
  const query = `query ($ahead: String!) {
    first: feedCursor
    page: changes(after: $ahead) { nodes { version } }
    nested: events(first: 1) { nodes { history(before: $ahead) { nodes { version } } } }
    last: event(by: { slug: "no-such-event" }) { title }
    EXPENSIVE
  }`
  const expensive = 'events(first: 100) { nodes { title participants(first: 100) { nodes { id note } } } }'
  const handler = createHandler(pino({ level: 'silent' }))
  const answerTo = async (more: string) => {
    const response = await handler.fetch('http://dateline/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: query.replace('EXPENSIVE', more), variables: { ahead } }),
    })
    return (await response.json()) as {
      data: Record<string, unknown>
      errors: { path: unknown[] }[]
      extensions: object
    }
  }
  const [cheap, costly] = [await answerTo(''), await answerTo(expensive)]
  expect(cheap.extensions).toMatchObject({ cost: { path: 'prisma' } })
  expect(costly.extensions).toMatchObject({ cost: { path: 'prepared' } })
  const { events, ...rest } = costly.data
  expect(events).toMatchObject({
    nodes: expect.arrayContaining([{ title: expect.any(String), participants: expect.anything() }]),
  })
  expect(rest).toEqual(cheap.data)
  expect(rest).toEqual({ first: seal(['feed', epoch, position]), page: null, nested: null, last: null })
  const beyond = { message: expect.stringContaining('beyond the end'), extensions: { code: 'CURSOR_AHEAD' } }
  expect(costly.errors).toMatchObject([
    { ...beyond, path: ['page'] },
    { ...beyond, path: ['nested'] },
  ])
})

test('after a new epoch, older cursors are refused', async () => {
  const before = await endOfLog()
  await renewEpoch()
  const { errors } = await ask('query ($after: String) { changes(after: $after) { nodes { type } } }', {
    after: before,
  })
  expect(errors).toMatchObject([{ message: expect.stringContaining('earlier change log') }])
})
