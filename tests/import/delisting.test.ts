import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { ftm } from '../../src/import/formats/ftm/ftm.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import type { FileOptions } from '../../src/import/pipeline/import-files.ts'
import { DATELINE } from '../built.ts'
import { testDatabase } from '../database.ts'
import { importText } from './run.ts'

let folder: string
beforeAll(async () => {
  openDatabase(testDatabase().url)
  folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
})
afterAll(async () => {
  await db.$disconnect()
  await rm(folder, { recursive: true })
})

const nothing = (columns: number) => Array(columns).fill('-0- ').join(',')
const entriesUpTo = (count: number, program = 'TEST') =>
  Array.from({ length: count }, (_, index) => `${9_100_000 + index},"COMPANY ${index}",-0- ,"${program}",${nothing(8)}`)
    .join('\r\n')
    .concat('\r\n')
const importList = (content: string, options: FileOptions) => importText(ofac, 'sdn.csv', content, options)

test('a snapshot that lacks more than a fifth of the listings of a list is refused, and changes nothing', async () => {
  expect(await importList(entriesUpTo(10), { asOf: '2024-01-01' })).toMatchObject({ created: 10 })
  const state = async () => [await db.change.count(), await db.importRun.count()]
  const before = await state()
  const refused = importList(entriesUpTo(7), { asOf: '2024-01-02' })
  await expect(refused).rejects.toThrow(
    'The snapshot lacks 3 of the 10 listings on OFAC_SDN (30 %), and the import would delist them. It is refused, because that is more than 20 %, and nothing was changed: a truncated download looks the same. Check the file or download it again. If the list did shrink, import it with --accept.',
  )
  await expect(importList(entriesUpTo(7), { asOf: '2024-01-02', dryRun: true })).rejects.toThrow('The snapshot lacks 3')
  // The entries are all there, but under another programme: all listings under the first one would end.
  await expect(importList(entriesUpTo(10, 'OTHER'), { asOf: '2024-01-02' })).rejects.toThrow('lacks 10 of the 10')
  // After a bad row the entries that are missing stay listed, but the listings that a row lacks would end.
  const bad = 'not a number,"A BAD ROW"\r\n'
  const otherAfterBad = importList(bad + entriesUpTo(7, 'OTHER'), { asOf: '2024-01-02' })
  await expect(otherAfterBad).rejects.toThrow('lacks 7 of the 10')
  expect(await state()).toEqual(before)
})

test('a fifth is delisted, and more with another limit; parts of a list and repeated imports are not refused', async () => {
  expect(await importList(entriesUpTo(1), { asOf: '2024-01-02', limit: 5 })).toMatchObject({ retracted: 0 })
  expect(await importList(entriesUpTo(8), { asOf: '2024-01-02' })).toMatchObject({ unchanged: 8, retracted: 2 })
  expect(await importList(entriesUpTo(8), { asOf: '2024-01-02' })).toMatchObject({ unchanged: 8, retracted: 0 })
  expect(await importList(entriesUpTo(4), { asOf: '2024-01-03', maxDelisted: 50 })).toMatchObject({ retracted: 4 })
  await expect(importList(entriesUpTo(4), { asOf: '2024-01-02' })).rejects.toThrow('was already imported as of')
})

test('snapshots of FollowTheMoney are refused too, and lists of changes are not', async () => {
  const lines = [1, 2, 3].flatMap((number) => [
    { id: `NK-d${number}`, schema: 'Person', datasets: ['short list'], properties: { name: [`Person ${number}`] } },
    {
      id: `sanction-d${number}`,
      schema: 'Sanction',
      datasets: ['short list'],
      properties: { entity: [`NK-d${number}`], authority: ['Some Authority'] },
    },
  ])
  const run = (given: object[], asOf: string) =>
    importText(ftm, 'entities.ftm.json', given.map((each) => JSON.stringify(each)).join('\n'), { asOf })
  expect(await run(lines, '2024-01-01')).toMatchObject({ created: 3, rejected: 0 })
  await expect(run(lines.slice(0, 4), '2024-01-02')).rejects.toThrow(
    'The snapshot lacks 1 of the 3 listings on OPENSANCTIONS_DATASET:short-list (33.3 %)',
  )
  const [entity] = lines
  expect(await run([{ op: 'MOD', entity }], '2024-01-02')).toMatchObject({ rejected: 0, retracted: 0 })
})

