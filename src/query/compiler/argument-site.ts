// Argument sites: the fields of a document that have arguments. The values of the arguments depend on the variables of a
// request. Two requests use the same statement if their arguments have the same shapes at all sites.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql'
import type { Condition } from '../condition.ts'
import { comparisonsOf, parameterOf, shapeOf } from '../condition-sql.ts'
import type { FieldPlan, PlanArguments } from '../field-plan.ts'
import { comparisonsOfKnowledge } from '../knowledge.ts'
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
  const argumentsOf = createArgumentReader(field, fieldNode)
  const bindArguments = (variables: CoercedVariables) =>
    toBoundArguments(fieldPlan.bindArguments(argumentsOf(variables)))
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
  const { conditions, page, search, searchBox, isFiltered, limit, facets, interval, typeNames, knowledge } =
    planArguments
  const comparisons = [
    ...(search ? [search.term] : []),
    ...(searchBox ? [searchBox.term, searchBox.kinds] : []),
    ...conditions.flatMap(comparisonsOf),
    ...(knowledge ? comparisonsOfKnowledge(knowledge) : []),
  ]
  const pageShape = page && `${page.order} ${page.size} ${page.isBackward} ${page.startsAtCursor} ${isFiltered}`
  return {
    planArguments,
    shape: [
      ...conditions.map(shapeOf),
      pageShape,
      search?.functionName,
      limit,
      facets,
      interval,
      typeNames,
      knowledge?.known && 'known',
    ].join(';'),
    comparisons,
    values: comparisons.map(parameterOf),
  }
}

const mentionsVariable = (value: ValueNode): boolean => variablesIn(value).length > 0

function variablesIn(value: ValueNode): string[] {
  if (value.kind === Kind.VARIABLE) return [value.name.value]
  if (value.kind === Kind.LIST) return value.values.flatMap(variablesIn)
  return value.kind === Kind.OBJECT ? value.fields.flatMap((field) => variablesIn(field.value)) : []
}

type Arguments = Record<string, unknown>

/**
 * Returns a function with the result of graphql-js' `getArgumentValues`. The literals are read once: the values of variables are
 * coerced already and are only put in their places. A variable that is missing or null can change the rest, so it is left to graphql-js.
 */
function createArgumentReader(
  field: GraphQLField<unknown, unknown>,
  fieldNode: FieldNode,
): (variables: CoercedVariables) => Arguments {
  const names = fieldNode.arguments?.flatMap(({ value }) => variablesIn(value)) ?? []
  const marks = new Map(names.map((name) => [Symbol(name), name]))
  let fill: Fill | undefined
  return (variables) => {
    if (!names.every((name) => Object.hasOwn(variables, name) && variables[name] !== null))
      return getArgumentValues(field, fieldNode, variables)
    fill ??= filler(
      getArgumentValues(field, fieldNode, Object.fromEntries([...marks].map(([mark, name]) => [name, mark]))),
      marks,
    )
    return fill(variables) as Arguments
  }
}

type Fill = (variables: CoercedVariables) => unknown

/** Returns a function that returns the value with variables in the places of their marks. */
function filler(value: unknown, marks: ReadonlyMap<symbol, string>): Fill {
  const name = marks.get(value as symbol)
  if (name !== undefined) return (variables) => variables[name]
  if (!containsMark(value, marks)) return () => value
  if (Array.isArray(value)) {
    const items = value.map((each) => filler(each, marks))
    return (variables) => items.map((fill) => fill(variables))
  }
  const fields = Object.entries(value as Arguments).map(([key, each]) => [key, filler(each, marks)] as const)
  return (variables) => {
    const filled: Arguments = {}
    for (const [key, fill] of fields) filled[key] = fill(variables)
    return filled
  }
}

function containsMark(value: unknown, marks: ReadonlyMap<symbol, string>): boolean {
  if (typeof value === 'symbol') return marks.has(value)
  return typeof value === 'object' && value !== null && Object.values(value).some((each) => containsMark(each, marks))
}
