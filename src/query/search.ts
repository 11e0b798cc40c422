// A search: a function of the database gives the ids of what a text finds, each with its score, and rows are joined to them.
import { UserError } from '../domain/errors.ts'
import { searchKey } from '../domain/name.ts'
import type { Comparison } from './condition.ts'
import type { Sort } from './list-schema.ts'
import { requireStorable } from './text-value.ts'

/** What a text is looked for by. */
export interface Search {
  /** The function of the database. */
  functionName: string
  term: Comparison
}

/** The place of what a search found beside a row, as if a relation led there. */
export const SEARCH_HIT_RELATION = 'found'

export interface SearchHit {
  /** The id of what is listed. */
  id: string
  score: number
}

/** How well a row fits what was searched for. */
export const relevanceSort: Sort = { path: [SEARCH_HIT_RELATION], column: 'score', type: 'score' }

const [MIN_LENGTH, MAX_LENGTH] = [2, 100]

/** The longest text that PostgreSQL compares by edits. */
const MAX_KEY_LENGTH = 255

/** Folds the text as names are; refuses one that is too short to find anything, or too long to be meant. */
export function searchFor(functionName: string, text: string): Search {
  requireStorable(text)
  const length = [...text.trim()].length
  if (length < MIN_LENGTH || length > MAX_LENGTH)
    throw new UserError(
      `search must have ${MIN_LENGTH} to ${MAX_LENGTH} characters, but has ${length}: pass a text of this length.`,
    )
  return { functionName, term: { column: 'search', operator: '=', value: searchKey(text).slice(0, MAX_KEY_LENGTH) } }
}
