import type { EnumRef } from '@pothos/core'
import { builder } from '../builder.ts'
import type { BuilderTypes } from './pothos.ts'

/** Declares an enum with a description for each value. The values are those of the database. */
export function describedEnum<Value extends string>(
  name: string,
  description: string,
  values: Record<Value, string>,
): EnumRef<BuilderTypes, Value, Value> {
  const entries = (Object.entries(values) as [Value, string][]).map(([value, description]) => [value, { description }])
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(entries) as Record<Value, { description: string }>,
  }) as EnumRef<BuilderTypes, Value, Value>
}
