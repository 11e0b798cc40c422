// The field of one record at the root, by its keys.
import { type Meaning, question } from '../../plan/meaning.ts'
import type { Row } from '../../plan/page.ts'
import { all, everything, type Predicate, toPrisma } from '../../plan/predicate.ts'
import type { Keys } from './key.ts'
import { type Field, options as given, type QueryFields, type TypeRef } from './pothos.ts'
import type { TypedTable } from './table/input.ts'

interface OneOptions {
  description: string
  by: Keys
  table: TypedTable
  /** The Prisma model to read, once there is a database. */
  rows: () => unknown
}

/** One record by its keys, or null. A retracted one is given; one that was merged leads to its survivor. */
export function one(t: QueryFields, type: TypeRef, options: OneOptions): Field {
  const { description, by, table, rows } = options
  const { model, base } = table
  const ask = (args: { by: Record<string, unknown> }) => question([all(base, by.condition(args.by))])
  const meaning: Meaning = { is: 'one', model, base, ask }
  const field = {
    type,
    nullable: true,
    description,
    args: {
      by: t.arg({ type: by.input, required: true, description: 'The key of the record: exactly one of the fields.' }),
    },
    extensions: { meaning },
    resolve: async (query: object, _root: unknown, args: { by: Record<string, unknown> }) => {
      const model = rows() as { findFirst(query: object): Promise<Row | null> }
      const find = (where: Predicate) => model.findFirst({ ...query, where: toPrisma(where) })
      const found = await find(ask(args).conditions[0] ?? everything)
      if (!found?.mergedIntoId) return found
      return find(all(base, { column: 'id', op: '=', value: found.mergedIntoId }))
    },
  }
  return t.prismaField(given(field)) as Field
}
