import { afterAll, beforeAll, expect, test } from 'vitest'
import { ftm } from '../../src/import/formats/ftm/ftm.ts'
import { gdelt } from '../../src/import/formats/gdelt/gdelt.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { ask, closeTestDatabase, openTestDatabase, read } from '../client.ts'
import { anEditor } from '../schema/mutation/editor.ts'
import { importText, importTexts } from './run.ts'

beforeAll(openTestDatabase)
afterAll(closeTestDatabase)

const nothing = (columns: number) => Array(columns).fill('-0- ').join(',')
const entry = (number: string, name: string, type: string, remarks: string) =>
  `${number},"${name}",${type ? `"${type}"` : '-0- '},"TEST",${nothing(7)},"${remarks}"\r\n`
const reasonsOf = ({ rejections }: { rejections: { key: string | null; reason: string }[] }) =>
  rejections.map(({ key, reason }) => `${key} ${reason}`)

interface Born {
  births: { date: { edtf: string } | null; place: string | null }[]
  relationships: { nodes: { object: { slug: string } }[] }
}

const birthsOf = async (number: string) => {
  const { data, path } = await ask<{ person: Born }>(
    `{ person(by: { identifier: { scheme: "OFAC_SDN", value: "${number}" } }) {
      birth { edtf text }
      births { date { edtf } place country { slug } source { title } }
      relationships(where: { kind: { in: [NATIONAL_OF] } }) { nodes { object { slug } } }
    } }`,
  )
  expect(path).toBe('prepared')
  return data?.person as Born
}

const idOfEntry = async (value: string) => {
  const { actor } = await read<{ actor: { id: string } }>(
    `{ actor(by: { identifier: { scheme: "OFAC_SDN", value: "${value}" } }) { id } }`,
  )
  return actor.id
}

test('dates and places of birth and nationalities are read from remarks; numbers of passports and identity cards are not', async () => {
  const remarks =
    'DOB 12 Mar 1967; alt. DOB 1966; alt. DOB 12 Mar 1967; POB Grodno, Belarus; alt. POB Pyongyang, Korea, North; alt. POB Nowhere; nationality Belarus; alt. nationality Turkey; citizen Belarus; nationality Atlantis; Passport MP3456789 (Belarus); National ID No. 3120367A001PB1 (Belarus).'
  const report = await importText(ofac, 'sdn.csv', entry('8100001', 'NOVAK, Test', 'individual', remarks), {
    limit: 9,
  })
  expect(report).toMatchObject({ created: 1, rejected: 0, leftOut: 1 })
  expect(reasonsOf(report)).toEqual([
    'OFAC_SDN:8100001 The nationality "Atlantis" is not that of a country, and is left out.',
  ])
  const source = { title: 'Specially Designated Nationals and Blocked Persons List' }
  const person = await birthsOf('8100001')
  expect(person).toEqual({
    birth: { edtf: '1967-03-12', text: '12 Mar 1967; alt. 1966; alt. 12 Mar 1967' },
    births: [
      { date: { edtf: '1966' }, place: null, country: null, source },
      { date: null, place: 'Grodno, Belarus', country: { slug: 'belarus' }, source },
      { date: null, place: 'Pyongyang, Korea, North', country: { slug: 'north-korea' }, source },
      { date: null, place: 'Nowhere', country: null, source },
    ],
    relationships: { nodes: [{ object: { slug: 'belarus' } }, { object: { slug: 'turkiye' } }] },
  })
  const id = await idOfEntry('8100001')
  const { changes } = await read<{ changes: unknown }>(
    `{ changes(where: { ids: ["${id}"] }) { nodes { parts { list fields { new } } } } }`,
  )
  expect(JSON.stringify(changes)).toContain('Grodno')
  expect(JSON.stringify(changes)).not.toMatch(/MP3456789|3120367A001PB1/)
})

test('people of Belarusian nationality under sanctions are one query', async () => {
  const answer = await read(
    `{ people(where: {
         relationshipsAsSubject: { some: { kind: { eq: NATIONAL_OF }, object: { slug: { eq: "belarus" } } } }
         listings: { some: { isListed: true } }
       }) { totalCount nodes { name } } }`,
  )
  expect(answer).toEqual({ people: { totalCount: 1, nodes: [{ name: 'Test NOVAK' }] } })
})

