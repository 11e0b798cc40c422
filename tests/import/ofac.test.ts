import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { withClient } from '../../src/db/with-client.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { testDatabase } from '../database.ts'
import { countBetween } from './ofac-count.ts'
import { importFolder, importText } from './run.ts'

const older = fileURLToPath(new URL('data/ofac-2019', import.meta.url))
const newer = fileURLToPath(new URL('data/ofac-2021', import.meta.url))

beforeAll(() => {
  openDatabase(testDatabase().url)
})

afterAll(() => db.$disconnect())

const entry = (number: string, scheme = 'OFAC_SDN') =>
  db.actor.findFirstOrThrow({
    where: { identifiers: { some: { scheme, value: number } } },
    include: {
      person: true,
      asset: { include: { flag: true } },
      names: true,
      asSubject: { include: { object: true } },
      targeted: { include: { sanction: true } },
    },
  })

test('two snapshots create, change and delist as many records as a count of the raw files', async () => {
  const first = await importFolder(ofac, older, { asOf: '2019-01-15' })
  expect(first).toMatchObject({ read: 53, created: 53, changed: 0, retracted: 0, rejected: 0 })
  const { created, changed, delisted } = countBetween(older, newer)
  const second = await importFolder(ofac, newer, { asOf: '2021-07-07' })
  expect(second).toMatchObject({
    read: 54,
    created,
    changed,
    retracted: delisted,
    unchanged: 54 - created - changed,
    rejected: 0,
  })
  expect([created, changed, delisted].every((count) => count > 0)).toBe(true)
})

test('importing a snapshot again changes nothing, and an older snapshot is rejected', async () => {
  const changes = await db.change.count()
  expect(await importFolder(ofac, newer, { asOf: '2021-07-07' })).toMatchObject({
    read: 54,
    unchanged: 54,
    retracted: 0,
  })
  expect(await db.change.count()).toBe(changes)
  await expect(importFolder(ofac, older, { asOf: '2019-01-15' })).rejects.toThrow(
    'The list OFAC_SDN was already imported as of 2021-07-07',
  )
})

test('entries beyond --limit are not delisted', async () => {
  const report = await importFolder(ofac, newer, { asOf: '2021-07-08', limit: 3 })
  expect(report).toMatchObject({ read: 3, unchanged: 3, retracted: 0 })
})

test('a listing ends after the last snapshot that contained it, and a new one starts between two snapshots', async () => {
  const [gone] = (await entry('587')).targeted
  expect(gone).toMatchObject({ listedEdtf: '../2019-01-15?', delistedEdtf: '2019-01-16?/2021-07-07?' })
  const [came] = (await entry('23023')).targeted
  expect(came).toMatchObject({ listedEdtf: '2019-01-16?/2021-07-07?', delistedEdtf: null })
  const programs = (await entry('2674')).targeted.map(
    ({ sanction, delistedEdtf }) => `${sanction.program} ${delistedEdtf}`,
  )
  expect(programs.filter((each) => each.endsWith('null')).length).toBeLessThan(programs.length)
})

test('programs are separated by "] [", and each is a sanction of the United States', async () => {
  const { targeted } = await entry('12057')
  expect(targeted.map(({ sanction }) => sanction.program).sort()).toEqual(
    expect.arrayContaining(['IFSR', 'IRAN-HR', 'IRGC', 'NPWMD', 'SDGT']),
  )
  const sanction = await db.sanction.findFirstOrThrow({ where: { program: 'SDGT' }, include: { authority: true } })
  expect(sanction).toMatchObject({ status: 'IN_FORCE', authority: { slug: 'united-states' } })
})

test.each([
  ['10851', 'Feliciano Semborio DELOS REYES, Jr.'],
  ['10853', 'Ruben Pestano LAVILLA, Jr.'],
  ['9760', 'Alyaksandr Hryhoryavich LUKASHENKA'],
  ['6903', 'ABU HAFS THE MAURITANIAN'],
  ['173', 'ANGLO-CARIBBEAN CO., LTD.'],
])('the name of entry %s is in natural order, also with "Jr." or without a comma', async (number, name) => {
  expect((await entry(number)).name).toBe(name)
})

