import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exportLines } from '../../src/export/export.ts'
import { euJournal } from '../../src/import/formats/eu-journal/eu-journal.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { ask, closeTestDatabase, database, idOf, openTestDatabase, read } from '../client.ts'
import { anEditor } from '../schema/mutation/editor.ts'
import { anOrganization } from '../world.ts'
import { importFolder, importText, importTexts } from './run.ts'

const folder = fileURLToPath(new URL('data/eu-journal/', import.meta.url))
const consolidated = readFileSync(`${folder}32006R0765.csv`, 'utf8')
/** The rows of the transcription, read without the importer. */
const rows: Record<string, string>[] = parse(consolidated, { columns: true })
const row = (annex: string, id: string) => rows.find((each) => each.annex === annex && each.recordId === id) ?? {}

const header = consolidated.slice(0, consolidated.indexOf('\n') + 1)
const base = {
  celex: '32006R0765',
  programKey: 'EU-BLR',
  annex: 'I.A',
  recordId: '900',
  measure: 'Asset freeze',
  schema: 'Person',
  name: 'X',
}
/** Returns the transcription with one more row at its end. */
function withRow(values: Record<string, string>): string {
  const all: Record<string, string> = { ...base, ...values }
  const fields = header
    .trim()
    .split(',')
    .map((column) => all[column] ?? '')
  return `${consolidated}${fields.join(',')}\r\n`
}

let company: { id: string }
let key: string

beforeAll(async () => {
  openTestDatabase()
  key = (await anEditor()).secret
  company = await anOrganization({ name: 'A company with this number' })
  await database.identifier.create({ data: { actorId: company.id, scheme: 'BY_UNP', value: '600122610' } })
  const report = await importText(euJournal, '32006R0765.csv', consolidated, { asOf: '2026-04-24' })
  expect(report).toMatchObject({ read: rows.length, created: rows.length - 1, changed: 1, rejected: 0, leftOut: 0 })
}, 60_000)
afterAll(closeTestDatabase)

const selection = `listings { nodes {
  listingId listed { edtf basis text } confirmedUntil
  sanction { title program measures authority { slug } }
  citations { nodes { quote source { title url publishedOn { edtf } } } }
} }`

interface Entry {
  listings: {
    nodes: {
      listingId: string
      listed: { edtf: string; basis: string; text: string } | null
      sanction: { title: string; program: string; measures: string[]; authority: { slug: string } }
      citations: {
        nodes: {
          quote: string | null
          source: { title: string; url: string; publishedOn: { edtf: string } | null }
        }[]
      }
    }[]
  }
}

const entryOf = async (number: string, more = '') =>
  (
    await read<{ actor: Entry & Record<string, unknown> }>(
      `query ($value: String!) { actor(by: { identifier: { scheme: "EU_JOURNAL", value: $value } }) { name description ${more} ${selection} } }`,
      { value: number },
    )
  ).actor

const identifiersOf = async (number: string) => {
  const { identifiers } = await entryOf(number, 'identifiers { nodes { scheme value } }')
  return (identifiers as { nodes: unknown[] }).nodes
}

test('each annex has its entries, with their days and measures', async () => {
  const counts = new Map<string, number>()
  for (const { annex = '', measure } of rows)
    counts.set(`${annex}: ${measure}`, (counts.get(`${annex}: ${measure}`) ?? 0) + 1)
  const { sanctions } = await read<{ sanctions: { nodes: { title: string; targets: { totalCount: number } }[] } }>(
    '{ sanctions(first: 50, where: { program: { eq: "EU-BLR" }, slug: { startsWith: "eu-32006r0765" } }) { nodes { title targets { totalCount } } } }',
  )
  const found = sanctions.nodes.map(
    ({ title, targets }) => [title.replace(/^.* Annex /, ''), targets.totalCount] as const,
  )
  expect(new Map(found)).toEqual(counts)
  const days = rows.flatMap(({ startDate }) => startDate || [])
  const listed = await database.sanctionTarget.count({
    where: { listedBasis: 'STATED', sightings: { some: { list: 'EU_JOURNAL:32006R0765' } } },
  })
  expect(listed).toBe(days.length)
})

