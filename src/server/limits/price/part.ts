// The price of an operation as a tree of its fields and priced arguments. The tree is built once to compile the price. When an
// operation is refused, it is built again to find the most expensive part.
import type { FieldNode } from 'graphql'
import { type Amount, at, sum, times, type Variables } from './amount.ts'

/** The advice for a part that is too expensive. */
export type Advice = 'page' | 'conditions' | 'separate'

export interface Part {
  /** The response key, or the argument in parentheses; empty if it adds nothing to its parent's path. */
  path: string
  /** The price including all inner parts, in points, for one record of the outer part. */
  amount: Amount
  /** The factor for the amounts of the inner parts. */
  factor: Amount
  parts: readonly Part[]
  advice: Advice
  /** Returns the rest of the path, which depends on the variables. */
  detail?: (variables: Variables) => string
}

interface PartOptions {
  /** The price without inner parts, in points. Default: 0. */
  own?: Amount
  /** Default: 1. */
  factor?: Amount
  parts?: readonly Part[]
  advice?: Advice
  detail?: Part['detail']
}

/** Creates a part and computes its amount. */
export function part(path: string, { own = 0, factor = 1, parts = [], advice = 'page', detail }: PartOptions): Part {
  const inside = times(factor, sum(parts.map(({ amount }) => amount)))
  return { path, amount: sum([own, inside]), factor, parts, advice, ...(detail && { detail }) }
}

/** The part of an operation that costs highest. */
export interface MostExpensivePart {
  /** The response path and, for an argument, the path inside it, such as `actors(where.not.listings.every)`. */
  path: string
  points: number
  advice: Advice
}

/**
 * Returns the most expensive part. Descends from the root as long as one inner part has at least half of the price of the outer
 * part.
 */
export function mostExpensivePartOf(root: Part, variables: Variables): MostExpensivePart {
  let current = root
  let points = at(root.amount, variables)
  let count = 1
  let path = ''
  for (;;) {
    const times = count * at(current.factor, variables)
    const inside = current.parts.map((each) => ({ each, points: times * at(each.amount, variables) }))
    const highest = inside.reduce((a, b) => (b.points > a.points ? b : a), inside[0] ?? { each: current, points: 0 })
    const isRoot = current === root
    if (!(highest.points >= (isRoot ? 1e-9 : points / 2))) break
    current = highest.each
    points = highest.points
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

/** Returns the response key of a field. */
export const keyOf = ({ alias, name }: FieldNode): string => alias?.value ?? name.value
