import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { Plugin } from 'graphql-yoga'

export const REQUEST_ID = 'x-request-id'

/** An id that whoever asks may bring along. */
const fit = /^[\w.:-]{1,128}$/

/** The id that a request is known by: the one that it was sent with, if it is fit to be logged, or a new one. */
export const requestIdFor = (sent: string | readonly string[] | undefined | null): string =>
  typeof sent === 'string' && fit.test(sent) ? sent : randomUUID()

const ids = new WeakMap<object, string>()

/** Notes the id of an operation that came over a connection which has many, by its parameters. */
export const recordRequestId = (params: object, id: string): void => void ids.set(params, id)

/** The id of what is being answered. */
export const requestIdOf = ({ request, params }: { request?: Request; params?: object }): string | undefined =>
  (params && ids.get(params)) ?? (request && ids.get(request))

/** Requests whose answers do not have the id among their headers yet. */
const unnamed = new WeakSet<Request>()

/** Gives each request its id, and its answer too. */
export const useRequestIds = (): Plugin => ({
  onRequest: ({ request, serverContext }) => {
    const { res } = serverContext as { res?: ServerResponse }
    const given = res?.getHeader(REQUEST_ID)
    if (typeof given === 'string') return void ids.set(request, given)
    ids.set(request, requestIdFor(request.headers.get(REQUEST_ID)))
    unnamed.add(request)
  },
  onResultProcess: ({ request, result, setResult }) => {
    // What was answered by an operation has it already.
    if (!('errors' in result) || !result.errors || result.extensions || 'stringify' in result) return
    setResult({ ...result, extensions: { requestId: ids.get(request) } })
  },
  onResponse: ({ request, response }) => {
    const id = ids.get(request)
    if (id && unnamed.has(request)) response.headers.set(REQUEST_ID, id)
  },
})