test('a person has names with their language, birth and gender, and no number of a document', async () => {
  const person = await entryOf(
    '32006R0765/I.A/2',
    '... on Person { gender birth { edtf text } births { place country { slug } } } names { nodes { value kind lang } }',
  )
  expect(person).toMatchObject({
    name: 'Dzmitry Valerievich PAULICHENKA',
    description: row('I.A', '2').position,
    gender: 'MALE',
    birth: { edtf: '1966', text: '1966' },
    births: [{ place: 'Vitebsk/Viciebsk, former USSR (now Belarus)', country: { slug: 'belarus' } }],
    names: {
      nodes: [
        { value: 'Dzmitry Valerievich PAULICHENKA', kind: 'PRIMARY', lang: null },
        { value: 'Dmitri Valerievich PAVLICHENKO', kind: 'ALIAS', lang: null },
        { value: 'Dmitriy Valeriyevich PAVLICHENKO', kind: 'ALIAS', lang: null },
        { value: 'Дзмiтрый Валер’евiч ПАЎЛIЧЭНКА', kind: 'ALIAS', lang: 'be' },
        { value: 'Дмитрий Валериевич ПАВЛИЧЕНКО', kind: 'ALIAS', lang: null },
      ],
    },
  })
  const numbers = { name: 'Ann Other', idNumber: '3281175A014PB0', passportNumber: 'MP0000001', innCode: '6732050064' }
  await importText(euJournal, 'x.csv', withRow(numbers), { asOf: '2026-04-25' })
  let exported = ''
  for await (const line of exportLines()) exported += line
  expect(exported).toContain('Ann Other')
  for (const number of Object.values(numbers).slice(1)) expect(exported).not.toContain(number)
})

test('dates of birth in several forms are read', async () => {
  const births = async (number: string) =>
    (await entryOf(number, '... on Person { birth { edtf } births { date { edtf } } }')) as unknown
  expect(await births('32006R0765/I.A/157')).toMatchObject({ birth: { edtf: '1966-01-28' } })
  expect(await births('32006R0765/I.A/304')).toMatchObject({
    birth: { edtf: '1979' },
    births: [{ date: { edtf: '1980' } }, { date: { edtf: '1981' } }, { date: null }],
  })
})

test('a nationality is a relationship to the country', async () => {
  const found = await entryOf(
    '32006R0765/I.A/121',
    'relationships(where: { kind: { in: [NATIONAL_OF] } }) { nodes { object { slug } } }',
  )
  expect(found.relationships).toEqual({ nodes: [{ object: { slug: 'belarus' } }] })
})

test('the statement of reasons is quoted in full from the regulation, which has a number, a day and an address', async () => {
  const { listings } = await entryOf('32006R0765/I.B/28')
  expect(listings.nodes).toEqual([
    {
      listingId: 'I.B/28',
      listed: { edtf: '2022-06-03', basis: 'STATED', text: '3.6.2022' },
      confirmedUntil: '2026-04-25',
      sanction: {
        title: 'Regulation (EC) No 765/2006, Annex I.B: Asset freeze',
        program: 'EU-BLR',
        measures: ['ASSET_FREEZE'],
        authority: { slug: 'authority-european-union' },
      },
      citations: {
        nodes: [
          {
            quote: row('I.B', '28').reason,
            source: {
              title: 'Regulation (EC) No 765/2006',
              url: 'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=CELEX:32006R0765',
              publishedOn: { edtf: '2006-05-20' },
            },
          },
        ],
      },
    },
  ])
})

test('an asset freeze, an export control and a ban on transactions stay apart, and so do entries of one name', async () => {
  const frozen = await entryOf('32006R0765/I.B/51', 'id')
  const controlled = await entryOf('32006R0765/V/legmash-plant-ojsc', 'id')
  expect(frozen.id).not.toBe(controlled.id)
  const measures = ({ listings }: Entry) =>
    listings.nodes.map(({ sanction, listed }) => [sanction.measures, listed?.edtf])
  expect(measures(frozen)).toEqual([[['ASSET_FREEZE'], '2025-07-19']])
  expect(measures(controlled)).toEqual([[['TRADE_RESTRICTION'], '[..2026-04-24?]']])
  const bank = await entryOf('32006R0765/XV/belagroprombank')
  expect(measures(bank)).toEqual([[['FINANCIAL_RESTRICTION'], '2022-03-20']])
})

