// Declares a field for the record of a union at the only one of several to-one relations that is set.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { ActorKind } from '../../db/generated/prisma/enums.ts'
import type { FieldPlan } from '../../query/field-plan.ts'
import type { LoadedRow } from '../../query/page.ts'
import { typeOfKind } from '../actor-kind.ts'
import type { NestedNodes } from './connection/nested.ts'
import { untyped as given, type ModelFields, type PothosField, type TypeRef } from './pothos.ts'

/** The types of the records that the resolvers have returned for unions. */
const types = new WeakMap<object, string>()

/** Notes the type of a record that a union returns, and returns the record. An actor has its kind. */
export function asMember(record: LoadedRow, type: string): LoadedRow {
  types.set(record, type === 'Actor' ? typeOfKind[record.kind as ActorKind] : type)
  return record
}

/** Returns the object type of a record of `asMember`. */
export const typeOfRecord = (record: object): string => types.get(record) ?? ''

/** Declares the field. `relations` are the relations, each with its type. The database ensures that one of them is set. */
export function relatedUnion<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  relations: Readonly<Record<string, string>>,
  type: TypeRef,
  description: string,
): PothosField {
  const select = (_args: object, _context: object, nested: NestedNodes) =>
    Object.fromEntries(
      Object.entries(relations).map(([relation, name]) => [
        relation,
        nested({ select: { id: true } }, { getType: () => name, paths: [[]] }),
      ]),
    )
  const resolve = (row: LoadedRow) => {
    const [relation, name] = Object.entries(relations).find(([each]) => row[each] != null) ?? []
    return asMember(row[relation ?? ''] as LoadedRow, String(name))
  }
  const fieldPlan: FieldPlan = { kind: 'relatedUnion', relations }
  return t.field(given({ type, description, extensions: { fieldPlan }, select, resolve })) as PothosField
}
