// A search: a function of the database gives the ids of what a text finds, each with its score, and rows are joined to them.
import { UserError } from '../domain/errors.ts'
import { searchKey } from '../domain/name.ts'
import { type Leaf, storable } from './condition.ts'
import type { Sort } from './list-schema.ts'

/** What a text is looked for by. */
export interface Search {
  /** The function of the database. */
  by: string
  term: Leaf
}

/** The place of what a search found beside a row, as if a relation led there. */
export const SEARCH_HIT = 'found'

export interface SearchHit {
  /** The id of what is listed. */
  id: string
  score: number
}

/** How well a row fits what was searched for. */
export const relevance: Sort = { path: [SEARCH_HIT], column: 'score', type: 'score' }

const [LEAST, MOST] = [2, 100]

/** The longest text that PostgreSQL compares by edits. */
const MOST_FOLDED = 255

/** Folds the text as names are; refuses one that is too short to find anything, or too long to be meant. */
export function searchFor(by: string, text: string): Search {
  storable(text)
  const length = [...text.trim()].length
  if (length < LEAST || length > MOST)
    throw new UserError(
      `search must have ${LEAST} to ${MOST} characters, but has ${length}: pass a text of this length.`,
    )
  return { by, term: { column: 'search', op: '=', value: searchKey(text).slice(0, MOST_FOLDED) } }
}