test('a company joins the actor that has its number in the register, and keeps the name that this one has', async () => {
  const { actor } = await read<{ actor: Record<'identifiers' | 'names', { nodes: unknown[] }> }>(
    `query ($id: ID!) { actor(by: { id: $id }) {
      name identifiers { nodes { scheme value } } names { nodes { value } } listings { totalCount }
    } }`,
    { id: idOf('Organization', company) },
  )
  expect(actor).toMatchObject({ name: 'A company with this number', listings: { totalCount: 1 } })
  expect(actor.identifiers.nodes).toEqual(
    expect.arrayContaining([
      { scheme: 'BY_UNP', value: '600122610' },
      { scheme: 'EU_JOURNAL', value: '32006R0765/I.B/28' },
    ]),
  )
  expect(actor.names.nodes).toContainEqual({ value: 'Open Joint Stock Company ‘Belaruskali’' })
  // A number whose check digit is wrong is not taken.
  expect(await database.identifier.count({ where: { scheme: 'BY_UNP', value: '770473400' } })).toBe(0)
})

test('what restricts Belaruskali is its listing; the ban on potash restricts goods, and its target is Belarus', async () => {
  const restrictionsOf = async (id: string) =>
    (
      await read<{ actor: { restrictions: { sanction: { slug: string } }[] } }>(
        `query ($id: ID!) { actor(by: { id: $id }) { restrictions(on: "2026-05-01") { scope status measures authority { name } sanction { slug } } } }`,
        { id },
      )
    ).actor.restrictions
  const eu = { status: 'IN_FORCE', authority: { name: 'European Union' } }
  expect(await restrictionsOf(idOf('Organization', company))).toEqual([
    { ...eu, scope: 'PARTY', measures: ['ASSET_FREEZE'], sanction: { slug: 'eu-32006r0765-i-b-asset-freeze' } },
  ])
  const belarus = await database.actor.findUniqueOrThrow({ where: { slug: 'belarus' } })
  const ofBelarus = await restrictionsOf(idOf('Country', belarus))
  expect(ofBelarus.filter(({ sanction }) => sanction.slug.startsWith('eu-'))).toEqual([
    { ...eu, scope: 'GOODS', measures: ['TRADE_RESTRICTION'], sanction: { slug: 'eu-potash' } },
  ])
})

test('an entry that is gone before its stated day of listing ends on this day', async () => {
  const without = consolidated.replace(/[^\n]*,XXXIV,[^\n]*\n/, '')
  // The person of the test above is gone too.
  const options = { asOf: '2026-05-01', maxDelisted: 90, dryRun: true }
  expect(await importText(euJournal, '32006R0765.csv', without, options)).toMatchObject({ retracted: 2, rejected: 0 })
})

test('an act that amends a regulation adds entries and delists none, and is cited', async () => {
  const report = await importFolder(euJournal, `${folder}32026R1846.csv`, { asOf: '2026-07-24' })
  expect(report).toMatchObject({ read: 4, created: 4, retracted: 0, rejected: 0 })
  const { listings } = await entryOf('32006R0765/V/chip-and-dip-llc')
  expect(listings.nodes).toMatchObject([
    {
      listed: { edtf: '2026-04-26?/2026-07-24?' },
      citations: { nodes: [{ quote: null, source: { title: 'Regulation (EU) 2026/1846', publishedOn: null } }] },
    },
  ])
  expect((await entryOf('32006R0765/I.B/29')).listings.nodes).toMatchObject([{ confirmedUntil: '2026-04-25' }])
  expect(await database.sanctionTarget.count({ where: { delistedPrecision: { not: null } } })).toBe(0)
})

test('a ship under two measures is one actor with two listings, and a company has the numbers of its registers', async () => {
  expect(await importFolder(euJournal, `${folder}32026R1941.csv`, { asOf: '2026-08-08' })).toMatchObject({
    created: 1,
    rejected: 0,
  })
  const ship = await entryOf('32016R0044/V/1', '... on Asset { kind } identifiers { nodes { scheme value } }')
  expect(ship).toMatchObject({ identifiers: { nodes: expect.arrayContaining([{ scheme: 'IMO', value: '9058713' }]) } })
  expect(ship.listings.nodes.map(({ sanction }) => sanction.title)).toEqual([
    'Regulation (EU) 2016/44, Annex V: Transportation restrictions',
    'Regulation (EU) 2016/44, Annex V: Financial restrictions',
  ])
  await importFolder(euJournal, `${folder}32026R1817.csv`, { asOf: '2026-08-08' })
  expect(await identifiersOf('32006R0765/I.B/62')).toEqual([
    { scheme: 'EU_JOURNAL', value: '32006R0765/I.B/62' },
    { scheme: 'RU_INN', value: '6732050064' },
    { scheme: 'RU_OGRN', value: '1126733000063' },
  ])
})

