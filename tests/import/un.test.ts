import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db, openDatabase } from '../../src/db/client.ts'
import { ftm } from '../../src/import/formats/ftm/ftm.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { un } from '../../src/import/formats/un/un.ts'
import type { FileOptions } from '../../src/import/pipeline/import-files.ts'
import { seedCountries } from '../../src/import/seed.ts'
import { ask, closeTestDatabase, openTestDatabase, read } from '../client.ts'
import { textsOfDatabase } from './database-text.ts'
import { emptyDatabase } from './empty-database.ts'
import { importFolder, importText } from './run.ts'

beforeAll(openTestDatabase)
afterAll(closeTestDatabase)

const place = fileURLToPath(new URL('data/un/consolidated.xml', import.meta.url))
const list = readFileSync(place, 'utf8')
const importList = (content: string, options: FileOptions) => importText(un, 'consolidated.xml', content, options)

/** Returns the list without the entry that has a reference number. */
const without = (reference: string) =>
  list.replace(/ *<(INDIVIDUAL|ENTITY)>\n[\s\S]*?<\/\1>\n/g, (entry) => (entry.includes(`>${reference}`) ? '' : entry))

/** Counts in the text of the list, without the importer. */
const count = (pattern: RegExp) => [...list.matchAll(pattern)].length
const textsOf = (pattern: RegExp) => [...list.matchAll(pattern)].map(([, text = '']) => text.trim())

interface Entry {
  slug: string
  name: string
  description: string | null
  gender?: string | null
  names: { nodes: { value: string; kind: string; lang: string | null }[] }
  birth?: { edtf: string; text: string } | null
  births?: { date: { edtf: string; text: string } | null; place: string | null; country: { slug: string } | null }[]
  relationships?: { nodes: { object: { slug: string } }[] }
  identifiers: { nodes: { scheme: string; value: string }[] }
  listings: {
    nodes: {
      listingId: string
      listed: { edtf: string; basis: string } | null
      delisted: { edtf: string } | null
      sanction: { program: string; measures: string[]; authority: { name: string } }
      citations: { nodes: { quote: string; source: { title: string } }[] }
    }[]
  }
}

const common = `slug name description names { nodes { value kind lang } } identifiers { nodes { scheme value } }
  listings { nodes { listingId listed { edtf basis } delisted { edtf }
    sanction { program measures authority { name } } citations { nodes { quote source { title } } } } }`

async function entry(reference: string): Promise<Entry> {
  const isPerson = reference.includes('i.')
  const personal = `gender birth { edtf text } births { date { edtf text } place country { slug } }
    relationships(where: { kind: { in: [NATIONAL_OF] } }) { nodes { object { slug } } }`
  const { data, path } = await ask<{ found: Entry }>(
    `{ found: ${isPerson ? 'person' : 'organization'}(by: { identifier: { scheme: "UN_SC", value: "${reference}" } }) { ${common} ${isPerson ? personal : ''} } }`,
  )
  expect(path).toBe('prepared')
  return data?.found as Entry
}

