import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeDatabase, db, openDatabase } from '../../src/db/client.ts'
import type { DisputedField } from '../../src/db/generated/prisma/enums.ts'
import { exportLines } from '../../src/export/export.ts'
import { dateline } from '../../src/import/formats/dateline/dateline.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { seedCountries } from '../../src/import/seed.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { DATELINE } from '../built.ts'
import { read } from '../client.ts'
import { testDatabase } from '../database.ts'
import { anEditor } from '../schema/mutation/editor.ts'
import { seriesOf } from '../series.ts'
import { on } from '../world.ts'
import { emptyDatabase } from './empty-database.ts'
import { countBetween } from './ofac-count.ts'
import { importFolder, importText } from './run.ts'

const at = (file: string) => fileURLToPath(new URL(file, import.meta.url))
const row = readFileSync(at('data/gdelt-v1.tsv'), 'utf8').split('\n').at(20) ?? ''

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
})

afterAll(() => rm(folder, { recursive: true }))

async function lines(): Promise<string[]> {
  const all: string[] = []
  for await (const line of exportLines()) all.push(line)
  return all
}

/** Returns the exported records without their ids and days, which two imports of the same input do not share. */
async function contents(): Promise<string[]> {
  const all = (await lines()).map((line) => ({ ...JSON.parse(line), id: undefined, createdAt: undefined }))
  return all.map((record) => JSON.stringify(record)).sort()
}

/** Runs `work` on an empty database, and drops it. */
async function inEmptyDatabase<T>(name: string, work: (url: string) => Promise<T>): Promise<T> {
  const { url, drop } = await emptyDatabase(name)
  openDatabase(url)
  try {
    return await work(url)
  } finally {
    await closeDatabase()
    await drop()
  }
}

test('importing an export creates the same records, byte for byte', async () => {
  openDatabase(testDatabase().url)
  await importFolder(ofac, at('data/ofac-2019'), { asOf: '2019-01-15' })
  await importFolder(ofac, at('data/ofac-2021'), { asOf: '2021-07-07' })
  await importFolder(gdelt, at('data/gdelt-v1.tsv'))
  const persons = ['alias', 'survivor'].map((slug) => ({
    record: 'ACTOR',
    identifiers: [`TEST:${slug}`],
    kind: 'PERSON',
    slug,
    name: slug,
  }))
  await importText(dateline, 'persons.ndjson', persons.map((each) => JSON.stringify(each)).join('\n'))
  const survivor = await db.actor.findUniqueOrThrow({ where: { slug: 'survivor' } })
  await db.actor.update({ where: { slug: 'alias' }, data: { mergedIntoId: survivor.id } })
  await db.event.updateMany({ where: { slug: { startsWith: 'gdelt-5641117' } }, data: { retractedAt: new Date() } })
  await db.identifier.deleteMany({ where: { event: { slug: 'gdelt-564111644' } } })
  const sanction = await db.sanction.findFirstOrThrow({ where: { program: 'BELARUS' } })
  await db.sanction.update({ where: { id: sanction.id }, data: { retractedAt: new Date() } })
  await db.source.updateMany({
    where: { kind: 'ARTICLE', url: { not: null } },
    data: { createdAt: '2020-02-02T02:02:02.002Z' },
  })
  const sentenced = { charge: 'Espionage', term: '16 years', termMonths: 192, courtId: survivor.id }
  await db.detention.create({ data: { personId: survivor.id, certainty: 'ASSERTED', ...sentenced } })
  const value = { field: 'BIRTH', ...on('1954-08-30') } as const
  const disputed = await db.disputedValue.create({ data: { actorId: survivor.id, ...value } })
  const { id: sourceId } = await db.source.findFirstOrThrow()
  await db.citation.create({ data: { sourceId, disputedValueId: disputed.id, basis: 'STATED' } })
  const [participant, target] = [
    await db.eventParticipant.findFirstOrThrow(),
    await db.sanctionTarget.findFirstOrThrow(),
  ]
  const text = (owner: object, field: DisputedField) =>
    db.disputedValue.create({ data: { field, text: 'x', ...owner } })
  await text({ participantId: participant.id }, 'NOTE')
  await text({ eventId: participant.eventId }, 'TITLE')
  await db.disputedValue.create({ data: { ...value, field: 'LISTED', targetId: target.id } })
  const written = await lines()
  expect(written.filter((line) => line.includes('disputedValues'))).toHaveLength(3)
  expect(written.filter((line) => /Espionage.*"16 years".*192.*"TEST:survivor"/.test(line))).toHaveLength(1)
  expect(written.length).toBeGreaterThan(400)
  // The header is no record.
  const records = written.length - 1
  expect(await importText(dateline, 'all.ndjson', written.join('\n'))).toMatchObject({
    read: records,
    unchanged: records,
  })
  const before = await identities()
  await db.$disconnect()
  const again = await inEmptyDatabase('copy', async () => {
    const report = await importText(dateline, 'all.ndjson', written.join('\n'))
    expect(report).toMatchObject({ read: records, created: records, rejections: [] })
    expect(await identities()).toEqual(before)
    return lines()
  })
  expect(again).toEqual(written)
})

