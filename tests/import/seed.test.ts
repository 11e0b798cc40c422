import edtf from 'edtf'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import type { ImportReport } from '../../src/import/pipeline/importer.ts'
import { seed } from '../../src/import/seed.ts'
import { emptyDatabase } from './empty-database.ts'

let report: ImportReport
let drop: () => Promise<void>

beforeAll(async () => {
  const empty = await emptyDatabase('seed')
  drop = empty.drop
  openDatabase(empty.url)
  report = await seed()
})

afterAll(async () => {
  await db.$disconnect()
  await drop()
})

test('an empty database receives every record', () => {
  expect(report).toMatchObject({ read: 340, created: 337, changed: 3, unchanged: 0, retracted: 0, rejected: 0 })
  expect(report.rejections).toEqual([])
})

test("the article's facts are complete", async () => {
  const counts = {
    actors: await db.actor.count(),
    countries: await db.country.count(),
    persons: await db.person.count(),
    events: await db.event.count(),
    links: await db.eventLink.count(),
    relationships: await db.relationship.count(),
    sanctions: await db.sanction.count(),
    reasons: await db.sanctionReason.count(),
    targets: await db.sanctionTarget.count(),
    actions: await db.sanctionAction.count(),
    detentions: await db.detention.count(),
    sources: await db.source.count(),
    citations: await db.citation.count(),
  }
  expect(counts).toEqual({
    actors: 268,
    countries: 250,
    persons: 8,
    events: 23,
    links: 18,
    relationships: 34,
    sanctions: 3,
    reasons: 2,
    targets: 3,
    actions: 5,
    detentions: 5,
    sources: 9,
    citations: 123,
  })
})

test('every source has a licence', async () => {
  expect(await db.source.findMany({ where: { license: null } })).toEqual([])
})

test('each import records its run', async () => {
  const runs = await db.importRun.findMany({ orderBy: { id: 'asc' }, take: 3 })
  expect(runs).toMatchObject([
    { format: 'dateline', state: 'DONE', read: 251, created: 251, rejected: 0 },
    { format: 'dateline', state: 'DONE', read: 35, created: 35, rejected: 0 },
    { format: 'dateline', state: 'DONE', read: 51, created: 48, changed: 3, rejected: 0 },
  ])
  for (const { sha256, endedAt } of runs)
    expect([sha256, endedAt]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.any(Date)])
})

test('the order of ids is the order of the files', async () => {
  const events = await db.event.findMany({ orderBy: { id: 'asc' }, select: { slug: true } })
  expect([events.at(0)?.slug, events.at(-1)?.slug]).toEqual([
    'belarus-presidential-election-2020',
    'prisoner-release-december-2025',
  ])
})

test('a sanction whose lifting is only announced is still in force', async () => {
  const potash = await db.sanction.findUniqueOrThrow({
    where: { slug: 'us-potash' },
    include: { actions: true, partOf: true, authority: true },
  })
  expect(potash).toMatchObject({ status: 'IN_FORCE', measures: [], sector: 'potash', version: 1 })
  expect(potash.partOf?.slug).toBe('us-belarus-restrictions')
  expect(potash.authority.slug).toBe('united-states')
  expect(potash.actions.map(({ kind }) => kind)).toEqual(['LIFT_ANNOUNCED'])
})

test('Statkevich was held twice, and the second time is open and reported', async () => {
  const detentions = await db.detention.findMany({
    where: { person: { slug: 'mikola-statkevich' } },
    orderBy: { id: 'asc' },
    include: { startedBy: true, endedBy: true },
  })
  expect(detentions).toMatchObject([
    { outcome: 'RELEASED', certainty: 'ASSERTED', startLabel: null, endLabel: 'September 2025', startedBy: null },
    { outcome: null, certainty: 'REPORTED', startEdtf: '2025-09?', endEdtf: null, endedBy: null },
  ])
  expect(detentions.map(({ startedBy, endedBy }) => startedBy?.slug ?? endedBy?.slug)).toEqual([
    'prisoner-release-september-2025',
    'statkevich-returned-to-prison',
  ])
})