test('the list has as many entries, days, aliases, dates of birth and quotes as a count of its text', async () => {
  const report = await importFolder(un, place, { asOf: '2026-02-27' })
  const references = textsOf(/<REFERENCE_NUMBER>(.*?)</g)
  expect(report).toMatchObject({ read: references.length, created: references.length, rejected: 0 })
  const listings = { some: { scheme: 'UN_SC' } }
  expect(await db.actor.count({ where: { identifiers: listings, kind: 'PERSON' } })).toBe(count(/<INDIVIDUAL>/g))
  expect(await db.actor.count({ where: { identifiers: listings, kind: 'ORGANIZATION' } })).toBe(count(/<ENTITY>/g))

  const targets = await db.sanctionTarget.findMany({
    where: { sightings: { some: { list: 'UN_SC' } } },
    include: { sanction: true },
  })
  const stated = targets.map((each) => `${each.listingId} ${each.listedEdtf} ${each.listedBasis}`)
  const days = textsOf(/<LISTED_ON>(.*?)</g).map((day) => day.slice(0, 10))
  expect(stated.sort()).toEqual(references.map((each, index) => `${each} ${days[index]} STATED`).sort())
  expect(targets.map(({ sanction }) => sanction.program).sort()).toEqual(textsOf(/<UN_LIST_TYPE>(.*?)</g).sort())

  // An alias may be several names, separated by semicolons, and an entry may have one twice.
  const aliases = (quality: string) =>
    new Set(
      textsOf(new RegExp(`<QUALITY>${quality}</QUALITY>\\s*<ALIAS_NAME>(.*?)<`, 'g')).flatMap((text) =>
        text.split('; '),
      ),
    ).size
  const names = (kind: 'ALIAS' | 'WEAK' | 'FORMER' | 'TRANSLITERATION') =>
    db.actorName.count({ where: { kind, actor: { identifiers: listings } } })
  expect(await names('ALIAS')).toBe(aliases('Good') + aliases('a\\.k\\.a\\.'))
  expect(await names('WEAK')).toBe(aliases('Low'))
  expect(await names('FORMER')).toBe(aliases('f\\.k\\.a\\.'))
  expect(await names('TRANSLITERATION')).toBe(count(/<NAME_ORIGINAL_SCRIPT>./g))

  const births = await db.$queryRaw<{ type: string; n: number }[]>`
    SELECT CASE WHEN text LIKE 'approximately%' THEN 'APPROXIMATELY' WHEN text LIKE 'between%' THEN 'BETWEEN' ELSE 'EXACT' END AS type,
      count(*)::int AS n
    FROM (SELECT "actorId" AS id, "birthText" AS text FROM "Person" UNION ALL SELECT "personId", "dateText" FROM "BirthClaim") AS dates
    JOIN "Identifier" i ON i."actorId" = dates.id AND i.scheme = 'UN_SC' WHERE text IS NOT NULL GROUP BY 1`
  const ofType = (type: string) =>
    count(new RegExp(`<TYPE_OF_DATE>${type}</TYPE_OF_DATE>\\s*<(DATE|YEAR|FROM_YEAR)>`, 'g'))
  expect(Object.fromEntries(births.map(({ type, n }) => [type, n]))).toEqual({
    EXACT: ofType('EXACT'),
    APPROXIMATELY: ofType('APPROXIMATELY'),
    BETWEEN: ofType('BETWEEN'),
  })
  expect(await db.citation.count({ where: { targetId: { not: null } } })).toBe(count(/<COMMENTS1>./g))
  expect([count(/<INDIVIDUAL>/g), count(/<ENTITY>/g), ofType('BETWEEN'), aliases('Low')]).not.toContain(0)
})

test('a person has names, a description, births, nationalities, and a listing with its ground', async () => {
  const { names, listings, ...person } = await entry('CFi.013')
  expect(person).toMatchObject({
    slug: 'un-sc-cfi-013',
    name: 'MARTIN KOUMTAMADJI',
    description: 'President and commander-in-chief of the Front Démocratique du Peuple Centrafricain (FDPC)',
    birth: { edtf: '1965-10-05', text: '1965-10-05; alt. 1965-03-03' },
    births: [
      { date: { edtf: '1965-03-03' }, place: null },
      { date: null, place: 'Ndïnaba, Chad', country: { slug: 'chad' } },
      { date: null, place: 'Kobo, Central African Republic', country: { slug: 'central-african-republic' } },
      { date: null, place: 'Kabo, Central African Republic', country: { slug: 'central-african-republic' } },
    ],
  })
  expect(person.identifiers.nodes).toEqual(
    expect.arrayContaining([
      { scheme: 'UN_SC', value: 'CFi.013' },
      { scheme: 'UN_SC_DATA', value: '6908840' },
    ]),
  )
  // "Congo" beside the Democratic Republic of the Congo is the Republic of the Congo.
  const congo = await db.country.findUniqueOrThrow({ where: { iso2: 'CG' }, include: { actor: true } })
  expect(person.relationships?.nodes.map(({ object }) => object.slug).sort()).toEqual(
    ['chad', 'central-african-republic', congo.actor.slug].sort(),
  )
  expect(names.nodes).toEqual(expect.arrayContaining([{ value: 'Abdoulaye Miskine', kind: 'ALIAS', lang: null }]))
  expect(listings.nodes).toEqual([
    {
      listingId: 'CFi.013',
      listed: { edtf: '2020-04-20', basis: 'STATED' },
      delisted: null,
      sanction: {
        program: 'CAR',
        measures: ['ASSET_FREEZE', 'TRAVEL_BAN'],
        authority: { name: 'United Nations Security Council' },
      },
      citations: {
        nodes: [
          {
            quote: /<COMMENTS1>(Martin[\s\S]*?)</.exec(list)?.[1],
            source: { title: 'United Nations Security Council Consolidated List' },
          },
        ],
      },
    },
  ])
})

