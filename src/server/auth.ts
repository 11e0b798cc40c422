import type { Plugin } from 'graphql-yoga'
import { anyone, type Viewer } from '../domain/scope.ts'
import { findKey } from '../store/api-key.ts'
import { unavailable } from './errors.ts'

const viewers = new WeakMap<Request, Viewer>()

/** Who sent a request. */
export const viewerOf = (request: Request): Viewer => viewers.get(request) ?? anyone

const REFUSED =
  'This API key is not known, or was revoked: send "authorization: Bearer <key>" with one that is good, or no such header to read.'

/** The viewer that an Authorization header names; undefined where the header is of no use. */
export async function authenticate(header: string | null | undefined): Promise<Viewer | undefined> {
  if (header == null) return anyone
  const [, secret] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? []
  const key = secret ? await findKey(secret) : null
  return key ? { name: `key ${key.prefix}`, scopes: key.scopes } : undefined
}

/** Finds out who asks before anything else is done. */
export const useApiKeys = (): Plugin => ({
  onRequest: async ({ request, endResponse, fetchAPI }) => {
    const header = request.headers.get('authorization')
    if (header === null) return
    const refuse = (status: number, message: string, code: string, more: Record<string, string> = {}) =>
      endResponse(
        new fetchAPI.Response(JSON.stringify({ errors: [{ message, extensions: { code } }] }), {
          status,
          headers: { 'content-type': 'application/json; charset=utf-8', ...more },
        }),
      )
    try {
      const viewer = await authenticate(header)
      if (viewer) viewers.set(request, viewer)
      else refuse(401, REFUSED, 'UNAUTHENTICATED', { 'www-authenticate': 'Bearer' })
    } catch (error) {
      const { message, code } = unavailable(error)
      refuse(503, message, code, { 'retry-after': '1' })
    }
  },
})

/** Notes who sent the requests of a connection that was authenticated as a whole. */
export const noteViewer = (request: Request, viewer: Viewer): void => void viewers.set(request, viewer)
