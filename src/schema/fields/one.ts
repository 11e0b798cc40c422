// The field of one record at the root, by its keys.

import { all, type Condition, everything, toPrisma } from '../../query/condition.ts'
import { type FieldPlan, planArguments } from '../../query/field-plan.ts'
import type { LoadedRow } from '../../query/page.ts'
import type { DeclaredListSchema } from '../filters/input.ts'
import type { Keys } from './key.ts'
import { type Field, options as given, type QueryFields, type TypeRef } from './pothos.ts'

interface OneOptions {
  description: string
  by: Keys
  listSchema: DeclaredListSchema
  /** The Prisma model to read, once there is a database. */
  rows: () => unknown
}

/** One record by its keys, or null. A retracted one is given; one that was merged leads to its survivor. */
export function one(t: QueryFields, type: TypeRef, options: OneOptions): Field {
  const { description, by, listSchema, rows } = options
  const { model, base } = listSchema
  const bindArguments = (args: { by: Record<string, unknown> }) => planArguments([all(base, by.condition(args.by))])
  const fieldPlan: FieldPlan = { is: 'one', model, base, bindArguments }
  const field = {
    type,
    nullable: true,
    description,
    args: {
      by: t.arg({ type: by.input, required: true, description: 'The key of the record: exactly one of the fields.' }),
    },
    extensions: { fieldPlan },
    resolve: async (query: object, _root: unknown, args: { by: Record<string, unknown> }) => {
      const model = rows() as { findFirst(query: object): Promise<LoadedRow | null> }
      const find = (where: Condition) => model.findFirst({ ...query, where: toPrisma(where) })
      const found = await find(bindArguments(args).conditions[0] ?? everything)
      if (!found?.mergedIntoId) return found
      return find(all(base, { column: 'id', op: '=', value: found.mergedIntoId }))
    },
  }
  return t.prismaField(given(field)) as Field
}