test('the December release of 123 was in exchange for a future lifting', async () => {
  const release = await db.event.findUniqueOrThrow({
    where: { slug: 'prisoner-release-december-2025' },
    include: {
      linksFrom: { where: { kind: 'IN_EXCHANGE_FOR' }, include: { to: true, citations: true } },
      participants: true,
    },
  })
  expect(release.linksFrom).toMatchObject([
    {
      basis: 'STATED',
      to: { slug: 'us-lifts-potash-sanctions', status: 'PROSPECTIVE' },
      citations: [{ quote: 'In exchange' }],
    },
  ])
  expect(release.participants.find(({ count }) => count)).toMatchObject({ count: 123, countKind: 'EXACT' })
})

test("Belarus's timeline has the releases, the call and the meetings", async () => {
  const { id } = await db.actor.findUniqueOrThrow({ where: { slug: 'belarus' } })
  const timeline = await db.eventActor.findMany({ where: { actorId: id }, include: { event: true } })
  expect(timeline.map(({ event }) => event.slug)).toEqual(
    expect.arrayContaining([
      'prisoner-release-june-2025',
      'prisoner-release-september-2025',
      'prisoner-release-december-2025',
      'lukashenko-trump-call',
      'lukashenko-coale-meeting-september-2025',
      'lukashenko-coale-meeting-december-2025',
    ]),
  )
})

test('"early March" is the first ten days of a March whose year was inferred', async () => {
  const praise = await db.event.findUniqueOrThrow({ where: { slug: 'lukashenko-praises-trump' } })
  expect(praise).toMatchObject({
    dateEarliest: new Date('2025-03-01'),
    dateLatest: new Date('2025-03-10'),
    datePrecision: 'MONTH',
    dateText: 'early March',
    dateBasis: 'INFERRED',
    dateEdtf: '2025-03-01?/2025-03-10?',
    dateLabel: '1–10 March 2025',
  })
})

test('every stored date is valid EDTF with the same days', async () => {
  const [events, actions, sources, detentions] = [
    await db.event.findMany(),
    await db.sanctionAction.findMany(),
    await db.source.findMany(),
    await db.detention.findMany(),
  ]
  const dates = [
    ...[...events, ...actions].map((row) => [row.dateEdtf, row.dateEarliest, row.dateLatest] as const),
    ...sources.map((row) => [row.publishedOnEdtf, row.publishedOnEarliest, row.publishedOnLatest] as const),
    ...detentions.map((row) => [row.startEdtf, row.startEarliest, row.startLatest] as const),
    ...detentions.map((row) => [row.endEdtf, row.endEarliest, row.endLatest] as const),
  ].filter(([text]) => text !== null)
  expect(dates).toHaveLength(23 + 5 + 5 + 5)
  for (const [text, earliest, latest] of dates) {
    const { min, max } = edtf(text ?? '')
    expect([text, day(min), day(max)]).toEqual([text, earliest, latest])
  }
})

test('scores follow from the codes, and 0355 has the score of 035', async () => {
  const events = await db.event.findMany({
    where: {
      slug: {
        in: ['coale-declares-potash-lifting', 'prisoner-release-june-2025', 'belarus-presidential-election-2020'],
      },
    },
    orderBy: { id: 'asc' },
  })
  expect(events.map(({ cameoCode, goldstein }) => [cameoCode, goldstein])).toEqual([
    [null, null],
    ['0841', 7],
    ['0355', 7],
  ])
})

test("a country has the article's names besides its own, and search finds each actor by its displayed name", async () => {
  const russia = await db.actor.findUniqueOrThrow({ where: { slug: 'russia' }, include: { names: true } })
  expect(russia.names.map(({ value, kind, lang }) => `${value} ${kind} ${lang}`)).toEqual(
    expect.arrayContaining(['Russia PRIMARY en', 'Россия PRIMARY ru', 'Kremlin METONYM null', 'Moscow METONYM null']),
  )
  const nameless = await db.$queryRaw`SELECT slug FROM "Actor" a
    WHERE NOT EXISTS (SELECT FROM "ActorName" n WHERE n."actorId" = a.id AND n.value = a.name)`
  expect(nameless).toEqual([])
})

