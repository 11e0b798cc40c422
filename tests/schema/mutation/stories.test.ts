// Three stories of the news, entered by mutations and read back whole. The facts are those of the sources that they cite.
import { beforeAll, expect, test } from 'vitest'
import { idOf, read } from '../../client.ts'
import { country } from '../../world.ts'
import { anEditor, day, type Editor } from './editor.ts'

let editor: Editor
let us: string
beforeAll(async () => {
  editor = await anEditor()
  us = idOf('Country', await country('US'))
})

const created = async (mutation: string, type: string, input: object): Promise<string> =>
  (await editor.done(mutation, input, { select: `${type} { id }` }))[type].id

const source = (title: string, publisher: string, more: object = {}) =>
  created('sourceCreate', 'source', { kind: 'STATEMENT', title, publisher, ...more })

const cite = (id: string, basis = 'STATED') => ({ citations: [{ source: id, basis }] })

const RESTRICTION = 'sanction { title } authority { name } scope status confirmedUntil licences { title } files'

interface Restriction {
  status: string
  licences: { title: string }[]
}

/** Returns what restricts an actor on a day, as "status: licences". */
async function restrictionsOf(id: string, on: string): Promise<string[]> {
  const { actor } = await read<{ actor: { restrictions: Restriction[] } }>(
    `query ($id: ID!, $on: Date!) { actor(by: { id: $id }) { restrictions(on: $on) { ${RESTRICTION} } } }`,
    { id, on },
  )
  return actor.restrictions.map(({ status, licences }) => [status, ...licences.map(({ title }) => title)].join(': '))
}

test('Executive Order 14038: Belaruskali and its licence, and Belavia on two lists', async () => {
  const order = await source('Executive Order 14038 of August 9, 2021 (86 FR 43905)', 'The White House')
  const licence = await source('Belarus General License 4', 'Office of Foreign Assets Control', {
    publishedOn: day('2021-08-09'),
  })
  const designation = await source('Specially Designated Nationals List Update', 'Office of Foreign Assets Control', {
    kind: 'DATASET',
    publishedOn: day('2023-08-09'),
  })
  const journal = await source(
    'Council Implementing Regulation (EU) 2021/2124 of 2 December 2021',
    'Official Journal of the European Union',
  )
  const belaruskali = await created('organizationCreate', 'organization', { name: 'Belaruskali', ...cite(order) })
  const belavia = await created('organizationCreate', 'organization', { name: 'Belavia', ...cite(journal) })
  const eu = await created('organizationCreate', 'organization', { name: 'Union that lists Belavia', ...cite(journal) })
  await created('sanctionCreate', 'sanction', {
    title: 'Blocking of property under Executive Order 14038',
    program: 'BELARUS-EO14038',
    authority: us,
    measures: ['ASSET_FREEZE'],
    targets: [
      { actor: belaruskali, listed: day('2021-08-09') },
      { actor: belavia, listed: day('2023-08-09') },
    ],
    actions: [
      {
        kind: 'IMPOSED',
        date: day('2021-08-09'),
        certainty: 'ASSERTED',
        legalRef: 'Executive Order 14038',
        ...cite(order),
      },
    ],
    licences: [
      {
        authority: us,
        title: 'Belarus General License 4',
        scope: 'the wind down of transactions that involve Belaruskali',
        from: day('2021-08-09'),
        to: day('2021-12-08'),
        certainty: 'ASSERTED',
        target: 0,
        ...cite(licence),
      },
    ],
    ...cite(designation),
  })
  await created('sanctionCreate', 'sanction', {
    title: 'Asset freeze under Regulation (EC) No 765/2006',
    authority: eu,
    measures: ['ASSET_FREEZE'],
    targets: [{ actor: belavia, listingId: 'I.B 17', listed: day('2021-12-02') }],
    ...cite(journal),
  })
  const days = ['2021-08-08', '2021-08-09', '2021-12-08', '2021-12-09', '2025-01-01']
  expect(await Promise.all(days.map((on) => restrictionsOf(belaruskali, on)))).toEqual([
    ['UNKNOWN'],
    ['IN_FORCE: Belarus General License 4'],
    ['IN_FORCE: Belarus General License 4'],
    // The licence was not extended. Its end is not the end of the sanction.
    ['IN_FORCE'],
    ['IN_FORCE'],
  ])
  expect(await restrictionsOf(belavia, '2021-12-01')).toEqual(['UNKNOWN', 'UNKNOWN'])
  expect(await restrictionsOf(belavia, '2021-12-02')).toEqual(['UNKNOWN', 'IN_FORCE'])
  expect(await restrictionsOf(belavia, '2023-08-09')).toEqual(['IN_FORCE', 'IN_FORCE'])
  const { restrictions } = await read(
    `query ($id: ID!) { restrictions(on: "2023-08-09", where: { target: { id: { eq: $id } } }) {
      totalCount
      nodes { authority { name } sanction { title targets { nodes { listed { edtf } } } } measures scope status citations { source { title } } }
    } }`,
    { id: belavia },
  )
  expect(restrictions).toEqual({
    totalCount: 2,
    nodes: [
      {
        authority: { name: 'United States' },
        sanction: {
          title: 'Blocking of property under Executive Order 14038',
          targets: { nodes: [{ listed: { edtf: '2021-08-09' } }, { listed: { edtf: '2023-08-09' } }] },
        },
        measures: ['ASSET_FREEZE'],
        scope: 'PARTY',
        status: 'IN_FORCE',
        citations: expect.arrayContaining([
          { source: { title: 'Executive Order 14038 of August 9, 2021 (86 FR 43905)' } },
          { source: { title: 'Specially Designated Nationals List Update' } },
        ]),
      },
      {
        authority: { name: 'Union that lists Belavia' },
        sanction: {
          title: 'Asset freeze under Regulation (EC) No 765/2006',
          targets: { nodes: [{ listed: { edtf: '2021-12-02' } }] },
        },
        measures: ['ASSET_FREEZE'],
        scope: 'PARTY',
        status: 'IN_FORCE',
        citations: [{ source: { title: 'Council Implementing Regulation (EU) 2021/2124 of 2 December 2021' } }],
      },
    ],
  })
})

