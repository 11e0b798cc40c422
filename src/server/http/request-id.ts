import { randomUUID } from 'node:crypto'
import type { Plugin } from 'graphql-yoga'
import { hasOwnText, nodeContextOf } from './yoga.ts'

export const REQUEST_ID = 'x-request-id'

/** Matches the request ids that a client may send. */
const validId = /^[\w.:-]{1,128}$/

/** Returns the id of a request: the one that the client sent if it is valid, or else a new one. */
export const requestIdFor = (sent: string | readonly string[] | undefined | null): string =>
  typeof sent === 'string' && validId.test(sent) ? sent : randomUUID()

const ids = new WeakMap<object, string>()

/** Records the id of an operation by its parameters, because a WebSocket connection has many operations. */
export const recordRequestId = (params: object, id: string): void => void ids.set(params, id)

/** Returns the id of an operation or request. */
export const requestIdOf = ({ request, params }: { request?: Request; params?: object }): string | undefined =>
  (params && ids.get(params)) ?? (request && ids.get(request))

/** Requests whose responses do not have the header with the id yet. */
const withoutHeader = new WeakSet<Request>()

/** Yoga plugin that assigns each request an id, and adds it to the response's header and extensions. */
export const useRequestIds = (): Plugin => ({
  onRequest: ({ request, serverContext }) => {
    const header = nodeContextOf(serverContext).res?.getHeader(REQUEST_ID)
    if (typeof header === 'string') return void ids.set(request, header)
    ids.set(request, requestIdFor(request.headers.get(REQUEST_ID)))
    withoutHeader.add(request)
  },
  onResultProcess: ({ request, result, setResult }) => {
    // The executor has added the id to the results of operations.
    if (!('errors' in result) || !result.errors || result.extensions || hasOwnText(result)) return
    setResult({ ...result, extensions: { requestId: ids.get(request) } })
  },
  onResponse: ({ request, response }) => {
    const id = ids.get(request)
    if (id && withoutHeader.has(request)) response.headers.set(REQUEST_ID, id)
  },
})
