// formatFuzzyDate of the client package: English as the service writes it, and the words of other languages.

import { formatFuzzyDate } from '@dateline/client/dates'
import { expect, test } from 'vitest'
import { type DateSense, inSense } from '../../src/domain/date-label.ts'
import { database, read } from '../client.ts'

interface Row {
  earliest: string | null
  latest: string | null
  precision: 'DAY' | 'MONTH' | 'YEAR' | 'UNKNOWN'
  label: string
}

const statuses = ['OCCURRED', 'ONGOING', 'PROSPECTIVE', 'CANCELLED']

test('in English, the text of every shape of date is its label, for every sense of a field and every status of an event', async () => {
  const rows = await database.$queryRaw<Row[]>`
    WITH days AS (
      SELECT unnest(ARRAY[NULL, '2024-02-29', '2024-12-31', '2025-01-01', '2025-03-01', '2025-03-02', '2025-03-10', '2025-03-31',
        '2025-06-01', '2025-06-30', '2025-12-31', '2027-12-31', '0033-04-03', '0001-01-01']::date[]) AS day
    )
    SELECT e.day::text AS earliest, l.day::text AS latest, p::text AS precision, date_label(e.day, l.day, p) AS label
    FROM days e, days l, unnest(enum_range(NULL::"DatePrecision")) p
    WHERE (e.day <= l.day OR e.day IS NULL OR l.day IS NULL)`
  expect(rows.length).toBeGreaterThan(300)
  const senses: [DateSense, string?][] = [
    ['point'],
    ['start'],
    ['end'],
    ...statuses.map((status): [DateSense, string] => ['event', status]),
  ]
  for (const row of rows)
    for (const [of, status] of senses) {
      const { label, sense } = inSense({ ...row, edtf: '' }, of, status)
      expect(formatFuzzyDate({ ...row, sense }, 'en'), JSON.stringify({ row, sense })).toBe(label)
    }
})

const DATE = 'earliest latest precision sense label'
interface Found extends Row {
  sense: 'POINT' | 'START' | 'END' | 'PLANNED'
}

test('in English, the text of every date of the seed is its label', async () => {
  const person = `birth { ${DATE} } death { ${DATE} } births { date { ${DATE} } } detentions(first: 20) {
    nodes { start { ${DATE} } end { ${DATE} } } }`
  const relationships = `relationships(first: 20) { nodes { start { ${DATE} } end { ${DATE} } } }`
  const data = await read(`{
    events(first: 100) { nodes { status date { ${DATE} } } }
    actors(first: 100) { nodes { ... on Person { ${person} } ${relationships} } }
    sanctions(first: 100) { nodes {
      actions(first: 20) { nodes { date { ${DATE} } } }
      targets(first: 20) { nodes { listed { ${DATE} } delisted { ${DATE} } } }
    } }
    sources(first: 100) { nodes { publishedOn { ${DATE} } } }
  }`)
  let compared = 0
  const compare = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const each of Object.values(value)) {
      const date = each as Found | null
      if (date?.label === undefined || date.precision === undefined) compare(each)
      else {
        expect(formatFuzzyDate(date, 'en-US')).toBe(date.label)
        compared++
      }
    }
  }
  compare(data)
  expect(compared).toBeGreaterThan(60)
})

const day = '2025-03-02'
/** The earliest and the latest day of a date, and its sense. */
type Shape = [earliest: string | null, latest: string | null, sense?: Found['sense']]
const shapes: Record<string, Shape> = {
  undated: [null, null],
  'a day': [day, day],
  'a month': ['2025-03-01', '2025-03-31'],
  'a year': ['2025-01-01', '2025-12-31'],
  days: ['2025-03-01', '2025-03-10'],
  months: ['2025-03-01', '2025-05-31'],
  years: ['2024-01-01', '2025-12-31'],
  'or later': ['2025-03-01', null],
  by: [null, day],
  since: ['2025-01-01', null, 'START'],
  'since a day': [day, null, 'START'],
  until: [null, '2025-03-31', 'END'],
  'planned for': [day, day, 'PLANNED'],
  'planned from': ['2025-04-01', null, 'PLANNED'],
  'planned by': [null, '2025-03-31', 'PLANNED'],
}