test('the next consolidated version delists what it lacks, and the same one changes nothing', async () => {
  const without = consolidated.replace(/\n32006R0765,29,[\s\S]*?(?=\n32006R0765)/, '')
  const options = { asOf: '2026-09-01', maxDelisted: 90 }
  expect(await importText(euJournal, '32006R0765.csv', without, options)).toMatchObject({ created: 0, rejected: 0 })
  const { actor } = await read<{ actor: { listings: { nodes: unknown[] } } }>(
    `{ actor(by: { identifier: { scheme: "EU_JOURNAL", value: "32006R0765/I.B/29" } }) { listings { nodes { delisted { edtf } } } } }`,
  )
  expect(actor.listings.nodes).toEqual([{ delisted: { edtf: '2026-04-26?/2026-09-01?' } }])
  expect(await importText(euJournal, '32006R0765.csv', without, options)).toMatchObject({
    created: 0,
    changed: 0,
    retracted: 0,
  })
})

test('a company has the number of a company in the register of the IMO, which is not that of a ship', async () => {
  const numbers = { schema: 'Company', name: 'Marinbunker', recordId: '950', imoNumber: '6132673' }
  const wrong = { schema: 'Company', name: 'Other', recordId: '951', imoNumber: '6132674' }
  const both = withRow(numbers) + withRow(wrong).slice(consolidated.length)
  const report = await importText(euJournal, 'x.csv', both, { asOf: '2026-09-01', limit: 100 })
  expect(report).toMatchObject({ created: 2, leftOut: 1 })
  const identifiers = await identifiersOf('32006R0765/I.A/950')
  expect(identifiers).toContainEqual({ scheme: 'IMO_COMPANY', value: '6132673' })
  expect(identifiers).not.toContainEqual({ scheme: 'IMO', value: '6132673' })
})

test('an entry with the number of a register takes a new name and position of its list', async () => {
  const ship = { recordId: '952', schema: 'Vessel', imoNumber: '9290397', name: 'KRITI VIGOR', position: 'Tanker' }
  const options = { asOf: '2026-09-01', limit: 100 }
  await importText(euJournal, 'x.csv', withRow(ship), options)
  await importText(euJournal, 'x.csv', withRow({ ...ship, name: 'STORMBRINGER', position: '' }), options)
  expect(await entryOf('32006R0765/I.A/952')).toMatchObject({ name: 'STORMBRINGER', description: null })
})

test('Lukashenko of the US list and of the EU list are offered as one person, and have all listings until the merge is undone', async () => {
  await importFolder(ofac, fileURLToPath(new URL('data/ofac-2021', import.meta.url)), { asOf: '2021-07-07' })
  const us = await database.actor.findFirstOrThrow({ where: { slug: 'ofac-sdn-9760' } })
  const eu = await database.actor.findFirstOrThrow({ where: { name: 'Aliaksandr Ryhoravich LUKASHENKA' } })
  const { data } = await ask<{ mergeCandidates: { actors: { slug: string }[]; reasons: { kind: string }[] }[] }>(
    '{ mergeCandidates(first: 100) { actors { slug } reasons { kind } } }',
    {},
    key,
  )
  const pair = data?.mergeCandidates.find(({ actors }) =>
    [us.slug, eu.slug].every((slug) => actors.some((each) => each.slug === slug)),
  )
  expect(pair?.reasons.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['NAME', 'BIRTH_DATE']))

  const listingsOf = async ({ id }: { id: string }) => {
    const { actor } = await read<{ actor: Entry }>(`query ($id: ID!) { actor(by: { id: $id }) { ${selection} } }`, {
      id: idOf('Person', { id }),
    })
    return actor.listings.nodes.map(({ listingId, listed, sanction }) => [
      sanction.authority.slug,
      listingId,
      listed?.edtf,
    ])
  }
  const ofUs = ['united-states', '9760', '[..2021-07-07?]']
  const ofEu = ['authority-european-union', 'I.A/45', '2020-11-06']
  expect([await listingsOf(us), await listingsOf(eu)]).toEqual([[ofUs], [ofEu]])
  const editor = await anEditor()
  await editor.done('actorMerge', { id: idOf('Person', eu), into: idOf('Person', us) }, { select: 'actor { id }' })
  await sequenceChanges()
  for (const each of [us, eu]) expect(new Set(await listingsOf(each))).toEqual(new Set([ofUs, ofEu]))
  await editor.done('actorUnmerge', { id: idOf('Person', eu) }, { select: 'actor { id }' })
  expect([await listingsOf(us), await listingsOf(eu)]).toEqual([[ofUs], [ofEu]])
})

