// What lists of a concept can be filtered and sorted by, said once: the GraphQL inputs, the conditions and the keyset pages
// all come from it.
import { everything, type Predicate } from '../../plan/predicate.ts'
import type { Model } from './table/column.ts'
import { register, type SortWord, type TypedTable, type Word } from './table/input.ts'
import { Words } from './table/words.ts'

interface Declaration {
  where: Record<string, Word>
  orderBy?: Record<string, SortWord>
  base?: Predicate
  listed?: Predicate
}

/** Declares what lists of a type can be filtered and sorted by. `name` is the GraphQL type, `model` the Prisma model. */
export function table<M extends Model>(name: string, model: M, declare: (words: Words<M>) => Declaration): TypedTable {
  const { where, orderBy = {}, base = everything, listed = everything } = declare(new Words<M>(model))
  const made = { name, model, where, orderBy, base, listed }
  register(made)
  return made
}
