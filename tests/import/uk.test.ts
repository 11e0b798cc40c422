import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { importPlace } from '../../src/cli/import.ts'
import { readConfig } from '../../src/config.ts'
import { closeDatabase, db } from '../../src/db/client.ts'
import { euFsf } from '../../src/import/formats/eu-fsf/eu-fsf.ts'
import { formatNames } from '../../src/import/formats/format-names.ts'
import { formats } from '../../src/import/formats/formats.ts'
import { uk } from '../../src/import/formats/uk/uk.ts'
import { un } from '../../src/import/formats/un/un.ts'
import type { FileOptions } from '../../src/import/pipeline/import-files.ts'
import { DATELINE } from '../built.ts'
import { ask, closeTestDatabase, openTestDatabase, read } from '../client.ts'
import { testDatabase } from '../database.ts'
import { textsOfDatabase } from './database-text.ts'
import { importFolder, importText } from './run.ts'

beforeAll(openTestDatabase)
afterAll(closeTestDatabase)

const place = fileURLToPath(new URL('data/uk/UK-Sanctions-List.xml', import.meta.url))
const list = readFileSync(place, 'utf8')
const unList = readFileSync(new URL('data/un-joined/consolidated.xml', import.meta.url), 'utf8')
const importList = (content: string, options: FileOptions) => importText(uk, 'list.xml', content, options)

const common = `slug name description names { nodes { value kind lang } } identifiers { nodes { scheme value } }
  listings { nodes { listingId listed { edtf basis } delisted { edtf }
    sanction { program title measures authority { name } } citations { nodes { quote source { title } } } } }`

interface Entry {
  name: string
  description: string | null
  names: { nodes: { value: string; kind: string; lang: string | null }[] }
  identifiers: { nodes: { scheme: string; value: string }[] }
  listings: { nodes: { listed: { edtf: string }; sanction: { title: string; measures: string[] } }[] }
}

async function entry(value: string, kind = 'person', scheme = 'UK_SANCTIONS'): Promise<Entry> {
  const own =
    kind === 'person'
      ? `gender birth { edtf text } births { date { edtf } place country { slug } source { title } }
         relationships(where: { kind: { in: [NATIONAL_OF] } }) { nodes { object { slug } } }`
      : kind === 'asset'
        ? 'assetKind flagState { slug }'
        : ''
  const { data } = await ask<{ found: Entry }>(
    `{ found: ${kind}(by: { identifier: { scheme: "${scheme}", value: "${value}" } }) { ${common} ${own} } }`,
  )
  return data?.found as Entry
}

const named = ({ names }: Entry) =>
  names.nodes.map(({ value, kind, lang }) => `${kind} ${value}${lang ? ` (${lang})` : ''}`).sort()
const numbered = ({ identifiers }: Entry) => identifiers.nodes.map(({ scheme, value }) => `${scheme}:${value}`).sort()

const afghanistan = 'The Afghanistan (Sanctions) (EU Exit) Regulations 2020'
const korea = "The Democratic People's Republic of Korea (Sanctions) (EU Exit) Regulations 2019"
const source = { title: 'UK Sanctions List' }

test('both designations of the extract are imported, without mistakes', async () => {
  const report = await importFolder(uk, place, { asOf: '2026-08-14' })
  expect(report).toMatchObject({ read: 2, created: 2, rejected: 0, leftOut: 0 })
})

