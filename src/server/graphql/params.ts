// Reads the parameters of a GraphQL request over HTTP. Invalid parameters are left to Yoga, which refuses them with a message.
import type { IncomingMessage } from 'node:http'
import { searchParams } from '../http/body.ts'
import type { Params } from './admission.ts'
import { documentIdIn } from './persisted-documents.ts'

/** Whether the parameters have the types that GraphQL over HTTP specifies. */
export function isWellFormed({ query, variables, operationName }: Params): boolean {
  return (
    (query == null || typeof query === 'string') &&
    isObjectOrNull(variables) &&
    (operationName == null || typeof operationName === 'string')
  )
}

/** Returns a body that has a query and only standard parameters; undefined for any other body. */
export function plainParams(body: unknown): (Params & { query: string }) | undefined {
  if (typeof body !== 'object' || body === null || !isWellFormed(body)) return undefined
  const { query, variables, operationName, ...more } = body as Params
  return typeof query === 'string' && Object.keys(more).length === 0 ? (body as Params & { query: string }) : undefined
}

/**
 * Returns the parameters of a request whose body was read; undefined if Yoga would refuse them. `takesIds`: whether the id of a
 * persisted document may replace the query, or stand beside it.
 */
export function paramsOf(request: IncomingMessage & { body?: object }, takesIds: boolean): Params | undefined {
  const params = sentParams(request)
  if (!params || 'malformed' in params || !isWellFormed(params) || !isObjectOrNull(params.extensions)) return undefined
  const { query, variables, operationName, extensions, ...more } = params
  if (!query) return takesIds ? params : undefined
  if (takesIds && documentIdIn(params) !== undefined) return params
  return Object.values(more).every((each) => each == null) ? params : undefined
}

function sentParams({ method, url = '', body }: IncomingMessage & { body?: object }) {
  if (method === 'GET') return searchParams(new URLSearchParams(url.split('?')[1]))
  return method === 'POST' ? (body as Params) : undefined
}

const isObjectOrNull = (value: unknown) => value == null || (typeof value === 'object' && !Array.isArray(value))
