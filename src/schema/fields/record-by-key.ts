// Declares a field of Query that returns one record by key.

import { all, alwaysTrue, type Condition } from '../../query/condition.ts'
import { type FieldPlan, planArguments } from '../../query/field-plan.ts'
import type { LoadedRow } from '../../query/page.ts'
import { toPrismaWhere } from '../../query/prisma-where.ts'
import type { DeclaredListSchema } from '../filters/list-inputs.ts'
import { untyped as given, type PothosField, type QueryFields, type TypeRef } from './pothos.ts'
import type { KeyInput } from './record-key.ts'

interface RecordByKeyOptions {
  description: string
  key: KeyInput
  listSchema: DeclaredListSchema
  /** Returns the Prisma model to read. */
  prismaModel: () => unknown
}

/** Declares a field that returns one record or null. A retracted record is returned; a merged record returns its survivor. */
export function recordByKey(t: QueryFields, type: TypeRef, options: RecordByKeyOptions): PothosField {
  const { description, key, listSchema, prismaModel } = options
  const { model, base } = listSchema
  const bindArguments = (args: { by: Record<string, unknown> }) => planArguments([all(base, key.condition(args.by))])
  const fieldPlan: FieldPlan = { kind: 'recordByKey', model, base, bindArguments }
  const field = {
    type,
    nullable: true,
    description,
    args: {
      by: t.arg({ type: key.input, required: true, description: 'The key of the record: exactly one of the fields.' }),
    },
    extensions: { fieldPlan },
    resolve: async (query: object, _root: unknown, args: { by: Record<string, unknown> }) => {
      const model = prismaModel() as { findFirst(query: object): Promise<LoadedRow | null> }
      const find = (where: Condition) => model.findFirst({ ...query, where: toPrismaWhere(where) })
      const record = await find(bindArguments(args).conditions[0] ?? alwaysTrue)
      if (!record?.mergedIntoId) return record
      return find(all(base, { column: 'id', operator: '=', value: record.mergedIntoId }))
    },
  }
  return t.prismaField(given(field)) as PothosField
}
