import { beforeAll, expect, test } from 'vitest'
import { anEditor, type Editor, newEvent } from './editor.ts'

let editor: Editor
beforeAll(async () => {
  editor = await anEditor()
})

const create = (date: object) =>
  editor.mutate('eventCreate', newEvent('Dated', { date: { basis: 'STATED', ...date } }), {
    select: 'event { date { earliest latest precision basis text edtf } }',
  })

const inferred = { basis: 'INFERRED' }

test.each<[date: object, earliest: string | null, latest: string | null, precision: string]>([
  [{ on: '2026-03-05' }, '2026-03-05', '2026-03-05', 'DAY'],
  [{ month: '2024-02' }, '2024-02-01', '2024-02-29', 'MONTH'],
  [{ year: 2026 }, '2026-01-01', '2026-12-31', 'YEAR'],
  [{ year: 988 }, '0988-01-01', '0988-12-31', 'YEAR'],
  [{ between: { from: '2026-01-10', to: '2026-01-12' } }, '2026-01-10', '2026-01-12', 'UNKNOWN'],
  [{ between: { from: '2026-03-01', to: '2026-05-31' } }, '2026-03-01', '2026-05-31', 'MONTH'],
  [{ between: { from: '2020-01-01', to: '2022-12-31' } }, '2020-01-01', '2022-12-31', 'YEAR'],
  [{ between: { from: '2026-03-05', to: '2026-03-05' } }, '2026-03-05', '2026-03-05', 'DAY'],
  [{ earliest: '2026-03-05', latest: '2026-03-05' }, '2026-03-05', '2026-03-05', 'DAY'],
  [{ earliest: '2026-03-01' }, '2026-03-01', null, 'UNKNOWN'],
  [{ latest: '2026-03-31' }, null, '2026-03-31', 'UNKNOWN'],
  [{ earliest: '2026-03-01', precision: 'MONTH' }, '2026-03-01', null, 'MONTH'],
  [{ latest: '2026-12-31', precision: 'YEAR' }, null, '2026-12-31', 'YEAR'],
  [{ earliest: '2026-01-01', latest: '2026-12-31', precision: 'MONTH' }, '2026-01-01', '2026-12-31', 'MONTH'],
  [{ precision: 'UNKNOWN' }, null, null, 'UNKNOWN'],
  [{ on: null, earliest: null, precision: 'UNKNOWN' }, null, null, 'UNKNOWN'],
  [{ edtf: '2026-03-05' }, '2026-03-05', '2026-03-05', 'DAY'],
  [{ edtf: '2024-02' }, '2024-02-01', '2024-02-29', 'MONTH'],
  [{ edtf: '2026' }, '2026-01-01', '2026-12-31', 'YEAR'],
  [{ edtf: '2026-03-28/2026-04-02' }, '2026-03-28', '2026-04-02', 'UNKNOWN'],
  [{ edtf: '2026-03/2026-05' }, '2026-03-01', '2026-05-31', 'MONTH'],
  [{ edtf: '2020/..' }, '2020-01-01', null, 'YEAR'],
  [{ edtf: '[2020..]' }, '2020-01-01', null, 'YEAR'],
  [{ edtf: '[..2024-02]' }, null, '2024-02-29', 'MONTH'],
  [{ edtf: '[..2021-07-07]' }, null, '2021-07-07', 'UNKNOWN'],
  [{ edtf: '../2024-02' }, null, '2024-02-29', 'MONTH'],
  [{ edtf: '2026-03-05/..' }, '2026-03-05', null, 'UNKNOWN'],
  [{ edtf: '../..' }, null, null, 'UNKNOWN'],
  [{ edtf: '2026-03?', ...inferred }, '2026-03-01', '2026-03-31', 'MONTH'],
  [{ edtf: '2026~', ...inferred }, '2026-01-01', '2026-12-31', 'YEAR'],
  [{ edtf: '2026-03-01?/2026-03-10?', ...inferred }, '2026-03-01', '2026-03-10', 'UNKNOWN'],
  [{ edtf: '2026-03', ...inferred }, '2026-03-01', '2026-03-31', 'MONTH'],
])('the date %j is %s to %s, with the precision %s', async (date, earliest, latest, precision) => {
  const { event } = await create({ ...date, text: 'as written' })
  expect(event.date).toMatchObject({
    earliest,
    latest,
    precision,
    basis: 'STATED',
    text: 'as written',
    ...inBasis(date),
  })
})

const inBasis = (date: object) => ('basis' in date ? { basis: date.basis } : {})