test('a repeated import adds no birth and no nationality', async () => {
  const remarks = 'DOB 12 Mar 1967; alt. DOB 1966; POB Grodno, Belarus; nationality Belarus; alt. nationality Turkey.'
  const before = await birthsOf('8100001')
  await importText(ofac, 'sdn.csv', entry('8100001', 'NOVAK, Test', 'individual', remarks), { limit: 9 })
  expect(await birthsOf('8100001')).toMatchObject({ births: before.births, relationships: before.relationships })
})

test('a merge keeps the births and nationalities of both', async () => {
  const editor = await anEditor()
  const remarks = 'DOB 12 Mar 1967; alt. DOB 1969; POB Brest, Belarus; POB Grodno, Belarus; nationality Russia'
  await importText(ofac, 'sdn.csv', entry('8100002', 'NOVAK, Other', 'individual', remarks), { limit: 9 })
  const [id, into] = await Promise.all(['8100002', '8100001'].map(idOfEntry))
  await editor.done('actorMerge', { id, into })
  const { births, relationships } = await birthsOf('8100001')
  expect(births.map(({ date, place }) => date?.edtf ?? place).sort()).toEqual([
    '1966',
    '1969',
    'Brest, Belarus',
    'Grodno, Belarus',
    'Nowhere',
    'Pyongyang, Korea, North',
  ])
  expect(relationships.nodes.map(({ object }) => object.slug).sort()).toEqual(['belarus', 'russia', 'turkiye'])
})

test('numbers of ships and companies in the register of the IMO are identifiers', async () => {
  const file =
    entry('8100010', 'FIRST', 'vessel', 'Vessel Registration Identification IMO 9187629; MMSI 422026900.') +
    entry('8100011', 'SECOND', 'vessel', 'Vessel Registration Identification IMO 9187629.') +
    entry('8100012', 'OWNER', '', 'Company Number IMO 5999479.')
  const report = await importText(ofac, 'sdn.csv', file, { limit: 9 })
  expect(report).toMatchObject({ created: 3, rejected: 0, leftOut: 1 })
  expect(reasonsOf(report)).toEqual([
    'OFAC_SDN:8100011 The identifier IMO:9187629 is left out, because another actor has it: merge the two if they are the same.',
  ])
  const answer = await read(
    `{ ship: asset(by: { identifier: { scheme: "IMO", value: "9187629" } }) { name }
       owner: organization(by: { identifier: { scheme: "IMO_COMPANY", value: "5999479" } }) { name } }`,
  )
  expect(answer).toEqual({ ship: { name: 'FIRST' }, owner: { name: 'OWNER' } })
  // A later batch, and a later import, find the number in the database.
  const again = await importText(ofac, 'sdn.csv', file, { limit: 9, batchSize: 1 })
  expect(again).toMatchObject({ unchanged: 3, rejected: 0, leftOut: 1 })
})

test('a link leads to the entry with this name, else to the one with this alias; links that lead to none or to several are reported', async () => {
  const files = {
    'sdn.csv':
      entry('8100020', 'TANKER COMPANY', '', '-0- ') +
      entry('8100021', 'RENAMED COMPANY', '', '-0- ') +
      entry('8100022', 'TWICE LTD', '', '-0- ') +
      entry('8100023', 'TWICE LTD', '', '-0- ') +
      entry(
        '8100024',
        'LINKER',
        '',
        'Linked To: TANKER COMPANY; Linked To: SECOND NAME; Linked To: TWICE LTD; Linked To: NOT LISTED LTD.',
      ),
    'alt.csv': '8100021,1,"fka","TANKER COMPANY",-0- \r\n8100021,2,"aka","SECOND NAME",-0- \r\n',
  }
  const report = await importTexts(ofac, files, { limit: 9 })
  expect(report).toMatchObject({ created: 5, rejected: 0, leftOut: 2 })
  expect(reasonsOf(report)).toEqual([
    'OFAC_SDN:8100024 The link to "TWICE LTD" is left out, because 2 entries have this name: 8100022, 8100023.',
    'OFAC_SDN:8100024 The link to "NOT LISTED LTD." is left out, because no entry of the list has this name.',
  ])
  expect(report.rejections[0]).toMatchObject({ number: 5 })
  const { organization } = await read<{ organization: { relationships: { nodes: { object: { name: string } }[] } } }>(
    '{ organization(by: { identifier: { scheme: "OFAC_SDN", value: "8100024" } }) { relationships { nodes { object { name } } } } }',
  )
  expect(organization.relationships.nodes.map(({ object }) => object.name).sort()).toEqual([
    'RENAMED COMPANY',
    'TANKER COMPANY',
  ])
})

