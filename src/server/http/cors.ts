import type { IncomingMessage, ServerResponse } from 'node:http'

/** Whether pages of an origin may call the API. Clients that are not browsers send no origin. */
export type Allows = (origin: string) => boolean

/** Creates the check for a list of origins. "*" allows all. */
export const allowing =
  (origins: readonly string[]): Allows =>
  (origin) =>
    origins.includes('*') || origins.includes(origin)

/** The response headers that pages may read, in addition to those that CORS always allows. */
const EXPOSED = 'etag, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-request-id'

/**
 * Sets the CORS headers that let pages of the allowed origins read the response. Credentials are not allowed, because the service
 * uses no cookies; a page sends its key in a header.
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

/** Answers a CORS preflight request with the allowed methods and headers. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): void {
  // The answer to PUT tells the developer of a page what works instead: see `refuseReservation`.
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT')
  const headers = request.headers['access-control-request-headers']
  if (headers) response.setHeader('access-control-allow-headers', headers)
  response.setHeader('access-control-max-age', '7200')
  response.writeHead(204, { 'content-length': '0' }).end()
}
