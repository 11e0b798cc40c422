// Who asks. A key or a token comes in the Authorization header, or among the parameters of a WebSocket connection; nowhere else.
import type { Plugin } from 'graphql-yoga'
import type { Logger } from 'pino'
import { DomainError } from '../domain/errors.ts'
import { anyone, type Viewer } from '../domain/scope.ts'
import { findKey, isSecret } from '../store/api-key.ts'
import { unavailable } from './errors.ts'
import type { ReadToken } from './token.ts'

/** Who asks, and how long what they showed is good. */
export interface Caller {
  readonly viewer: Viewer
  /** In milliseconds since 1970; undefined where it does not end by itself. */
  readonly expiresAt?: number
  /** The id of the key, which may be revoked. */
  readonly keyId?: string
}

/** Finds out who sends an Authorization header; refuses one that is of no use. */
export type Authenticate = (header: string | null | undefined) => Promise<Caller>

const nobody: Caller = { viewer: anyone }

const UNUSABLE =
  'This API key is not known, was revoked or has expired: send "authorization: Bearer <key>" with one that is good, or no such header to read.'

/** Reads API keys, and tokens where there is a reader for them. */
export function createAuthenticate(log: Logger, readToken?: ReadToken): Authenticate {
  async function callerOf(secret: string): Promise<Caller> {
    if (readToken && !isSecret(secret)) {
      const { issuer, subject, scopes, expiresAt } = await readToken(secret)
      return { viewer: { name: `token ${issuer} ${subject}`, scopes }, expiresAt }
    }
    const key = await findKey(secret)
    if (!key) throw new DomainError(UNUSABLE, 'UNAUTHENTICATED')
    const { id: keyId, prefix, scopes, expiresAt } = key
    return { viewer: { name: `key ${prefix}`, scopes }, keyId, expiresAt: expiresAt?.getTime() }
  }
  return async (header) => {
    if (header == null) return nobody
    try {
      const [, secret = ''] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? []
      return await callerOf(secret)
    } catch (error) {
      if (error instanceof DomainError) throw error
      log.error({ err: error }, 'It cannot be found out who asks.')
      throw unavailable(error)
    }
  }
}

const callers = new WeakMap<object, Caller>()

/** Notes who sent a request. */
export const noteCaller = (request: object, caller: Caller): void => void callers.set(request, caller)

/** Who sent a request, whichever of its forms is given. */
export const callerOf = (request: object): Caller => callers.get(request) ?? nobody

export const viewerOf = (request: Request): Viewer => callerOf(request).viewer

/** Finds out who asks before anything else is done. */
export const useAuthentication = (authenticate: Authenticate): Plugin => ({
  onRequest: async ({ request, serverContext, endResponse, fetchAPI }) => {
    const header = request.headers.get('authorization')
    if (header === null) return
    try {
      const caller = await authenticate(header)
      noteCaller(request, caller)
      const { req } = serverContext as { req?: object }
      if (req) noteCaller(req, caller)
    } catch (error) {
      const { message, code } = error as DomainError
      const isRefused = code === 'UNAUTHENTICATED'
      endResponse(
        new fetchAPI.Response(JSON.stringify({ errors: [{ message, extensions: { code } }] }), {
          status: isRefused ? 401 : 503,
          headers: {
            'content-type': 'application/json; charset=utf-8',
            ...(isRefused ? { 'www-authenticate': 'Bearer' } : { 'retry-after': '1' }),
          },
        }),
      )
    }
  },
})