test('a person has each field of the extract', async () => {
  const { names: _, identifiers: __, ...person } = await entry('AFG0011')
  expect(person).toEqual({
    slug: 'uk-sanctions-afg0011',
    name: 'ABDUL LATIF MANSUR',
    description: 'Maulavi; Minister of Agriculture under the previous Taliban regime (1996-2001)',
    gender: null,
    birth: { edtf: '1968', text: 'dd/mm/1968; alt. 12/11/1967' },
    births: [
      { date: { edtf: '1967-11-12' }, place: null, country: null, source },
      { date: null, place: 'Zurmat District, Paktia Province, Afghanistan', country: { slug: 'afghanistan' }, source },
      {
        date: null,
        place: 'Garda Saray District, Paktia Province, Afghanistan',
        country: { slug: 'afghanistan' },
        source,
      },
      { date: null, place: null, country: { slug: 'afghanistan' }, source },
    ],
    relationships: { nodes: [{ object: { slug: 'afghanistan' } }] },
    listings: {
      nodes: [
        {
          listingId: 'AFG0011',
          listed: { edtf: '2001-01-31', basis: 'STATED' },
          delisted: null,
          sanction: {
            program: afghanistan,
            title: `${afghanistan}: Asset freeze, Travel Ban`,
            measures: ['ASSET_FREEZE', 'TRAVEL_BAN'],
            authority: { name: 'United Kingdom' },
          },
          citations: { nodes: [] },
        },
      ],
    },
  })
  const found = await entry('AFG0011')
  expect(named(found)).toEqual([
    'ALIAS Abdul Latif MANSOOR',
    'ALIAS Wali MOHAMMAD',
    'PRIMARY ABDUL LATIF MANSUR',
    'TRANSLITERATION عبد اللطيف منصور',
  ])
  expect(numbered(found)).toEqual(['OFSI_GROUP:7270', 'UK_SANCTIONS:AFG0011', 'UK_SANCTIONS_UN:TAi.007'])
})

test('a ship has each field of the extract, with the measures of its text', async () => {
  const found = await entry('DPR0075', 'asset')
  const { names: _, identifiers: __, ...ship } = found
  expect(ship).toEqual({
    slug: 'uk-sanctions-dpr0075',
    name: 'Petrel 8',
    description: 'Bulk Carrier',
    assetKind: 'VESSEL',
    flagState: { slug: 'comoros' },
    listings: {
      nodes: [
        {
          listingId: 'DPR0075',
          listed: { edtf: '2017-10-03', basis: 'STATED' },
          delisted: null,
          sanction: {
            program: korea,
            title: `${korea}: Prohibition of port entry`,
            measures: ['OTHER'],
            authority: { name: 'United Kingdom' },
          },
          citations: { nodes: [] },
        },
      ],
    },
  })
  expect(named(found)).toEqual(['ALIAS Jal Vahini', 'ALIAS Jal_Vahini', 'ALIAS Tian Tai 36', 'PRIMARY Petrel 8'])
  expect(numbered(found)).toEqual(['IMO:9562233', 'UK_SANCTIONS:DPR0075'])
})

test('the list is a source with its publisher and licence', async () => {
  expect(
    await read('{ sources(where: { title: { eq: "UK Sanctions List" } }) { nodes { kind publisher url license } } }'),
  ).toEqual({
    sources: {
      nodes: [
        {
          kind: 'DATASET',
          publisher: 'Foreign, Commonwealth & Development Office',
          url: 'https://www.gov.uk/government/publications/the-uk-sanctions-list',
          license: 'Open Government Licence v3.0',
        },
      ],
    },
  })
})

test('the database contains no number of a passport', async () => {
  const texts = await textsOfDatabase()
  for (const number of ['D0009720', 'D0010442']) expect(texts).not.toContain(number)
  expect(texts).toContain('Maulavi')
})

test('a second import changes nothing, and a missing designation is delisted', async () => {
  const changes = await db.change.count()
  expect(await importFolder(uk, place, { asOf: '2026-08-15' })).toMatchObject({ unchanged: 2, retracted: 0 })
  expect(await db.change.count()).toBe(changes)
  const shorter = list.replace(/<Designation>(?:(?!<Designation>)[\s\S])*?DPR0075[\s\S]*?<\/Designation>/, '')
  expect(await importList(shorter, { asOf: '2026-08-16', maxDelisted: 50 })).toMatchObject({ retracted: 1 })
  expect((await entry('DPR0075', 'asset')).listings.nodes).toMatchObject([{ delisted: { edtf: '2026-08-16?' } }])
})

const aName = (name: string, type: string, strength = '') =>
  `<Name><Name6>${name}</Name6><NameType>${type}</NameType>${strength && `<AliasStrength>${strength}</AliasStrength>`}</Name>`

const aDesignation = (
  id: string,
  {
    kind = 'Individual',
    names = aName('Somebody', 'Primary Name'),
    imposed = '<SanctionsImposed>Asset freeze</SanctionsImposed>',
    regime = 'Regime',
    rest = '',
  } = {},
) =>
  `<Designation><DateDesignated>31/07/2024</DateDesignated><UniqueID>${id}</UniqueID><Names>${names}</Names>
   <RegimeName>${regime}</RegimeName><IndividualEntityShip>${kind}</IndividualEntityShip>${imposed}${rest}</Designation>`