test('a statement of reasons of over 20,000 characters is left out and reported, and the entry is listed', async () => {
  const options = { asOf: '2026-09-02' }
  const report = await importText(euJournal, 'x.csv', withRow({ recordId: '901', reason: 'r'.repeat(20_001) }), options)
  expect(report).toMatchObject({ created: 1, rejected: 0, leftOut: 1 })
  expect(report.rejections.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
    'EU_JOURNAL:32006R0765/I.A/901 The statement of reasons has more than 20000 characters, and is left out.',
  ])
  const { listings } = await entryOf('32006R0765/I.A/901')
  expect(listings.nodes).toMatchObject([
    { citations: { nodes: [{ quote: null, source: { title: 'Regulation (EC) No 765/2006' } }] } },
  ])
})

test.each([
  [{ celex: 'Regulation' }, '"Regulation" is not the CELEX number of a regulation, such as 32006R0765: correct it.'],
  [{ annex: '' }, 'The row has no annex.'],
  [{ recordId: '', name: '' }, 'The row has no name.'],
  [{ schema: 'Spaceship' }, 'The kind "Spaceship" of the entry is not known.'],
  [{ name: '\uFFFD' }, 'The row is not valid UTF-8: convert the file to UTF-8.'],
  [{ name: 'X,Y' }, 'The row has 46 columns, but the header has 45: the row is damaged.'],
])('a row with %j is rejected, and the others are imported', async (values, reason) => {
  const report = await importText(euJournal, 'x.csv', withRow(values), { asOf: '2026-10-01', dryRun: true })
  expect(report).toMatchObject({ read: rows.length + 1, rejected: 1 })
  expect(report.rejections.map((each) => each.reason)).toEqual([reason])
})

test('a rejected row of a directory is reported with its file', async () => {
  const other = header + withRow({ recordId: '901', nationality: 'Martian' }).slice(consolidated.length)
  const files = { 'a.csv': withRow({ schema: 'Robot' }), 'b.csv': other }
  const { rejections } = await importTexts(euJournal, files, { asOf: '2026-10-01', dryRun: true })
  expect(rejections.map(({ file, key }) => [file, key])).toEqual([
    ['a.csv', 'EU_JOURNAL:32006R0765/I.A/900'],
    ['b.csv', 'EU_JOURNAL:32006R0765/I.A/901'],
  ])
})

test.each([
  ['annex,name\nI.A,X\n', /^The header of x\.csv lacks amendedCelex, amendmentCelex, recordId, /],
  ['', /^The input is empty/],
  [header.replaceAll(',', ';'), /^The header of x\.csv is one column: separate the columns by commas/],
  [
    Buffer.from(consolidated, 'utf16le'),
    /^The file x\.csv cannot be read as CSV: it is UTF-16\. Convert it to UTF-8\.$/,
  ],
  [header.replace('alias,', 'alias,name,'), /^The header of x\.csv has the column name twice/],
  [`${header}"32006R0765,1`, /ends within a quoted field/],
  [
    `${header}32006R0765,a"b"\n`,
    /^The file x\.csv cannot be read as CSV: the quotes do not match on line 2\. Download it/,
  ],
])('a file that is not a transcription is refused (%#)', async (content, message) => {
  await expect(importText(euJournal, 'x.csv', content, { asOf: '2026-10-01' })).rejects.toThrow(message)
})

/** Returns a transcription of another regulation, with a row of a company for each of these values. */
const rowsOf = (celex: string, all: readonly Record<string, string>[], amendment?: string): string => {
  const columns = header.trim().split(',')
  const start = amendment ? ['amendedCelex', 'amendmentCelex'] : ['celex']
  const lines = all.map((values) => {
    const fields: Record<string, string> = { ...base, schema: 'Company', ...values, celex }
    Object.assign(fields, { amendedCelex: celex, amendmentCelex: amendment })
    return [...start, ...columns.slice(1)].map((column) => `"${fields[column] ?? ''}"`).join(',')
  })
  return `${[[...start, ...columns.slice(1)].join(','), ...lines].join('\r\n')}\r\n`
}

