import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '../../src/db/client.ts'
import { euFsf } from '../../src/import/formats/eu-fsf/eu-fsf.ts'
import { uk } from '../../src/import/formats/uk/uk.ts'
import { un } from '../../src/import/formats/un/un.ts'
import type { FileOptions } from '../../src/import/pipeline/import-files.ts'
import { ask, closeTestDatabase, openTestDatabase, read } from '../client.ts'
import { textsOfDatabase } from './database-text.ts'
import { importFolder, importText } from './run.ts'

beforeAll(openTestDatabase)
afterAll(closeTestDatabase)

const textOf = (file: string) => readFileSync(new URL(`data/${file}`, import.meta.url), 'utf8')
const list = textOf('eu-fsf/export.xml')
const unList = textOf('un-joined/consolidated.xml')
const ukList = textOf('uk/UK-Sanctions-List.xml')
const importList = (content: string, options: FileOptions) => importText(euFsf, 'export.xml', content, options)

const fields = `slug name description gender birth { edtf text }
  names { nodes { value kind lang } } identifiers { nodes { scheme value } }
  births { date { edtf } place country { slug } source { title } }
  relationships(where: { kind: { in: [NATIONAL_OF] } }) { nodes { object { slug } } }
  listings { nodes { listingId listed { edtf basis } delisted { edtf }
    sanction { program title measures authority { name } }
    citations { nodes { quote source { kind title url publishedOn { edtf } identifiers { nodes { scheme value } } } } }
  } }`

interface Entry {
  name: string
  names: { nodes: { value: string; kind: string; lang: string | null }[] }
  identifiers: { nodes: { scheme: string; value: string }[] }
  births: object[]
  relationships: { nodes: { object: { slug: string } }[] }
  listings: { nodes: { listingId: string; sanction: { program: string } }[] }
}

async function entry(value: string, scheme = 'EU_FSF'): Promise<Entry> {
  const { data } = await ask<{ found: Entry }>(
    `{ found: person(by: { identifier: { scheme: "${scheme}", value: "${value}" } }) { ${fields} } }`,
  )
  return data?.found as Entry
}

/** Returns an entry with what the test compares, and its lists sorted. */
function sorted({ names, identifiers, births, relationships, listings, ...rest }: Entry) {
  return {
    ...rest,
    names: names.nodes.map(({ value, kind, lang }) => `${kind} ${value}${lang ? ` (${lang})` : ''}`).sort(),
    identifiers: identifiers.nodes.map(({ scheme, value }) => `${scheme}:${value}`).sort(),
    births,
    nationalities: relationships.nodes.map(({ object }) => object.slug),
    listings: listings.nodes,
  }
}

const title = 'European Union Financial Sanctions File'
const birthIn = (date: string, place: string | null, country: string) => ({
  date: { edtf: date },
  place,
  country: { slug: country },
  source: { title },
})

interface Regulation {
  kind: string
  title: string
  url: string
  publishedOn: { edtf: string }
  identifiers: { nodes: { scheme: string; value: string }[] }
}

const act = (identifiers: string, title: string, url: string, day: string): Regulation => ({
  kind: 'STATEMENT',
  title,
  url,
  publishedOn: { edtf: day },
  identifiers: {
    nodes: expect.arrayContaining(
      identifiers.split(' ').map((each) => {
        const [scheme = '', value = ''] = each.split(':')
        return { scheme, value }
      }),
    ),
  },
})

const listing = (
  listingId: string,
  program: string,
  listed: string | null,
  source: Regulation,
  quote: string | null = null,
) => ({
  listingId,
  listed: listed ? { edtf: listed, basis: 'STATED' } : { edtf: '[..2020-04-15?]', basis: 'INFERRED' },
  delisted: null,
  sanction: {
    program,
    title: `${title}: ${program}`,
    measures: ['ASSET_FREEZE'],
    authority: { name: 'European Union' },
  },
  citations: { nodes: [{ quote, source }] },
})

