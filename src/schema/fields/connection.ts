// Declares connections with keyset pagination. connection/plan.ts plans them; connection/nested.ts and root.ts resolve them.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { FieldPlan } from '../../query/field-plan.ts'
import { selecting } from '../../query/pothos-extensions.ts'
import { connectionTypesOf, type NodeRef } from './connection/connection-types.ts'
import { connectionArgs, FEW, type NestedOptions } from './connection/list-definition.ts'
import { nestedResolve, nestedSelect } from './connection/nested.ts'
import { planNested, planRoot, type RootOptions } from './connection/plan.ts'
import { rootResolve } from './connection/root.ts'
import { type ArgBuilder, untyped as given, type ModelFields, type PothosField } from './pothos.ts'

/** Declares a list of a record: the rows of one of its relations, or with `join`, the records that these rows lead to. */
export function nestedConnection<M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  name: string,
  relation: M['ListRelations'] & string,
  type: NodeRef,
  options: NestedOptions,
): PothosField {
  const plan = planNested(name, options)
  const fieldPlan: FieldPlan = {
    kind: 'connection',
    source: { relation, join: options.join },
    bindArguments: plan.bindArguments,
  }
  const field = {
    type,
    description: options.description,
    args: connectionArgs(given(t), options),
    extensions: { ...selecting(nestedSelect(plan, relation, type)), fieldPlan },
    resolve: nestedResolve(plan, t.model, relation),
  }
  const [connection, edge] = connectionTypesOf(type, options.listSchema)
  return t.connection(given(field), given(connection), given(edge)) as PothosField
}

/** Declares a list of a record of which one record usually has few: without `first` and `last`, a page has 50 records. */
export const shortConnection = <M extends PrismaModelTypes, S extends object>(
  t: ModelFields<M, S>,
  name: string,
  relation: M['ListRelations'] & string,
  type: NodeRef,
  options: Omit<NestedOptions, 'size' | 'defaultOrder'> & Partial<Pick<NestedOptions, 'defaultOrder'>>,
): PothosField => nestedConnection(t, name, relation, type, { defaultOrder: [], ...options, size: FEW })

/** The field builder, as far as connections use it. */
interface ListFields extends ArgBuilder {
  connection: unknown
}

const searchArg = (t: ListFields) => ({
  search: t.arg({
    type: 'String',
    description:
      'A search text of 1 to 100 characters. It finds names in any script and spelling, and words in any grammatical form, even if misspelt. The best matches come first.',
  }),
})

/** Declares a list of a model's rows, or with `join`, of the records that these rows lead to. `prismaModel` returns the model. */
export function rootConnection(
  t: ListFields,
  name: string,
  type: NodeRef,
  prismaModel: () => unknown,
  options: RootOptions,
): PothosField {
  const { listSchema, join, model = listSchema.model, parentCondition } = options
  const plan = planRoot(name, options)
  const fieldPlan: FieldPlan = {
    kind: 'connection',
    source: { model, parentCondition, join },
    bindArguments: plan.bindArguments,
  }
  const field = {
    type,
    description: options.description,
    nullable: parentCondition === undefined,
    args: { ...(listSchema.search && searchArg(t)), ...connectionArgs(t, options) },
    extensions: { fieldPlan },
    resolve: rootResolve(plan, options, type, prismaModel),
  }
  const connect = t.connection as (options: object, ...types: unknown[]) => PothosField
  return connect.call(t, field, ...connectionTypesOf(type, listSchema))
}