const listingsOf = async (value: string) =>
  (await entryOf(value, '... on Organization { delistings: listings { nodes { delisted { edtf } } } }')) as unknown as {
    name: string
    delistings: { nodes: { delisted: { edtf: string } | null }[] }
  } & Entry

const frozen = { recordId: '1', name: 'Alpha', startDate: '1.2.2020', reason: 'It is a bank.' }
const banned = { ...frozen, measure: 'Travel ban', startDate: '3.4.2022', reason: 'It is a carrier.' }

test('the rows of one entry may be apart, and each measure has its own day and reason', async () => {
  const other = { recordId: '2', name: 'Beta' }
  const first = rowsOf('32099R0001', [frozen, other, banned])
  expect(await importText(euJournal, 'x.csv', first, { asOf: '2026-01-01' })).toMatchObject({ created: 2, rejected: 0 })
  const { listings } = await entryOf('32099R0001/I.A/1')
  expect(listings.nodes.map(({ listed, citations }) => [listed?.edtf, citations.nodes[0]?.quote]).sort()).toEqual([
    ['2020-02-01', 'It is a bank.'],
    ['2022-04-03', 'It is a carrier.'],
  ])
  const again = rowsOf('32099R0001', [other, banned, frozen])
  expect(await importText(euJournal, 'x.csv', again, { asOf: '2026-02-01' })).toMatchObject({
    unchanged: 2,
    retracted: 0,
  })
})

test('an act that names one measure of an entry does not end the others', async () => {
  await importText(euJournal, 'x.csv', rowsOf('32099R0002', [frozen, banned]), { asOf: '2026-01-01' })
  const act = rowsOf('32099R0002', [frozen], '32026R0003')
  expect(await importText(euJournal, 'x.csv', act, { asOf: '2026-02-01' })).toMatchObject({ read: 1, retracted: 0 })
  const { delistings } = await listingsOf('32099R0002/I.A/1')
  expect(delistings.nodes).toEqual([{ delisted: null }, { delisted: null }])
})

test.each([
  [{ name: 'Gamma', measure: 'Travel ban' }, 'has another name or kind in line 2: correct the recordId or the name'],
  [{ name: 'Alpha', reason: 'Again' }, 'is under the same measure in line 2: remove one of the two rows'],
])('a second row %j with the number of another is rejected', async (values, reason) => {
  const content = rowsOf('32099R0003', [frozen, { recordId: '1', ...values }])
  const report = await importText(euJournal, 'x.csv', content, { asOf: '2026-01-01', dryRun: true })
  expect(report).toMatchObject({ created: 1, rejected: 1, rejections: [{ number: 3 }] })
  expect(report.rejections[0]?.reason).toContain(reason)
})

test('names that differ only in their punctuation, without numbers, are not taken for one entry', async () => {
  const content = rowsOf('32099R0003', [
    { recordId: '', name: 'A & B Trading' },
    { recordId: '', name: 'A B Trading' },
  ])
  const report = await importText(euJournal, 'x.csv', content, { asOf: '2026-01-01', dryRun: true })
  expect(report).toMatchObject({ created: 1, rejected: 1, rejections: [{ number: 3 }] })
})

test('a statement of reasons that is too long is left out, and reported', async () => {
  const content = rowsOf('32099R0003', [{ ...frozen, reason: 'word '.repeat(5000) }])
  const report = await importText(euJournal, 'x.csv', content, { asOf: '2026-01-01', dryRun: true })
  expect(report).toMatchObject({ created: 1, rejected: 0, leftOut: 1 })
  expect(report.rejections[0]?.reason).toBe('The statement of reasons has more than 20000 characters, and is left out.')
})

test('a file that ends within a field is refused before any of its entries is written', async () => {
  const rows = Array.from({ length: 1100 }, (_, number) => ({ recordId: `${number}`, name: `Company ${number}` }))
  const before = await database.change.count()
  await expect(
    importText(euJournal, 'x.csv', `${rowsOf('32099R0004', rows)}"32099R0004,`, { asOf: '2026-01-01' }),
  ).rejects.toThrow('it ends within a quoted field')
  expect(await database.change.count()).toBe(before)
})

