import type { GraphQLField, GraphQLNamedType, GraphQLObjectType } from 'graphql'
import type { Scope } from '../../domain/scope.ts'
import type { SqlNames, TableRef } from '../sql.ts'
import type { BoundArguments, PlanWithArguments } from './argument-site.ts'
import type { Json } from './json.ts'
import type { Nodes, Operation } from './selection.ts'

export type Field = GraphQLField<unknown, unknown>

/** One statement in the making: what the parts of the compiler need of each other. */
export interface Compilation extends SqlNames {
  readonly operation: Operation
  /** The scopes that a caller must hold to get the answer. */
  readonly scopes: Set<Scope>
  /** Binds the arguments of a field: once for all types that share the field. */
  bindArguments(fieldPlan: PlanWithArguments, field: Field, nodes: Nodes): BoundArguments
  /** A row as the object that is selected of it, whichever type of an interface it is. */
  row(type: GraphQLNamedType, place: TableRef, nodes: Nodes): Json
  /** The object type of that name. */
  type(name: string): GraphQLObjectType
}