/** Adds listings of one company under many numbers to a list, as a snapshot would. */
async function addListings(count: number): Promise<void> {
  await db.$executeRaw`
    WITH number AS (SELECT count(*) AS before FROM "SanctionTarget"), one AS (SELECT * FROM "SanctionTarget" WHERE "listingId" = '9100000' AND "delistedPrecision" IS NULL LIMIT 1), added AS (
      INSERT INTO "SanctionTarget" (id, "sanctionId", "actorId", "listingId")
      SELECT gen_random_uuid(), "sanctionId", "actorId", 'many ' || before + n FROM number, one, generate_series(1, ${count}::int) n RETURNING id
    )
    INSERT INTO "Sighting" ("targetId", list, "seenOn") SELECT id, 'OFAC_SDN', DATE '2024-01-03' FROM added`
}

test('ten thousand listings end within ten seconds', { timeout: 60_000 }, async () => {
  // The first call of a trigger decides its plan: it has one row.
  await addListings(1)
  const ends = (asOf: string) => importList(entriesUpTo(4), { asOf, maxDelisted: 100 })
  expect(await ends('2024-01-04')).toMatchObject({ retracted: 1 })
  await addListings(10_000)
  const start = performance.now()
  expect(await ends('2024-01-05')).toMatchObject({ rejected: 0 })
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(await db.sanctionTarget.count({ where: { listingId: { startsWith: 'many' }, delistedPrecision: null } })).toBe(
    0,
  )
})

/** The advisory lock of imports. */
const lock = 'pg_advisory_lock(6836011915)'

/** Runs work while another session holds the lock of imports. */
async function whileAnotherImportWrites<T>(work: () => Promise<T>): Promise<T> {
  return withClient(testDatabase().url, async (client) => {
    await client.query(`SELECT ${lock}`)
    return work()
  })
}

test('an import that another one blocks ends with a sentence, and works once the other has ended', async () => {
  const run = () => importList(entriesUpTo(4), { asOf: '2024-01-06', lockWait: 100 })
  await whileAnotherImportWrites(async () => {
    await expect(run()).rejects.toThrow(
      /^Another import has been writing for \d+ seconds \(process \d+ of the database server\): wait until it has ended, or end it with "SELECT pg_terminate_backend\(\d+\)", and import again\.$/,
    )
    await expect(importList(entriesUpTo(4), { asOf: '2024-01-06', lockWait: 100, dryRun: true })).rejects.toThrow(
      'Another import has been writing',
    )
  })
  expect(await run()).toMatchObject({ unchanged: 4 })
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends the running statement of an import, whose next run works at once',
  { timeout: 60_000 },
  async (signal) => {
    const file = path.join(folder, 'sdn.csv')
    await writeFile(file, entriesUpTo(5))
    const running = async () => {
      const rows = await db.$queryRaw<{ query: string }[]>`
        SELECT query FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`
      return rows.length
    }
    await whileAnotherImportWrites(async () => {
      const words = ['import', 'ofac', file, '--as-of', '2024-01-07', '--rejections', path.join(folder, 'rejected')]
      const child = spawn(process.execPath, [...DATELINE, ...words], {
        env: { ...process.env, DATABASE_URL: testDatabase().url },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const told = text(child.stderr)
      const exit = once(child, 'exit')
      while ((await running()) === 0) await sleep(20)
      child.kill(signal)
      const start = performance.now()
      while ((await running()) > 0) await sleep(20)
      expect(performance.now() - start).toBeLessThan(2000)
      expect(await exit).toEqual([130, null])
      expect(await told).toContain(
        'The import was interrupted after 0 rows, which are written in complete batches. Import the same input again to write the rest.',
      )
    })
    const { state } = await db.importRun.findFirstOrThrow({ orderBy: { createdAt: 'desc' } })
    expect(state).toBe('FAILED')
    expect(await importList(entriesUpTo(4), { asOf: '2024-01-06', lockWait: 2000 })).toMatchObject({ unchanged: 4 })
  },
)
