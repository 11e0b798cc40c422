// Searches. A database function returns the ids of the matching records with their scores, and the rows of a list are joined to them.
import { UserError } from '../domain/errors.ts'
import { searchKey } from '../domain/name.ts'
import type { Comparison } from './condition.ts'
import type { Sort } from './list-schema.ts'
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
export function searchFor(functionName: string, text: string): Search {
  requireStorable(text)
  const length = [...text.trim()].length
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    throw new UserError(
      `search must have ${MIN_LENGTH} to ${MAX_LENGTH} characters, but has ${length}: pass a text of this length.`,
    )
  const key = searchKey(text).slice(0, MAX_KEY_LENGTH)
  // Without letters and digits there is no trigram. PostgreSQL would read all names to find nothing; null it answers at once.
  return { functionName, term: { column: 'search', operator: '=', value: /[a-z0-9]/.test(key) ? key : null } }
}
