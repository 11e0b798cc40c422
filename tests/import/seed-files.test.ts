import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { mistakesOf, seedFrom } from '../../src/import/seed-files.ts'
import { emptyDatabase } from './empty-database.ts'

let folder: string
let drop: () => Promise<void>

beforeAll(async () => {
  const empty = await emptyDatabase('own_seed')
  drop = empty.drop
  openDatabase(empty.url)
})

afterAll(async () => {
  await db.$disconnect()
  await drop()
})

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'dateline-seed-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function file(name: string, text: string): string {
  const place = path.join(folder, name)
  writeFileSync(place, text)
  return place
}

const actor = (id: string) => ({ record: 'ACTOR', identifiers: [`TEST:${id}`], kind: 'PERSON', slug: id, name: id })

test('a seed file adds its records to the countries, as an array and as one record in each line', async () => {
  const array = file('array.json', JSON.stringify([actor('ada')], null, 2))
  const lines = file('lines.ndjson', `${JSON.stringify(actor('bob'))}\n${JSON.stringify(actor('cyn'))}\n`)
  const reports = await seedFrom([array, lines])
  expect(mistakesOf(reports)).toEqual([])
  expect(reports.map(({ created }) => created)).toEqual([1, 2])
  expect(await db.country.count()).toBe(250)
  const people = await db.actor.findMany({ where: { kind: 'PERSON' }, orderBy: { slug: 'asc' } })
  expect(people.map(({ slug }) => slug)).toEqual(['ada', 'bob', 'cyn'])
})

test('the seed file in docs/testing.md has no mistake', async () => {
  const page = readFileSync(new URL('../../docs/testing.md', import.meta.url), 'utf8')
  const [, example = ''] = /^```json\n(\[[\s\S]*?)^```/m.exec(page) ?? []
  const reports = await seedFrom([file('example.json', example)])
  expect(mistakesOf(reports)).toEqual([])
  expect(reports).toMatchObject([{ read: 6, created: 6 }])
})

test('a mistake is told with the file, the line of its record, and the key', async () => {
  const wrong = { ...actor('dan'), kind: 'ROBOT' }
  const array = file('array.json', JSON.stringify([actor('eve'), wrong], null, 1))
  const lines = file('lines.ndjson', `${JSON.stringify(actor('fay'))}\n\n${JSON.stringify(wrong)}\n`)
  const reason = 'The record is not valid: kind must be one of PERSON, COUNTRY, ORGANIZATION, GROUP, ASSET.'
  expect(mistakesOf(await seedFrom([array, lines]))).toEqual([
    `Line 11 of ${array} (TEST:dan): ${reason}`,
    `Line 3 of ${lines} (TEST:dan): ${reason}`,
  ])
})

test.each([
  ['[\n  {"record": }\n]', 'is not JSON: value expected in line 2. Correct this line.'],
  ['[1', 'is not JSON: close bracket expected in line 1. Correct this line.'],
  ['7', 'is not a list of records: write a JSON array of records, or one record in each line.'],
])('a file that contains %j is refused before anything is imported', async (text, words) => {
  const before = await db.importRun.count()
  const wrong = file('wrong.json', text)
  await expect(seedFrom([file('good.json', '[]'), wrong])).rejects.toThrow(`The seed file ${wrong} ${words}`)
  expect(await db.importRun.count()).toBe(before)
})

test('a file that does not exist is named', async () => {
  const missing = path.join(folder, 'missing.json')
  await expect(seedFrom([missing])).rejects.toThrow(
    `The seed file ${missing} cannot be read (ENOENT): correct its path or its permissions.`,
  )
})

test('a file in which no record is right is named', async () => {
  const wrong = file('wrong.json', '[{"record": "POEM"}]')
  await expect(seedFrom([wrong])).rejects.toThrow(`The seed file ${wrong} cannot be imported. The input is not in`)
})
