import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { writeId } from '../../src/domain/id.ts'
import { ftm } from '../../src/import/formats/ftm/ftm.ts'
import { opensanctionsCsv } from '../../src/import/formats/opensanctions/csv.ts'
import { testDatabase } from '../database.ts'
import { anEditor } from '../schema/mutation/editor.ts'
import { importText } from './run.ts'

beforeAll(() => {
  openDatabase(testDatabase().url)
})

afterAll(() => db.$disconnect())

// There are no sample files for both formats, so the rows are made from OFAC's.
const listed: string[][] = parse(readFileSync(new URL('data/ofac-2021/sdn.csv', import.meta.url)), {
  relax_column_count: true,
  trim: true,
})
const persons = listed.filter(([, , type]) => type === 'individual').slice(0, 5)
const vessel = listed.find(([, , type]) => type === 'vessel') ?? []
const entries = [...persons, vessel]
const schemaOf = ([, , type]: string[]) => (type === 'vessel' ? 'Vessel' : 'Person')
const quoted = (value: string) => (/[";]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)
const field = (value: string) => `"${value.replaceAll('"', '""')}"`

const header =
  'id,schema,name,aliases,birth_date,countries,addresses,identifiers,sanctions,phones,emails,program_ids,dataset,first_seen,last_seen,last_change'
const csvRow = (row: string[], aliases: string[] = ['One; two', 'Three']) =>
  [
    `NK-${row[0]}`,
    schemaOf(row),
    row[1] ?? '',
    aliases.map(quoted).join(';'),
    '1954-08-30;1956',
    'by',
    '',
    'AL720622',
    'Block',
    '',
    '',
    (row[3] ?? '')
      .split('] [')
      .map((each) => `US-${each}`)
      .join(';'),
    'US OFAC SDN',
    '',
    '',
    '',
  ]
    .map(field)
    .join(',')
const csvOf = (rows: string[][]) => [header, ...rows.map((row) => csvRow(row))].join('\n')

const actor = (id: string) =>
  db.actor.findFirstOrThrow({
    where: { identifiers: { some: { scheme: 'OPENSANCTIONS', value: id } } },
    include: {
      names: true,
      person: true,
      asset: true,
      targeted: { include: { sanction: { include: { authority: true } } } },
      asSubject: { include: { object: true } },
    },
  })

test('targets.simple.csv: columns are found by name, values are separated by ";" and quoted as in CSV', async () => {
  expect(
    await importText(opensanctionsCsv, 'targets.simple.csv', csvOf(entries), { asOf: '2024-01-01' }),
  ).toMatchObject({ read: 6, created: 6, rejected: 0 })
  const found = await actor(`NK-${persons[0]?.[0]}`)
  expect(found.names.map(({ value }) => value)).toEqual(expect.arrayContaining(['One; two', 'Three']))
  expect(found).toMatchObject({ kind: 'PERSON', person: { birthEdtf: '1954-08-30' } })
  expect(found.targeted[0]?.sanction.authority.slug).toBe('united-states')
  expect(await actor(`NK-${vessel[0]}`)).toMatchObject({ kind: 'ASSET', asset: { kind: 'VESSEL' } })
})

test('targets.simple.csv: a repeated import changes nothing, a newer one lists and delists, and a return is recorded', async () => {
  const run = (rows: string[][], asOf: string) =>
    importText(opensanctionsCsv, 'targets.simple.csv', csvOf(rows), { asOf, maxDelisted: 100 })
  expect(await run(entries, '2024-01-01')).toMatchObject({ unchanged: 6, changed: 0, retracted: 0 })
  expect(await run(entries.slice(1), '2024-02-01')).toMatchObject({ unchanged: 5, retracted: 1 })
  const id = `NK-${persons[0]?.[0]}`
  expect((await actor(id)).targeted[0]).toMatchObject({
    listedEdtf: '../2024-01-01?',
    delistedEdtf: '2024-01-02?/2024-02-01?',
  })
  expect(await run(entries, '2024-03-01')).toMatchObject({ unchanged: 5, changed: 1, retracted: 0 })
  const [target] = (await actor(id)).targeted
  expect(target).toMatchObject({ delistedEdtf: null })
  const actions = await db.sanctionAction.findMany({ where: { targetId: target?.id ?? '' }, orderBy: { id: 'asc' } })
  expect(actions.map(({ kind, dateEdtf }) => `${kind} ${dateEdtf}`)).toEqual([
    'LIFTED 2024-01-02?/2024-02-01?',
    'REIMPOSED 2024-02-02?/2024-03-01?',
  ])
})

test('a snapshot with a rejected row delists nothing', async () => {
  const rows = `${csvOf(entries.slice(2))}\nNK-broken,Person`
  expect(
    await importText(opensanctionsCsv, 'targets.simple.csv', rows, { asOf: '2024-04-01', maxDelisted: 100 }),
  ).toMatchObject({
    rejected: 1,
    retracted: 0,
  })
})

const person = (id: string, properties: object) => ({
  id,
  schema: 'Person',
  caption: `The ${id}`,
  datasets: ['us_ofac_sdn'],
  referents: [`ref-${id}`],
  target: true,
  properties: { birthDate: ['1954-08'], ...properties },
})
const family = {
  id: 'fam-1',
  schema: 'Family',
  datasets: ['us_ofac_sdn'],
  properties: { person: ['p-1'], relative: ['p-2'], relationship: ['wife'] },
}
const sanction = (id: string, entity: string) => ({
  id,
  schema: 'Sanction',
  datasets: ['us_ofac_sdn'],
  properties: {
    entity: [entity],
    authority: ['Office of Foreign Assets Control'],
    country: ['us'],
    program: ['BELARUS'],
    startDate: ['2006-06-19'],
  },
})
const ndjson = (...values: object[]) => values.map((value) => JSON.stringify(value)).join('\n')

test('FollowTheMoney: links may come before their actors, and dates are ISO prefixes', async () => {
  const passport = {
    id: 'pass-1',
    schema: 'Passport',
    datasets: [],
    properties: { holder: ['p-1'], passportNumber: ['AL720622'] },
  }
  const text = ndjson(
    family,
    sanction('s-1', 'p-1'),
    passport,
    person('p-1', { weakAlias: ['Bat’ka'] }),
    person('p-2', {}),
  )
  expect(await importText(ftm, 'entities.ftm.json', text, { asOf: '2024-05-01', maxDelisted: 100 })).toMatchObject({
    read: 4,
    created: 3,
    rejected: 0,
  })
  const found = await actor('p-1')
  expect(found).toMatchObject({ name: 'The p-1', person: { birthEdtf: '1954-08' } })
  expect(found.asSubject).toMatchObject([{ kind: 'SPOUSE_OF', object: { name: 'The p-2' } }])
  expect(found.targeted).toMatchObject([
    { listedEdtf: '2006-06-19', sanction: { program: 'BELARUS', authority: { slug: 'united-states' } } },
  ])
  expect(await actor('ref-p-1')).toMatchObject({ id: found.id })
  expect(await importText(ftm, 'entities.ftm.json', text, { asOf: '2024-05-01', maxDelisted: 100 })).toMatchObject({
    unchanged: 4,
    changed: 0,
    created: 0,
  })
})

test('FollowTheMoney: names in several scripts, aliases, weak aliases and former names have their kinds', async () => {
  const text = ndjson(
    person('p-names', {
      name: ['The p-names', 'Імя Першае'],
      alias: ['Имя Другое'],
      weakAlias: ['Bat’ka'],
      previousName: ['Earlier Name'],
    }),
  )
  await importText(ftm, 'names.ftm.json', text, { asOf: '2024-05-02', maxDelisted: 100 })
  const { names } = await actor('p-names')
  expect(names.map(({ value, kind }) => `${value} ${kind}`).toSorted()).toEqual(
    ['Bat’ka WEAK', 'Earlier Name FORMER', 'The p-names PRIMARY', 'Имя Другое ALIAS', 'Імя Першае ALIAS'].toSorted(),
  )
})

test('FollowTheMoney: delta lines add, change and retract, and other records stay', async () => {
  const text = ndjson(
    { op: 'ADD', entity: person('p-3', {}) },
    { op: 'MOD', entity: person('p-2', { alias: ['Another'] }) },
    { op: 'DEL', entity: { id: 's-1' } },
    { op: 'DEL', entity: { id: 'fam-1' } },
  )
  expect(await importText(ftm, 'delta.ndjson', text, { asOf: '2024-06-01' })).toMatchObject({
    read: 4,
    created: 1,
    changed: 1,
    retracted: 2,
  })
  const found = await actor('p-1')
  expect(found).toMatchObject({ retractedAt: null, targeted: [{ delistedEdtf: '2024-05-02?/2024-06-01?' }] })
  expect(found.asSubject[0]?.endEdtf).toBe('../2024-06-01?')
})

test('FollowTheMoney: the removal of an entity does not retract an actor that stands for others too', async () => {
  const ids = ['merged-1', 'merged-2', 'alone']
  const add = ids.map((id) => ({ op: 'ADD', entity: person(id, {}) }))
  await importText(ftm, 'delta.ndjson', ndjson(...add), { asOf: '2024-07-01' })
  const [one, two, alone] = [await actor('merged-1'), await actor('merged-2'), await actor('alone')]
  const input = { id: writeId('Person', one.id), into: writeId('Person', two.id) }
  await (await anEditor()).done('actorMerge', input, { select: 'actor { id }' })
  const remove = ['merged-1', 'alone'].map((id) => ({ op: 'DEL', entity: { id } }))
  await importText(ftm, 'delta.ndjson', ndjson(...remove), { asOf: '2024-07-02' })
  const retracted = async ({ id }: { id: string }) =>
    (await db.actor.findUniqueOrThrow({ where: { id } })).retractedAt !== null
  expect([await retracted(two), await retracted(alone)]).toEqual([false, true])
})
