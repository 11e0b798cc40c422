// What lists of a concept can be filtered and sorted by, said once: the GraphQL inputs, the conditions and the keyset pages
// all come from it.
import { type Condition, everything } from '../../query/condition.ts'
import { relevance } from '../../query/search.ts'
import type { Model } from './column.ts'
import { FilterBuilder } from './filter-builder.ts'
import { type DeclaredListSchema, type FilterField, register, type SortField } from './input.ts'

interface Declaration {
  where: Record<string, FilterField>
  orderBy?: Record<string, SortField>
  base?: Condition
  visible?: Condition
  search?: string
}

const byRelevance: SortField = { ...relevance, description: 'How well the record matches `search`. Requires `search`.' }

/** Declares what lists of a type can be filtered and sorted by. `name` is the GraphQL type, `model` the Prisma model. */
export function listSchema<M extends Model>(
  name: string,
  model: M,
  declare: (filters: FilterBuilder<M>) => Declaration,
): DeclaredListSchema {
  const { orderBy = {}, base = everything, visible = everything, ...declared } = declare(new FilterBuilder<M>(model))
  const sorts = declared.search ? { ...orderBy, RELEVANCE: byRelevance } : orderBy
  const made = { ...declared, name, model, orderBy: sorts, base, visible }
  register(made)
  return made
}
