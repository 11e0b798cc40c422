// Keys of records, such as an id or a slug: the input type, of which the caller passes exactly one field, and its condition.
import type { InputRef } from '@pothos/core'
import { readIdOf } from '../../domain/id.ts'
import type { Condition } from '../../query/condition.ts'
import { inputType } from '../filters/list-inputs.ts'

/** One key: a field of the input type, and the condition on the record that its value sets. */
interface RecordKey {
  type: 'ID' | 'String' | InputRef<unknown>
  description: string
  condition(value: unknown): Condition
}

/** The input type of the keys of a record, and the condition on the record that an input sets. */
export interface KeyInput {
  input: InputRef<unknown>
  condition(argument: Record<string, unknown>): Condition
}

/** Declares the input type for the keys of a record. The names of `keys` are the names of the input's fields. */
export function keyInput(name: string, description: string, keys: Record<string, RecordKey>): KeyInput {
  const input = inputType(
    name,
    description,
    (t) =>
      Object.fromEntries(
        Object.entries(keys).map(([key, { type, description }]) => [key, t.field({ type, description })]),
      ),
    { isOneOf: true },
  )
  const condition = (argument: Record<string, unknown>) => {
    const [[name, value] = []] = Object.entries(argument)
    const key = keys[name ?? '']
    if (!key) throw new Error(`There is no key ${name}.`)
    return key.condition(value)
  }
  return { input, condition }
}

/** Returns the key by global id. A UserError is thrown if the id is not an id of one of the types. */
export const idKey = (...types: string[]): RecordKey => ({
  type: 'ID',
  description: 'The global id.',
  condition: (id: string) => ({ column: 'id', operator: '=', value: readIdOf(types, id) }),
})

/** Returns the key by a unique column. */
export const columnKey = (column: string, description: string): RecordKey => ({
  type: 'String',
  description,
  condition: (value: string) => ({ column, operator: '=', value }),
})