test.each([
  ['9760', '1954-08-30', '30 Aug 1954'],
  ['9797', '1976', '1976'],
  ['12252', '1956?', 'circa 1956'],
  ['11748', '1979-01-01?/1982-12-31?', 'circa 1979-1982; alt. 1982'],
  ['26168', '1946-01-01/1948-12-31', '01 Jan 1946 to 31 Dec 1948'],
  ['25649', '1968-01-01/1969-12-31', '1968 to 1969'],
  ['23279', '1963-04', 'Apr 1963'],
  ['23470', '1962-03-01/1963-02-28', 'Mar 1962 to Feb 1963'],
  ['11355', '1961-01-01?', 'circa 01 Jan 1961'],
  ['26095', '1967', '1967; alt. 1966; alt. 1968'],
])('the birth of entry %s is %s', async (number, edtf, text) => {
  expect((await entry(number)).person).toMatchObject({ birthEdtf: edtf, birthText: text })
})

test('"-0-" means no value if it is the whole field; an empty type is an organization', async () => {
  const company = await entry('2831')
  expect(company).toMatchObject({ kind: 'ORGANIZATION', description: null })
  const texts = await db.$queryRaw<
    { n: bigint }[]
  >`SELECT count(*) AS n FROM "Actor" WHERE name = '-0-' OR description = '-0-'`
  expect(texts).toEqual([{ n: 0n }])
  const odd = '9000001,"CH-660-0-469-982-0 TRADING",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \r\n\u001A'
  expect(await importText(ofac, 'sdn.csv', odd, { limit: 5 })).toMatchObject({ read: 1, created: 1, rejected: 0 })
  expect((await entry('9000001')).name).toBe('CH-660-0-469-982-0 TRADING')
})

test('vessels and aircraft are assets with a flag', async () => {
  expect(await entry('4234')).toMatchObject({
    kind: 'ASSET',
    asset: { kind: 'VESSEL', flag: { slug: 'cuba' } },
    description: 'vessel: General Cargo',
  })
  const aircraft = await db.asset.count({ where: { kind: 'AIRCRAFT' } })
  expect(aircraft).toBeGreaterThan(0)
})

test('aliases, former names and weak names have their kinds', async () => {
  expect((await entry('306')).names.map(({ kind, value }) => `${kind} ${value}`).sort()).toEqual(
    expect.arrayContaining(['ALIAS NATIONAL BANK OF CUBA', 'WEAK BNC']),
  )
  expect(await db.actorName.count({ where: { kind: 'FORMER' } })).toBeGreaterThan(0)
})

test('"Linked To:" makes a relationship to the entry with that name', async () => {
  const { asSubject } = await entry('25736')
  expect(asSubject.map(({ kind, object }) => `${kind} ${object.name}`)).toEqual([
    'LINKED_TO NATIONAL IRANIAN TANKER COMPANY',
  ])
})

test('the database contains no passport or identity number', async () => {
  const tables = [
    'Actor',
    'ActorName',
    'Person',
    'Identifier',
    'Relationship',
    'Sanction',
    'SanctionTarget',
    'Source',
    'Citation',
    'Change',
  ]
  const texts = await withClient(testDatabase().url, async (client) => {
    const all: string[] = []
    for (const table of tables) {
      const { rows } = await client.query<{ text: string }>(`SELECT t::text AS text FROM "${table}" t`)
      all.push(...rows.map(({ text }) => text))
    }
    return all.join('\n')
  })
  for (const number of ['AL720622', '7548733', '70163752', 'CIVJ650513LJA', 'OUSV-640707'])
    expect(texts).not.toContain(number)
  expect(texts).not.toMatch(/passport|cedula|national id no/i)
  expect(texts).toContain('CIFUENTES VILLA')
})

test('the header of some copies is not an entry', async () => {
  const rows =
    'ent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\n9000020,"WITH HEADER",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
  expect(await importText(ofac, 'sdn.csv', rows, { limit: 5 })).toMatchObject({ read: 1, created: 1 })
})
