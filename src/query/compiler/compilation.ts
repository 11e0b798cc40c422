import type { GraphQLField, GraphQLNamedType, GraphQLObjectType } from 'graphql'
import type { Scope } from '../../domain/scope.ts'
import type { FieldPlan } from '../field-plan.ts'
import { NotCompilable } from '../not-compilable.ts'
import type { StatementNames, TableRef } from '../table-ref.ts'
import type { BoundArguments, PlanWithArguments } from './argument-site.ts'
import type { JsonSql } from './json-sql.ts'
import type { CompilableOperation, FieldNodes } from './selection.ts'

/** The definition of a field in the schema. */
export type FieldDefinition = GraphQLField<unknown, unknown>

/** The state of one compilation, as the functions of the compiler share it. */
export interface Compilation extends StatementNames {
  readonly operation: CompilableOperation
  /** The scopes that a caller needs for the selected fields. */
  readonly scopes: Set<Scope>
  /** The errors of selected fields whose row may be missing. The statement returns NULL if one is. */
  readonly missing: Set<string>
  /** Binds the arguments of a field. Object types that share the field share the result. */
  bindArguments(fieldPlan: PlanWithArguments, field: FieldDefinition, fieldNodes: FieldNodes): BoundArguments
  /** Returns the JSON object of a row with its selected fields. `type` is an object type, an interface, or a union of records. */
  objectOfRow(type: GraphQLNamedType, ref: TableRef, fieldNodes: FieldNodes): JsonSql
  /** Returns the value of a field of a row. */
  value(fieldPlan: FieldPlan, field: FieldDefinition, fieldNodes: FieldNodes, ref: TableRef): JsonSql
  /** Returns the object type with this name. */
  objectType(name: string): GraphQLObjectType
}

/** Returns the JSON of `__typename`. No other field has no definition. */
export function typeNameOf(type: GraphQLObjectType, field: string): JsonSql {
  if (field !== '__typename') throw new NotCompilable(`${type.name}.${field}`)
  return [JSON.stringify(type.name)]
}