test('a rejection in a directory of acts names the file', async () => {
  const contents = {
    'a.csv': rowsOf('32099R0005', [frozen], '32026R0003'),
    'b.csv': rowsOf('32099R0005', [{ ...frozen, annex: '' }], '32026R0004'),
  }
  const report = await importTexts(euJournal, contents, { asOf: '2026-01-01', dryRun: true })
  expect(report.rejections).toMatchObject([{ number: 2, file: 'b.csv', reason: 'The row has no annex.' }])
})

test('a row with the character NUL is rejected with the field that has it', async () => {
  const content = rowsOf('32099R0003', [
    { ...frozen, name: 'A\u0000B' },
    { recordId: '2', name: 'Beta' },
  ])
  const report = await importText(euJournal, 'x.csv', content, { asOf: '2026-01-01', dryRun: true })
  expect(report).toMatchObject({ created: 1, rejected: 1 })
  expect(report.rejections[0]?.reason).toMatch(/^The record is not valid: name must contain .*neither NUL/)
})

test('acts are refused before any of them is written if a newer version of one regulation was imported', async () => {
  await importText(euJournal, 'x.csv', rowsOf('32099R0006', [frozen]), { asOf: '2026-05-01' })
  const rows = Array.from({ length: 1100 }, (_, number) => ({ recordId: `${number}`, name: `Company ${number}` }))
  const before = await database.change.count()
  const contents = {
    'a.csv': rowsOf('32099R0007', rows, '32026R0003'),
    'b.csv': rowsOf('32099R0006', [frozen], '32026R0004'),
  }
  for (const options of [{}, { maxDelisted: 100 }, { limit: 2000 }])
    await expect(importTexts(euJournal, contents, { asOf: '2026-04-01', ...options })).rejects.toThrow(
      'The list EU_JOURNAL:32099R0006 was already imported as of 2026-05-01',
    )
  expect(await database.change.count()).toBe(before)
})

test('an entry that two acts of one directory have is rejected the second time, with the other file', async () => {
  const contents = {
    'a.csv': rowsOf('32099R0005', [frozen], '32026R0003'),
    'b.csv': rowsOf('32099R0005', [frozen], '32026R0004'),
  }
  const report = await importTexts(euJournal, contents, { asOf: '2026-01-01', dryRun: true })
  expect(report.rejections).toMatchObject([
    {
      number: 2,
      file: 'b.csv',
      reason:
        'The entry EU_JOURNAL:32099R0005/I.A/1 is also in line 2 of a.csv: import the two files one after the other, each with its day.',
    },
  ])
})

test('zeros are no number of a register, a wrong number is no ship, and a company has a number of companies', async () => {
  const zeros = { registrationNumber: '0000000000', taxNumber: '000000000', ogrnCode: '0000000000000' }
  const content = rowsOf('32099R0008', [
    { ...zeros, recordId: '1', name: 'Alpha', imoNumber: '6509771' },
    { ...zeros, recordId: '2', name: 'Beta', imoNumber: '0000000' },
    { schema: 'Vessel', recordId: '3', name: 'Gamma', imoNumber: '9058714' },
    { schema: 'Vessel', recordId: '4', name: 'Delta', imoNumber: '0000000' },
  ])
  const report = await importText(euJournal, 'x.csv', content, { asOf: '2026-01-01' })
  expect(report).toMatchObject({ created: 4, rejected: 0, leftOut: 3 })
  const numbers = await database.identifier.findMany({
    where: { actor: { identifiers: { some: { scheme: 'EU_JOURNAL', value: { startsWith: '32099R0008/' } } } } },
  })
  const others = numbers.filter(({ scheme }) => scheme !== 'EU_JOURNAL')
  expect(others.map(({ scheme, value }) => `${scheme}:${value}`)).toEqual(['IMO_COMPANY:6509771'])
})

test('a consolidated version that is older than an act is imported, and ends no entry of the act', async () => {
  const added = { recordId: '2', name: 'Beta' }
  await importText(euJournal, 'x.csv', rowsOf('32099R0009', [added], '32026R0003'), { asOf: '2026-06-01' })
  const older = await importText(euJournal, 'x.csv', rowsOf('32099R0009', [frozen]), { asOf: '2026-05-01' })
  expect(older).toMatchObject({ created: 1, retracted: 0 })
  expect((await listingsOf('32099R0009/I.A/2')).delistings.nodes).toEqual([{ delisted: null }])
  // The next version has the act.
  const next = rowsOf('32099R0009', [frozen, added])
  expect(await importText(euJournal, 'x.csv', next, { asOf: '2026-07-01' })).toMatchObject({ created: 0, retracted: 0 })
})
