import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether a page of this origin may call the API; programs send none. */
export type Allows = (origin: string) => boolean

export const allowing =
  (origins: readonly string[]): Allows =>
  (origin) =>
    origins.includes('*') || origins.includes(origin)

/** What a page may see of an answer beside what all may. */
const EXPOSED = 'etag, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id'

/**
 * Lets pages of the origins that are allowed read the answer. None may send credentials: there are no cookies, and a key is
 * sent by a page that has one.
 */
export function allowOrigin(request: IncomingMessage, response: ServerResponse, origins: readonly string[]): void {
  if (origins.includes('*')) response.setHeader('access-control-allow-origin', '*')
  else {
    response.setHeader('vary', 'origin')
    const { origin } = request.headers
    if (!origin || !origins.includes(origin)) return
    response.setHeader('access-control-allow-origin', origin)
  }
  response.setHeader('access-control-expose-headers', EXPOSED)
}

/** Says what a page may send, which browsers ask before. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('access-control-allow-methods', 'GET, POST')
  const asked = request.headers['access-control-request-headers']
  if (asked) response.setHeader('access-control-allow-headers', asked)
  response.setHeader('access-control-max-age', '7200')
  response.writeHead(204, { 'content-length': '0' }).end()
}
