// The keys by which one record is asked for: the input, in which exactly one of them is given, and the condition it makes.
import type { InputRef } from '@pothos/core'
import { readIdOf } from '../../domain/id.ts'
import type { Condition } from '../../query/condition.ts'
import { input } from '../filters/input.ts'

interface RecordKey {
  type: 'ID' | 'String' | InputRef<unknown>
  description: string
  condition(value: unknown): Condition
}

export interface Keys {
  input: InputRef<unknown>
  condition(by: Record<string, unknown>): Condition
}

/** The keys of one kind of record, under the names that the API gives them. */
export function keysOf(name: string, description: string, keys: Record<string, RecordKey>): Keys {
  const make = input(
    name,
    description,
    (t) =>
      Object.fromEntries(
        Object.entries(keys).map(([key, { type, description }]) => [key, t.field({ type, description })]),
      ),
    { isOneOf: true },
  )
  const condition = (by: Record<string, unknown>) => {
    const [[name, value] = []] = Object.entries(by)
    const key = keys[name ?? '']
    if (!key) throw new Error(`There is no key ${name}.`)
    return key.condition(value)
  }
  return { input: make, condition }
}

/** A global id, which has to be that of a record of one of the types. */
export const idKey = (...types: string[]): RecordKey => ({
  type: 'ID',
  description: 'The global id.',
  condition: (id: string) => ({ column: 'id', op: '=', value: readIdOf(types, id) }),
})

/** A column that no two records share. */
export const columnKey = (column: string, description: string): RecordKey => ({
  type: 'String',
  description,
  condition: (value: string) => ({ column, op: '=', value }),
})
