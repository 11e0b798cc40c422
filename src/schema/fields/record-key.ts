// The keys by which one record is asked for: the input, in which exactly one of them is given, and the condition it makes.
import type { InputRef } from '@pothos/core'
import { readIdOf } from '../../domain/id.ts'
import type { Condition } from '../../query/condition.ts'
import { inputType } from '../filters/list-inputs.ts'

interface RecordKey {
  type: 'ID' | 'String' | InputRef<unknown>
  description: string
  condition(value: unknown): Condition
}

export interface KeyInput {
  input: InputRef<unknown>
  condition(argument: Record<string, unknown>): Condition
}

/** The keys of one kind of record, under the names that the API gives them. */
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

/** A global id, which has to be that of a record of one of the types. */
export const idKey = (...types: string[]): RecordKey => ({
  type: 'ID',
  description: 'The global id.',
  condition: (id: string) => ({ column: 'id', operator: '=', value: readIdOf(types, id) }),
})

/** A column that no two records share. */
export const columnKey = (column: string, description: string): RecordKey => ({
  type: 'String',
  description,
  condition: (value: string) => ({ column, operator: '=', value }),
})