test('the potash measures of the European Union: goods and no party', async () => {
  const [first, second] = [
    await source('Council Regulation (EU) 2021/1030 of 24 June 2021', 'Official Journal of the European Union'),
    await source('Council Regulation (EU) 2022/355 of 2 March 2022', 'Official Journal of the European Union'),
  ]
  const eu = await created('organizationCreate', 'organization', { name: 'Union that bans potash', ...cite(first) })
  const sanction = await created('sanctionCreate', 'sanction', {
    slug: 'eu-ban-on-potash',
    title: 'Restrictions on potash from Belarus',
    authority: eu,
    measures: ['TRADE_RESTRICTION'],
    sector: 'potash',
    actions: [
      {
        kind: 'IMPOSED',
        date: day('2021-06-24'),
        certainty: 'ASSERTED',
        legalRef: 'Regulation (EU) 2021/1030',
        ...cite(first),
      },
      {
        kind: 'EXTENDED',
        date: day('2022-03-02'),
        certainty: 'ASSERTED',
        legalRef: 'Regulation (EU) 2022/355',
        ...cite(second),
      },
    ],
    ...cite(first),
  })
  const answer = await read(
    `query ($id: ID!) {
      before: restrictions(on: "2021-06-23", where: { sanction: { id: { eq: $id } } }) { nodes { target { name } scope status } }
      after: restrictions(on: "2022-03-02", where: { sanction: { id: { eq: $id } } }) { nodes { target { name } scope status measures } }
      sanction(by: { id: $id }) { status sector actions { nodes { kind date { edtf } legalRef citations { nodes { source { title } } } } } }
    }`,
    { id: sanction },
  )
  const title = (text: string) => ({ nodes: [{ source: { title: text } }] })
  expect(answer).toEqual({
    before: { nodes: [{ target: null, scope: 'GOODS', status: 'UNKNOWN' }] },
    after: { nodes: [{ target: null, scope: 'GOODS', status: 'IN_FORCE', measures: ['TRADE_RESTRICTION'] }] },
    sanction: {
      status: 'IN_FORCE',
      sector: 'potash',
      actions: {
        nodes: [
          {
            kind: 'IMPOSED',
            date: { edtf: '2021-06-24' },
            legalRef: 'Regulation (EU) 2021/1030',
            citations: title('Council Regulation (EU) 2021/1030 of 24 June 2021'),
          },
          {
            kind: 'EXTENDED',
            date: { edtf: '2022-03-02' },
            legalRef: 'Regulation (EU) 2022/355',
            citations: title('Council Regulation (EU) 2022/355 of 2 March 2022'),
          },
        ],
      },
    },
  })
})