test.each([
  ['SSi.001', '1966-01-01', '1966-01-01'],
  ['LYi.019', '1952?', 'approximately 1952'],
  ['TAi.025', '1958-01-01/1963-12-31', 'between 1958 and 1963; alt. approximately 1970'],
])('the birth of %s is %s', async (reference, edtf, text) => {
  expect((await entry(reference)).birth).toEqual({ edtf, text })
})

test('an entity has former names and a name in its script; a reference number may end in a space', async () => {
  const names = (await entry('QDe.014')).names.nodes
  const kinds = names.map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'FORMER')).toHaveLength(2)
  const script = names.filter(({ kind }) => kind === 'TRANSLITERATION')
  expect(script).toMatchObject([{ value: expect.stringMatching(/\p{Script=Arabic}/u), lang: null }])
  expect(await entry('KPe.023')).toMatchObject({
    slug: 'un-sc-kpe-023',
    listings: { nodes: [{ listingId: 'KPe.023' }] },
  })
})

test('several names in one alias are several aliases', async () => {
  expect(
    (await entry('IRi.034')).names.nodes
      .filter(({ kind }) => kind === 'ALIAS')
      .map(({ value }) => value)
      .sort(),
  ).toEqual([
    'M. Jawad Kareemi Sabet',
    'M. Jawad Karimi Sabet',
    'Mohammad Sabet b) M. Javad Kareemi Sabet',
    'Mohammed Sabet',
  ])
})

test('a semicolon in parentheses does not separate aliases', async () => {
  await importList(list.replace('>Papa Camará<', '>One (also (Two; Three); Four); Five<'), {
    asOf: '2026-02-27',
    limit: 20,
  })
  const values = (await entry('GBi.001')).names.nodes.map(({ value }) => value)
  expect(values).toEqual(expect.arrayContaining(['One (also (Two; Three); Four)', 'Five', 'Papa Camará']))
})

test('a name in Hangul is Korean; a script of several languages tells no language', async () => {
  const named = (name: string) => list.replace(/<NAME_ORIGINAL_SCRIPT>[^<]*</g, `<NAME_ORIGINAL_SCRIPT>${name}<`)
  await importList(named('김정은'), { asOf: '2026-02-27', limit: 20 })
  expect((await entry('QDe.014')).names.nodes).toContainEqual({ value: '김정은', kind: 'TRANSLITERATION', lang: 'ko' })
})

test.each([
  ['Guinea-Bissau has a travel ban alone', 'GBi.001', ['TRAVEL_BAN']],
  ['Al-Qaida has all three', 'QDi.057', ['ASSET_FREEZE', 'TRAVEL_BAN', 'ARMS_EMBARGO']],
  ['those of Libya differ by entry, so none is certain', 'LYi.019', []],
  ['North Korea', 'KPi.016', ['ASSET_FREEZE', 'TRAVEL_BAN']],
])('measures: %s', async (_, reference, measures) => {
  expect((await entry(reference)).listings.nodes[0]?.sanction.measures.sort()).toEqual(measures.sort())
})

