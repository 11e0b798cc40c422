// What lists of a concept can be filtered and sorted by, said once: the GraphQL inputs, the conditions and the keyset pages
// all come from it.
import { everything, type Predicate } from '../../plan/predicate.ts'
import { relevance } from '../../plan/search.ts'
import type { Model } from './table/column.ts'
import { register, type SortWord, type TypedTable, type Word } from './table/input.ts'
import { Words } from './table/words.ts'

interface Declaration {
  where: Record<string, Word>
  orderBy?: Record<string, SortWord>
  base?: Predicate
  listed?: Predicate
  search?: string
}

const byRelevance: SortWord = { ...relevance, description: 'How well the record matches `search`. Requires `search`.' }

/** Declares what lists of a type can be filtered and sorted by. `name` is the GraphQL type, `model` the Prisma model. */
export function table<M extends Model>(name: string, model: M, declare: (words: Words<M>) => Declaration): TypedTable {
  const { orderBy = {}, base = everything, listed = everything, ...said } = declare(new Words<M>(model))
  const sorts = said.search ? { ...orderBy, RELEVANCE: byRelevance } : orderBy
  const made = { ...said, name, model, orderBy: sorts, base, listed }
  register(made)
  return made
}
