import type { GraphQLError } from 'graphql'
import { formatCount, limitError } from '../limits.ts'
import type { Advice } from './part.ts'
import type { Price } from './price.ts'
import { MAX_QUANTIFIERS } from './weights.ts'

/** Creates the error for an operation above the allowed price. It contains the path of the most expensive part. */
export function refusePrice(price: Price, allowed: number): GraphQLError {
  const { total: requested } = price
  const { path, points, advice } = price.mostExpensive()
  if (!Number.isFinite(requested)) return refuseQuantifiers(path)
  const share = points > requested / 2 ? 'Most of it' : 'The most expensive part'
  const message = `This operation costs ${formatCount(requested)} points, ${formatCount(requested - allowed)} more than the ${formatCount(allowed)} allowed.`
  const part = path ? ` ${share} (${formatCount(Math.round(points))}) is ${path}: ${advices[advice]}.` : ''
  return limitError(message + part, { limit: 'cost', allowed, requested, path })
}

const advices: Record<Advice, string> = {
  page: 'request a smaller page there, or fewer fields per record',
  conditions: 'use fewer nested conditions there',
  separate: 'remove it, or select it in a separate operation',
}

function refuseQuantifiers(path: string): GraphQLError {
  const message = `A filter may nest some, every and none at most ${formatCount(MAX_QUANTIFIERS)} levels deep, but ${path} nests them deeper: use fewer nested conditions there.`
  return limitError(message, { limit: 'quantifiers', allowed: MAX_QUANTIFIERS, path })
}
