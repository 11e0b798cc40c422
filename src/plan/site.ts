// Where a document passes arguments to a field. What they ask for can change with the variables; a statement stays the same
// as long as the shapes of all its questions do.
import { type FieldNode, type GraphQLField, getArgumentValues, Kind, type ValueNode } from 'graphql'
import type { Meaning, Question } from './meaning.ts'
import type { Predicate } from './predicate.ts'
import type { Variables } from './selection.ts'
import { leavesOf, parameterOf, shapeOf } from './sql.ts'

/** A question with what the statement's text depends on, and what goes into it as parameters. */
export interface Asked {
  question: Question
  shape: string
  /** Whose values the parameters are, in their order. */
  leaves: readonly Predicate[]
  values: readonly unknown[]
}

export interface Site {
  meaning: Meaning
  node: FieldNode
  ask(variables: Variables): Asked
}

export type Questioning = Extract<Meaning, { ask: unknown }>

export function siteOf(meaning: Questioning, field: GraphQLField<unknown, unknown>, node: FieldNode): Site {
  const ask = (variables: Variables) => asked(meaning.ask(getArgumentValues(field, node, variables)))
  if (node.arguments?.some(({ value }) => mentionsVariable(value))) return { meaning, node, ask }
  let known: Asked | undefined
  return {
    meaning,
    node,
    ask: (variables) => {
      known ??= ask(variables)
      return known
    },
  }
}

function asked(question: Question): Asked {
  const { conditions, page, search, isFiltered, size, by, types } = question
  const leaves = [...(search ? [search.asked] : []), ...conditions.flatMap(leavesOf)]
  const paged = page && `${page.order} ${page.size} ${page.backward} ${page.resumed} ${isFiltered}`
  return {
    question,
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
