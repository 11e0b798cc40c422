import { beforeAll, expect, test } from 'vitest'
import { exportLines } from '../../src/export/export.ts'
import { dateline } from '../../src/import/formats/dateline/dateline.ts'
import { ofac } from '../../src/import/formats/ofac/ofac.ts'
import { database, read } from '../client.ts'
import { importText, importTexts } from './run.ts'

/** Returns a row of sdn.csv. */
const row = (entry: number, programs: string, remarks = '-0- ') =>
  `${entry},"ENTRY ${entry}","individual","${programs}",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"${remarks}"`

const russia = 'Listing Date (EO 14024 Directive 1a): 24 Feb 2022'
const cuba = row(1, 'CUBA')

/** The rows of each snapshot. 2 leaves, returns and leaves; 3 and 4 leave; 5 comes. */
const snapshots: Record<string, string[]> = {
  '2019-01-15': [cuba, row(2, 'CUBA'), row(3, 'SDT'), row(4, 'SDT] [SDGT')],
  '2021-07-07': [cuba, row(5, 'SDGT')],
  '2022-03-01': [
    cuba,
    row(2, 'CUBA'),
    row(5, 'SDGT'),
    row(6, 'RUSSIA-EO14024] [SDGT', `DOB 1954; ${russia}; Gender Male.`),
  ],
  '2023-01-01': [cuba, row(5, 'SDGT'), row(6, 'RUSSIA-EO14024] [SDGT', `DOB 1954; ${russia}; Gender Male.`)],
}

const run = (asOf: string, rows = snapshots[asOf] ?? []) =>
  importText(ofac, 'sdn.csv', rows.join('\n'), { asOf, maxDelisted: 100 })

beforeAll(async () => {
  for (const asOf of Object.keys(snapshots)) expect(await run(asOf)).toMatchObject({ rejected: 0 })
})

interface Programme {
  status: string
  statusAsOf: string | null
  targets: { nodes: { listingId: string; status: string; confirmedUntil: string | null }[] }
}

/** Returns a programme with its targets, each as "listingId: fields". */
async function programme(program: string, fields: string, targetFields = 'status') {
  const { sanctions } = await read<{ sanctions: { nodes: Programme[] } }>(
    `query ($program: String!) { sanctions(where: { program: { eq: $program } }) { nodes {
      ${fields} targets { nodes { listingId ${targetFields} } } } } }`,
    { program },
  )
  return sanctions.nodes[0]
}

test('a programme is in force while one of its entries is listed, and unknown after the last was delisted', async () => {
  const days =
    'a: statusOn(date: "2019-01-14") b: statusOn(date: "2019-01-15") c: statusOn(date: "2019-01-16") d: statusOn(date: "2021-07-07")'
  const targets = { nodes: ['3', '4'].map((listingId) => ({ listingId, status: 'LIFTED' })) }
  expect(await programme('SDT', `status statusAsOf ${days}`)).toEqual({
    status: 'UNKNOWN',
    statusAsOf: '2023-01-01',
    a: 'UNKNOWN',
    b: 'IN_FORCE',
    c: 'UNKNOWN',
    d: 'UNKNOWN',
    targets,
  })
  expect(await programme('CUBA', `status statusAsOf ${days}`)).toMatchObject({
    status: 'IN_FORCE',
    statusAsOf: '2023-01-01',
    a: 'UNKNOWN',
    b: 'IN_FORCE',
    c: 'IN_FORCE',
    d: 'IN_FORCE',
  })
})

test('the seed, which is on no list, has no day of a snapshot, and the potash sanction is in force', async () => {
  expect(
    await read(
      '{ sanction(by: { slug: "us-potash" }) { status statusAsOf scope targets { nodes { status scope confirmedUntil sightings { list } } } } }',
    ),
  ).toEqual({
    sanction: {
      status: 'IN_FORCE',
      statusAsOf: null,
      scope: 'SECTOR',
      targets: { nodes: [{ status: 'IN_FORCE', scope: 'SECTOR', confirmedUntil: null, sightings: [] }] },
    },
  })
})

test('an entry is confirmed until the last snapshot that had it', async () => {
  const cuban = await programme('CUBA', 'slug', 'status confirmedUntil statusOn(date: "2030-01-01")')
  expect(cuban?.targets.nodes).toEqual([
    { listingId: '1', status: 'IN_FORCE', confirmedUntil: '2023-01-01', statusOn: 'IN_FORCE' },
    { listingId: '2', status: 'LIFTED', confirmedUntil: '2022-03-01', statusOn: 'LIFTED' },
  ])
})

test('an entry that left twice was in force on the days around its snapshots only', async () => {
  const days = {
    '2019-01-14': 'UNKNOWN',
    '2019-01-15': 'IN_FORCE',
    '2019-01-16': 'UNKNOWN',
    '2021-07-07': 'LIFTED',
    '2021-07-08': 'UNKNOWN',
    '2022-03-01': 'IN_FORCE',
    '2022-03-02': 'UNKNOWN',
    '2023-01-01': 'LIFTED',
  }
  const fields = Object.keys(days).map((day) => `d${day.replaceAll('-', '')}: statusOn(date: "${day}")`)
  const { nodes = [] } = (await programme('CUBA', 'slug', fields.join(' ')))?.targets ?? {}
  const expected = Object.entries(days).map(([day, status]) => [`d${day.replaceAll('-', '')}`, status])
  expect(nodes[1]).toEqual({ listingId: '2', ...Object.fromEntries(expected) })
})

const listing =
  'listed { edtf text basis } sightings { list absentOn firstSeenOn lastSeenOn } a: statusOn(date: "2022-02-23") b: statusOn(date: "2022-02-24")'

