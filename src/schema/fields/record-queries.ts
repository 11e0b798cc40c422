// Declares the two fields of Query that each type of record has: one record by key, and the list of records.
import { builder } from '../builder.ts'
import type { DeclaredListSchema } from '../filters/list-inputs.ts'
import type { NodeRef } from './connection/connection-types.ts'
import type { RootOptions } from './connection/plan.ts'
import { rootConnection } from './connection.ts'
import { recordByKey } from './record-by-key.ts'
import type { KeyInput } from './record-key.ts'

type RecordFieldOptions = { description: string; key: KeyInput }
type ListFieldOptions = Omit<RootOptions, 'listSchema'>

/**
 * Declares the field for one record and the field for the list, each under its name. `prismaModel` returns the Prisma model to
 * read.
 */
export function recordQueries(
  type: NodeRef,
  listSchema: DeclaredListSchema,
  prismaModel: () => unknown,
  record: Record<string, RecordFieldOptions>,
  list: Record<string, ListFieldOptions>,
): void {
  builder.queryFields((t) => ({
    ...mapValues(record, (_name, options) => recordByKey(t, type, { ...options, listSchema, prismaModel })),
    ...mapValues(list, (name, options) =>
      rootConnection(t, `Query.${name}`, type, prismaModel, { ...options, listSchema }),
    ),
  }))
}

const mapValues = <From, To>(
  entries: Record<string, From>,
  map: (name: string, value: From) => To,
): Record<string, To> => Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, map(name, value)]))
