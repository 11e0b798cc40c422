import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { exportLines } from '../../src/export/export.ts'
import { dateline } from '../../src/import/formats/dateline/dateline.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { seedCountries } from '../../src/import/seed.ts'
import { DATELINE } from '../built.ts'
import { testDatabase } from '../database.ts'
import { seriesOf } from '../series.ts'
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

/** Runs `work` on an empty database, and drops it. */
async function inEmptyDatabase<T>(name: string, work: (url: string) => Promise<T>): Promise<T> {
  const { url, drop } = await emptyDatabase(name)
  openDatabase(url)
  try {
    return await work(url)
  } finally {
    await db.$disconnect()
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
  const written = await lines()
  expect(written.length).toBeGreaterThan(400)
  expect(await importText(dateline, 'all.ndjson', written.join('\n'))).toMatchObject({
    read: written.length,
    unchanged: written.length,
  })
  await db.$disconnect()
  const again = await inEmptyDatabase('copy', async () => {
    const report = await importText(dateline, 'all.ndjson', written.join('\n'))
    expect(report).toMatchObject({ read: written.length, created: written.length, rejections: [] })
    return lines()
  })
  expect(again).toEqual(written)
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
    return lines()
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
    expect((await lines()).sort()).toEqual(whole.sort())
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