test('a stated day of listing beats the window between two snapshots, and both are kept', async () => {
  const sightings = [{ list: 'OFAC_SDN', absentOn: '2021-07-07', firstSeenOn: '2022-03-01', lastSeenOn: '2023-01-01' }]
  expect((await programme('RUSSIA-EO14024', 'slug', listing))?.targets.nodes).toEqual([
    {
      listingId: '6',
      listed: { edtf: '2022-02-24', text: russia, basis: 'STATED' },
      sightings,
      a: 'UNKNOWN',
      b: 'IN_FORCE',
    },
  ])
  // The date is that of another legal act than the programme's.
  const others = (await programme('SDGT', 'slug', listing))?.targets.nodes
  expect(others?.find(({ listingId }) => listingId === '6')).toEqual({
    listingId: '6',
    listed: { edtf: '2021-07-08?/2022-03-01?', text: null, basis: 'INFERRED' },
    sightings,
    a: 'UNKNOWN',
    b: 'UNKNOWN',
  })
})

test('a day that a list states later replaces the window, but the day of a new listing does not', async () => {
  const stated = (day: string) => `Listing Date (SDGT): ${day}; DOB 1954.`
  const four = '4'
  const dates = async () => {
    const { nodes = [] } =
      (await programme('SDGT', 'slug', 'listed { edtf } actions { nodes { kind date { edtf text } } }'))?.targets ?? {}
    return nodes.filter(({ listingId }) => ['5', four].includes(listingId))
  }
  // 5 was there all the time. 4 was delisted in 2021 or before, and is listed again.
  const rows = [
    cuba,
    row(5, 'SDGT', stated('1 Jul 2021')),
    row(4, 'SDGT', stated('15 Mar 2023')),
    row(6, 'RUSSIA-EO14024] [SDGT', `${russia}.`),
  ]
  for (const asOf of ['2023-04-01', '2023-05-01']) {
    await run(asOf, rows)
    expect(await dates()).toEqual([
      {
        listingId: '4',
        listed: { edtf: '[..2019-01-15?]' },
        actions: {
          nodes: [
            { kind: 'LIFTED', date: { edtf: '2019-01-16?/2021-07-07?', text: null } },
            { kind: 'REIMPOSED', date: { edtf: '2023-03-15', text: 'Listing Date (SDGT): 15 Mar 2023' } },
          ],
        },
      },
      { listingId: '5', listed: { edtf: '2021-07-01' }, actions: { nodes: [] } },
    ])
  }
})

test.each([
  ['Listing Date (CMIC) 03 Jun 2021; Effective Date (CMIC) 02 Aug 2021', 'CMIC-EO13959', '2021-06-03'],
  ['Listing Date: 03 Jun 2021', 'TEST', '2021-06-03'],
  [
    'Listing Date (EO 13662 Directive 2): 12 Sep 2014; Listing Date (EO 13662 Directive 1): 16 Jul 2014.',
    'UKRAINE-EO13662',
    '2014-07-16',
  ],
  ['Listing Date (EO 14024): 31 Feb 2022', 'RUSSIA-EO14024', null],
  ['Listing Date (EO 14024): 24 Feb 202', 'RUSSIA-EO14024', null],
  ['Effective Date (EO 14024): 24 Feb 2022', 'RUSSIA-EO14024', null],
])('the remarks "%s" state for %s: %s', async (remarks, program, day) => {
  const report = await importTexts(
    ofac,
    { 'sdn.csv': row(70, program, remarks) },
    { asOf: '2024-01-01', dryRun: false, limit: 1 },
  )
  expect(report).toMatchObject({ read: 1, rejected: 0 })
  const target = await database.sanctionTarget.findFirstOrThrow({ where: { listingId: '70', sanction: { program } } })
  expect(target).toMatchObject(day ? { listedEdtf: day, listedBasis: 'STATED' } : { listedBasis: 'INFERRED' })
})

test('an export contains the snapshots of the entries', async () => {
  const lines: string[] = []
  for await (const line of exportLines()) if (line.includes('"sightings"')) lines.push(line)
  expect(lines.join('\n')).toContain(
    '"sightings":[{"list":"OFAC_SDN","absentOn":"2019-01-15","firstSeenOn":"2021-07-07","seenOn":"2023-05-01"}]',
  )
  expect(await importText(dateline, 'export.ndjson', lines.join('\n'))).toMatchObject({
    unchanged: lines.length,
    changed: 0,
    rejected: 0,
  })
})

test('an entry that returned and states a day before the snapshot without it returned after that snapshot', async () => {
  const rows = (stated: string) => [cuba, row(8, 'SDGT', stated), row(5, 'SDGT', ''), row(9, 'SDGT', '')]
  await run('2024-01-01', rows(''))
  await run('2024-02-01', [cuba, row(5, 'SDGT', ''), row(9, 'SDGT', '')])
  await run('2024-03-01', rows('Listing Date (SDGT): 15 Jan 2024.'))
  await run('2024-04-01', rows('Listing Date (SDGT): 15 Jan 2024.'))
  const { nodes = [] } =
    (await programme('SDGT', 'slug', 'listed { edtf } status actions { nodes { kind date { edtf } } }'))?.targets ?? {}
  expect(nodes.find(({ listingId }) => listingId === '8')).toMatchObject({
    status: 'IN_FORCE',
    listed: { edtf: '2023-05-02?/2024-01-01?' },
    actions: {
      nodes: [
        { kind: 'LIFTED', date: { edtf: '2024-01-02?/2024-02-01?' } },
        { kind: 'REIMPOSED', date: { edtf: '2024-02-02?/2024-03-01?' } },
      ],
    },
  })
})
