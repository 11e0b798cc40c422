// A database of an earlier release, restored from a dump and migrated, has lost nothing.
import { readdirSync, readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, db, openDatabase } from '../../src/db/client.ts'
import { migrate } from '../../src/db/migrate.ts'
import { withClient } from '../../src/db/with-client.ts'
import { writeId } from '../../src/domain/id.ts'
import { exportLines } from '../../src/export/export.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { sequenceChanges } from '../../src/store/write.ts'
import { ask, read } from '../client.ts'
import { testDatabase, urlOf } from '../database.ts'
import { importFolder } from '../import/run.ts'

const folder = new URL('./', import.meta.url)
const dumps = readdirSync(folder).filter((name) => name.endsWith('.sql.gz'))

const lists = '20261128110000'
const licences = '20261128120000'
const statuses = '20261128140000'

type Row = Record<string, unknown>
type Tables = Map<string, Row[]>

/**
 * The columns that migrations compute anew or change on purpose, by table. A migration that changes what is stored adds its
 * columns here, with a test below that says what they contain. "*" means that the rows of a table are compared in a test.
 */
const changedOnPurpose: Record<string, readonly string[]> = {
  // Migration 20261128120000 (`licences`): licences of sources, for which they are written once.
  Source: ['license', 'version', 'updatedAt'],
  // Migration 20261128140000 (`statuses`): statuses are derived anew, for which the sanctions are written once.
  Sanction: ['status', 'version', 'updatedAt'],
  // Migration 20261125090000: the log knows its end from its entries.
  FeedHead: ['position'],
  _prisma_migrations: ['*'],
}

