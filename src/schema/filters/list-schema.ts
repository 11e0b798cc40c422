// What lists of a concept can be filtered and sorted by, said once: the GraphQL inputs, the conditions and the keyset pages
// all come from it.
import { alwaysTrue, type Condition } from '../../query/condition.ts'
import { relevanceSort } from '../../query/search.ts'
import { FilterBuilder } from './filter-builder.ts'
import { type DeclaredListSchema, type FilterField, registerListSchema, type SortField } from './list-inputs.ts'
import type { Model } from './model-types.ts'

interface Declaration {
  where: Record<string, FilterField>
  orderBy?: Record<string, SortField>
  base?: Condition
  visible?: Condition
  search?: string
}

const byRelevance: SortField = {
  ...relevanceSort,
  description: 'How well the record matches `search`. Requires `search`.',
}

/** Declares what lists of a type can be filtered and sorted by. `name` is the GraphQL type, `model` the Prisma model. */
export function listSchema<M extends Model>(
  name: string,
  model: M,
  declare: (filters: FilterBuilder<M>) => Declaration,
): DeclaredListSchema {
  const { orderBy = {}, base = alwaysTrue, visible = alwaysTrue, ...declared } = declare(new FilterBuilder<M>(model))
  const sorts = declared.search ? { ...orderBy, RELEVANCE: byRelevance } : orderBy
  const made = { ...declared, name, model, orderBy: sorts, base, visible }
  registerListSchema(made)
  return made
}