test('the exchange of prisoners of August 2024, with its parts, trials and sentences', async () => {
  const wikipedia = { kind: 'ARTICLE', license: 'CC BY-SA 4.0' }
  const article = await source('2024 Ankara prisoner exchange', 'Wikipedia', wikipedia)
  const gershkovich = await source('Evan Gershkovich', 'Wikipedia', wikipedia)
  const krasikov = await source('Vadim Krasikov', 'Wikipedia', wikipedia)
  const codes = { russia: 'RU', germany: 'DE', turkey: 'TR' }
  const countries: Record<string, string> = {}
  for (const [name, code] of Object.entries(codes)) countries[name] = idOf('Country', await country(code))
  const { russia, germany, turkey } = countries
  const reporter = await created('personCreate', 'person', {
    name: 'Evan Gershkovich',
    gender: 'MALE',
    ...cite(gershkovich),
  })
  const agent = await created('personCreate', 'person', { name: 'Vadim Krasikov', gender: 'MALE', ...cite(krasikov) })
  const court = await created('organizationCreate', 'organization', {
    name: 'Sverdlovsk Regional Court',
    ...cite(gershkovich),
  })
  const event = (title: string, type: string, date: object, more: object) =>
    created('eventCreate', 'event', { title, type, status: 'OCCURRED', certainty: 'ASSERTED', date, ...more })
  const about = (actor: string, role: string) => ({ participants: [{ actor, role }] })
  const trial = await event(
    'Trial of Evan Gershkovich',
    'TRIAL',
    { between: { from: '2024-06-26', to: '2024-07-19' }, basis: 'STATED' },
    { ...about(reporter, 'SUBJECT'), location: russia, ...cite(gershkovich) },
  )
  const sentence = await event('Evan Gershkovich is sentenced', 'SENTENCE', day('2024-07-19'), {
    participants: [
      { actor: reporter, role: 'SUBJECT' },
      { actor: court, role: 'AUTHORITY' },
    ],
    links: [{ to: trial, kind: 'PART_OF', basis: 'STATED' }],
    ...cite(gershkovich),
  })
  const whole = await event('Exchange of prisoners in Ankara', 'PRISONER_RELEASE', day('2024-08-01'), {
    location: turkey,
    ...cite(article),
  })
  const leg = (title: string, released: string, by: string | undefined, more: object = {}) =>
    event(title, 'PRISONER_RELEASE', day('2024-08-01'), {
      participants: [
        { actor: released, role: 'BENEFICIARY' },
        { actor: by, role: 'AUTHORITY' },
      ],
      links: [{ to: whole, kind: 'PART_OF', basis: 'STATED' }],
      ...cite(article),
      ...more,
    })
  const byGermany = await leg('Germany releases Vadim Krasikov', agent, germany)
  const byRussia = await leg('Russia releases Evan Gershkovich', reporter, russia, {
    links: [
      { to: whole, kind: 'PART_OF', basis: 'STATED' },
      { to: byGermany, kind: 'IN_EXCHANGE_FOR', basis: 'STATED' },
    ],
  })
  const detention = {
    person: reporter,
    authority: russia,
    start: day('2023-03-29'),
    certainty: 'ASSERTED',
    charge: 'espionage',
    ...cite(gershkovich),
  }
  const { detention: open } = await editor.done('detentionAdd', detention, { select: 'detention { id }' })
  await editor.done('detentionUpdate', {
    id: open.id,
    term: '16 years',
    termMonths: 192,
    court,
    end: day('2024-08-01'),
    endedBy: byRussia,
    outcome: 'RELEASED',
  })
  await editor.done('detentionAdd', {
    person: agent,
    authority: germany,
    certainty: 'ASSERTED',
    charge: 'murder',
    term: 'life',
    end: day('2024-08-01'),
    endedBy: byGermany,
    outcome: 'RELEASED',
    ...cite(krasikov),
  })
  const detained =
    'charge term termMonths court { name } authority { name } start { edtf } end { edtf } outcome endedBy { title partOf { nodes { title } } }'
  const answer = await read(
    `query ($whole: ID!, $sentence: ID!, $reporter: ID!, $agent: ID!) {
      whole: event(by: { id: $whole }) { date { edtf } location { iso2 } parts { nodes { title type people { nodes { name } } } } }
      sentence: event(by: { id: $sentence }) { type partOf { nodes { type date { edtf } } } people { nodes { name } } }
      reporter: person(by: { id: $reporter }) { detentions { nodes { ${detained} } } }
      agent: person(by: { id: $agent }) { detentions(first: 1) { nodes { ${detained} } } }
    }`,
    { whole, sentence, reporter, agent },
  )
  const exchange = { nodes: [{ title: 'Exchange of prisoners in Ankara' }] }
  expect(answer).toEqual({
    whole: {
      date: { edtf: '2024-08-01' },
      location: { iso2: 'TR' },
      parts: {
        nodes: [
          {
            title: 'Germany releases Vadim Krasikov',
            type: 'PRISONER_RELEASE',
            people: { nodes: [{ name: 'Vadim Krasikov' }] },
          },
          {
            title: 'Russia releases Evan Gershkovich',
            type: 'PRISONER_RELEASE',
            people: { nodes: [{ name: 'Evan Gershkovich' }] },
          },
        ],
      },
    },
    sentence: {
      type: 'SENTENCE',
      partOf: { nodes: [{ type: 'TRIAL', date: { edtf: '2024-06-26/2024-07-19' } }] },
      people: { nodes: [{ name: 'Evan Gershkovich' }] },
    },
    reporter: {
      detentions: {
        nodes: [
          {
            charge: 'espionage',
            term: '16 years',
            termMonths: 192,
            court: { name: 'Sverdlovsk Regional Court' },
            authority: { name: 'Russia' },
            start: { edtf: '2023-03-29' },
            end: { edtf: '2024-08-01' },
            outcome: 'RELEASED',
            endedBy: { title: 'Russia releases Evan Gershkovich', partOf: exchange },
          },
        ],
      },
    },
    agent: {
      detentions: {
        nodes: [
          {
            charge: 'murder',
            term: 'life',
            termMonths: null,
            court: null,
            authority: { name: 'Germany' },
            start: null,
            end: { edtf: '2024-08-01' },
            outcome: 'RELEASED',
            endedBy: { title: 'Germany releases Vadim Krasikov', partOf: exchange },
          },
        ],
      },
    },
  })
})
