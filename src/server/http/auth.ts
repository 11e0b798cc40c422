// Who asks. A key or a token comes in the Authorization header, or among the parameters of a WebSocket connection; nowhere else.
import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { UserError } from '../../domain/errors.ts'
import { anyone, type Viewer } from '../../domain/scope.ts'
import { findKey, isSecret } from '../../store/api-key.ts'
import { type ErrorAnswer, errorAnswer, type HttpFields, unavailable } from '../graphql/errors.ts'
import { Buckets } from '../limits/bucket.ts'
import type { ReadToken } from './token.ts'

/** Who asks, and how long what they showed is good. */
export interface Caller {
  readonly viewer: Viewer
  /** In milliseconds since 1970; undefined where it does not end by itself. */
  readonly expiresAt?: number
  /** The id of the key, which may be revoked. */
  readonly keyId?: string
}

/** Finds out who sends an Authorization header from an address; refuses one that is of no use. */
export type Authenticate = (header: string | null | undefined, address: string) => Promise<Caller>

interface AuthenticateOptions {
  /** What reads tokens. Default: API keys only. */
  readToken?: ReadToken
  /** Points that refusals may cost one address in a minute. Default: 0, no limit. */
  rateLimit?: number
}

const nobody: Caller = { viewer: anyone }

const UNUSABLE =
  'This API key is unknown, revoked or expired: send "authorization: Bearer <key>" with a valid key, or omit the header for read access.'

/** The points that a refused key or token costs: a look-up in the database, or the check of a signature. */
const REFUSAL_POINTS = 200

/** How many keys and tokens are known as good. */
const MAX_GOOD = 10_000

/** Reads API keys, and tokens where there is a reader for them. Limits how many wrong ones an address may send. */
export function createAuthenticate(log: Logger, options: AuthenticateOptions = {}): Authenticate {
  const { readToken, rateLimit = 0 } = options
  const refusals = rateLimit > 0 ? new RefusalLimit(rateLimit) : undefined

  async function callerOf(secret: string): Promise<Caller> {
    if (readToken && !isSecret(secret)) {
      const { issuer, subject, scopes, expiresAt } = await readToken(secret)
      return { viewer: { name: `token ${issuer} ${subject}`, scopes }, expiresAt }
    }
    const key = await findKey(secret)
    if (!key) throw new UserError(UNUSABLE, 'UNAUTHENTICATED')
    const { id: keyId, prefix, scopes, expiresAt } = key
    return { viewer: { name: `key ${prefix}`, scopes }, keyId, expiresAt: expiresAt?.getTime() }
  }
  return async (header, address) => {
    if (header == null) return nobody
    const [, secret = ''] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? []
    const look = () => callerOf(secret)
    try {
      return await (refusals ? refusals.charge(address, secret, look) : look())
    } catch (error) {
      if (error instanceof UserError) throw error
      log.error({ err: error }, 'The caller could not be identified.')
      throw unavailable(error)
    }
  }
}

/** A refusal of an address that sent too many wrong keys and tokens. */
export class TooManyRefusals extends UserError {
  /** In seconds. */
  readonly retryAfter: number

  constructor(retryAfter: number) {
    super(
      `Too many invalid keys or tokens came from your address: try again in ${retryAfter} seconds with a valid one.`,
      'RATE_LIMITED',
    )
    this.retryAfter = retryAfter
  }
}

/**
 * Charges each address for the wrong keys and tokens that it sends. The points are taken before the look-up and given back
 * if the key is good, so that many requests at once cannot exceed the limit. They are not those of the operations: an address
 * that has spent these can still send a good key. What was good when it was last seen is looked up in any case.
 */
class RefusalLimit {
  private readonly buckets: Buckets
  private readonly points: number
  private readonly good = new LRUCache<string, true>({ max: MAX_GOOD })

  constructor(rateLimit: number) {
    this.buckets = new Buckets(rateLimit)
    this.points = Math.min(REFUSAL_POINTS, rateLimit)
  }

  async charge(address: string, secret: string, look: () => Promise<Caller>): Promise<Caller> {
    const hash = createHash('sha256').update(secret).digest('base64url')
    const { retryAfter } = this.buckets.take(address, this.points)
    const isTaken = retryAfter === undefined
    if (!isTaken && !this.good.has(hash)) throw new TooManyRefusals(retryAfter)
    try {
      const caller = await look()
      this.good.set(hash, true)
      if (isTaken) this.buckets.giveBack(address, this.points)
      return caller
    } catch (error) {
      this.good.delete(hash)
      // The caller is not to blame for a database that is away.
      if (isTaken && !(error instanceof UserError)) this.buckets.giveBack(address, this.points)
      throw error
    }
  }
}

const callers = new WeakMap<object, Caller>()

/** Notes who sent a request. */
export const recordCaller = (request: object, caller: Caller): void => void callers.set(request, caller)

export const viewerOf = (request: object): Viewer => (callers.get(request) ?? nobody).viewer

type RequestHook = Parameters<NonNullable<Plugin['onRequest']>>[0]

/**
 * Finds out who asks before anything else is done, where the server has not. `addressOf` gives the address that a request
 * came from.
 */
export function useAuthentication(authenticate: Authenticate, addressOf: (request: IncomingMessage) => string): Plugin {
  async function identify(header: string, { request, serverContext, endResponse, fetchAPI }: RequestHook) {
    const { req } = serverContext as { req?: IncomingMessage }
    try {
      recordCaller(request, await authenticate(header, req ? addressOf(req) : ''))
    } catch (error) {
      const { status, headers, body } = refusedCaller(error)
      endResponse(new fetchAPI.Response(body, { status, headers }))
    }
  }

  return {
    onRequest: (hook) => {
      const { caller } = hook.serverContext as { caller?: Caller }
      if (caller) return recordCaller(hook.request, caller)
      const header = hook.request.headers.get('authorization')
      // No promise without a header: Yoga would wait for it before it calls the next plugin.
      return header === null ? undefined : identify(header, hook)
    },
  }
}

/** The answer to a caller whom `authenticate` refused. */
export function refusedCaller(error: unknown): ErrorAnswer {
  const { message, code } = error as UserError
  return errorAnswer([{ message, extensions: { code, http: httpOf(error as UserError) } }], 400)
}

function httpOf(error: UserError): HttpFields {
  if (error instanceof TooManyRefusals) return { status: 429, headers: { 'retry-after': String(error.retryAfter) } }
  if (error.code === 'UNAUTHENTICATED') return { status: 401, headers: { 'www-authenticate': 'Bearer' } }
  return { status: 503, headers: { 'retry-after': '1' } }
}
