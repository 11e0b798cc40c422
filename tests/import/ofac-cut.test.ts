import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { testDatabase } from '../database.ts'
import { importFolder, importText, importTexts } from './run.ts'

const extract = fileURLToPath(new URL('data/ofac-2021-cut', import.meta.url))
const contents = Object.fromEntries(readdirSync(extract).map((name) => [name, readFileSync(`${extract}/${name}`)]))
const asOf = '2021-07-07'

/** The file names of the consolidated list, by those of the SDN list. */
const consolidatedNames = {
  'sdn.csv': 'cons_prim.csv',
  'alt.csv': 'cons_alt.csv',
  'add.csv': 'cons_add.csv',
  'sdn_comments.csv': 'cons_comments.csv',
}
const consolidated = Object.fromEntries(
  Object.entries(consolidatedNames).map(([name, other]) => [other, contents[name] ?? '']),
)

beforeAll(async () => {
  openDatabase(testDatabase().url)
  expect(await importFolder(ofac, extract, { asOf })).toMatchObject({ read: 8, created: 8, rejected: 0 })
})

afterAll(() => db.$disconnect())

async function entry(number: string, scheme = 'OFAC_SDN') {
  const { names, asSubject, targeted, ...rest } = await db.actor.findFirstOrThrow({
    where: { identifiers: { some: { scheme, value: number } } },
    include: {
      person: true,
      names: true,
      asSubject: { where: { kind: 'LINKED_TO' }, include: { object: { include: { identifiers: true } } } },
      targeted: { include: { sanction: true } },
    },
  })
  return {
    ...rest,
    names: names.map(({ kind, value }) => `${kind} ${value}`).sort(),
    links: asSubject
      .map(({ object }) => `${object.identifiers.map(({ scheme }) => scheme).join()} ${object.name}`)
      .sort(),
    sanctions: targeted.map(({ sanction }) => sanction),
  }
}

const linksOf12300 = (scheme: string) =>
  ['CUBICAFE S.A.S.', 'PROMO RAIZ S.A.S.', 'R D I S.A.', 'RED MUNDIAL INMOBILIARIA, S.A. DE C.V.'].map(
    (name) => `${scheme} ${name}`,
  )

test('a name that is truncated after 1,000 characters, "PROMO RAI|Z S.A.S.", is completed, and so are the following remarks', async () => {
  const person = await entry('12300')
  expect(person.links).toEqual(linksOf12300('OFAC_SDN'))
  expect(person.person).toMatchObject({ birthEdtf: '1965-05-13' })
})

test('so is a weak name, "snowsjo|hn", and a remark that is not stored', async () => {
  const person = await entry('28263')
  expect(person.names).toEqual(['PRIMARY Yinyin TIAN', 'WEAK snowsjohn', 'WEAK tianyinyin0404'])
  expect(person.links).toEqual(['OFAC_SDN LAZARUS GROUP'])
  const other = await entry('28264')
  expect(other.names).toEqual(['PRIMARY Jiadong LI', 'WEAK blackjack1987', 'WEAK khaleesi'])
  expect(other.links).toEqual(['OFAC_SDN LAZARUS GROUP'])
})

const nothing = (columns: number) => Array(columns).fill('-0- ').join(',')
const person = (number: string, remarks: string) =>
  `${number},"CUT, Off","individual","CUBA",${nothing(7)},"${remarks}"\n`
const filled = (end: string) => `DOB 13 May 1965; ${'x'.repeat(1000 - 'DOB 13 May 1965; '.length - end.length)}${end}`

test.each([
  ['before a space', '9000011', '; Linked To: NOBODY;', ' Linked To: LAZARUS GROUP.'],
  ['after a space', '9000012', '; Linked To: NOBODY; ', 'Linked To: LAZARUS GROUP.'],
])('a truncation %s loses no space', async (_, number, end, continued) => {
  const remarks = filled(end)
  expect(remarks).toHaveLength(1000)
  const group = `9000010,"LAZARUS GROUP",-0- ,"DPRK3",${nothing(8)}\n`
  const files = { 'sdn.csv': group + person(number, remarks), 'sdn_comments.csv': `${number},"${continued}"\n` }
  await importTexts(ofac, files, { limit: 5 })
  expect((await entry(number)).links).toEqual(['OFAC_SDN LAZARUS GROUP'])
})

test('without the rest of the remarks, the last remark is dropped, because it may be incomplete', async () => {
  const group = `9000020,"HALF",-0- ,"CUBA",${nothing(8)}\n`
  await importText(ofac, 'sdn.csv', group + person('9000021', filled('; Linked To: HALF')), { limit: 5 })
  const cut = await entry('9000021')
  expect(cut.person).toMatchObject({ birthEdtf: '1965-05-13' })
  expect(cut.links).toEqual([])
})

test('a link to a rejected entry is left out, and the entry with the link is imported', async () => {
  const broken = Buffer.from(`9000031,"BROKEN",-0- ,"CUBA",${nothing(7)},"caf\xe9"\n`, 'latin1')
  const file = Buffer.concat([Buffer.from(person('9000030', 'Linked To: BROKEN.')), broken])
  const report = await importText(ofac, 'sdn.csv', file, { limit: 5 })
  expect(report).toMatchObject({ read: 2, created: 1, rejected: 1, leftOut: 1 })
  expect(report.rejections.map(({ key }) => key)).toEqual(['9000031', 'OFAC_SDN:9000030/linked-to/9000031'])
  expect((await entry('9000030')).links).toEqual([])
})

test('the consolidated list has its own files and its own programmes, and its entries are those of the SDN list with the same numbers', async () => {
  const report = await importTexts(ofac, consolidated, { asOf })
  expect(report).toMatchObject({ read: 8, created: 0, changed: 8, rejected: 0, retracted: 0 })
  const person = await entry('12300', 'OFAC_CONS')
  expect(person).toMatchObject({ id: (await entry('12300')).id, slug: 'ofac-sdn-12300' })
  expect(person.names).toEqual([
    'ALIAS Elkin de Jesus LOPEZ SALAZAR',
    'ALIAS Sergio OSUNA VILLARREAL',
    'PRIMARY Jorge Milton CIFUENTES VILLA',
  ])
  expect(person.links).toEqual(linksOf12300('OFAC_SDN,OFAC_CONS'))
  expect(person.sanctions.toSorted((a, b) => (a.slug < b.slug ? -1 : 1))).toMatchObject([
    { slug: 'ofac-cons-sdntk', program: 'SDNTK', measures: [] },
    { slug: 'ofac-sdn-sdntk', program: 'SDNTK', measures: ['ASSET_FREEZE'] },
  ])
})

test('both lists in one directory are read, and neither ends the listings of the other', async () => {
  const report = await importTexts(ofac, { ...contents, ...consolidated }, { asOf: '2021-07-08', maxDelisted: 100 })
  expect(report).toMatchObject({ read: 16, created: 0, changed: 0, rejected: 0 })
  expect(await db.sanctionTarget.count({ where: { actor: { slug: 'ofac-sdn-12300' }, delistedEdtf: null } })).toBe(2)
})

test.each(['cons_alt.csv', 'cons_add.csv'])('an entry in %s that cons_prim.csv lacks ends the import', async (name) => {
  const files = {
    ...consolidated,
    [name]: `9999999,1,"aka","NOBODY",-0- ${name === 'cons_add.csv' ? ',-0- ' : ''}\n`,
  }
  await expect(importTexts(ofac, files, { asOf: '2021-07-09' })).rejects.toThrow(
    'cons_prim.csv lacks the entry 9999999',
  )
})
