// @ts-check
// The text of a fuzzy date in several languages. In English, it equals the field "label".

/**
 * @typedef {'DAY' | 'MONTH' | 'YEAR'} Unit
 * @typedef {string | Readonly<Record<Unit, string>>} Phrase A text with "{}" for a date; one for all units, or one for each.
 * @typedef {'orLater' | 'by' | 'since' | 'until' | 'plannedFor' | 'expectedFrom' | 'expectedBy'} PhraseName
 * @typedef {{ earliestOnly: PhraseName, latestOnly: PhraseName, closed?: PhraseName }} Phrases The phrases of a sense: for a date of which one end is known, and for one with both. Default: the date alone.
 */

/** @type {Readonly<Record<NonNullable<import('./dates.d.ts').FuzzyDateFields['sense']>, Phrases>>} */
const phrasesBySense = {
  POINT: { earliestOnly: 'orLater', latestOnly: 'by' },
  START: { earliestOnly: 'since', latestOnly: 'by' },
  END: { earliestOnly: 'orLater', latestOnly: 'until' },
  PLANNED: { earliestOnly: 'expectedFrom', latestOnly: 'expectedBy', closed: 'plannedFor' },
}

/**
 * @typedef {object} Language
 * @property {string} locale The locale of the names of months.
 * @property {string} undated
 * @property {Readonly<Record<PhraseName, Phrase>>} phrases
 * @property {string} [year] The text of a year by itself, if it is more than a number.
 * @property {string} [years] The text of several years, if it is more than a range of numbers.
 * @property {boolean} [genitive] Whether a month after a preposition has the form that it has in a day.
 * @property {(text: string) => string} [adjust] Corrects a text for the sounds at the borders of words.
 */

/** @type {Readonly<Record<string, Language>>} */
const languages = {
  en: {
    locale: 'en-GB',
    undated: 'undated',
    phrases: {
      orLater: '{} or later',
      by: 'by {}',
      since: 'since {}',
      until: 'until {}',
      plannedFor: 'planned for {}',
      expectedFrom: 'expected from {}',
      expectedBy: 'expected by {}',
    },
    // The ends of "1–10 March 2025" and "March–May 2025" have no spaces between them.
    adjust: (text) => text.replace(/^(\S+) – /, '$1–'),
  },
  be: {
    locale: 'be',
    undated: 'без даты',
    year: '{} г.',
    years: '{} гг.',
    genitive: true,
    phrases: {
      orLater: '{} або пазней',
      by: 'не пазней {}',
      since: 'з {}',
      until: 'да {}',
      plannedFor: 'запланавана: {}',
      expectedFrom: 'чакаецца з {}',
      expectedBy: 'чакаецца не пазней {}',
    },
    adjust: (text) => text.replace(/(^|\s)з(?= с[нт])/, '$1са'),
  },
  de: {
    locale: 'de',
    undated: 'undatiert',
    phrases: {
      orLater: '{} oder später',
      by: { DAY: 'spätestens am {}', MONTH: 'spätestens im {}', YEAR: 'spätestens {}' },
      since: { DAY: 'seit dem {}', MONTH: 'seit {}', YEAR: 'seit {}' },
      until: { DAY: 'bis zum {}', MONTH: 'bis {}', YEAR: 'bis {}' },
      plannedFor: 'geplant: {}',
      expectedFrom: { DAY: 'erwartet ab dem {}', MONTH: 'erwartet ab {}', YEAR: 'erwartet ab {}' },
      expectedBy: { DAY: 'erwartet bis zum {}', MONTH: 'erwartet bis {}', YEAR: 'erwartet bis {}' },
    },
  },
  fr: {
    locale: 'fr',
    undated: 'sans date',
    phrases: {
      orLater: '{} ou plus tard',
      by: { DAY: 'au plus tard le {}', MONTH: 'au plus tard en {}', YEAR: 'au plus tard en {}' },
      since: { DAY: 'depuis le {}', MONTH: 'depuis {}', YEAR: 'depuis {}' },
      until: { DAY: 'jusqu’au {}', MONTH: 'jusqu’en {}', YEAR: 'jusqu’en {}' },
      plannedFor: 'prévu : {}',
      expectedFrom: { DAY: 'prévu à partir du {}', MONTH: 'prévu à partir de {}', YEAR: 'prévu à partir de {}' },
      expectedBy: {
        DAY: 'prévu au plus tard le {}',
        MONTH: 'prévu au plus tard en {}',
        YEAR: 'prévu au plus tard en {}',
      },
    },
    adjust: (text) => text.replace(/(?<!\d)1(?=[ –])/g, '1er').replace(/ de (?=[ao])/, ' d’'),
  },
  pl: {
    locale: 'pl',
    undated: 'bez daty',
    genitive: true,
    phrases: {
      orLater: '{} lub później',
      by: 'najpóźniej do {}',
      since: 'od {}',
      until: 'do {}',
      plannedFor: 'planowane: {}',
      expectedFrom: 'przewidywane od {}',
      expectedBy: 'przewidywane do {}',
    },
  },
  ru: {
    locale: 'ru',
    undated: 'без даты',
    year: '{} г.',
    years: '{} гг.',
    genitive: true,
    phrases: {
      orLater: '{} или позже',
      by: 'не позднее {}',
      since: 'с {}',
      until: 'до {}',
      plannedFor: 'запланировано: {}',
      expectedFrom: 'ожидается с {}',
      expectedBy: 'ожидается не позднее {}',
    },
    adjust: (text) => text.replace(/(^|\s)с(?= 2 )/, '$1со'),
  },
}