const eurLex = 'http://eur-lex.europa.eu/legal-content/EN/TXT'
const regulation2017 = act(
  'EU_ACT:2017/1509 CELEX:32017R1509',
  'Regulation (EU) 2017/1509',
  `${eurLex}/PDF/?uri=CELEX:32017R1509&from=EN`,
  '2017-08-31',
)

/** The six real entries of the extract, read from its text by hand. */
const entries = [
  {
    slug: 'eu-fsf-5295',
    name: 'Abid Hammadou',
    description: null,
    gender: null,
    birth: { edtf: '1965-12-12', text: '1965-12-12; alt. circa 1958' },
    names: [
      'ALIAS Abdelhamid Abou Zeid',
      'ALIAS Abou Abdellah',
      'ALIAS Amor Mohamed Ghedeir',
      'ALIAS Youcef Adel',
      'PRIMARY Abid Hammadou',
    ],
    identifiers: ['EU_FSF:5295', 'EU_REFERENCE:EU.2026.82'],
    births: [
      birthIn('1965-12-12', 'Touggourt, Wilaya (province) of Ouargla', 'algeria'),
      birthIn('1958?', 'Deb-Deb, Amenas, Wilaya (province) of Illizi', 'algeria'),
    ],
    nationalities: ['algeria'],
    listings: [
      listing(
        '5295',
        'TAQA',
        '2008-07-03',
        act(
          'EU_ACT:2019/555',
          'Regulation 2019/555 (OJ L97)',
          'https://eur-lex.europa.eu/legal-content/EN/TXT/PDF/?uri=OJ:L:2019:097:FULL&from=EN#2019/555',
          '2019-04-08',
        ),
        "(a) Mother's name is Benarouba Bachira; (b) Father's name is Mabrouk. Other information: Reportedly deceased as of 24 February 2013.",
      ),
    ],
  },
  {
    slug: 'eu-fsf-5463',
    name: 'Yu-ro Han',
    description: 'Director of Korea Ryongaksan General Trading Corporation',
    gender: null,
    birth: null,
    names: ['PRIMARY Yu-ro Han'],
    identifiers: ['EU_FSF:5463', 'EU_REFERENCE:EU.4011.64'],
    births: [],
    nationalities: [],
    listings: [listing('5463', 'PRK', '2009-07-16', regulation2017)],
  },
  {
    slug: 'eu-fsf-5468',
    name: 'Sok-hwa Hwang',
    description: 'Director of the General Bureau of Atomic Energy (GBAE)',
    gender: null,
    birth: null,
    names: ['PRIMARY Sok-hwa Hwang'],
    identifiers: ['EU_FSF:5468', 'EU_REFERENCE:EU.4009.74'],
    births: [],
    nationalities: [],
    listings: [listing('5468', 'PRK', '2009-07-16', regulation2017)],
  },
  {
    slug: 'eu-fsf-191',
    name: 'Fahd Bin Adballah BIN KHALID',
    description: null,
    gender: 'MALE',
    birth: { edtf: '1965-04-14', text: '1965-04-14; alt. 1964-03-01' },
    names: [
      'ALIAS Ashraf Refaat Nabith HENIN',
      'ALIAS Khalid Adbul WADOOD',
      'ALIAS Khalid Shaikh MOHAMMED',
      'ALIAS Salem ALI',
      'PRIMARY Fahd Bin Adballah BIN KHALID',
    ],
    identifiers: ['EU_FSF:191', 'EU_REFERENCE:EU.3579.2'],
    births: [birthIn('1965-04-14', null, 'pakistan'), birthIn('1964-03-01', null, 'pakistan')],
    nationalities: [],
    listings: [
      listing(
        '191',
        'TERR',
        null,
        act(
          'EU_ACT:2020/19',
          'Regulation 2020/19 (OJ L8I)',
          'https://eur-lex.europa.eu/legal-content/EN/TXT/?uri=uriserv:OJ.LI.2020.008.01.0001.01.ENG&toc=OJ:L:2020:008I:TOC#2020/19',
          '2020-01-14',
        ),
      ),
    ],
  },
  {
    slug: 'eu-fsf-5807',
    name: 'Leo Manzi',
    description: null,
    gender: null,
    birth: { edtf: '1954', text: '1954; alt. 1953' },
    names: ['PRIMARY Leo Manzi'],
    identifiers: ['EU_FSF:5807', 'EU_REFERENCE:EU.3734.6'],
    births: [
      birthIn('1954', 'Rushashi (Northern Province)', 'rwanda'),
      birthIn('1954', 'Kigali', 'rwanda'),
      birthIn('1953', 'Rushashi (Northern Province)', 'rwanda'),
      birthIn('1953', 'Kigali', 'rwanda'),
    ],
    nationalities: ['rwanda'],
    listings: [
      listing(
        '5807',
        'COD',
        '2010-12-01',
        act(
          'EU_ACT:2017/396 CELEX:32017R0396',
          'Regulation (EU) 2017/396',
          `${eurLex}/PDF/?uri=CELEX:32017R0396&from=EN`,
          '2017-03-08',
        ),
      ),
    ],
  },
  {
    slug: 'eu-fsf-927',
    name: 'Mohamed Ben Belkacem Aouadi',
    description: null,
    gender: null,
    birth: { edtf: '1974-12-11', text: '1974-12-11' },
    names: ['PRIMARY Mohamed Ben Belkacem Aouadi'],
    identifiers: ['EU_FSF:927', 'EU_REFERENCE:EU.3343.85'],
    births: [birthIn('1974-12-11', 'Tunis', 'tunisia')],
    nationalities: ['tunisia'],
    listings: [
      listing(
        '927',
        'TAQA',
        null,
        act(
          'EU_ACT:2016/294',
          'Regulation 2016/294 (OJ L55)',
          `${eurLex}/PDF/?uri=OJ:JOL_2016_055_R_0004&from=EN#2016/294`,
          '2016-03-02',
        ),
      ),
    ],
  },
]