test('re-saved copies are read: upper-case file names, a byte order mark, a header, and a last row of 0x1A with commas', async () => {
  const end = (columns: number) => `\u001A${','.repeat(columns - 1)}\r\n`
  const files = {
    'SDN.CSV': `\uFEFFent_num,SDN_Name,SDN_Type,Program,Title,Call_Sign,Vess_type,Tonnage,GRT,Vess_flag,Vess_owner,Remarks\r\n${entry('8100030', 'SAVED, Again', 'individual', 'DOB 1950; extra')}${end(12)}`,
    'ALT.CSV': `\uFEFFEnt_Num,Alt_Num,Alt_Type,Alt_Name,Alt_Remarks\r\n8100030,1,"aka","SAVED AGAIN",-0- \r\n${end(5)}`,
    'ADD.CSV': `Ent_num,Add_Num,Address,City,Country,Remarks\r\n8100030,1,-0- ,"Minsk","Belarus",-0- \r\n${end(6)}`,
    'SDN_COMMENTS.CSV': `ent num,Remarks\r\n${end(2)}`,
  }
  expect(await importTexts(ofac, files, { limit: 9 })).toMatchObject({ read: 1, created: 1, rejected: 0, leftOut: 0 })
  const { person } = await read<{ person: { names: { nodes: object[] } } }>(
    '{ person(by: { identifier: { scheme: "OFAC_SDN", value: "8100030" } }) { names { nodes { value } } } }',
  )
  expect(person.names.nodes).toHaveLength(2)
})

test('GDELT files with commas are refused with a sentence about tabs', async () => {
  const mention = ['410412347', '20150218230000', '20150218230000', '1', 'site', 'http://a.example/1', ...'1234567890']
  await expect(importText(gdelt, 'mentions.csv', mention.join(','))).rejects.toThrow(
    'The columns are separated by commas, but those of GDELT are separated by tabs',
  )
})

test('rejections with the same reason are summed up, with the first of them', async () => {
  const mention = (number: number) =>
    [number, '20150218230000', '20150218230000', '1', 'site', `http://a.example/${number}`, ...'1234567890'].join('\t')
  const report = await importText(
    gdelt,
    'a.mentions.tsv',
    [1, 2, 3, 4].map((place) => mention(77_000 + place)).join('\n'),
  )
  expect(report).toMatchObject({ read: 4, rejected: 4 })
  expect([...report.reasons.values()]).toMatchObject([
    { count: 4, first: { number: 1, key: 'GDELT:77001', reason: expect.stringContaining('the event GDELT:77001') } },
  ])
})

test('FollowTheMoney: nationalities, further dates and places of birth, and numbers of ships', async () => {
  const entities = [
    {
      id: 'NK-list-1',
      schema: 'Person',
      datasets: ['test list'],
      properties: {
        name: ['Test Person'],
        birthDate: ['1967-03-12', '1966'],
        birthPlace: ['Brest'],
        birthCountry: ['by'],
        nationality: ['by', 'ru'],
        citizenship: ['by'],
        passportNumber: ['MP3456789'],
      },
    },
    {
      id: 'NK-list-2',
      schema: 'Vessel',
      datasets: ['test list'],
      properties: { name: ['Ship'], imoNumber: ['IMO9290397'] },
    },
  ]
  const report = await importText(ftm, 'entities.ftm.json', entities.map((each) => JSON.stringify(each)).join('\n'), {
    limit: 9,
  })
  expect(report).toMatchObject({ created: 2, rejected: 0, leftOut: 0 })
  const source = { title: 'test list' }
  const answer = await read(
    `{ person(by: { identifier: { scheme: "OPENSANCTIONS", value: "NK-list-1" } }) {
         birth { edtf } births { date { edtf } place country { slug } source { title } }
         relationships(where: { kind: { in: [NATIONAL_OF] } }) {
           nodes { object { slug } citations { nodes { source { title } } } }
         } }
       asset(by: { identifier: { scheme: "IMO", value: "9290397" } }) { name } }`,
  )
  expect(answer).toEqual({
    person: {
      birth: { edtf: '1967-03-12' },
      births: [
        { date: { edtf: '1966' }, place: null, country: null, source },
        { date: null, place: 'Brest', country: { slug: 'belarus' }, source },
      ],
      relationships: {
        nodes: [
          { object: { slug: 'belarus' }, citations: { nodes: [{ source }] } },
          { object: { slug: 'russia' }, citations: { nodes: [{ source }] } },
        ],
      },
    },
    asset: { name: 'Ship' },
  })
})
