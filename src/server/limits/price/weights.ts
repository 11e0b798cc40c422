// What each part of an operation costs, in points. One point is about 6 microseconds of processor time, measured on a machine
// with two cores and a database of 100,000 events; docs/limits.md has the measurements.

/** Each request: parsing, admission, a round trip to the database. */
export const REQUEST = 25

/** A request that is refused, in addition: its answer is made by the slower way that all errors take. */
export const REFUSED = 200

/** Each record that a mutation writes. */
export const WRITTEN = 10

/** Each record that may be returned, each of its fields, and each field that takes a subquery because arguments are passed. */
export const RECORD = 1
export const FIELD = 0.1
export const LOOKUP = 1

/** Each list that is read, for each of its parents. */
export const LIST = 1

/** Reading all rows of a list, by whether a filter or a search selects some of them. */
export interface Scan {
  filtered: number
  whole: number
}

/** What applies to a list, once for each of its parents. */
interface ListWeights {
  /** The page size if neither `first` nor `last` is passed. */
  page: number
  /** Reading more rows than the page returns, because a filter rejects some. */
  filtered: number
  /** What the prices of conditions are multiplied by. */
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
  count: { filtered: 1500, whole: 3000 },
  facet: { filtered: 2500, whole: 10_000 },
  sort: 200,
}

/** For a list below another record. Its parents are many, and each has few of the rows. */
export const nestedList: ListWeights = {
  page: 10,
  filtered: 50,
  conditions: 0.1,
  count: { filtered: 100, whole: 100 },
  facet: { filtered: 1000, whole: 1000 },
  sort: 100,
}

/** The number of rows that a plain list without `first` counts as: one record has few of them. */
export const PLAIN_LIST = 10

/** A search in a root list, each time that it is evaluated: for the page, a count, a facet. */
export const SEARCH = 2500

/** A page of the change log, and its filter. */
export const LOG = 200
export const LOG_FILTER = 500

/** Fields with a price of their own, by their schema coordinates. */
export const fieldWeights: Readonly<Record<string, number>> = {
  'Query.bilateral': 1000,
  'Bilateral.relation': 1000,
  'Query.mergeCandidates': 4000,
  // One or two statements of its own for each change.
  'Change.entity': 20,
}

/** A condition, a condition that scans texts, and each item of a list in a condition. */
export const CONDITION = 20
export const TEXT_SCAN = 200
export const ITEM = 0.2

/** What the conditions on a to-one relation, and those inside `or`, are multiplied by. */
export const TO_ONE = 2
export const OR = 2

/** What conditions on the records of a list are multiplied by. PostgreSQL joins for `some`, but tests row by row for `every`. */
export const quantifiers: Readonly<Record<string, number>> = { some: 10, none: 40, every: 125 }

/** How many of them may be nested. */
export const MAX_QUANTIFIERS = 3

/** What the conditions of a subscription are multiplied by for each event: one row is tested, not a table. */
export const PER_EVENT = 0.05
