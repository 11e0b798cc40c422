// Where a document passes arguments to a field. They can change with the variables; a statement stays the same
// as long as the shapes of all its arguments do.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql'
import type { Condition } from '../condition.ts'
import type { FieldPlan, PlanArguments } from '../field-plan.ts'
import { leavesOf, parameterOf, shapeOf } from '../sql.ts'
import type { Variables } from './selection.ts'

/** Plan arguments with their shape, on which the statement's text depends, and the values of its parameters. */
export interface BoundArguments {
  planArguments: PlanArguments
  shape: string
  /** Whose values the parameters are, in their order. */
  leaves: readonly Condition[]
  values: readonly unknown[]
}

export interface ArgumentSite {
  fieldPlan: FieldPlan
  node: FieldNode
  bindArguments(variables: Variables): BoundArguments
}

export type PlanWithArguments = Extract<FieldPlan, { bindArguments: unknown }>

export function argumentSiteOf(
  fieldPlan: PlanWithArguments,
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
): ArgumentSite {
  const bindArguments = (variables: Variables) =>
    bound(fieldPlan.bindArguments(getArgumentValues(field, node, variables)))
  if (node.arguments?.some(({ value }) => mentionsVariable(value))) return { fieldPlan, node, bindArguments }
  let known: BoundArguments | undefined
  return {
    fieldPlan,
    node,
    bindArguments: (variables) => {
      known ??= bindArguments(variables)
      return known
    },
  }
}

function bound(planArguments: PlanArguments): BoundArguments {
  const { conditions, page, search, isFiltered, size, by, types } = planArguments
  const leaves = [...(search ? [search.term] : []), ...conditions.flatMap(leavesOf)]
  const paged = page && `${page.order} ${page.size} ${page.backward} ${page.resumed} ${isFiltered}`
  return {
    planArguments,
    shape: [...conditions.map(shapeOf), paged, search?.by, size, by, types].join(';'),
    leaves,
    values: leaves.map(parameterOf),
  }
}

function mentionsVariable(value: ValueNode): boolean {
  if (value.kind === Kind.VARIABLE) return true
  if (value.kind === Kind.LIST) return value.values.some(mentionsVariable)
  return value.kind === Kind.OBJECT && value.fields.some((field) => mentionsVariable(field.value))
}
