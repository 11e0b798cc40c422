import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { formats } from '../../src/import/formats/formats.ts'
import { openInput } from '../../src/import/pipeline/input.ts'
import { testDatabase } from '../database.ts'
import { importFolder, importText } from './run.ts'

beforeAll(() => {
  openDatabase(testDatabase().url)
})

afterAll(() => db.$disconnect())

const format = (name: string) => {
  const found = formats.get(name)
  if (!found) throw new Error(`no format ${name}`)
  return found
}

const sdn = fileURLToPath(new URL('data/ofac-2021/sdn.csv', import.meta.url))
const sample = fileURLToPath(new URL('data/gdelt-v1.tsv', import.meta.url))
const binary = Buffer.from(Array.from({ length: 5000 }, (_, place) => (place * 73) % 256))

async function expectNothing(work: () => Promise<unknown>, message: RegExp) {
  const before = await db.change.count()
  await expect(work()).rejects.toThrow(message)
  expect(await db.change.count()).toBe(before)
}

test.each([...formats.keys()])(
  '%s: an empty file, a binary file and a file of another format are rejected',
  async (name) => {
    await expectNothing(() => importText(format(name), 'sdn.csv', ''), /empty/)
    await expectNothing(
      () => importText(format(name), 'sdn.csv', binary),
      /is not in the format|cannot be read as (CSV|XML)|header of .+ lacks/,
    )
    const other = name === 'gdelt' ? await readFile(sdn) : await readFile(sample)
    await expectNothing(
      () => importText(format(name), 'sdn.csv', other),
      /is not in the format|cannot be read as (CSV|XML)|header of .+ lacks/,
    )
  },
)

test('a truncated zipped file is rejected, and a complete one is read like the unzipped file', async () => {
  const zipped = gzipSync(await readFile(sample))
  await expectNothing(
    () => importText(format('gdelt'), 'sample.tsv.gz', zipped.subarray(0, zipped.length - 200)),
    /is truncated or damaged/,
  )
  expect(await importText(format('gdelt'), 'sample.tsv.gz', zipped)).toMatchObject({ rejected: 0, created: 48 })
})

test('a CSV file that ends in a field is rejected', async () => {
  const whole = await readFile(sdn)
  const end = whole.lastIndexOf('"DOB')
  await expectNothing(
    () => importText(format('ofac'), 'sdn.csv', whole.subarray(0, end + 10)),
    /ends within a quoted field/,
  )
})

test('a list with truncated entries is rejected, because its aliases refer to missing entries', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  try {
    const { cp, writeFile } = await import('node:fs/promises')
    await cp(path.dirname(sdn), folder, { recursive: true })
    const rows = (await readFile(sdn, 'utf8')).split('\r\n')
    await writeFile(path.join(folder, 'sdn.csv'), rows.slice(0, 20).join('\r\n'))
    await expectNothing(
      () => importFolder(format('ofac'), folder, { asOf: '2021-07-07' }),
      /truncated, or the files are from different snapshots/,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a directory without the expected files is rejected, and so is a path that does not exist', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  try {
    await expectNothing(() => importFolder(format('ofac'), folder), /neither sdn\.csv nor cons_prim\.csv/)
  } finally {
    await rm(folder, { recursive: true })
  }
  await expect(openInput('/nowhere/at/all')).rejects.toThrow('There is no file or directory "/nowhere/at/all"')
})

test('a list with a row of more than a megabyte is rejected, and nothing is delisted', async () => {
  const long = `1,"${'x'.repeat(10 * 1024 * 1024)}"`
  await expectNothing(() => importText(format('ofac'), 'sdn.csv', long), /longer than 1 MB/)
})