const listOf = (...all: string[]) => `<Designations>${all.join('\n')}</Designations>`

test('names have a kind by their type and quality, and a language with the script if it is not the usual one', async () => {
  const names =
    aName('First', 'Primary name') +
    aName('Second', 'Primary Name Variation') +
    aName('Third', 'Alias', 'Low quality a.k.a') +
    aName('Fourth', 'Alias', 'Good quality a.k.a')
  const nonLatin = [
    ['Первый', 'Cyrillic', 'Russian'],
    ['Примул', 'Cyrillic', 'Romanian; Moldavian; Moldovan'],
    ['Первы', 'Cyrillic', ''],
    ['第一', 'Chinese', 'Chinese'],
  ].map(
    ([name, script, language]) =>
      `<NonLatinName><NameNonLatinScript>${name}</NameNonLatinScript><NonLatinScriptType>${script}</NonLatinScriptType>
       <NonLatinScriptLanguage>${language}</NonLatinScriptLanguage></NonLatinName>`,
  )
  const rest = `<NonLatinNames>${nonLatin.join('')}</NonLatinNames><UKStatementofReasons> The reasons.
 More, and the passport AB1234567. </UKStatementofReasons><IndividualDetails><Individual>
   <DOBs><DOB>dd/11/1967</DOB></DOBs><Genders><Gender>Female</Gender></Genders>
   <Nationalities><Nationality>Congo (Democratic Republic)</Nationality><Nationality>Congo</Nationality></Nationalities>
   <NationalIdentifierDetails><NationalIdentifier><NationalIdentifierNumber>7654321A</NationalIdentifierNumber></NationalIdentifier></NationalIdentifierDetails>
   </Individual></IndividualDetails>`
  expect(
    await importList(listOf(aDesignation('AAA0001', { names, rest })), { asOf: '2026-11-01', limit: 9 }),
  ).toMatchObject({
    created: 1,
    leftOut: 0,
  })
  const found = await entry('AAA0001')
  expect(named(found)).toEqual(
    [
      'ALIAS Fourth',
      'ALIAS Second',
      'PRIMARY First',
      'TRANSLITERATION Первы',
      'TRANSLITERATION Первый (ru)',
      'TRANSLITERATION Примул (ro-Cyrl)',
      'TRANSLITERATION 第一 (zh)',
      'WEAK Third',
    ].sort(),
  )
  const { slug: congo } = (await db.country.findUniqueOrThrow({ where: { iso2: 'CG' }, include: { actor: true } }))
    .actor
  const { slug: drc } = (await db.country.findUniqueOrThrow({ where: { iso2: 'CD' }, include: { actor: true } })).actor
  expect(found).toMatchObject({
    gender: 'FEMALE',
    birth: { edtf: '1967-11', text: 'dd/11/1967' },
    relationships: { nodes: expect.arrayContaining([congo, drc].map((slug) => ({ object: { slug } }))) },
    listings: { nodes: [{ citations: { nodes: [{ quote: 'The reasons.\n More, and the passport […].', source }] } }] },
  })
  expect(await textsOfDatabase()).not.toContain('7654321A')
})

test('a regime is a sanction for each set of measures, so that no designation has a measure of another', async () => {
  const indicators = (names: Record<string, boolean>) =>
    `<SanctionsImposedIndicators>${Object.entries(names)
      .map(([name, value]) => `<${name}>${value}</${name}>`)
      .join('')}</SanctionsImposedIndicators>`
  const of = (id: string, imposed: string) =>
    aDesignation(id, { kind: 'Entity', imposed, regime: 'Regime of measures' })
  const report = await importList(
    listOf(
      of('BBB0001', '<SanctionsImposed>Travel Ban|Asset freeze</SanctionsImposed>'),
      of('BBB0002', indicators({ AssetFreeze: true, TravelBan: true, ArmsEmbargo: false })),
      of('BBB0003', '<SanctionsImposed>Trust services sanctions|Asset freeze|Targeted Arms Embargo</SanctionsImposed>'),
      of('BBB0004', `<SanctionsImposed>Asset freeze|Travel ban</SanctionsImposed>${indicators({ TravelBan: false })}`),
      of('BBB0005', ''),
    ),
    { asOf: '2026-11-01', limit: 9 },
  )
  const sanctions = await Promise.all(
    [1, 2, 3, 4, 5].map(async (number) => (await entry(`BBB000${number}`, 'organization')).listings.nodes[0]?.sanction),
  )
  expect(sanctions.map((sanction) => sanction?.measures.toSorted())).toEqual([
    ['ASSET_FREEZE', 'TRAVEL_BAN'],
    ['ASSET_FREEZE', 'TRAVEL_BAN'],
    ['ARMS_EMBARGO', 'ASSET_FREEZE', 'OTHER'],
    ['ASSET_FREEZE'],
    [],
  ])
  expect(sanctions[0]).toEqual(sanctions[1])
  expect(new Set(sanctions.map((sanction) => sanction?.title)).size).toBe(4)
  expect(report.rejections.map(({ reason }) => reason)).toEqual([
    'The measure "Travel ban" is imposed by the text, but not by its indicator, and is left out.',
    'The designation imposes no measure: its sanction has none.',
  ])
})

