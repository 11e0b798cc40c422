// The price of an operation as a tree: its fields, and the arguments that cost something. The tree is made once to compile the
// price, and again to say what costs most when an operation is refused.
import type { FieldNode } from 'graphql'
import { type Amount, at, sum, times, type Variables } from './amount.ts'

/** What can be done about a part that is too dear. */
export type Advice = 'page' | 'conditions' | 'separate'

export interface Part {
  /** The response key, or the argument in parentheses; empty if it adds nothing to its parent's path. */
  path: string
  /** Points with all parts inside, for one record of the part around it. */
  amount: Amount
  /** What the amounts of the parts inside are multiplied by. */
  factor: Amount
  parts: readonly Part[]
  advice: Advice
  /** More of the path, for the values of the variables. */
  detail?: (variables: Variables) => string
}

interface PartOptions {
  /** Points of the part itself. Default: 0. */
  own?: Amount
  /** Default: 1. */
  factor?: Amount
  parts?: readonly Part[]
  advice?: Advice
  detail?: Part['detail']
}

export function part(path: string, { own = 0, factor = 1, parts = [], advice = 'page', detail }: PartOptions): Part {
  const inside = times(factor, sum(parts.map(({ amount }) => amount)))
  return { path, amount: sum([own, inside]), factor, parts, advice, ...(detail && { detail }) }
}

/** The part of an operation that costs most. */
export interface MostExpensivePart {
  /** The response path and, for an argument, the path inside it, such as `actors(where.not.listings.every)`. */
  path: string
  points: number
  advice: Advice
}

/** Descends from the root to the part that costs most, as long as one part inside costs more than half of the part around it. */
export function mostExpensivePartOf(root: Part, variables: Variables): MostExpensivePart {
  let current = root
  let points = at(root.amount, variables)
  let count = 1
  let path = ''
  for (;;) {
    const times = count * at(current.factor, variables)
    const inside = current.parts.map((each) => ({ each, points: times * at(each.amount, variables) }))
    const most = inside.reduce((a, b) => (b.points > a.points ? b : a), inside[0] ?? { each: current, points: 0 })
    const isRoot = current === root
    if (!(most.points >= (isRoot ? 1e-9 : points / 2))) break
    current = most.each
    points = most.points
    count = times
    path = joined(path, pathOf(current, variables))
  }
  return { path, points, advice: current.advice }
}

function pathOf({ path, detail }: Part, variables: Variables): string {
  const more = detail?.(variables)
  return more ? path.replace(/\)$/, `.${more})`) : path
}

const joined = (path: string, step: string) =>
  path === '' || step === '' || step.startsWith('(') ? path + step : `${path}.${step}`

/** The response key of a field. */
export const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value