test.each([
  [{ month: '2024-02' }],
  [{ year: 988 }],
  [{ earliest: '2026-03-05' }],
  [{ precision: 'UNKNOWN' }],
  [{ between: { from: '2026-01-10', to: '2026-01-12' }, ...inferred }],
])('the EDTF of the date %j describes the same days', async (date) => {
  const { event } = await create(date)
  const again = await create({ ...inBasis(date), edtf: event.date.edtf })
  expect(again.event.date).toEqual(event.date)
})

test.each<[date: object, path: string, message: string]>([
  [{}, '', 'contains no day: pass one of edtf, on, month, year, between, or earliest and latest'],
  [{ text: 'once' }, '', 'contains no day'],
  [{ on: null }, '', 'contains no day'],
  [{ precision: 'MONTH' }, '', 'contains no day'],
  [{ on: '2026-03-05', month: '2026-03' }, '', 'is given as on and as month: pass only one of them'],
  [{ year: 2026, latest: '2026-03-05' }, '', 'is given as year and as earliest and latest'],
  [{ on: '2026-03-05', precision: 'DAY' }, 'precision', 'is only for earliest and latest'],
  [{ earliest: '2026-03-05', precision: 'DAY' }, 'precision', 'is DAY, but the date is 2026-03-05 to open'],
  [
    { earliest: '2026-03-05', latest: '2026-03-06', precision: 'DAY' },
    'precision',
    'is DAY, but the date is 2026-03-05 to 2026-03-06: pass one day as earliest and latest, or omit it',
  ],
  [
    { earliest: '2026-01-10', latest: '2026-01-12', precision: 'MONTH' },
    'precision',
    'is MONTH, but the date is 2026-01-10 to 2026-01-12, which is not made of whole months',
  ],
  [{ earliest: '2026-01-10', precision: 'MONTH' }, 'precision', 'is not made of whole months'],
  [{ latest: '2024-02-28', precision: 'MONTH' }, 'precision', 'is not made of whole months'],
  [{ earliest: '2026-01-01', latest: '2026-11-30', precision: 'YEAR' }, 'precision', 'not made of whole years'],
  [{ earliest: '2026-03-01', precision: 'YEAR' }, 'precision', 'is not made of whole years'],
  [
    { earliest: '2026-03-05', latest: '2026-03-05', precision: 'UNKNOWN' },
    'precision',
    'the day is known to be 2026-03-05',
  ],
  [{ earliest: '2026-03-05', latest: '2026-03-04' }, '', 'has the earliest day 2026-03-05 after the latest day'],
  [{ between: { from: '2026-03-05', to: '2026-03-04' } }, 'between', 'swap from and to'],
  [{ month: '2026-13' }, 'month', 'is not a month: pass one such as "2026-03"'],
  [{ month: '2026' }, 'month', 'is not a month'],
  [{ month: 'March 2026' }, 'month', 'is not a month'],
  [{ year: 0 }, 'year', 'is 0: pass one from 1 to 9999'],
  [{ year: 10000 }, 'year', 'is 10000'],
  [{ year: -44 }, 'year', 'is -44'],
  [{ edtf: '2026-03?' }, 'edtf', 'marks the date as uncertain or approximate, but the basis is STATED'],
  [{ edtf: '2026-03-01/2026-03-10~' }, 'edtf', 'marks the date as uncertain or approximate'],
  [{ edtf: '2026/2025' }, 'edtf', 'ends before it starts'],
  [{ edtf: '2026-02-29' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '2026-21' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '202X' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '..' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '2026/' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '2026/2027/2028' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '[2026]' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '[..]' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '[2026,2027]' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '[2026-03?..]' }, 'edtf', 'marks the date as uncertain or approximate'],
  [{ edtf: '0000' }, 'edtf', 'is not a date in the supported part of EDTF'],
  [{ edtf: '' }, 'edtf', 'is not a date in the supported part of EDTF'],
])('the date %j is refused at "%s": it %s', async (date, path, message) => {
  const result = await create(date)
  expect(result).toMatchObject({
    __typename: 'ValidationError',
    issues: [{ message: expect.stringContaining(message) }],
  })
  expect(result.issues.map((issue) => issue.path)).toEqual([path ? ['date', path] : ['date']])
})

test('the dates of parts have the same forms', async () => {
  const { person } = await editor.done('personCreate', { name: 'Held' }, { select: 'person { id }' })
  const held = { person: person.id, certainty: 'ASSERTED', start: { year: 2020, basis: 'STATED' } }
  const select = 'detention { start { label } end { label } }'
  const { detention } = await editor.done(
    'detentionAdd',
    { ...held, end: { month: '2021-06', basis: 'STATED' } },
    { select },
  )
  expect(detention).toEqual({ start: { label: '2020' }, end: { label: 'June 2021' } })
  const { issues } = await editor.mutate('detentionAdd', { ...held, end: { month: 'June', basis: 'STATED' } })
  expect(issues.map(({ path }) => path)).toEqual([['end', 'month']])
})
