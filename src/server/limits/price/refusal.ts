import type { GraphQLError } from 'graphql'
import { excess, inWords } from '../limits.ts'
import type { Advice } from './part.ts'
import type { Price } from './price.ts'
import { MOST_QUANTIFIERS } from './weights.ts'

/** The refusal of an operation that costs more than the allowed points, with the path of the part that costs most. */
export function refusePrice(price: Price, allowed: number): GraphQLError {
  const { total: requested } = price
  const { path, points, advice } = price.dearest()
  if (!Number.isFinite(requested)) return refuseQuantifiers(path)
  const share = points > requested / 2 ? 'Most of it' : 'The most expensive part'
  const message = `This operation costs ${inWords(requested)} points, ${inWords(requested - allowed)} more than the ${inWords(allowed)} allowed.`
  const part = path ? ` ${share} (${inWords(Math.round(points))}) is ${path}: ${advices[advice]}.` : ''
  return excess(message + part, { limit: 'cost', allowed, requested, path })
}

const advices: Record<Advice, string> = {
  page: 'request a smaller page there, or fewer fields per record',
  conditions: 'use fewer nested conditions there',
  separate: 'remove it, or select it in a separate operation',
}

function refuseQuantifiers(path: string): GraphQLError {
  const message = `A filter may nest some, every and none at most ${inWords(MOST_QUANTIFIERS)} levels deep, but ${path} nests them deeper: use fewer nested conditions there.`
  return excess(message, { limit: 'quantifiers', allowed: MOST_QUANTIFIERS, path })
}
