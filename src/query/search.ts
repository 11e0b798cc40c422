// Searches. A database function returns the ids of the matching records with their scores, and the rows of a list are joined to them.
import { UserError } from '../domain/errors.ts'
import { searchKey } from '../domain/name.ts'
import type { Comparison } from './condition.ts'
import type { Sort } from './list-schema.ts'
import type { StatementNames } from './table-ref.ts'
import { requireStorable } from './text-value.ts'

/** A search: the database function, and its argument. */
export interface Search {
  functionName: string
  term: Comparison
}

/** The name under which search hits are joined to rows, like a relation. */
export const SEARCH_HIT_RELATION = 'searchHit'

/** A row of the database function. */
export interface SearchHit {
  /** The id of the listed record. */
  id: string
  /** The relevance, from 0 to 1. */
  score: number
}

/** The sort field RELEVANCE. */
export const relevanceSort: Sort = { path: [SEARCH_HIT_RELATION], column: 'score', type: 'score' }

const [MIN_LENGTH, MAX_LENGTH] = [1, 100]

/** The longest text that PostgreSQL's levenshtein() accepts. */
const MAX_KEY_LENGTH = 255

/** Returns a search for a text, folded in the same way as names. Throws a UserError unless it has 1 to 100 characters. */
export const searchFor = (functionName: string, text: string): Search => ({
  functionName,
  term: termOf('search', text),
})

/** The most records that a search box finds, on all pages. */
const MOST_FOUND = 200

/** A search in the records of several kinds, by one database function: the text, and the kinds; null for all kinds. */
export interface SearchBox {
  term: Comparison
  kinds: Comparison
}

/** A row of the function: a record that was found. */
export interface FoundRecord extends SearchHit {
  kind: string
  /** The name or the words that match the text. */
  matched: string
  snippet: string | null
}

/** Returns a search for a text in the records of these kinds. Throws a UserError unless it has 1 to 100 characters. */
export const searchBoxFor = (text: string, kinds: readonly string[] | null | undefined): SearchBox => ({
  term: termOf('text', text),
  kinds: { column: 'kinds', operator: 'in', value: kinds ?? null },
})

/** Returns the call of the function. */
export const searchBoxCall = ({ term, kinds }: SearchBox, names: StatementNames): string =>
  `search_records(${names.parameter(term)}, ${names.parameter(kinds)}::text[], ${MOST_FOUND})`

/** Returns the term of a search for the text of an argument. */
function termOf(argument: string, text: string): Comparison {
  requireStorable(text)
  const length = [...text.trim()].length
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    throw new UserError(
      `${argument} must have ${MIN_LENGTH} to ${MAX_LENGTH} characters, but has ${length}: pass a text of this length.`,
    )
  const key = searchKey(text).slice(0, MAX_KEY_LENGTH)
  // Without letters and digits there are no words, and null finds nothing.
  return { column: 'search', operator: '=', value: /[a-z0-9]/.test(key) ? key : null }
}
