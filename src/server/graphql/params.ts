// The parameters of a GraphQL request over HTTP. Yoga refuses those that are wrong, and says why.
import type { IncomingMessage } from 'node:http'
import { searchParams } from '../http/body.ts'
import type { Params } from './admission.ts'

/** Whether the parameters have the types that GraphQL over HTTP gives them. */
export function isWellFormed({ query, variables, operationName }: Params): boolean {
  return (
    (query == null || typeof query === 'string') &&
    isObjectOrNull(variables) &&
    (operationName == null || typeof operationName === 'string')
  )
}

/** A body with a document and no more than usual; undefined for others. */
export function plainParams(body: unknown): (Params & { query: string }) | undefined {
  if (typeof body !== 'object' || body === null || !isWellFormed(body)) return undefined
  const { query, variables, operationName, ...more } = body as Params
  return typeof query === 'string' && Object.keys(more).length === 0 ? (body as Params & { query: string }) : undefined
}

/** The parameters of a request whose body was read, if Yoga takes them. `takesIds` says whether a document's id will do. */
export function paramsOf(request: IncomingMessage & { body?: object }, takesIds: boolean): Params | undefined {
  const params = sentParams(request)
  if (!params || 'malformed' in params || !isWellFormed(params) || !isObjectOrNull(params.extensions)) return undefined
  const { query, variables, operationName, extensions, ...more } = params
  if (!query) return takesIds ? params : undefined
  return Object.values(more).every((each) => each == null) ? params : undefined
}

function sentParams({ method, url = '', body }: IncomingMessage & { body?: object }) {
  if (method === 'GET') return searchParams(new URLSearchParams(url.split('?')[1]))
  return method === 'POST' ? (body as Params) : undefined
}

const isObjectOrNull = (value: unknown) => value == null || (typeof value === 'object' && !Array.isArray(value))
