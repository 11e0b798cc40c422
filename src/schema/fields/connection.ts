// Connections over keyset pages, at the root and nested: planned in connection/plan.ts, resolved in nested.ts and root.ts.
import type { PrismaModelTypes } from '@pothos/plugin-prisma'
import type { FieldPlan } from '../../query/field-plan.ts'
import { selecting } from '../../query/pothos-extensions.ts'
import { connectionTypesOf, type NodeRef } from './connection/connection-types.ts'
import { connectionArgs, type NestedOptions } from './connection/list-definition.ts'
import { nestedResolve, nestedSelect } from './connection/nested.ts'
import { planNested, planRoot, type RootOptions } from './connection/plan.ts'
import { rootResolve } from './connection/root.ts'
import { type ArgBuilder, untyped as given, type ModelFields, type PothosField } from './pothos.ts'

/** A list of what a record has: the rows of one of its relations, or what they lead to. */
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

interface ListFields extends ArgBuilder {
  connection: unknown
}

const searchArg = (t: ListFields) => ({
  search: t.arg({
    type: 'String',
    description:
      'A search text of 2 to 100 characters. It finds names in any script and spelling, and words in any grammatical form, even if misspelt. The best matches come first.',
  }),
})

/** A list of a model's rows, or of what they lead to. `rows` gives the model to read, once there is a database. */
export function rootConnection(
  t: ListFields,
  name: string,
  type: NodeRef,
  prismaModel: () => unknown,
  options: RootOptions,
): PothosField {
  const { listSchema, join, model = listSchema.model, parentCondition: on } = options
  const plan = planRoot(name, options)
  const fieldPlan: FieldPlan = {
    kind: 'connection',
    source: { model, parentCondition: on, join },
    bindArguments: plan.bindArguments,
  }
  const field = {
    type,
    description: options.description,
    args: { ...(listSchema.search && searchArg(t)), ...connectionArgs(t, options), ...options.args },
    extensions: { fieldPlan },
    resolve: rootResolve(plan, options, type, prismaModel),
  }
  const connect = t.connection as (options: object, ...types: unknown[]) => PothosField
  return connect.call(t, field, ...connectionTypesOf(type, listSchema))
}