test('the extract is imported, except for the test entry that has the number of another entry', async () => {
  const place = fileURLToPath(new URL('data/eu-fsf/export.xml', import.meta.url))
  const report = await importFolder(euFsf, place, { asOf: '2020-04-15' })
  expect(report).toMatchObject({ read: 7, created: 6, rejected: 1, leftOut: 0 })
  expect(report.rejections).toMatchObject([
    {
      key: 'EU_FSF:5468',
      number: 110,
      reason: 'The entry EU_FSF:5468 is also in line 43: remove one of the two.',
    },
  ])
  expect(await db.sanctionTarget.count({ where: { sightings: { some: { list: 'EU_FSF' } } } })).toBe(6)
})

test.each(entries)('the entry $slug, $name, has each field of the extract', async (expected) => {
  expect(sorted(await entry(expected.slug.slice('eu-fsf-'.length)))).toEqual(expected)
})

test('the list is a source with its publisher and licence', async () => {
  expect(
    await read(`{ sources(where: { publisher: { eq: "European Commission" } }) { nodes { kind title url license } } }`),
  ).toEqual({
    sources: {
      nodes: [
        {
          kind: 'DATASET',
          title,
          url: 'https://webgate.ec.europa.eu/fsd/fsf',
          license: 'reuse with acknowledgement of the source (Commission Decision 2011/833/EU)',
        },
      ],
    },
  })
})

test('the database contains no number of a passport, an identity card or a tax card', async () => {
  const texts = await textsOfDatabase()
  for (const number of ['488555', '04643632', 'L191609', 'DAOMMD74T11Z352Z']) expect(texts).not.toContain(number)
  expect(texts).toContain('Benarouba Bachira')
})