test('the database contains no number of a passport or an identity card', async () => {
  const numbers = textsOf(/<NUMBER>(?:.* )?([\w-]{5,}?) *</g)
  expect(numbers.length).toBeGreaterThan(5)
  const texts = await textsOfDatabase()
  // In an alias, and in a comment.
  for (const number of [...numbers, '03825239', '6910275240086', '434021161', '836110034'])
    expect(texts).not.toContain(number)
  expect(texts).toContain('diplomatic passport number […], which expires')
  expect((await entry('QDi.057')).names.nodes.map(({ value }) => value)).toContain('Abdel Ilah Sabri')
})

test('what cannot be read is left out and reported with its line; the rest of the entry is imported', async () => {
  const report = await importFolder(un, place, { asOf: '2026-02-27' })
  expect(report.rejections.map(({ key, reason }) => `${key} ${reason}`)).toEqual([
    'UN_SC:QDi.290 The nationality "former Soviet Union" is not that of a country, and is left out.',
    'UN_SC:QDi.291 The date of birth "24/06/1402 (Hijri Calendar)" cannot be read, and is left out.',
  ])
  const before = list.slice(0, list.lastIndexOf('<INDIVIDUAL>', list.indexOf('>QDi.290<')))
  expect(report.rejections[0]?.number).toBe(before.split('\n').length)
})

test('a second import changes nothing, a removed alias stays, and a missing entry is delisted', async () => {
  const changes = await db.change.count()
  const all = count(/<REFERENCE_NUMBER>/g)
  expect(await importFolder(un, place, { asOf: '2026-02-28' })).toMatchObject({ unchanged: all, retracted: 0 })
  expect(await db.change.count()).toBe(changes)
  const shorter = without('SSi.001').replace('Abdoulaye Miskine', '')
  expect(await importList(shorter, { asOf: '2026-03-01' })).toMatchObject({ unchanged: all - 1, retracted: 1 })
  const [listing] = (await entry('SSi.001')).listings.nodes
  expect(listing).toMatchObject({ listed: { edtf: '2015-07-01' }, delisted: { edtf: '2026-03-01?' } })
  expect((await entry('CFi.013')).names.nodes.map(({ value }) => value)).toContain('Abdoulaye Miskine')
})

test('the list is of the day that it states, and of no earlier one', async () => {
  const later = list.replace('dateGenerated="2026-02-27', 'dateGenerated="2026-03-05')
  await expect(importList(later, { asOf: '2026-03-04' })).rejects.toThrow(
    'The input states that it is of 2026-03-05, which is later than 2026-03-04: pass 2026-03-05 or a later day with --as-of.',
  )
  await importList(later, {})
  const { _max } = await db.sighting.aggregate({ _max: { seenOn: true } })
  expect(_max.seenOn?.toISOString().slice(0, 10)).toBe('2026-03-05')
})

test('entries with mistakes are rejected one by one, and parts with mistakes are left out', async () => {
  const broken = list
    .replace('>CDi.003<', '>CD-003<')
    .replace(/<FIRST_NAME>MARTIN<\/FIRST_NAME>\s*<SECOND_NAME>KOUMTAMADJI</, '<FIRST_NAME/><SECOND_NAME> <')
    .replace('<UN_LIST_TYPE>GB<', '<UN_LIST_TYPE><')
    .replace('<DATAID>110413<', '<DATAID>?<')
    .replace('<QUALITY>Low<', '<QUALITY>Odd<')
    .replace(/(<REFERENCE_NUMBER>KPi.016<[\s\S]*?<LISTED_ON>)2016-03-02/, '$12016-02-31')
    .replace('<COMMENTS1>[Old', `<COMMENTS1>${'long '.repeat(5000)}[Old`)
  const report = await importList(broken, { asOf: '2026-03-05', limit: 20 })
  expect(report).toMatchObject({ rejected: 3 })
  expect(report.rejections.map(({ key, reason }) => `${key} ${reason}`)).toEqual(
    expect.arrayContaining([
      'CD-003 The entry has the reference number "CD-003" instead of one such as "QDi.001": it is damaged or from another list.',
      'CFi.013 The entry has no name: it is damaged.',
      'GBi.001 The entry has no UN_LIST_TYPE, which names its sanctions programme: it is damaged.',
      'UN_SC:IRi.034 The DATAID "?" is not a number, and is left out.',
      'UN_SC:IRi.034 The comment has more than 20000 characters, and is left out.',
      'UN_SC:KPi.016 The day of listing "2016-02-31" cannot be read, and is left out.',
    ]),
  )
})