/** Returns all rows of all tables as JSON, by table, in an order that does not depend on when they were written. */
async function readTables(url: string): Promise<Tables> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1`,
    )
    const tables: Tables = new Map()
    for (const { name } of rows) {
      const found = await client.query<{ row: Row }>(
        `SELECT to_jsonb(t) AS row FROM "${name}" t ORDER BY to_jsonb(t)::text`,
      )
      tables.set(
        name,
        found.rows.map(({ row }) => row),
      )
    }
    return tables
  })
}

/** Returns the columns of a row that must not change. */
function kept(table: string, row: Row): Row {
  const changed = changedOnPurpose[table] ?? []
  return Object.fromEntries(Object.entries(row).filter(([column]) => !changed.includes(column)))
}

describe.each(dumps)('the dump %s', (dump) => {
  const { url: own } = testDatabase()
  const name = `${new URL(own).pathname.slice(1)}_upgrade`
  const url = urlOf(own, name)
  let cursor: string | undefined
  let before: Tables
  let after: Tables

  beforeAll(async () => {
    await withClient(own, (client) => client.query(`CREATE DATABASE "${name}" TEMPLATE template0`))
    const sql = gunzipSync(readFileSync(new URL(dump, folder))).toString('utf8')
    cursor = /^-- cursor (.+)$/m.exec(sql)?.[1]
    await withClient(url, (client) => client.query(sql))
    before = await readTables(url)
    expect((await migrate(url)).length).toBeGreaterThan(0)
    openDatabase(url)
    await sequenceChanges()
    after = await readTables(url)
  }, 60_000)

  afterAll(async () => {
    await closeDatabase()
    await withClient(own, (client) => client.query(`DROP DATABASE "${name}"`))
    openDatabase(own)
  })

  const rowsOf = (tables: Tables, table: string) => tables.get(table) ?? []
  /** Returns whether a migration is new to the database of the dump. */
  const isNew = (migration: string) =>
    !rowsOf(before, '_prisma_migrations').some((row) => String(row.migration_name).startsWith(migration))

  test('contains lists, events, edits of all kinds, a key and runs', () => {
    const count = (table: string, where: (row: Row) => boolean = () => true) =>
      rowsOf(before, table).filter(where).length
    expect(count('SanctionTarget', (row) => row.delistedPrecision !== null)).toBeGreaterThan(0)
    expect(count('Event', ({ slug }) => String(slug).startsWith('gdelt-'))).toBeGreaterThan(0)
    for (const operation of ['CREATED', 'UPDATED', 'RETRACTED', 'MERGED'])
      expect(
        count('Change', (row) => row.operation === operation && String(row.writer).startsWith('key ')),
      ).toBeGreaterThan(0)
    for (const table of ['ApiKey', 'IdempotencyKey', 'ImportRun', 'Sighting', 'Detention', 'EventLink', 'Citation'])
      expect(count(table), table).toBeGreaterThan(0)
  })

  test('has every row of every table as before, in each column that is still there', () => {
    for (const [table, rows] of before) {
      if (changedOnPurpose[table]?.includes('*')) continue
      expect(after.has(table), `the table ${table} is gone`).toBe(true)
      const [example = {}] = rowsOf(after, table)
      for (const column of Object.keys(kept(table, rows[0] ?? {})))
        expect(Object.keys(example), `the column ${table}.${column} is gone`).toContain(column)
      const columns = Object.keys(rows[0] ?? {})
      const now = new Set(
        rowsOf(after, table).map((row) =>
          JSON.stringify(kept(table, Object.fromEntries(columns.map((column) => [column, row[column]])))),
        ),
      )
      const lost = rows.filter((row) => !now.has(JSON.stringify(kept(table, row))))
      expect(lost, `rows of ${table} are lost or changed`).toEqual([])
    }
  })

  test('has no more rows than before, but for what migrations record', () => {
    const more = [...after].flatMap(([table, rows]) => {
      const added = rows.length - rowsOf(before, table).length
      return added > 0 && before.has(table) ? [[table, added]] : []
    })
    const counts = new Map(more as [string, number][])
    for (const table of ['_prisma_migrations', 'Change', 'ChangeTransaction', 'EventActor']) counts.delete(table)
    // The source of the countries.
    expect(Object.fromEntries(counts)).toEqual(isNew(licences) ? { Source: 1, Identifier: 1 } : {})
  })

  test('has its log as before, and after it what the migrations changed', async () => {
    const positions = (tables: Tables) => rowsOf(tables, 'Change').map(({ position }) => Number(position))
    const [end, newEnd] = [Math.max(...positions(before)), Math.max(...positions(after))]
    const added = rowsOf(after, 'Change').filter(({ position }) => Number(position) > end)
    expect(added.length).toBe(newEnd - end)
    const types = new Set(isNew(licences) ? ['SANCTION', 'SOURCE'] : [])
    expect(new Set(added.map(({ type }) => type))).toEqual(types)
    expect(rowsOf(after, 'FeedHead')[0]?.epoch).toBe(rowsOf(before, 'FeedHead')[0]?.epoch)
  })

  test('says UNKNOWN of the programmes whose every entry was delisted, and leaves the other sanctions as they were', () => {
    const sanctions = (tables: Tables) => new Map(rowsOf(tables, 'Sanction').map((row) => [row.id, row]))
    const earlier = sanctions(before)
    const changed = [...sanctions(after).values()].filter(({ id, version }) => earlier.get(id)?.version !== version)
    const unknown = isNew(statuses) ? ['SDNT UNKNOWN', 'SDT UNKNOWN'] : []
    expect(changed.map(({ program, status }) => `${program} ${status}`).sort()).toEqual(unknown)
    for (const { id, status } of sanctions(after).values())
      if (!changed.some((row) => row.id === id)) expect(status).toBe(earlier.get(id)?.status)
  })

  test('continues at a cursor that was given before', async () => {
    const query = 'query ($after: String) { changes(first: 6, after: $after) { nodes { operation } } }'
    const { changes } = await read<{ changes: { nodes: { operation: string }[] } }>(query, { after: cursor })
    // A person was created and updated, a listed one updated; the first was merged into it; and an event was created.
    const operations = changes.nodes.map(({ operation }) => operation)
    expect([...operations.slice(0, 3), ...operations.slice(3, 5).sort(), operations[5]]).toEqual([
      'CREATED',
      'UPDATED',
      'UPDATED',
      'MERGED',
      'UPDATED',
      'CREATED',
    ])
  })

  test('answers queries: merged ids lead to survivors, retracted records are read by id, listings have their dates', async () => {
    for (const [table, type] of [
      ['Actor', 'Person'],
      ['Event', 'Event'],
    ] as const) {
      const merged = rowsOf(before, table).find(({ mergedIntoId }) => mergedIntoId !== null) as {
        id: string
        mergedIntoId: string
      }
      const { node } = await read<{ node: unknown }>('query ($id: ID!) { node(id: $id) { id } }', {
        id: writeId(type, merged.id),
      })
      expect(node).toEqual({ id: writeId(type, merged.mergedIntoId) })
    }
    const retracted = rowsOf(before, 'Event').find(({ retractedAt }) => retractedAt !== null) as { id: string }
    const { event } = await read<{ event: Row }>('query ($id: ID) { event(by: { id: $id }) { retractedAt } }', {
      id: writeId('Event', retracted.id),
    })
    expect(event.retractedAt).not.toBeNull()
    const { person } = await read<{ person: Row }>(
      '{ person(by: { slug: "ofac-sdn-9760" }) { description birth { edtf } } }',
    )
    expect(person).toEqual({ description: 'Edited', birth: { edtf: '1954-08-30' } })
  })

  test('knows now what it knew when it was upgraded, and nothing of the time before', async () => {
    for (const day of ['2019-06-01', '2021-07-07', '2026-01-01']) {
      const answers = (at: string | null) => db.$queryRaw<Row[]>`
        SELECT to_jsonb(r) AS row FROM restrictions(${day}::date, ${at}::timestamptz) r ORDER BY r.id`
      const known = await answers('infinity')
      expect(known.length).toBeGreaterThan(50)
      expect(known).toEqual(await answers(null))
    }
    const early = await ask(
      '{ restrictions(on: "2021-07-07", knownAt: "2026-11-24T00:00:00Z", first: 1) { nodes { status } } }',
    )
    expect(early.errors).toMatchObject([{ extensions: { code: 'KNOWN_AT_TOO_EARLY' } }])
  })

  test('gives every source of an import or the seed its licence', async () => {
    const without = await db.source.findMany({ where: { license: null } })
    expect(without.map(({ title }) => title)).toEqual(['A statement'])
    expect(await db.source.count({ where: { title: 'world-countries' } })).toBe(1)
  })

  test('can be exported, and the next snapshot of its lists changes nothing that it should not', async () => {
    let count = 0
    for await (const _ of exportLines()) count++
    expect(count).toBeGreaterThan(400)
    const data = new URL('../import/data/ofac-2021', import.meta.url).pathname
    // The description that an editor changed, and nationalities, births and numbers of ships that were not imported at first.
    expect(await importFolder(ofac, data, { asOf: '2021-07-08' })).toMatchObject({
      created: 0,
      changed: isNew(lists) ? 22 : 1,
      rejected: 0,
    })
    expect(await importFolder(ofac, data, { asOf: '2021-07-09' })).toMatchObject({ created: 0, changed: 0 })
  })
})