test('a second import changes nothing, and a missing entry is delisted', async () => {
  const real = list.replace(/<sanctionEntity (?:(?!<sanctionEntity)[\s\S])*?TestOneWord[\s\S]*?<\/sanctionEntity>/, '')
  const changes = await db.change.count()
  expect(await importList(real, { asOf: '2020-04-16' })).toMatchObject({ read: 6, unchanged: 6, rejected: 0 })
  expect(await db.change.count()).toBe(changes)
  const shorter = real.replace(/<sanctionEntity [^>]*logicalId="191"[\s\S]*?<\/sanctionEntity>/, '')
  expect(await importList(shorter, { asOf: '2020-04-17' })).toMatchObject({ unchanged: 5, retracted: 1 })
  expect((await entry('191')).listings.nodes).toMatchObject([{ delisted: { edtf: '2020-04-17?' } }])
})

const anEntry = (content: string, attributes = 'unitedNationId="" logicalId="1"', code = 'person') =>
  `<sanctionEntity ${attributes}><regulation publicationDate="2006-05-20" numberTitle="765/2006 (OJ L134)" programme="BLR">
    <publicationUrl>https://eur-lex.europa.eu/?uri=OJ:L:2006:134:FULL</publicationUrl></regulation>
    <subjectType code="${code}"/>${content}</sanctionEntity>`
const listOf = (...all: string[]) => `<export xmlns="http://eu.europa.ec/fpi/fsd/export">${all.join('\n')}</export>`

test('names have their language and quality; the English or strong one is shown', async () => {
  const names = `<nameAlias wholeName="Iwan Petrow" nameLanguage="DE" strong="true" gender="M" title="Major"/>
    <nameAlias wholeName="Ivan Petrov" nameLanguage="EN" strong="true" function="Minister (passport: AB1234567)"/>
    <nameAlias wholeName="Vanya" nameLanguage="" strong="false" gender="M"/>
    <nameAlias wholeName="" firstName="Іван" lastName="Пятроў" nameLanguage="BE" strong="true"/>
    <nameAlias wholeName="Ivan Petrov" nameLanguage="EN" strong="true"/>`
  const births = `<birthdate circa="true" calendarType="GREGORIAN" yearRangeFrom="1960" yearRangeTo="1965" countryIso2Code="00" countryDescription="UNKNOWN"/>
    <birthdate circa="false" calendarType="GREGORIAN" year="1961" monthOfYear="4" city="Minsk" countryIso2Code="XX" countryDescription="USSR"/>`
  expect(await importList(listOf(anEntry(names + births)), { asOf: '2026-11-01', limit: 9 })).toMatchObject({
    created: 1,
    leftOut: 0,
  })
  const {
    slug: _,
    births: stored,
    listings,
    ...found
  } = sorted(await entry('1')) as ReturnType<typeof sorted> & {
    slug: string
  }
  expect(found).toEqual({
    name: 'Ivan Petrov',
    description: 'Major; Minister (passport: […])',
    gender: 'MALE',
    birth: { edtf: '1960-01-01?/1965-12-31?', text: 'circa between 1960 and 1965; alt. 1961-04' },
    names: ['ALIAS Iwan Petrow (de)', 'ALIAS Іван Пятроў (be)', 'PRIMARY Ivan Petrov (en)', 'WEAK Vanya'],
    identifiers: ['EU_FSF:1'],
    nationalities: [],
  })
  expect(stored).toEqual([{ date: { edtf: '1961-04' }, place: 'Minsk, USSR', country: null, source: { title } }])
  // Before 2015, only regulations have such numbers.
  expect(listings).toMatchObject([
    {
      citations: {
        nodes: [
          {
            source: {
              title: 'Regulation (EC) No 765/2006',
              identifiers: { nodes: expect.arrayContaining([{ scheme: 'CELEX', value: '32006R0765' }]) },
              url: 'https://eur-lex.europa.eu/?uri=OJ:L:2006:134:FULL#765/2006',
            },
          },
        ],
      },
    },
  ])
})

