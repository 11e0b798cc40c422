// Identifies callers by an API key or a token, from the Authorization header or the parameters of a WebSocket connection.
import { createHash } from 'node:crypto'
import type { Plugin } from 'graphql-yoga'
import { LRUCache } from 'lru-cache'
import type { Logger } from 'pino'
import { type ServiceError, UserError } from '../../domain/errors.ts'
import { anyone, type Viewer } from '../../domain/scope.ts'
import { findKey, isSecret } from '../../store/api-key.ts'
import { type ErrorAnswer, errorAnswer, type HttpFields } from '../graphql/errors.ts'
import { unavailable } from '../graphql/service-error.ts'
import { Buckets } from '../limits/bucket.ts'
import { addressOf, recordSender, UNKNOWN } from './sender.ts'
import type { ReadToken } from './token.ts'
import type { NodeContext } from './yoga.ts'

/** An identified caller, and how long the key or token is valid. */
export interface Caller {
  readonly viewer: Viewer
  /** When the key or token expires, in milliseconds since 1970; undefined if it does not expire. */
  readonly expiresAt?: number
  /** The id of the API key. It may be revoked later. */
  readonly keyId?: string
}

/**
 * Identifies the sender of an Authorization header. Throws a UserError for an invalid key or token, and a ServiceError if it cannot
 * be checked.
 */
export type Authenticate = (header: string | null | undefined, address: string) => Promise<Caller>

interface AuthenticateOptions {
  /** Verifies tokens. Default: only API keys are accepted. */
  readToken?: ReadToken
  /** Points that one address may spend on refused keys in a minute. Default: 0, no limit. */
  rateLimit?: number
}

const anonymous: Caller = { viewer: anyone }

const INVALID_KEY =
  'This API key is unknown, revoked or expired: send "authorization: Bearer <key>" with a valid key, or omit the header for read access.'

/** The price of a refused key or token, in points: a database query, or the verification of a signature. */
const REFUSAL_POINTS = 200

/** The number of valid keys and tokens that are remembered. */
const MAX_VALID = 10_000

/** Creates the function that identifies callers. It limits the number of invalid keys and tokens of each address. */
export function createAuthenticate(log: Logger, options: AuthenticateOptions = {}): Authenticate {
  const { readToken, rateLimit = 0 } = options
  const refusals = rateLimit > 0 ? new RefusalLimit(rateLimit) : undefined

  async function callerOf(secret: string): Promise<Caller> {
    if (readToken && !isSecret(secret)) {
      const { issuer, subject, scopes, expiresAt } = await readToken(secret)
      return { viewer: { name: `token ${issuer} ${subject}`, label: subject, scopes }, expiresAt }
    }
    const key = await findKey(secret)
    if (!key) throw new UserError(INVALID_KEY, 'UNAUTHENTICATED')
    const { id: keyId, prefix, name: label, scopes, expiresAt } = key
    return { viewer: { name: `key ${prefix}`, label, scopes }, keyId, expiresAt: expiresAt?.getTime() }
  }
  return async (header, address) => {
    if (header == null) return anonymous
    const [, secret = ''] = /^Bearer +(\S+)$/i.exec(header.trim()) ?? []
    const identify = () => callerOf(secret)
    try {
      return await (refusals ? refusals.charge(address, secret, identify) : identify())
    } catch (error) {
      if (error instanceof UserError) throw error
      log.error({ err: error }, 'The caller could not be identified.')
      throw unavailable(error)
    }
  }
}

/** An address has sent too many invalid keys and tokens. */
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
 * Charges each address for its invalid keys and tokens. The points are taken before the check and refunded if the key is valid, so
 * that concurrent requests cannot exceed the limit. The buckets are separate from those of operations. A key or token that was
 * valid when it was last checked is always checked again, even if the address has no points left.
 */
class RefusalLimit {
  private readonly buckets: Buckets
  private readonly points: number
  private readonly valid = new LRUCache<string, true>({ max: MAX_VALID })

  constructor(rateLimit: number) {
    this.buckets = new Buckets(rateLimit)
    this.points = Math.min(REFUSAL_POINTS, rateLimit)
  }

  async charge(address: string, secret: string, identify: () => Promise<Caller>): Promise<Caller> {
    const hash = createHash('sha256').update(secret).digest('base64url')
    const shortfall = this.buckets.take(address, this.points)
    if (shortfall && !this.valid.has(hash)) throw new TooManyRefusals(shortfall.retryAfter ?? 1)
    try {
      const caller = await identify()
      this.valid.set(hash, true)
      if (!shortfall) this.buckets.refund(address, this.points)
      return caller
    } catch (error) {
      this.valid.delete(hash)
      // An error of the database is not charged.
      if (!shortfall && !(error instanceof UserError)) this.buckets.refund(address, this.points)
      throw error
    }
  }
}

type RequestHook = Parameters<NonNullable<Plugin['onRequest']>>[0]

/** Yoga plugin that identifies the sender of each request, unless the server has done so. */
export function useAuthentication(authenticate: Authenticate, trustProxy: number): Plugin {
  async function identify(header: string, address: string, { request, endResponse, fetchAPI }: RequestHook) {
    try {
      const { viewer } = await authenticate(header, address)
      recordSender(request, { viewer, address })
    } catch (error) {
      const { status, headers, body } = refusedCaller(error)
      endResponse(new fetchAPI.Response(body, { status, headers }))
    }
  }

  return {
    onRequest: (hook) => {
      const { request, serverContext } = hook
      const { req, caller } = serverContext as NodeContext & { caller?: Caller }
      const address = req ? addressOf(req, trustProxy) : UNKNOWN
      const header = caller ? null : request.headers.get('authorization')
      // Returns no promise without a header, so that Yoga calls the next plugin synchronously.
      if (header !== null) return identify(header, address, hook)
      recordSender(request, { viewer: caller?.viewer ?? anyone, address })
    },
  }
}

/** Returns the response for an error of `authenticate`. */
export function refusedCaller(error: unknown): ErrorAnswer {
  const { message, code } = error as UserError | ServiceError
  return errorAnswer([{ message, extensions: { code, http: httpOf(error as UserError | ServiceError) } }], 400)
}

function httpOf(error: UserError | ServiceError): HttpFields {
  if (error instanceof TooManyRefusals) return { status: 429, headers: { 'retry-after': String(error.retryAfter) } }
  if (error.code === 'UNAUTHENTICATED') return { status: 401, headers: { 'www-authenticate': 'Bearer' } }
  return { status: 503, headers: { 'retry-after': '1' } }
}
