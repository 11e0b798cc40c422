// Argument sites: the fields of a document that have arguments. The values of the arguments depend on the variables of a
// request. Two requests use the same statement if their arguments have the same shapes at all sites.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql'
import type { Condition } from '../condition.ts'
import { comparisonsOf, parameterOf, shapeOf } from '../condition-sql.ts'
import type { FieldPlan, PlanArguments } from '../field-plan.ts'
import type { CoercedVariables } from './selection.ts'

/** The plan arguments of a field, for the variables of one request. */
export interface BoundArguments {
  planArguments: PlanArguments
  /** The text of the statement depends only on the shape. */
  shape: string
  /** The comparisons whose values are parameters. */
  comparisons: readonly Condition[]
  /** The values of the comparisons, in the same order. */
  values: readonly unknown[]
}

/** A field of a document that has arguments, with the function that binds them to variables. */
export interface ArgumentSite {
  fieldPlan: FieldPlan
  fieldNode: FieldNode
  bindArguments(variables: CoercedVariables): BoundArguments
}

/** A field plan that uses the arguments of its field. */
export type PlanWithArguments = Extract<FieldPlan, { bindArguments: unknown }>

/** Returns an argument site. Arguments without variables are bound once and reused. */
export function createArgumentSite(
  fieldPlan: PlanWithArguments,
  field: GraphQLField<unknown, unknown>,
  fieldNode: FieldNode,
): ArgumentSite {
  const bindArguments = (variables: CoercedVariables) =>
    toBoundArguments(fieldPlan.bindArguments(getArgumentValues(field, fieldNode, variables)))
  if (fieldNode.arguments?.some(({ value }) => mentionsVariable(value))) return { fieldPlan, fieldNode, bindArguments }
  let constantArguments: BoundArguments | undefined
  return {
    fieldPlan,
    fieldNode,
    bindArguments: (variables) => {
      constantArguments ??= bindArguments(variables)
      return constantArguments
    },
  }
}

function toBoundArguments(planArguments: PlanArguments): BoundArguments {
  const { conditions, page, search, isFiltered, limit, facets, typeNames } = planArguments
  const comparisons = [...(search ? [search.term] : []), ...conditions.flatMap(comparisonsOf)]
  const pageShape = page && `${page.order} ${page.size} ${page.isBackward} ${page.startsAtCursor} ${isFiltered}`
  return {
    planArguments,
    shape: [...conditions.map(shapeOf), pageShape, search?.functionName, limit, facets, typeNames].join(';'),
    comparisons,
    values: comparisons.map(parameterOf),
  }
}

function mentionsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true
  if (value.kind === Kind.LIST) return value.values.some(mentionsVariable)
  return value.kind === Kind.OBJECT && value.fields.some((field) => mentionsVariable(field.value))
}
