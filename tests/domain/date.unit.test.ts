import { expect, test } from 'vitest'
import { type FuzzyDate, mistakeInDate } from '../../src/domain/date.ts'

function between(earliest: string | null, latest: string | null): FuzzyDate {
  return { earliest, latest, precision: 'DAY', text: null, basis: 'STATED' }
}

test('a date may lack its earliest day, its latest day, or both', () => {
  for (const date of [
    between(null, null),
    between('2025-03-01', null),
    between(null, '2024-02-29'),
    between('0001-01-01', '9999-12-31'),
  ])
    expect(mistakeInDate(date)).toBeUndefined()
})

test.each(['2025-02-29', '2025-2-01', '2025-13-01', '0000-01-01', '+12025-01-01', 'March', ''])(
  '"%s" is not a day',
  (day) => {
    expect(mistakeInDate(between(day, null))).toContain('is not a calendar day')
    expect(mistakeInDate(between(null, day))).toContain('is not a calendar day')
  },
)

test('the latest day of a date is not before its earliest day', () => {
  expect(mistakeInDate(between('2025-03-02', '2025-03-01'))).toBe(
    'has the earliest day 2025-03-02 after the latest day 2025-03-01: swap or correct them',
  )
})
