import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { checkRecords } from '../../src/import/formats/dateline/dateline.ts'
import { type ImportReport, importRecords } from '../../src/import/pipeline/importer.ts'
import { seed } from '../../src/import/seed.ts'
import { testDatabase } from '../database.ts'

beforeAll(async () => {
  openDatabase(testDatabase().url)
  await seed()
})

afterAll(() => db.$disconnect())

const march = { earliest: '2025-03-01', latest: '2025-03-31', precision: 'MONTH', text: 'in March', basis: 'STATED' }
const article = 'DATELINE:belarus-between-moscow-and-the-west'

function event(key: string, more: object = {}) {
  return {
    record: 'EVENT',
    identifiers: [`TEST:${key}`],
    slug: key,
    title: `The ${key}`,
    type: 'MEETING',
    status: 'OCCURRED',
    certainty: 'ASSERTED',
    date: march,
    ...more,
  }
}

function person(key: string, more: object = {}) {
  return { record: 'ACTOR', identifiers: [`TEST:${key}`], kind: 'PERSON', slug: key, name: key, ...more }
}

function run(records: unknown[], batchSize?: number): Promise<ImportReport> {
  return importRecords({ format: 'dateline', sha256: '0'.repeat(64), lines: checkRecords(records) }, { batchSize })
}

async function stored(slug: string) {
  return db.event.findUniqueOrThrow({
    where: { slug },
    include: { participants: { orderBy: { id: 'asc' } }, linksFrom: { include: { citations: true } }, citations: true },
  })
}

test('a changed field raises the version by one, and the rest is unchanged', async () => {
  const given = event('change', {
    summary: 'Two sentences.',
    participants: [
      { actor: 'ISO3166:BY', role: 'PARTY' },
      { actor: 'ISO3166:US', role: 'PARTY' },
    ],
    citations: [{ source: article, quote: 'In exchange', start: 1982, end: 1993, basis: 'STATED' }],
  })
  expect(await run([given])).toMatchObject({ created: 1, changed: 0 })
  const before = await stored('change')
  expect(before.version).toBe(1)
  const { summary, ...withoutSummary } = given as ReturnType<typeof event> & { summary: string }
  expect(summary).toBe('Two sentences.')
  const corrected = {
    ...withoutSummary,
    title: 'The correction',
    participants: [
      { actor: 'ISO3166:BY', role: 'PARTY', note: 'host' },
      { actor: 'ISO3166:RU', role: 'PARTY' },
    ],
  }
  expect(await run([corrected])).toMatchObject({ created: 0, changed: 1, unchanged: 0 })
  const after = await stored('change')
  expect(after).toMatchObject({ id: before.id, version: 2, title: 'The correction', summary: 'Two sentences.' })
  expect(after.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime())
  expect(after.participants).toMatchObject([{ id: before.participants[0]?.id, note: 'host' }, { role: 'PARTY' }])
  expect(after.citations).toEqual(before.citations)
  expect(await run([corrected])).toMatchObject({ changed: 0, unchanged: 1 })
})

test('null removes the value of a field', async () => {
  await run([event('emptied', { cameoCode: '040', location: 'ISO3166:BY' })])
  expect(await stored('emptied')).toMatchObject({ goldstein: 1, locationId: expect.any(String) })
  expect(await run([event('emptied', { cameoCode: null, location: null })])).toMatchObject({ changed: 1 })
  expect(await stored('emptied')).toMatchObject({ cameoCode: null, goldstein: null, locationId: null })
})

test('a record that an editor retracted stays retracted', async () => {
  await run([event('withdrawn')])
  const retractedAt = new Date('2026-01-01T00:00:00Z')
  await db.event.update({ where: { slug: 'withdrawn' }, data: { retractedAt } })
  const before = await stored('withdrawn')
  expect(await run([event('withdrawn', { title: 'Still there' })])).toMatchObject({ changed: 0, unchanged: 1 })
  expect(await stored('withdrawn')).toEqual(before)
})

test('references to a merged actor become references to its survivor', async () => {
  await run([person('alias'), person('survivor')])
  const survivor = await db.actor.findUniqueOrThrow({ where: { slug: 'survivor' } })
  await db.actor.update({ where: { slug: 'alias' }, data: { mergedIntoId: survivor.id } })
  await run([event('of-the-merged', { participants: [{ actor: 'TEST:alias', role: 'SPEAKER' }] })])
  expect((await stored('of-the-merged')).participants).toMatchObject([{ actorId: survivor.id }])
})