test('designations with mistakes are rejected one by one, and parts with mistakes are left out', async () => {
  const ship = `<ShipDetails><Ship><IMONumbers><IMONumber>IMO95</IMONumber></IMONumbers><CurrentBelievedFlagOfShips>
    <CurrentBelievedFlagOfShip>Unknown</CurrentBelievedFlagOfShip></CurrentBelievedFlagOfShips></Ship></ShipDetails>`
  const person = `<OFSIGroupID>?</OFSIGroupID><UNReferenceNumber>QD-1</UNReferenceNumber><NonLatinNames><NonLatinName>
    <NameNonLatinScript>Имя</NameNonLatinScript><NonLatinScriptLanguage>Klingon</NonLatinScriptLanguage></NonLatinName></NonLatinNames>
    <IndividualDetails><Individual><DOBs><DOB>31/02/1967</DOB></DOBs><Genders><Gender>Male</Gender><Gender>Female</Gender></Genders>
    <Nationalities><Nationality>Atlantis</Nationality></Nationalities></Individual></IndividualDetails>`
  const names = aName('Some', 'Primary Name') + aName('One', 'Nickname') + aName('Two', 'Alias', 'Odd')
  const report = await importList(
    listOf(
      aDesignation('?'),
      aDesignation('CCC0001', { kind: 'Boat' }),
      aDesignation('CCC0002', { names: aName('Only an alias', 'Alias') }),
      aDesignation('CCC0003', { regime: '' }),
      aDesignation('CCC0004', { kind: 'Ship', rest: ship }),
      aDesignation('CCC0005', { names, rest: person }).replace('31/07/2024', 'July'),
    ),
    { asOf: '2026-11-01', limit: 9 },
  )
  expect(report).toMatchObject({ read: 6, created: 2, rejected: 4 })
  expect(report.rejections.map(({ key, reason }) => `${key} ${reason}`)).toEqual(
    expect.arrayContaining([
      '? The designation has the UniqueID "?" instead of one such as "AFG0011": it is damaged.',
      'CCC0001 The designation is of the type "Boat", which is not known.',
      'CCC0002 The designation has no primary name: it is damaged.',
      'CCC0003 The designation has no RegimeName: it is damaged.',
      'UK_SANCTIONS:CCC0004 The IMO number "IMO95" is left out, because it does not have seven digits, or its check digit is wrong.',
      'UK_SANCTIONS:CCC0004 The flag "Unknown" is not that of one country, and is left out.',
      'UK_SANCTIONS:CCC0005 The OFSIGroupID "?" is not a number, and is left out.',
      'UK_SANCTIONS:CCC0005 The UNReferenceNumber "QD-1" is not a reference number of the Security Council, and is left out.',
      'UK_SANCTIONS:CCC0005 The name "One" has the type "Nickname", which is not known, and is left out.',
      'UK_SANCTIONS:CCC0005 The name "Two" has the type "Alias, Odd", which is not known, and is left out.',
      'UK_SANCTIONS:CCC0005 The language "Klingon" of a name is not known, and is left out.',
      'UK_SANCTIONS:CCC0005 The date of birth "31/02/1967" cannot be read, and is left out.',
      'UK_SANCTIONS:CCC0005 The gender "Male, Female" cannot be read, and is left out.',
      'UK_SANCTIONS:CCC0005 The nationality "Atlantis" is not that of a country, and is left out.',
      'UK_SANCTIONS:CCC0005 The day of designation "July" cannot be read, and is left out.',
    ]),
  )
  await expect(importList('<list/>', {})).rejects.toThrow('its root element is <list>, not <Designations>')
})