test('an entry under two programmes has two listings with one day', async () => {
  const second = `<regulation publicationDate="2014-03-17" numberTitle="269/2014 (OJ L78)" programme="UKR"/><remark>Ground</remark>
    <nameAlias wholeName="Example Works" strong="true"/>`
  await importList(listOf(anEntry(second, 'logicalId="2" designationDate="2022-03-02"', 'enterprise')), {
    asOf: '2026-11-01',
    limit: 9,
  })
  const { organization } = await read<{ organization: { listings: { nodes: object[] } } }>(
    `{ organization(by: { slug: "eu-fsf-2" }) { listings { nodes {
      listed { edtf } sanction { program } citations { nodes { quote source { title } } }
    } } } }`,
  )
  const citations = ['Regulation (EC) No 765/2006', 'Regulation (EU) No 269/2014'].map((title) => ({
    quote: 'Ground',
    source: { title },
  }))
  expect(organization.listings.nodes).toHaveLength(2)
  expect(organization.listings.nodes).toEqual(
    expect.arrayContaining(
      ['BLR', 'UKR'].map((program) => ({
        listed: { edtf: '2022-03-02' },
        sanction: { program },
        citations: { nodes: expect.arrayContaining(citations) },
      })),
    ),
  )
})

test('entries with mistakes are rejected one by one, and parts with mistakes are left out', async () => {
  const name = '<nameAlias wholeName="Somebody" strong="true" nameLanguage="?"/>'
  const parts = `<nameAlias wholeName="Some One" gender="M"/><nameAlias wholeName="Some Two" gender="F"/>
    <birthdate calendarType="GREGORIAN" birthdate="1965-02-31"/><birthdate calendarType="ISLAMIC" year="1402"/>
    <citizenship countryIso2Code="SU" countryDescription="SOVIET UNION"/><citizenship countryIso2Code="00" countryDescription="UNKNOWN"/>`
  const report = await importList(
    listOf(
      anEntry(name, 'logicalId="x1"'),
      anEntry(name, 'logicalId="11"', 'boat'),
      anEntry('<nameAlias wholeName=" "/>', 'logicalId="12"'),
      `<sanctionEntity logicalId="13"><subjectType code="person"/>${name}</sanctionEntity>`,
      anEntry(name + parts, 'logicalId="14" unitedNationId="TAL123" designationDate="03.07.2008"'),
    ),
    { asOf: '2026-11-01', limit: 9 },
  )
  expect(report).toMatchObject({ read: 5, created: 1, rejected: 4 })
  expect(report.rejections.map(({ key, reason }) => `${key} ${reason}`)).toEqual(
    expect.arrayContaining([
      'x1 The entry has the logicalId "x1", which is not a number: it is damaged.',
      '11 The entry has the subjectType "boat", which is not known.',
      '12 The entry has no name: it is damaged.',
      '13 The entry has no regulation with a number and a programme: it is damaged.',
      'EU_FSF:14 The unitedNationId "TAL123" is not a reference number of the Security Council, and is left out.',
      'EU_FSF:14 The language "?" of a name is not known, and is left out.',
      'EU_FSF:14 The names have different genders, which are left out.',
      'EU_FSF:14 The date of birth "1965-02-31" cannot be read, and is left out.',
      'EU_FSF:14 The date of birth "1402" of the calendar ISLAMIC cannot be read, and is left out.',
      'EU_FSF:14 The citizenship "SOVIET UNION" is not that of a country, and is left out.',
      'EU_FSF:14 The designation date "03.07.2008" cannot be read, and is left out.',
    ]),
  )
  await expect(importList('<list/>', {})).rejects.toThrow('its root element is <list>, not <export>')
})

/** Returns lists in which the numbers of one person are others, so that the person is new. */
const renumbered = (number: string) => ({
  eu: list
    .replace(
      /unitedNationId=""( euReferenceNumber=")EU.3343.85" logicalId="927"/,
      `unitedNationId="QDi.${number}"$1EU.${number}" logicalId="${number}"`,
    )
    .replace(/<sanctionEntity [^>]*logicalId="(?!\d{3}")[\s\S]*?<\/sanctionEntity>/g, ''),
  un: unList.replace('>QDi.060<', `>QDi.${number}<`).replace('>111735<', `>111${number}<`),
  uk: ukList
    .replace('>TAi.007<', `>QDi.${number}<`)
    .replace('>AFG0011<', `>AQD0${number}<`)
    .replace('>7270<', `>${number}<`),
})