const entity = (id: string, referents: string[], name: string) => ({
  id,
  schema: 'Person',
  caption: name,
  datasets: ['test'],
  referents,
  properties: { name: [name] },
})
const importEntities = (entities: object[]) =>
  importText(ftm, 'entities.ftm.json', entities.map((each) => JSON.stringify(each)).join('\n'), { limit: 9 })

test('an entity of OpenSanctions with the number of the data joins the entry, whose name stays; a name alone does not', async () => {
  expect(
    await importEntities([
      entity('NK-un-1', ['unsc-6907995'], 'Gaston Iyamuremye'),
      entity('NK-un-2', [], 'GASTON IYAMUREMYE'),
    ]),
  ).toMatchObject({ created: 1, changed: 1 })
  const found = await entry('CDi.003')
  expect(found).toMatchObject({ name: 'GASTON IYAMUREMYE', slug: 'un-sc-cdi-003' })
  expect(found.names.nodes.map(({ value }) => value)).toContain('Gaston Iyamuremye')
  expect(found.identifiers.nodes.map(({ value }) => value)).toEqual(expect.arrayContaining(['NK-un-1', 'unsc-6907995']))
  expect(found.identifiers.nodes.map(({ value }) => value)).not.toContain('NK-un-2')
})

test('an entry joins the entity that was imported first; the list of OFAC decides on a common name, in any order', async () => {
  const { url, drop } = await emptyDatabase('un')
  await closeTestDatabase()
  openDatabase(url)
  try {
    await seedCountries()
    await importEntities([entity('NK-un-3', ['unsc-690780', 'ofac-9000780'], 'Safia Farkash')])
    expect(await importFolder(un, place, { asOf: '2026-02-27' })).toMatchObject({
      created: 12,
      changed: 1,
      rejected: 0,
    })
    const named = async () => {
      const actors = await db.actor.findMany({
        where: { identifiers: { some: { value: { in: ['LYi.019', 'NK-un-3', '690780', '9000780'] } } } },
        include: { targeted: true },
      })
      return actors.map(({ name, targeted }) => `${name} ${targeted.length}`)
    }
    expect(await named()).toEqual(['SAFIA FARKASH AL-BARASSI 1'])
    const row = `9000780,"AL-BARASSI, Safia","individual","LIBYA2",${Array(8).fill('-0- ').join(',')}\r\n`
    await importText(ofac, 'sdn.csv', row, { asOf: '2026-02-27' })
    expect(await named()).toEqual(['Safia AL-BARASSI 2'])
    expect(await importFolder(un, place, { asOf: '2026-02-27' })).toMatchObject({ unchanged: 13 })
    expect(await importText(ofac, 'sdn.csv', row, { asOf: '2026-02-27' })).toMatchObject({ unchanged: 1 })
    expect(await named()).toEqual(['Safia AL-BARASSI 2'])
    const authority = await db.actor.count({ where: { name: 'United Nations Security Council' } })
    expect(authority).toBe(1)
  } finally {
    await db.$disconnect()
    openTestDatabase()
    await drop()
  }
})

test('the source is the list, with its publisher and licence', async () => {
  const { sources } = await read<{ sources: { nodes: object[] } }>(
    '{ sources(where: { publisher: { eq: "United Nations Security Council" }, kind: { eq: DATASET } }) { nodes { title url license } } }',
  )
  expect(sources.nodes).toEqual([
    {
      title: 'United Nations Security Council Consolidated List',
      url: 'https://scsanctions.un.org/resources/xml/en/consolidated.xml',
      license: 'copyright of the publisher; facts of a public body',
    },
  ])
})
