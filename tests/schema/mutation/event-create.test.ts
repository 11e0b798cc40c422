import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeId } from '../../../src/domain/id.ts'
import { createKey, listKeys, revokeKey } from '../../../src/store/api-key.ts'
import { type FeedService, startFeedService } from '../../changelog/server.ts'
import { database } from '../../client.ts'
import { anEvent, aPerson, country } from '../../world.ts'

/** The name of the key. */
const NAME = 'tests'

let service: FeedService
let key: string
beforeAll(async () => {
  service = await startFeedService()
  key = (await createKey(NAME, ['write'])).secret
})
afterAll(() => service.stop())

const CREATE = `mutation ($input: EventCreateInput!) {
  eventCreate(input: $input) {
    __typename
    ... on EventCreateSuccess { feedCursor event { id slug title goldstein location { iso2 } participants { nodes { role actor { name } } } history { nodes { author operation } } } }
    ... on UserError { message }
    ... on ValidationError { issues { path message } }
  }
}`

interface Created {
  data: { eventCreate: { __typename: string; feedCursor: string; event: { id: string; slug: string } } } | null
  errors?: { message: string; extensions: { code: string } }[]
}

async function send(query: string, variables: object, authorization?: string) {
  const response = await fetch(service.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(authorization && { authorization }) },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, body: (await response.json()) as Created }
}

const create = (input: object) => send(CREATE, { input: { ...plain, ...input } }, `Bearer ${key}`)

const plain = {
  title: 'A meeting in Minsk',
  type: 'MEETING',
  status: 'OCCURRED',
  certainty: 'ASSERTED',
  date: { earliest: '2025-12-01', latest: '2025-12-01', precision: 'DAY', basis: 'STATED' },
}

const count = () => database.event.count()

test('an event is created with all its parts, with the key as the writer', async () => {
  const [belarus, person] = [await country('BY'), await aPerson({ name: 'Someone' })]
  const { body } = await create({
    location: writeId('Country', belarus.id),
    cameoCode: '036',
    participants: [{ actor: writeId('Person', person.id), role: 'PARTY', onBehalfOf: writeId('Country', belarus.id) }],
  })
  expect(body).toMatchObject({
    data: {
      eventCreate: {
        __typename: 'EventCreateSuccess',
        event: {
          slug: 'a-meeting-in-minsk',
          title: 'A meeting in Minsk',
          goldstein: 4,
          location: { iso2: 'BY' },
          participants: { nodes: [{ role: 'PARTY', actor: { name: 'Someone' } }] },
          history: { nodes: [{ operation: 'CREATED', author: NAME }] },
        },
      },
    },
  })
})

test("the cursor in the answer is the position of the event's own entry", async () => {
  const { body } = await create({ title: 'Placed' })
  const made = body.data?.eventCreate
  const query = 'query ($ids: [ID!]) { changes(where: { ids: $ids }) { nodes { cursor } } }'
  const changes = await send(query, { ids: [made?.event.id] })
  expect(changes.body.data).toEqual({ changes: { nodes: [{ cursor: made?.feedCursor }] } })
})

test('the default slug is made from the title, and is different if that one is in use', async () => {
  const slugs = [(await create({ title: 'Twice told' })).body, (await create({ title: 'Twice told' })).body]
  expect(slugs.map(({ data }) => data?.eventCreate.event.slug)).toEqual([
    'twice-told',
    expect.stringMatching(/^twice-told-[0-9a-f]{12}$/),
  ])
})

test('all mistakes are reported at once, with their paths, and nothing is written', async () => {
  await anEvent({ slug: 'taken' })
  const before = await count()
  const nobody = writeId('Person', '0193a1b2-0000-7000-8000-000000000000')
  const [person] = [await aPerson()]
  expect(
    (await create({ title: ' ', cameoCode: 'x', date: { ...plain.date, latest: '2025-11-30' } })).body.data,
  ).toMatchObject({
    eventCreate: {
      __typename: 'ValidationError',
      issues: [
        { path: ['title'], message: expect.stringContaining('more than white space') },
        { path: ['date'], message: expect.stringContaining('has the earliest day 2025-12-01 after the latest day') },
        { path: ['cameoCode'], message: expect.stringContaining('two to four digits') },
      ],
    },
  })
  const someone = { actor: writeId('Person', person.id), role: 'PARTY' }
  expect((await create({ participants: [someone, { ...someone, actor: nobody }] })).body.data).toEqual({
    eventCreate: {
      __typename: 'ValidationError',
      message: expect.stringContaining('correct the mistakes'),
      issues: [
        {
          path: ['participants', '1', 'actor'],
          message: 'does not exist: pass the id of an existing record of type Person.',
        },
      ],
    },
  })
  expect((await create({ slug: 'taken' })).body.data).toMatchObject({
    eventCreate: {
      issues: [{ path: ['slug'], message: 'is already used by another event: pass another slug, or omit it.' }],
    },
  })
  expect(await count()).toBe(before)
})

test('without a key nothing is written, and the error says how to get one', async () => {
  const before = await count()
  const { body } = await send(CREATE, { input: plain })
  expect(body.data?.eventCreate).toMatchObject({
    __typename: 'ForbiddenError',
    message:
      'This requires an API key or token with the scope "write": ask the operator of this service for one, and send it in the header "authorization: Bearer <key>".',
  })
  expect(await count()).toBe(before)
})

test('a key without the scope can read but not write', async () => {
  const { secret } = await createKey('reader', [])
  const { body } = await send(CREATE, { input: plain }, `Bearer ${secret}`)
  expect(body.data?.eventCreate).toMatchObject({ __typename: 'ForbiddenError' })
  expect((await send('{ __typename }', {}, `Bearer ${secret}`)).body.data).toEqual({ __typename: 'Query' })
})

test.each([
  ['that was never made', () => `Bearer dl_${'x'.repeat(43)}`],
  ['of another kind', () => 'Bearer abc'],
  ['in another scheme', () => `Basic ${key}`],
])('a key %s is refused, also for reads and for known documents', async (_what, header) => {
  await send('{ __typename }', {})
  const { status, body } = await send('{ __typename }', {}, header())
  expect([status, body.errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
})

test('a revoked key is refused', async () => {
  const { secret } = await createKey('short-lived', ['write'])
  expect((await send('{ __typename }', {}, `Bearer ${secret}`)).status).toBe(200)
  await revokeKey(secret.slice(0, 11))
  expect((await send('{ __typename }', {}, `Bearer ${secret}`)).status).toBe(401)
})

test('only the hash and the first characters of a key are stored', async () => {
  const { secret } = await createKey('kept', ['write'])
  const rows = JSON.stringify(await database.apiKey.findMany())
  expect(rows).toContain(secret.slice(0, 11))
  expect(rows).not.toContain(secret.slice(11))
  expect((await listKeys()).map(({ name }) => name)).toContain('kept')
})