/** Returns the ids, days of creation, retractions and merges of all records, by table. */
async function identities() {
  const select = { id: true, createdAt: true, retractedAt: true } as const
  const orderBy = { id: 'asc' } as const
  return {
    actors: await db.actor.findMany({ select: { ...select, slug: true, mergedIntoId: true }, orderBy }),
    events: await db.event.findMany({ select: { ...select, slug: true, mergedIntoId: true }, orderBy }),
    sanctions: await db.sanction.findMany({ select: { ...select, slug: true }, orderBy }),
    sources: await db.source.findMany({ select, orderBy }),
    relationships: await db.relationship.findMany({ select: { id: true }, orderBy }),
  }
}

test('the id of a merged record leads to the survivor also after an export was imported by the command', {
  timeout: 60_000,
}, async () => {
  openDatabase(testDatabase().url)
  const editor = await anEditor()
  const [id, into] = await Promise.all(
    ['Loser', 'Survivor'].map(
      async (name) => (await editor.done('personCreate', { name }, { select: 'person { id }' })).person.id,
    ),
  )
  await editor.done('actorMerge', { id, into }, { select: 'actor { id }' })
  const file = path.join(folder, 'export.ndjson')
  const written = await lines()
  await writeFile(file, `${written.join('\n')}\n`)
  await db.$disconnect()
  await inEmptyDatabase('merged', async (url) => {
    expect(await once(runImport(url, 'dateline', file), 'exit')).toEqual([0, null])
    const query = 'query ($id: ID!) { node(id: $id) { id ... on Person { name } } country(by: { code: "BY" }) { id } }'
    expect(await read(query, { id })).toMatchObject({ node: { id: into, name: 'Survivor' } })
    expect(await lines()).toEqual(written)
  })
  openDatabase(testDatabase().url)
})

test('an export starts with the attributions of its sources, which an import skips', async () => {
  openDatabase(testDatabase().url)
  await importFolder(gdelt, at('data/gdelt-v1.tsv'))
  await importText(
    dateline,
    'source.ndjson',
    '{"record":"SOURCE","identifiers":["TEST:unlicensed"],"kind":"STATEMENT","title":"A statement"}',
  )
  const header = JSON.parse((await lines())[0] ?? '')
  expect(Object.keys(header)).toEqual(['record', 'attributions'])
  expect(header.attributions).toEqual(
    expect.arrayContaining([
      {
        title: 'world-countries',
        publisher: 'mledoze',
        url: 'https://github.com/mledoze/countries',
        license: 'ODbL 1.0 (https://opendatacommons.org/licenses/odbl/1-0/)',
      },
      expect.objectContaining({ title: 'The GDELT Project', license: expect.stringContaining('citation') }),
      { license: 'copyright of the publisher; only the address is used', articles: expect.any(Number) },
      { title: 'A statement', license: 'unknown' },
    ]),
  )
  const unlicensed = await db.source.count({ where: { license: null } })
  expect(unlicensed).toBe(1)
})

test('a record that is stored under another id keeps that id, and an id that is no UUID is rejected', async () => {
  openDatabase(testDatabase().url)
  const belarus = await db.country.findUniqueOrThrow({ where: { iso2: 'BY' } })
  const record = { record: 'ACTOR', identifiers: ['ISO3166:BY'], kind: 'COUNTRY', slug: 'belarus', name: 'Belarus' }
  const other = { ...record, id: '0197aaaa-0000-7000-8000-000000000000', createdAt: '2020-01-01T00:00:00.000Z' }
  const bad = { ...record, id: 'BY' }
  const content = [other, bad].map((each) => JSON.stringify(each)).join('\n')
  expect(await importText(dateline, 'two.ndjson', content)).toMatchObject({
    unchanged: 1,
    rejections: [{ reason: 'The record is not valid: id must be a UUID in lower case.' }],
  })
  expect(await db.country.findUnique({ where: { iso2: 'BY' } })).toEqual(belarus)
})