test('records may refer to later records, and to each other, across batches', async () => {
  const records = [
    event('early', { links: [{ kind: 'FOLLOWED_BY', to: 'TEST:late', basis: 'STATED' }] }),
    event('other', { participants: [{ actor: 'TEST:newcomer', role: 'SPEAKER' }] }),
    event('late', { links: [{ kind: 'PART_OF', to: 'TEST:early', basis: 'STATED' }] }),
    person('newcomer'),
  ]
  expect(await run(records, 1)).toMatchObject({ read: 4, created: 4, rejected: 0, rejections: [] })
  const [early, other, late] = [await stored('early'), await stored('other'), await stored('late')]
  expect([early.id < other.id, other.id < late.id]).toEqual([true, true])
  expect(await run(records, 2)).toMatchObject({ unchanged: 4 })
})

test('the link of a part to its whole can be turned round, and a circle of such links is rejected', async () => {
  const partOf = (slug: string) => ({ links: [{ kind: 'PART_OF', to: `TEST:${slug}`, basis: 'STATED' }] })
  await run([event('leg', partOf('exchange')), event('exchange', { links: [] })])
  expect(await run([event('leg', { links: [] }), event('exchange', partOf('leg'))])).toMatchObject({ changed: 2 })
  const { rejections } = await run([event('leg', partOf('exchange'))])
  expect(rejections.map(({ reason }) => reason)).toEqual([expect.stringContaining('cannot be a part of itself')])
})

test('a detention keeps its id when its end is added', async () => {
  const held = { authority: 'ISO3166:BY', start: march, certainty: 'ASSERTED' }
  await run([person('prisoner', { detentions: [held] })])
  const [open] = await db.detention.findMany({ where: { person: { slug: 'prisoner' } } })
  const end = { ...march, earliest: '2025-05-01', latest: '2025-05-31' }
  await run([person('prisoner', { detentions: [{ ...held, end, outcome: 'RELEASED' }] })])
  const detentions = await db.detention.findMany({ where: { person: { slug: 'prisoner' } } })
  expect(detentions).toMatchObject([{ id: open?.id, outcome: 'RELEASED', endEdtf: '2025-05' }])
})

test("a sanction's status follows from its actions, and an action on one target leaves the sanction in force", async () => {
  const sanction = {
    record: 'SANCTION',
    identifiers: ['TEST:embargo'],
    slug: 'embargo',
    title: 'The embargo',
    authority: 'ISO3166:US',
    measures: ['TRADE_RESTRICTION'],
    targets: [{ actor: 'ISO3166:BY' }, { actor: 'ISO3166:RU', listingId: '7' }],
    actions: [
      { kind: 'IMPOSED', date: march, certainty: 'ASSERTED' },
      { kind: 'LIFTED', date: { ...march, earliest: '2025-03-31' }, target: 1, certainty: 'ASSERTED' },
    ],
  }
  await run([sanction])
  const where = { slug: 'embargo' }
  expect(await db.sanction.findUniqueOrThrow({ where })).toMatchObject({
    status: 'IN_FORCE',
    sortDate: new Date('2025-03-01'),
  })
  const lifted = { kind: 'LIFTED', date: { ...march, earliest: '2025-03-31' }, certainty: 'ASSERTED' }
  expect(await run([{ ...sanction, actions: [...sanction.actions, lifted] }])).toMatchObject({ changed: 1 })
  expect(await db.sanction.findUniqueOrThrow({ where })).toMatchObject({
    status: 'LIFTED',
    version: 2,
    measures: ['TRADE_RESTRICTION'],
  })
})

