// The price of each part of an operation, in points. One point is about 6 microseconds of processor time, measured on a machine
// with two cores and a database of 100,000 events. docs/limits.md has the measurements.

/** The price of each request: parsing, admission, a round trip to the database. */
export const REQUEST = 25

/** The additional price of a refused request, because Yoga creates its response, which takes longer. */
export const REFUSED = 200

/** The price of each record that a mutation writes. */
export const WRITTEN = 10

/** The price of each record that may be returned, of each of its fields, and of each field with arguments, which is a subquery. */
export const RECORD = 1
export const FIELD = 0.1
export const LOOKUP = 1

/** The price of each list that is read, for each of its parents. */
export const LIST = 1

/** The price of reading all rows of a list, depending on whether a filter or a search restricts them. */
export interface Scan {
  filtered: number
  unfiltered: number
}

/** The prices of a list, for each of its parents. */
interface ListWeights {
  /** The page size if neither `first` nor `last` is passed. */
  page: number
  /** Reading more rows than the page returns, because a filter excludes some. */
  filtered: number
  /** The factor for the prices of conditions. */
  conditions: number
  /** Counting all rows. */
  count: Scan
  /** Each value of `by` in `facets`. */
  facet: Scan
  /** Sorting without an index. */
  sort: number
}

export const rootList: ListWeights = {
  page: 20,
  filtered: 200,
  conditions: 1,
  count: { filtered: 1500, unfiltered: 3000 },
  facet: { filtered: 2500, unfiltered: 10_000 },
  sort: 200,
}

/** The prices of a list below another record. Such a list has many parents, and each parent has few rows. */
export const nestedList: ListWeights = {
  page: 10,
  filtered: 50,
  conditions: 0.1,
  count: { filtered: 100, unfiltered: 100 },
  facet: { filtered: 1000, unfiltered: 1000 },
  sort: 100,
}

/** The number of rows for which a plain list without `first` is charged: one record has few of them. */
export const PLAIN_LIST = 10

/** The price of each evaluation of a search in a root list: for the page, a count or a facet. */
export const SEARCH = 2500

/** The prices of `Query.search`. */
interface SearchBoxWeights {
  /** The page size without `first`. */
  page: number
  /** The kinds of record that are read together, and the price of searching them. */
  groups: readonly { kinds: readonly string[]; points: number }[]
}

export const searchBox: SearchBoxWeights = {
  page: 10,
  groups: [
    { kinds: ['PERSON', 'COUNTRY', 'ORGANIZATION', 'GROUP', 'ASSET'], points: SEARCH },
    { kinds: ['EVENT'], points: SEARCH },
    { kinds: ['SANCTION'], points: SEARCH },
    { kinds: ['SOURCE'], points: 200 },
  ],
}

/** The price of a filter of the change log, which may read many changes to find those of a page, and of one that needs other tables. */
export const LOG_FILTER = 500
export const LOG_CONTENT_FILTER = 3000

/** The prices of individual fields, by schema coordinates. */
export const fieldWeights: Readonly<Record<string, number>> = {
  // Computes the status of each target and sanction.
  'Query.restrictions': 2000,
  ...Object.fromEntries(
    ['Actor', 'Asset', 'Country', 'Group', 'Organization', 'Person'].map((type) => [`${type}.restrictions`, 100]),
  ),
  'Query.bilateral': 1000,
  'Query.feedCursor': 10,
  'Bilateral.relation': 1000,
  'Query.mergeCandidates': 4000,
  // Translates the columns of a change to fields.
  ...Object.fromEntries(
    ['Change', 'ActorChange', 'EventChange', 'SanctionChange', 'SourceChange'].flatMap((type) => [
      [`${type}.fields`, 15],
      [`${type}.parts`, 40],
    ]),
  ),
}

/** The price of a condition, of a condition that scans texts, and of each item of a list in a condition. */
export const CONDITION = 20
export const TEXT_SCAN = 200
export const ITEM = 0.2

/** The factors for the conditions on a to-one relation, and for those inside `or`. */
export const TO_ONE = 2
export const OR = 2

/** The factors for conditions on the records of a list. PostgreSQL uses a join for `some`, but tests row by row for `every`. */
export const quantifiers: Readonly<Record<string, number>> = { some: 10, none: 40, every: 125 }

/** The maximum depth of nested quantifiers. */
export const MAX_QUANTIFIERS = 3

/** The factor for the conditions of a subscription, for each event: one row is tested, not a table. */
export const PER_EVENT = 0.05