test('after importing an export, the next snapshot of a list lists and delists as on the original database', async () => {
  const written = await inEmptyDatabase('listed', async () => {
    await seedCountries()
    await importFolder(ofac, at('data/ofac-2019'), { asOf: '2019-01-15' })
    return lines()
  })
  expect(written.at(-1)).toBe('{"record":"SNAPSHOT","list":"OFAC_SDN","asOf":"2019-01-15"}')
  await inEmptyDatabase('relisted', async () => {
    await importText(dateline, 'all.ndjson', written.join('\n'))
    const { created, changed, delisted } = countBetween(at('data/ofac-2019'), at('data/ofac-2021'))
    const report = await importFolder(ofac, at('data/ofac-2021'), { asOf: '2021-07-07' })
    expect(report).toMatchObject({ created, changed, retracted: delisted })
    const gone = await db.sanctionTarget.findMany({ where: { delistedPrecision: { not: null } } })
    expect(new Set(gone.map(({ delistedEdtf }) => delistedEdtf))).toEqual(new Set(['2019-01-16?/2021-07-07?']))
    await expect(importFolder(ofac, at('data/ofac-2019'), { asOf: '2019-01-15' })).rejects.toThrow('already')
    const bad = [...written.slice(0, 3), '{"record":"SNAPSHOT","list":"OFAC_SDN","asOf":"2021-13-01"}']
    expect((await importText(dateline, 'bad.ndjson', bad.join('\n'))).rejections).toMatchObject([
      { number: 4, reason: 'The record is not valid: asOf must be a calendar day, such as 2021-07-07.' },
    ])
  })
})

test('a dry run reports the result, and writes nothing', async () => {
  await inEmptyDatabase('dry', async () => {
    await seedCountries()
    await sequenceChanges()
    const [changes, runs] = [await db.change.count(), await db.importRun.count()]
    const report = await importFolder(ofac, at('data/ofac-2019'), { asOf: '2019-01-15', dryRun: true })
    expect(report).toMatchObject({ read: 53, created: 53, rejected: 0 })
    expect(await db.change.count()).toBe(changes)
    expect(await db.importRun.count()).toBe(runs)
    expect(await db.changePending.count()).toBe(0)
    expect(await importFolder(ofac, at('data/ofac-2019'), { asOf: '2019-01-15' })).toMatchObject({ ...report })
  })
})

test('an import that is killed leaves complete batches, and a second run has the same result as an undisturbed one', {
  timeout: 120_000,
}, async () => {
  const file = path.join(folder, 'many.tsv')
  const many = Array.from({ length: seriesOf(2000, 6000) }, (_, place) =>
    row.replace(/^\d+/, String(7_000_000 + place)),
  )
  await writeFile(file, `${many.join('\n')}\n`)
  const whole = await inEmptyDatabase('whole', async () => {
    await seedCountries()
    expect(await importFolder(gdelt, file)).toMatchObject({ created: many.length })
    return contents()
  })
  await inEmptyDatabase('killed', async (url) => {
    const child = runImport(url, 'gdelt', file)
    while ((await db.event.count()) === 0) await sleep(20)
    child.kill('SIGKILL')
    await once(child, 'exit')
    const count = await db.event.count()
    expect(count % 1000).toBe(0)
    expect(count).toBeLessThan(many.length)
    expect(await importFolder(gdelt, file)).toMatchObject({
      unchanged: count,
      created: many.length - count,
      rejected: 0,
    })
    expect(await contents()).toEqual(whole)
  })
})

test('the command exits with 0, with 2 if rows were rejected, and with 1 if nothing was imported', {
  timeout: 60_000,
}, async () => {
  const { url } = testDatabase()
  const good = path.join(folder, 'good.tsv')
  const mixed = path.join(folder, 'mixed.tsv')
  await writeFile(good, `${row}\n`)
  await writeFile(mixed, `${row}\nnone\n`)
  const rejections = path.join(folder, 'rejected.ndjson')
  const code = async (...words: string[]) =>
    (await once(runImport(url, ...words, '--rejections', rejections), 'exit'))[0]
  expect(await code('gdelt', mixed)).toBe(2)
  expect(JSON.parse(await readFile(rejections, 'utf8'))).toMatchObject({
    line: 2,
    reason: expect.stringContaining('1 columns'),
  })
  expect(await code('gdelt', good)).toBe(0)
  expect(existsSync(rejections)).toBe(false)
  expect(await code('gdelt', path.join(folder, 'none.tsv'))).toBe(1)
  expect(await code('ofac', at('data/ofac-2021'), '--as-of', '2999-01-01')).toBe(1)
  expect(await code('ofac', good)).toBe(1)
})

test('the command reads standard input for "-"', { timeout: 60_000 }, async () => {
  await inEmptyDatabase('stdin', async (url) => {
    const child = runImport(url, 'gdelt', '-')
    child.stdin?.end(`${row}\n`)
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(await db.event.count()).toBe(1)
  })
})

function runImport(url: string, ...words: string[]) {
  return spawn(process.execPath, [...DATELINE, 'import', ...words], {
    env: { ...process.env, DATABASE_URL: url },
    stdio: ['pipe', 'ignore', 'ignore'],
  })
}
