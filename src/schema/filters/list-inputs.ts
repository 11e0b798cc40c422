// The GraphQL input types of list schemas. Each type is declared once, although list schemas refer to each other.
import type { InputRef } from '@pothos/core'
import type { Filter, ListSchema, Sort } from '../../query/list-schema.ts'
import { builder } from '../builder.ts'
import { describedEnum } from '../fields/enum.ts'
import { type InputFields, untyped } from '../fields/pothos.ts'

type InputFieldMap = Record<string, ReturnType<InputFields['field']>>

/** A filter with its GraphQL input type. */
export interface FilterField extends Filter {
  inputType: () => InputRef<unknown> | 'Boolean'
  description: string
}
/** A sort field with its description in the API. */
export interface SortField extends Sort {
  description: string
}
/** A list schema with its GraphQL inputs. */
export interface DeclaredListSchema extends ListSchema {
  where: Record<string, FilterField>
  orderBy: Record<string, SortField>
}

const inputTypes = new Map<string, InputRef<unknown>>()

/** Returns the input type with this name, and declares it on first use. Its fields may refer to the type itself. */
export function inputType(
  name: string,
  description: string,
  fields: (t: InputFields) => InputFieldMap,
  { isOneOf = false } = {},
): InputRef<unknown> {
  const existing = inputTypes.get(name)
  if (existing) return existing
  const ref = builder.inputRef<object>(name)
  inputTypes.set(name, ref as InputRef<unknown>)
  ref.implement(untyped({ description, isOneOf, fields }))
  return ref as InputRef<unknown>
}

const listSchemas = new Map<string, DeclaredListSchema>()

/** Makes a list schema available to listSchemaNamed. */
export const registerListSchema = (listSchema: DeclaredListSchema): void =>
  void listSchemas.set(listSchema.name, listSchema)

/** Returns the list schema of a GraphQL type. Call it lazily, because list schemas refer to each other. */
export function listSchemaNamed(name: string): DeclaredListSchema {
  const listSchema = listSchemas.get(name)
  if (!listSchema) throw new Error(`There is no list schema ${name}.`)
  return listSchema
}

/** Returns the input type of the argument `where`. */
export function whereInput(name: string): InputRef<unknown> {
  return inputType(
    `${name}Where`,
    `Conditions on ${name} records. All given conditions must match. Null conditions are ignored.`,
    (t) => {
      const self = whereInput(name)
      const filters = Object.entries(listSchemaNamed(name).where).map(([key, filter]) => [
        key,
        t.field({ type: filter.inputType(), description: filter.description }),
      ])
      return {
        and: t.field({ type: [self], description: 'All of these must match.' }),
        or: t.field({ type: [self], description: 'At least one of these must match. An empty list matches nothing.' }),
        not: t.field({ type: self, description: 'This must not match.' }),
        ...Object.fromEntries(filters),
      }
    },
  )
}

const Direction = describedEnum<'ASC' | 'DESC'>('OrderDirection', 'The direction of a sort.', {
  ASC: 'Ascending: the smallest, earliest or alphabetically first value comes first.',
  DESC: 'Descending: the greatest, latest or alphabetically last value comes first.',
})

/** Returns the input type of one sort key in the argument `orderBy`. */
export function orderInput({ name, orderBy }: DeclaredListSchema): InputRef<unknown> {
  return inputType(`${name}Order`, `A sort key for ${name} records.`, (t) => {
    const descriptions = Object.fromEntries(Object.entries(orderBy).map(([field, sort]) => [field, sort.description]))
    const field = describedEnum(`${name}OrderField`, `The fields by which ${name} records can be sorted.`, descriptions)
    return {
      field: t.field({ type: field, required: true, description: 'The field to sort by.' }),
      direction: t.field({ type: Direction, required: true, description: 'The direction of the sort.' }),
    }
  })
}