test('the European Union has 27 members, and the United Kingdom was one from 1973 to 2020', async () => {
  const members = await db.relationship.findMany({
    where: { kind: 'MEMBER_OF', object: { identifiers: { some: { scheme: 'WIKIDATA', value: 'Q458' } } } },
    include: { subject: true, citations: true },
  })
  expect(members.every(({ citations }) => citations.length === 1)).toBe(true)
  const left = members.filter(({ endEdtf }) => endEdtf !== null)
  expect([members.length, left.length]).toEqual([28, 1])
  expect(left).toMatchObject([{ subject: { slug: 'united-kingdom' }, startEdtf: '1973-01-01', endEdtf: '2020-01-31' }])
})

test('a second seed changes nothing and raises no version', async () => {
  const before = await content()
  expect(await seed()).toMatchObject({ read: 340, created: 0, changed: 0, unchanged: 340, rejected: 0 })
  expect(await content()).toEqual(before)
})

test('names in Belarusian and Russian find a person, and an adjective finds its country', async () => {
  const names = await db.actorName.findMany({
    where: { value: { in: ['Сяргей Ціханоўскі', 'Сергей Тихановский', 'белорусский', 'Biélorusse', 'Мінск'] } },
    select: { value: true, kind: true, lang: true, actor: { select: { slug: true } } },
  })
  const found = names.map(({ value, kind, lang, actor }) => `${value} ${kind} ${lang}: ${actor.slug}`)
  expect(found.toSorted()).toEqual(
    [
      'Biélorusse WEAK fr: belarus',
      'Мінск METONYM be: belarus',
      'Сергей Тихановский PRIMARY ru: siarhei-tsikhanouski',
      'Сяргей Ціханоўскі PRIMARY be: siarhei-tsikhanouski',
      'белорусский WEAK ru: belarus',
    ].toSorted(),
  )
})

test('a seed over that of an earlier release adds the names that it lacks, and keeps all others', async () => {
  const all = await db.actorName.count()
  // An earlier release had the names of countries in five languages besides their own.
  await db.actorName.deleteMany({ where: { OR: [{ kind: 'WEAK' }, { lang: { in: ['be', 'cs', 'pl', 'uk'] } }] } })
  const kept = await db.actorName.findMany({ orderBy: { id: 'asc' } })
  expect(kept.length).toBeLessThan(all - 1000)
  expect(await seed()).toMatchObject({ read: 340, created: 0, rejected: 0 })
  expect(await db.actorName.count()).toBe(all)
  expect(
    await db.actorName.findMany({ where: { id: { in: kept.map(({ id }) => id) } }, orderBy: { id: 'asc' } }),
  ).toEqual(kept)
})

test('two concurrent seeds of an empty database create no duplicates', async () => {
  const seeded = await counts()
  const shared = await emptyDatabase('twice')
  const first = db
  const second = openDatabase(shared.url)
  try {
    const reports = await Promise.all([seed(), seed()])
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(337)
    expect(reports.flatMap(({ rejections }) => rejections)).toEqual([])
    expect(await counts()).toEqual(seeded)
  } finally {
    await second.$disconnect()
    await shared.drop()
    await first.$disconnect()
  }
})

const tables = [
  'Actor',
  'Person',
  'Country',
  'ActorName',
  'Identifier',
  'Relationship',
  'Event',
  'EventParticipant',
  'EventActor',
  'EventLink',
  'Detention',
  'Sanction',
  'SanctionReason',
  'SanctionTarget',
  'SanctionAction',
  'Source',
  'Citation',
]

/** Returns every row of every table, including versions and times. */
async function content(): Promise<unknown[]> {
  const rows: unknown[] = []
  for (const table of tables)
    rows.push(
      await db.$queryRawUnsafe(`SELECT to_jsonb(t) AS row FROM "${table}" t ORDER BY to_jsonb(t)::text COLLATE "C"`),
    )
  return rows
}

async function counts(): Promise<unknown[]> {
  const found: unknown[] = []
  for (const table of tables)
    found.push(await db.$queryRawUnsafe(`SELECT '${table}' AS table, count(*)::int FROM "${table}"`))
  return found
}

function day(milliseconds: number): Date | null {
  return Number.isFinite(milliseconds)
    ? new Date(`${new Date(milliseconds).toISOString().slice(0, 10)}T00:00:00Z`)
    : null
}
