// Declares the filters and sort fields of lists of one type. The GraphQL inputs, the conditions and the sort keys follow from the
// declaration.
import { alwaysTrue, type Condition } from '../../query/condition.ts'
import type { ListSchema } from '../../query/list-schema.ts'
import { relevanceSort } from '../../query/search.ts'
import { FilterBuilder } from './filter-builder.ts'
import { type DeclaredListSchema, type FilterField, registerListSchema, type SortField } from './list-inputs.ts'
import type { Model } from './model-types.ts'

interface Declaration {
  where: Record<string, FilterField>
  orderBy?: Record<string, SortField>
  base?: Condition
  visible?: Condition
  unlessAsked?: ListSchema['unlessAsked']
  search?: string
}

const byRelevance: SortField = {
  ...relevanceSort,
  description: 'How well the record matches `search`. Requires `search`.',
}

/** Declares the filters and sort fields of lists. `name` is the GraphQL type, `model` the Prisma model. */
export function listSchema<M extends Model>(
  name: string,
  model: M,
  declare: (filters: FilterBuilder<M>) => Declaration,
): DeclaredListSchema {
  const { orderBy = {}, base = alwaysTrue, visible = alwaysTrue, ...declaration } = declare(new FilterBuilder<M>(model))
  const sorts = declaration.search ? { ...orderBy, RELEVANCE: byRelevance } : orderBy
  const schema = { ...declaration, name, model, orderBy: sorts, base, visible }
  registerListSchema(schema)
  return schema
}