test.each([
  ['007', [uk, un]],
  ['907', [un, uk]],
] as const)(
  'the entries of both lists with the reference number TAi.%s are one person, in either order',
  async (number, order) => {
    const contents = new Map([
      [uk, list.replace('>TAi.007<', `>TAi.${number}<`).replace('>AFG0011<', number === '007' ? '$&' : '>AFG0911<')],
      [un, unList.replace('>TAi.007<', `>TAi.${number}<`).replace('>110554<', `>110${number}<`)],
    ])
    for (const format of order)
      await importText(format, 'list.xml', contents.get(format) ?? '', { asOf: '2026-11-01', limit: 9 })
    const found = await entry(`TAi.${number}`, 'person', 'UN_SC')
    expect(numbered(found)).toEqual(
      expect.arrayContaining([`UK_SANCTIONS:AFG0${number === '007' ? '011' : '911'}`, `UK_SANCTIONS_UN:TAi.${number}`]),
    )
    expect(found.listings.nodes.map(({ listed }) => listed.edtf)).toEqual(['2001-01-31', '2001-01-31'])
    expect(named(found)).toEqual(expect.arrayContaining(['ALIAS Abdul Latif MANSOOR', 'ALIAS Abdul Latif Mansoor']))
  },
)

test('a second designation with the reference number and the group of another stays an actor of its own', async () => {
  const second = list.replace('>AFG0011<', '>AFG0012<')
  const report = await importList(second, { asOf: '2026-11-01', limit: 1 })
  expect(report).toMatchObject({ created: 1, rejected: 0 })
  expect(report.rejections.map(({ reason }) => reason)).toEqual(
    ['OFSI_GROUP:7270', 'UK_SANCTIONS_UN:TAi.007'].map(
      (identifier) =>
        `The identifier ${identifier} is left out, because another actor has it: merge the two if they are the same.`,
    ),
  )
  expect(numbered(await entry('AFG0012'))).toEqual(['UK_SANCTIONS:AFG0012'])
})

test('the help of the command has all formats, and says like the report that two are experimental', async () => {
  const sentence = 'The format uk is experimental: it was verified on 2 real entries.'
  expect(uk.experimental).toBe(sentence)
  const { stdout } = await promisify(execFile)(process.execPath, [...DATELINE, 'import', '--help'])
  expect(stdout).toContain(`Formats:\n  ${formatNames.join(', ')}\n`)
  expect([...formatNames].sort()).toEqual([...formats.keys()].sort())
  expect(stdout).toContain(`Experimental formats:\n  ${euFsf.experimental}\n  ${sentence}\n`)
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  try {
    expect(await importByCommand(path.join(folder, 'rejections.ndjson'))).toContain(`${sentence} Check its results.\n`)
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the command prints no character of the input that controls the terminal', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  try {
    const file = path.join(folder, 'list.xml')
    const list = await readFile(place, 'utf8')
    await writeFile(file, list.replace('>Individual<', '>\u009B31m\u202E<'))
    const printed = await importByCommand(path.join(folder, 'r.ndjson'), file)
    expect(printed).toContain('The designation is of the type "\uFFFD31m\uFFFD", which is not known.')
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('the command deletes no pipe or device that --rejections names', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'dateline-test-'))
  const pipe = path.join(folder, 'pipe')
  try {
    await promisify(execFile)('mkfifo', [pipe])
    await importByCommand(pipe)
    expect((await stat(pipe)).isFIFO()).toBe(true)
  } finally {
    await rm(folder, { recursive: true })
  }
})

/** Runs the command without writing, and returns what it printed. It opens and closes the database of this process. */
async function importByCommand(rejections: string, input = place): Promise<string> {
  const printed: string[] = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => printed.push(String(text)) > 0)
  await closeDatabase()
  try {
    await importPlace(readConfig({ DATABASE_URL: testDatabase().url }), 'uk', input, {
      asOf: '2026-11-01',
      dryRun: true,
      limit: 2,
      rejections,
    })
  } finally {
    openTestDatabase()
    vi.restoreAllMocks()
  }
  return printed.join('')
}