/** The parts of a date for each unit. */
const parts = /** @type {const} */ ({
  DAY: { day: 'numeric', month: 'long', year: 'numeric' },
  MONTH: { month: 'long', year: 'numeric' },
  YEAR: { year: 'numeric' },
})

/** @type {Map<string, Intl.DateTimeFormat>} */
const formats = new Map()

/**
 * @param {string} locale
 * @param {Unit} unit
 */
function formatOf(locale, unit) {
  const key = `${locale} ${unit}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, {
      timeZone: 'UTC',
      calendar: 'gregory',
      numberingSystem: 'latn',
      ...parts[unit],
    })
    formats.set(key, format)
  }
  return format
}

/** @param {string} text A day as in "2025-03-01". */
function dayOf(text) {
  const day = new Date(`${text}T00:00:00Z`)
  if (Number.isNaN(day.getTime()))
    throw new RangeError(
      `"${text}" is not a day: pass "earliest" and "latest" as the service returns them, such as "2025-03-01".`,
    )
  return day
}

const dayLength = 86_400_000
/** @param {Date} day */
const next = (day) => new Date(day.getTime() + dayLength)
/** @param {Date} day */
const startsMonth = (day) => day.getUTCDate() === 1
/** @param {Date} day */
const startsYear = (day) => startsMonth(day) && day.getUTCMonth() === 0

/**
 * Returns one date with all the parts of a unit.
 * @param {Language} language
 * @param {Date} day
 * @param {Unit} unit
 * @param {boolean} isInPhrase
 */
function single({ locale, year = '{}', genitive }, day, unit, isInPhrase) {
  if (unit === 'YEAR') return year.replace('{}', String(day.getUTCFullYear()))
  if (unit === 'DAY') return formatOf(locale, 'DAY').format(day)
  const text = formatOf(locale, 'MONTH').format(day)
  if (!genitive || !isInPhrase) return text
  /** The name of the month, as it is in a day. @type {string | undefined} */
  const month = formatOf(locale, 'DAY')
    .formatToParts(day)
    .find(({ type }) => type === 'month')?.value
  return `${month} ${year.replace('{}', String(day.getUTCFullYear()))}`
}

/**
 * Returns the unit in which the known end of a date is written: not finer than its precision, and not coarser than its day allows.
 * @param {string} precision
 * @param {boolean} fillsMonth
 * @param {boolean} fillsYear
 * @returns {Unit}
 */
function unitOfEnd(precision, fillsMonth, fillsYear) {
  if (precision === 'DAY' || !fillsMonth) return 'DAY'
  return fillsYear && precision === 'YEAR' ? 'YEAR' : 'MONTH'
}

/**
 * @param {Language} language
 * @param {Date} earliest
 * @param {Date} latest
 */
function range(language, earliest, latest) {
  const after = next(latest)
  const sameYear = earliest.getUTCFullYear() === latest.getUTCFullYear()
  if (earliest.getTime() === latest.getTime()) return single(language, earliest, 'DAY', false)
  if (startsYear(earliest) && startsYear(after)) {
    if (sameYear) return single(language, earliest, 'YEAR', false)
    const years = `${earliest.getUTCFullYear()}–${latest.getUTCFullYear()}`
    return (language.years ?? '{}').replace('{}', years)
  }
  if (startsMonth(earliest) && startsMonth(after)) {
    if (sameYear && earliest.getUTCMonth() === latest.getUTCMonth()) return single(language, earliest, 'MONTH', false)
    // Some languages repeat the year.
    return formatOf(language.locale, 'MONTH')
      .formatRange(earliest, latest)
      .replace(/^(\S+) (\d+(?:\sг\.)?)\s–\s(\S+) \2$/, '$1 – $3 $2')
  }
  return formatOf(language.locale, 'DAY').formatRange(earliest, latest)
}

/** @type {typeof import('./dates.d.ts').formatFuzzyDate} */
export function formatFuzzyDate({ earliest, latest, precision, sense = 'POINT' }, locale) {
  const language = languages[new Intl.Locale(locale).language]
  if (!language)
    throw new RangeError(
      `There are no words for dates in the language of "${locale}": pass a locale of ${Object.keys(languages).join(', ')}, or show "label", which is in English.`,
    )
  const { adjust = (/** @type {string} */ text) => text } = language
  const first = earliest ? dayOf(earliest) : undefined
  const last = latest ? dayOf(latest) : undefined
  if (!first && !last) return language.undated
  const phrases = Object.hasOwn(phrasesBySense, sense) ? phrasesBySense[sense] : undefined
  if (!phrases) throw new TypeError(`There is no sense "${sense}": pass the field "sense" of the date.`)
  // Intl separates the ends of some ranges by thin spaces.
  if (first && last) {
    const text = adjust(range(language, first, last).replace(/[\u2009\u202f\u00a0]/g, ' '))
    const phrase = phrases.closed && language.phrases[phrases.closed]
    return typeof phrase === 'string' ? phrase.replace('{}', text) : text
  }
  const known = /** @type {Date} */ (first ?? last)
  const border = first ?? next(known)
  const unit = unitOfEnd(precision, startsMonth(border), startsYear(border))
  const name = first ? phrases.earliestOnly : phrases.latestOnly
  const phrase = language.phrases[name]
  const text = single(language, known, unit, name !== 'orLater').replace(/[\u2009\u202f\u00a0]/g, ' ')
  return adjust((typeof phrase === 'string' ? phrase : phrase[unit]).replace('{}', text))
}