test('each bad record is rejected with the reason, and the others are imported', async () => {
  const eleven = 'one two three four five six seven eight nine ten eleven'
  const records = [
    event('good-1'),
    event('bad-type', { type: 'PARTY' }),
    event('bad-field', { participants: [{ actor: 'ISO3166:BY', role: 'PARTY', rank: 1 }] }),
    event('bad-actor', { participants: [{ actor: 'TEST:nobody', role: 'PARTY' }] }),
    event('bad-quote', { citations: [{ source: article, quote: eleven, basis: 'STATED' }] }),
    event('bad-order', { date: { ...march, earliest: '2025-04-01' } }),
    event('bad-day', { date: { ...march, latest: '2025-02-30' } }),
    event('bad-link', { links: [{ kind: 'CAUSED', to: 'TEST:bad-link', basis: 'STATED' }] }),
    event('good-1', { slug: 'good-1-again' }),
    event('bad-slug', { slug: 'lukashenko-trump-call' }),
    event('bad-place', { location: 'DATELINE:trump' }),
    event('bad-friend', { links: [{ kind: 'CAUSED', to: 'TEST:bad-actor', basis: 'STATED' }] }),
    event('bad-double', {
      participants: [
        { actor: 'ISO3166:BY', role: 'PARTY' },
        { actor: 'ISO3166:BLR', role: 'PARTY' },
      ],
    }),
    { ...person('bad-kind'), identifiers: ['ISO3166:BY'] },
    { ...person('atlantis'), kind: 'COUNTRY' },
    { ...event('no-key'), identifiers: [] },
    { record: 'NEWS' },
    'nonsense',
    event('good-2'),
  ]
  const report = await run(records)
  expect(report).toMatchObject({ read: 19, created: 2, changed: 0, unchanged: 0, rejected: 17 })
  const sentences = report.rejections
    .toSorted((a, b) => a.number - b.number)
    .map(({ number, key, reason }) => `${number} ${key}: ${reason}`)
  expect(sentences).toMatchInlineSnapshot(`
    [
      "2 TEST:bad-type: The record is not valid: type must be one of STATEMENT, PHONE_CALL, MEETING, PRISONER_RELEASE, DETENTION, TRIAL, SENTENCE, DEPORTATION, REFUSAL, SANCTION_STEP, DIPLOMATIC_CHANGE, ECONOMIC_CHANGE, ELECTION, MILITARY_ACTION, DECISION, PROCESS, PROTEST, ATTACK, AGREEMENT, DEATH, APPOINTMENT, OTHER.",
      "3 TEST:bad-field: The record is not valid: participants[0] has no field rank: correct or remove it.",
      "4 TEST:bad-actor: The record refers to the actor TEST:nobody, which is neither in this input nor in the database: add it, or correct the reference.",
      "5 TEST:bad-quote: The record is not valid: citations[0].quote must have at most 10 words, but has 11: quote only the relevant words.",
      "6 TEST:bad-order: The record is not valid: date has the earliest day 2025-04-01 after the latest day 2025-03-31: swap or correct them.",
      "7 TEST:bad-day: The record is not valid: date contains 2025-02-30, which is not a calendar day: pass a day such as 2025-03-01.",
      "8 TEST:bad-link: The record is not valid: links contains a link to the event itself: correct or remove the link.",
      "9 TEST:good-1: The identifier TEST:good-1 is already used by record 1 of this input: remove one of the two records.",
      "10 TEST:bad-slug: The slug "lukashenko-trump-call" is already used by another event: choose another slug, or use the identifier of that event.",
      "11 TEST:bad-place: DATELINE:trump must be a COUNTRY here, but is a PERSON: refer to another actor.",
      "12 TEST:bad-friend: The record refers to the event TEST:bad-actor, whose record was rejected: correct that record first.",
      "13 TEST:bad-double: The database rejects the record: duplicate key value violates unique constraint "EventParticipant_eventId_actorId_role_key".",
      "14 ISO3166:BY: The kind is PERSON, but the actor is a COUNTRY in the database: correct the kind, or create another actor.",
      "15 TEST:atlantis: The new COUNTRY has no codes: add "country".",
      "16 null: The record is not valid: identifiers must contain at least one identifier of the record.",
      "17 null: The record is not valid: record must be one of SOURCE, ACTOR, RELATIONSHIP, EVENT and SANCTION, named in the field "record".",
      "18 null: The record is not valid: the record must be one of SOURCE, ACTOR, RELATIONSHIP, EVENT and SANCTION, named in the field "record".",
    ]
  `)
  expect(await db.event.count({ where: { slug: { startsWith: 'bad-' } } })).toBe(0)
})

test('an error outside of the records ends the run as failed', async () => {
  async function* broken() {
    yield* checkRecords([event('before-the-break')])
    throw new Error('The line was cut.')
  }
  const input = { format: 'dateline', sha256: 'f'.repeat(64), lines: broken() }
  await expect(importRecords(input)).rejects.toThrow('The line was cut.')
  const last = await db.importRun.findFirst({ where: { sha256: input.sha256 } })
  expect(last).toMatchObject({ state: 'FAILED', read: 1, created: 0, endedAt: expect.any(Date) })
})
