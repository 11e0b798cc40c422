import edtf from 'edtf'
import { expect, test } from 'vitest'
import { ask, database, idOf, read } from '../client.ts'
import { anEvent, aPerson, aSanction, aTarget, country, span } from '../world.ts'

const spans: [
  what: string,
  earliest: string | null,
  latest: string | null,
  more: object,
  edtf: string,
  label: string,
][] = [
  ['a day', '2025-03-01', '2025-03-01', {}, '2025-03-01', '1 March 2025'],
  ['a leap day', '2024-02-29', '2024-02-29', {}, '2024-02-29', '29 February 2024'],
  ['a month', '2025-03-01', '2025-03-31', { precision: 'MONTH' }, '2025-03', 'March 2025'],
  ['a leap February', '2024-02-01', '2024-02-29', { precision: 'MONTH' }, '2024-02', 'February 2024'],
  ['all but the end of a leap February', '2024-02-01', '2024-02-28', {}, '2024-02-01/2024-02-28', '1–28 February 2024'],
  ['a year', '2020-01-01', '2020-12-31', { precision: 'YEAR' }, '2020', '2020'],
  ['days within a month', '2025-03-01', '2025-03-10', {}, '2025-03-01/2025-03-10', '1–10 March 2025'],
  ['days across months', '2025-03-28', '2025-04-02', {}, '2025-03-28/2025-04-02', '28 March – 2 April 2025'],
  ['days across years', '2024-12-28', '2025-01-03', {}, '2024-12-28/2025-01-03', '28 December 2024 – 3 January 2025'],
  ['whole months', '2025-03-01', '2025-05-31', { precision: 'MONTH' }, '2025-03-01/2025-05-31', 'March–May 2025'],
  [
    'whole months across years',
    '2024-11-01',
    '2025-02-28',
    { precision: 'MONTH' },
    '2024-11-01/2025-02-28',
    'November 2024 – February 2025',
  ],
  ['whole years', '2020-01-01', '2022-12-31', { precision: 'YEAR' }, '2020-01-01/2022-12-31', '2020–2022'],
  ['since a day', '2025-03-05', null, {}, '[2025-03-05..]', '5 March 2025 or later'],
  ['since a month', '2025-03-01', null, { precision: 'MONTH' }, '[2025-03-01..]', 'March 2025 or later'],
  ['since a year', '2025-01-01', null, { precision: 'YEAR' }, '[2025-01-01..]', '2025 or later'],
  ['until a day', null, '2025-03-05', {}, '[..2025-03-05]', 'by 5 March 2025'],
  ['until a month', null, '2025-03-31', { precision: 'MONTH' }, '[..2025-03-31]', 'by March 2025'],
  ['until a year', null, '2020-12-31', { precision: 'YEAR' }, '[..2020-12-31]', 'by 2020'],
  ['an undated event', null, null, { precision: 'UNKNOWN' }, '../..', 'undated'],
  ['an inferred month', '2025-12-01', '2025-12-31', { basis: 'INFERRED' }, '2025-12?', 'December 2025'],
  ['an inferred span', '2025-03-01', '2025-03-10', { basis: 'INFERRED' }, '2025-03-01?/2025-03-10?', '1–10 March 2025'],
  ['an inferred beginning', '2025-03-05', null, { basis: 'INFERRED' }, '[2025-03-05?..]', '5 March 2025 or later'],
  ['a day long ago', '0988-08-01', '0988-08-01', {}, '0988-08-01', '1 August 988'],
]

test.each(spans)('%s', async (_what, earliest, latest, more, edtf, label) => {
  const { slug } = await anEvent(span('date', earliest, latest, more))
  const data = await read(
    'query ($slug: String!) { event(by: { slug: $slug }) { date { earliest latest edtf label } } }',
    { slug },
  )
  expect(data).toEqual({ event: { date: { earliest, latest, edtf, label } } })
})