test.each([
  ['060', ['eu', 'un', 'uk']],
  ['701', ['un', 'uk', 'eu']],
  ['702', ['uk', 'eu', 'un']],
] as const)(
  'entries of three lists with the reference number QDi.%s are one person, imported as %j',
  async (number, order) => {
    const lists = renumbered(number)
    const formats = { eu: euFsf, un, uk }
    for (const format of order)
      await importText(formats[format], 'list.xml', lists[format], { asOf: '2026-11-01', limit: 9 })
    const found = await entry(`QDi.${number}`, 'UN_SC')
    expect(sorted(found).identifiers).toEqual(
      expect.arrayContaining([`EU_FSF_UN:QDi.${number}`, `UK_SANCTIONS_UN:QDi.${number}`]),
    )
    expect(found.listings.nodes.map(({ sanction }) => sanction.program).sort()).toEqual(
      ['Al-Qaida', 'TAQA', 'The Afghanistan (Sanctions) (EU Exit) Regulations 2020'].sort(),
    )
    // The list of the United Nations decides on the name.
    expect(found.name).toBe('MOHAMED BEN BELGACEM BEN ABDALLAH AL-AOUADI')
    expect(found.names.nodes.map(({ value }) => value)).toContain('Mohamed Ben Belkacem Aouadi')
  },
)

test('an entry with the same name and another number is another person', async () => {
  const before = await db.actor.count({ where: { name: 'Ivan Petrov' } })
  await importList(listOf(anEntry('<nameAlias wholeName="Ivan Petrov" strong="true"/>', 'logicalId="3"')), {
    asOf: '2026-11-01',
    limit: 9,
  })
  expect(await db.actor.count({ where: { name: 'Ivan Petrov' } })).toBe(before + 1)
})

/** Returns an entry with an act of its own. */
const entryWithAct = (number: number, url = 'http://a', reference = `EU.${number}.1`) =>
  `<sanctionEntity logicalId="${number}" euReferenceNumber="${reference}"><regulation publicationDate="2020-01-01" numberTitle="2020/${number} (OJ)" programme="BLR">
    <publicationUrl>${url}</publicationUrl></regulation><subjectType code="enterprise"/><nameAlias wholeName="Firm ${number}" strong="true"/></sanctionEntity>`
const listWith = (...all: string[]) => `<export>\n${all.join('\n')}\n</export>`

test('an entry with an address that the database cannot store is rejected alone', async () => {
  const letters = Array.from({ length: 9000 }, (_, place) =>
    String.fromCodePoint(97 + (((place * place * 7919) % 9973) % 26)),
  )
  const good = Array.from({ length: 12 }, (_, index) => entryWithAct(90_001 + index))
  const content = listWith(...good, entryWithAct(90_100, `http://a/${letters.join('')}`))
  const report = await importText(euFsf, 'list.xml', content, { asOf: '2026-11-01', limit: 99, dryRun: true })
  expect(report).toMatchObject({ created: 12, rejected: 1 })
  expect(report.rejections).toMatchObject([
    { number: 26, reason: 'A text of the record is too long for the database: shorten it.' },
    { number: 26, reason: expect.stringContaining('EU_ACT:2020/90100, whose record was rejected') },
  ])
})

test('an entry with the reference of another entry is rejected, also far from it', async () => {
  const others = Array.from({ length: 1100 }, (_, index) => entryWithAct(91_001 + index))
  const content = listWith(entryWithAct(91_000), ...others, entryWithAct(93_000, 'http://a', 'EU.91000.1'))
  const report = await importText(euFsf, 'list.xml', content, { asOf: '2026-11-01', limit: 9999, dryRun: true })
  expect(report).toMatchObject({ created: 1101, rejected: 1 })
  expect(report.rejections[0]?.reason).toBe(
    'The entry EU_REFERENCE:EU.91000.1 is also in line 2: remove one of the two.',
  )
})