const texts: Record<string, Record<string, string>> = {
  be: {
    undated: 'без даты',
    'a day': '2 сакавіка 2025 г.',
    'a month': 'сакавік 2025',
    'a year': '2025 г.',
    days: '1–10 сакавіка 2025',
    months: 'сакавік – май 2025',
    years: '2024–2025 гг.',
    'or later': 'сакавік 2025 або пазней',
    by: 'не пазней 2 сакавіка 2025 г.',
    since: 'са студзеня 2025 г.',
    'since a day': 'з 2 сакавіка 2025 г.',
    until: 'да сакавіка 2025 г.',
    'planned for': 'запланавана: 2 сакавіка 2025 г.',
    'planned from': 'чакаецца з красавіка 2025 г.',
    'planned by': 'чакаецца не пазней сакавіка 2025 г.',
  },
  de: {
    undated: 'undatiert',
    'a day': '2. März 2025',
    'a month': 'März 2025',
    'a year': '2025',
    days: '1.–10. März 2025',
    months: 'März–Mai 2025',
    years: '2024–2025',
    'or later': 'März 2025 oder später',
    by: 'spätestens am 2. März 2025',
    since: 'seit Januar 2025',
    'since a day': 'seit dem 2. März 2025',
    until: 'bis März 2025',
    'planned for': 'geplant: 2. März 2025',
    'planned from': 'erwartet ab April 2025',
    'planned by': 'erwartet bis März 2025',
  },
  fr: {
    undated: 'sans date',
    'a day': '2 mars 2025',
    'a month': 'mars 2025',
    'a year': '2025',
    days: '1er–10 mars 2025',
    months: 'mars – mai 2025',
    years: '2024–2025',
    'or later': 'mars 2025 ou plus tard',
    by: 'au plus tard le 2 mars 2025',
    since: 'depuis janvier 2025',
    'since a day': 'depuis le 2 mars 2025',
    until: 'jusqu’en mars 2025',
    'planned for': 'prévu : 2 mars 2025',
    'planned from': 'prévu à partir d’avril 2025',
    'planned by': 'prévu au plus tard en mars 2025',
  },
  pl: {
    undated: 'bez daty',
    'a day': '2 marca 2025',
    'a month': 'marzec 2025',
    'a year': '2025',
    days: '1–10 marca 2025',
    months: 'marzec – maj 2025',
    years: '2024–2025',
    'or later': 'marzec 2025 lub później',
    by: 'najpóźniej do 2 marca 2025',
    since: 'od stycznia 2025',
    'since a day': 'od 2 marca 2025',
    until: 'do marca 2025',
    'planned for': 'planowane: 2 marca 2025',
    'planned from': 'przewidywane od kwietnia 2025',
    'planned by': 'przewidywane do marca 2025',
  },
  ru: {
    undated: 'без даты',
    'a day': '2 марта 2025 г.',
    'a month': 'март 2025 г.',
    'a year': '2025 г.',
    days: '1–10 марта 2025 г.',
    months: 'март – май 2025 г.',
    years: '2024–2025 гг.',
    'or later': 'март 2025 г. или позже',
    by: 'не позднее 2 марта 2025 г.',
    since: 'с января 2025 г.',
    'since a day': 'со 2 марта 2025 г.',
    until: 'до марта 2025 г.',
    'planned for': 'запланировано: 2 марта 2025 г.',
    'planned from': 'ожидается с апреля 2025 г.',
    'planned by': 'ожидается не позднее марта 2025 г.',
  },
}

test.each(Object.entries(texts))('the texts in %s', (locale, expected) => {
  const written = Object.entries(shapes).map(([name, [earliest, latest, sense]]) => {
    return [name, formatFuzzyDate({ earliest, latest, precision: 'UNKNOWN', sense }, locale)]
  })
  expect(Object.fromEntries(written)).toEqual(expected)
})

test('a language without words and a day that does not exist are refused by a sentence', () => {
  const date = { earliest: day, latest: null, precision: 'DAY' } as const
  expect(() => formatFuzzyDate(date, 'uk-UA')).toThrow(
    'There are no words for dates in the language of "uk-UA": pass a locale of en, be, de, fr, pl, ru, or show "label", which is in English.',
  )
  expect(() => formatFuzzyDate({ ...date, earliest: 'March' }, 'en')).toThrow('"March" is not a day')
})