test('"early March" is the first days of a March whose year was inferred, with the precision MONTH', async () => {
  const { event } = await read(
    '{ event(by: { slug: "lukashenko-praises-trump" }) { date { earliest latest precision text basis edtf label } } }',
  )
  expect(event).toEqual({
    date: {
      earliest: '2025-03-01',
      latest: '2025-03-10',
      precision: 'MONTH',
      text: 'early March',
      basis: 'INFERRED',
      edtf: '2025-03-01?/2025-03-10?',
      label: '1–10 March 2025',
    },
  })
})

test('a missing date is null, and not a date without days', async () => {
  const { data, errors } = await ask(
    '{ person(by: { slug: "mikola-statkevich" }) { birth { label } death { label } } }',
  )
  expect([data, errors]).toEqual([{ person: { birth: null, death: null } }, undefined])
})

test.each([
  ['OCCURRED', ['March 2025 or later', '[2025-03-01..]'], 'by March 2025', 'March 2025'],
  ['CANCELLED', ['March 2025 or later', '[2025-03-01..]'], 'by March 2025', 'March 2025'],
  ['ONGOING', ['since March 2025', '2025-03-01/..'], 'by March 2025', 'March 2025'],
  ['PROSPECTIVE', ['expected from March 2025', '[2025-03-01..]'], 'expected by March 2025', 'planned for March 2025'],
] as const)('the date of an event that is %s is written %j, "%s" and "%s"', async (status, later, by, known) => {
  const precision = { precision: 'MONTH' }
  const events = [
    await anEvent({ status, ...span('date', '2025-03-01', null, precision) }),
    await anEvent({ status, ...span('date', null, '2025-03-31', precision) }),
    await anEvent({ status, ...span('date', '2025-03-01', '2025-03-31', precision) }),
    await anEvent({ status, ...span('date', null, null, { precision: 'UNKNOWN' }) }),
  ]
  const labels = []
  for (const { slug } of events) {
    const query = 'query ($slug: String!) { event(by: { slug: $slug }) { date { label edtf } } }'
    const { event } = await read<{ event: { date: { label: string; edtf: string } } }>(query, { slug })
    labels.push([event.date.label, event.date.edtf])
    expect(() => edtf(event.date.edtf)).not.toThrow()
  }
  expect(labels).toEqual([later, [by, '[..2025-03-31]'], [known, '2025-03'], ['undated', '../..']])
})

test('the words of a label follow the meaning of the field', async () => {
  const person = await aPerson({
    name: 'Held',
    person: { create: span('birth', null, '1960-12-31', { precision: 'YEAR' }) },
  })
  const dates = { ...span('start', '2020-01-01', null, { precision: 'YEAR' }), ...span('end', null, '2021-07-07') }
  await database.detention.create({ data: { personId: person.id, certainty: 'ASSERTED', ...dates } })
  const [actorId, objectId] = [person.id, (await country('BY')).id]
  await database.relationship.create({ data: { subjectId: actorId, objectId, kind: 'MEMBER_OF', ...dates } })
  const target = await aTarget((await aSanction()).id, person.id, {
    ...span('listed', null, '2021-07-07'),
    ...span('delisted', '2022-01-01', null),
  })
  const data = await read(
    `query ($slug: String!, $target: ID!) {
      person(by: { slug: $slug }) {
        birth { label }
        detentions { nodes { start { label edtf } end { label edtf } } }
        relationships { nodes { start { label edtf } end { label edtf } } }
      }
      node(id: $target) { ... on SanctionTarget { listed { label edtf } delisted { label edtf } } }
    }`,
    { slug: person.slug, target: idOf('SanctionTarget', target) },
  )
  const span2020 = {
    nodes: [
      {
        start: { label: 'since 2020', edtf: '2020-01-01/..' },
        end: { label: 'until 7 July 2021', edtf: '../2021-07-07' },
      },
    ],
  }
  expect(data).toEqual({
    person: { birth: { label: 'by 1960' }, detentions: span2020, relationships: span2020 },
    node: {
      listed: { label: 'by 7 July 2021', edtf: '[..2021-07-07]' },
      delisted: { label: '1 January 2022 or later', edtf: '[2022-01-01..]' },
    },
  })
})
