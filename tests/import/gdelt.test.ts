import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { dateline } from '../../src/import/formats/dateline/dateline.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { testDatabase } from '../database.ts'
import { importText } from './run.ts'

const rows = readFileSync(new URL('data/gdelt-v1.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const fieldsOf = (row: string | undefined) => (row ?? '').split('\t')
const widthOf = (row: string) => fieldsOf(row).length

beforeAll(() => {
  openDatabase(testDatabase().url)
})

afterAll(() => db.$disconnect())

const event = (number: string | undefined) =>
  db.event.findUniqueOrThrow({
    where: { slug: `gdelt-${number}` },
    include: {
      location: true,
      participants: { include: { actor: true, onBehalfOf: true }, orderBy: { id: 'asc' } },
      citations: { include: { source: true } },
    },
  })

/**
 * Converts a row of version 1 to version 2, which has one more column for each location and thus another column for the
 * URL.
 */
function version2(row: string, number: string): string {
  const f = fieldsOf(row)
  const place = (at: number) => [...f.slice(at, at + 4), '', ...f.slice(at + 4, at + 7)]
  return [number, ...f.slice(1, 35), ...place(35), ...place(42), ...place(49), '20160728120000', f[57]].join('\t')
}

test('rows of 57 and 58 columns are events of version 1, without a header', async () => {
  expect(new Set(rows.map(widthOf))).toEqual(new Set([57, 58]))
  expect(await importText(gdelt, 'sample.tsv', rows.join('\n'))).toMatchObject({
    read: rows.length,
    created: rows.length,
    rejected: 0,
  })
  expect(await importText(gdelt, 'sample.tsv', rows.join('\r\n'))).toMatchObject({
    created: 0,
    changed: 0,
    unchanged: rows.length,
  })
})

test('an event has its code with leading zeros, its type, score and day, and the certainty REPORTED', async () => {
  const row = rows.find((each) => fieldsOf(each)[26]?.startsWith('0') && widthOf(each) === 58)
  const f = fieldsOf(row)
  expect(await event(f[0])).toMatchObject({
    cameoCode: f[26],
    goldstein: Number(f[30]),
    certainty: 'REPORTED',
    origin: 'MACHINE_CODED',
    dateEdtf: f[1]?.replace(/(....)(..)(..)/, '$1-$2-$3'),
  })
})

test('codes of locations are FIPS, where RS is Russia and not Serbia; codes of actors are CAMEO', async () => {
  const row = rows.find((each) => fieldsOf(each)[51] === 'RS')
  expect((await event(fieldsOf(row)[0])).location?.slug).toBe('russia')
  const american = rows.find((each) => fieldsOf(each)[5] === 'USA')
  expect((await event(fieldsOf(american)[0])).participants[0]?.actor.slug).toBe('united-states')
})

test('an actor that is not a country is a group, and acts on behalf of its country', async () => {
  const row = rows.find((each) => (fieldsOf(each)[5] ?? '').length > 3 && fieldsOf(each)[7] === 'DEU')
  const f = fieldsOf(row)
  const [agent] = (await event(f[0])).participants
  expect(agent).toMatchObject({
    role: 'AGENT',
    actor: { kind: 'GROUP', name: f[6] },
    onBehalfOf: { slug: 'germany' },
  })
})

test('the source is the article, or the dataset for rows without an article', async () => {
  const named = rows.find((each) => fieldsOf(each)[57]?.startsWith('http'))
  expect((await event(fieldsOf(named)[0])).citations).toMatchObject([
    { source: { kind: 'ARTICLE', url: fieldsOf(named)[57] } },
  ])
  const unnamed = rows.find((each) => widthOf(each) === 57)
  expect((await event(fieldsOf(unnamed)[0])).citations).toMatchObject([{ source: { title: 'The GDELT Project' } }])
})

test('a row of 61 columns is an event of version 2, with the same content', async () => {
  const row = rows.find((each) => fieldsOf(each)[51] === 'RS') ?? ''
  expect(await importText(gdelt, 'v2.export.CSV', version2(row, '9000001'))).toMatchObject({ created: 1, rejected: 0 })
  const { title, type, locationId, goldstein } = await event(fieldsOf(row)[0])
  expect(await event('9000001')).toMatchObject({ title, type, locationId, goldstein })
})

test('mentions of 16 columns become citations of their events, and one of an unknown event is rejected', async () => {
  const [number] = fieldsOf(rows[0])
  const mention = (of: string | undefined, url: string) =>
    [
      of,
      '20160728',
      '20160728',
      '1',
      'paper.example',
      url,
      '1',
      '-1',
      '10',
      '20',
      '1',
      '50',
      '900',
      '-2.5',
      '',
      '',
    ].join('\t')
  const mentions = [
    mention(number, 'https://paper.example/1'),
    mention(number, 'https://paper.example/2'),
    mention('123', 'https://paper.example/3'),
  ]
  const before = (await event(number)).citations.length
  const report = await importText(gdelt, 'v2.mentions.CSV', mentions.join('\n'))
  expect(report).toMatchObject({ read: 3, changed: 2, rejected: 1 })
  expect(report.rejections).toMatchObject([
    { number: 3, key: 'GDELT:123', reason: expect.stringContaining('refers to the event GDELT:123') },
  ])
  expect((await event(number)).citations).toHaveLength(before + 2)
  // The article of the rejected mention does not become a source.
  const urls = { in: [1, 2, 3].map((n) => `https://paper.example/${n}`) }
  expect(await db.source.count({ where: { url: urls } })).toBe(2)
  expect(await importText(gdelt, 'v2.mentions.CSV', mentions.join('\n'))).toMatchObject({ changed: 0, unchanged: 2 })
})

test('each bad row is rejected with its line and the reason, and the others are imported', async () => {
  const good = version2(rows[20] ?? '', '9000010')
  const with_ = (number: string, at: number, value: string) =>
    version2(rows[20] ?? '', number)
      .split('\t')
      .with(at, value)
      .join('\t')
  const lines: (string | Buffer)[] = [
    good,
    'three\tcolumns\tonly',
    with_('9000011', 1, '20160231'),
    with_('9000012', 26, 'ABC'),
    with_('9000013', 30, '11.5'),
    with_('x', 0, 'x'),
    Buffer.from([0x31, 0xff, 0xfe]),
    `9000014\t${'x'.repeat(10 * 1024 * 1024)}`,
    with_('9000015', 6, 'MOSKVA'),
  ]
  const bytes = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]))
  const report = await importText(gdelt, 'mixed.CSV', bytes)
  expect(report).toMatchObject({ read: 9, created: 2, rejected: 7 })
  expect(report.rejections.map(({ number, reason }) => `${number}: ${reason}`)).toMatchInlineSnapshot(`
    [
      "2: The row has 3 columns, but events have 57, 58 or 61 and mentions 16: it is damaged or from another file.",
      "3: The day 20160231 is not a calendar day: it must be eight digits, such as 20160728.",
      "4: The event code "ABC" is not valid: it must be two to four digits.",
      "5: The Goldstein score "11.5" is not valid: it must be from -10 to 10.",
      "6: The row does not start with the number of an event: it is damaged.",
      "7: The line is not valid UTF-8: convert the file to UTF-8.",
      "8: The line is longer than 4 MB and cannot be read: shorten it.",
    ]
  `)
})

test('an event of GDELT in an export of an earlier version, which has no origin, is machine-coded', async () => {
  const record = (identifier: string) => ({
    record: 'EVENT',
    identifiers: [identifier],
    slug: identifier.toLowerCase().replace(':', '-'),
    title: 'Exported earlier',
    type: 'OTHER',
    status: 'OCCURRED',
    certainty: 'REPORTED',
    date: { precision: 'UNKNOWN', basis: 'STATED' },
  })
  const lines = ['GDELT:990001', 'TEST:990002'].map((identifier) => JSON.stringify(record(identifier)))
  expect(await importText(dateline, 'export.ndjson', lines.join('\n'))).toMatchObject({ created: 2, rejected: 0 })
  const events = await db.event.findMany({ where: { title: 'Exported earlier' }, orderBy: { slug: 'asc' } })
  expect(events.map(({ slug, origin }) => [slug, origin])).toEqual([
    ['gdelt-990001', 'MACHINE_CODED'],
    ['test-990002', 'EDITED'],
  ])
})
