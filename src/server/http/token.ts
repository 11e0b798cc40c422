// Tokens that an identity provider signs: JSON Web Tokens, checked against its public keys.
import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { TokenSettings } from '../../config.ts'
import { UserError } from '../../domain/errors.ts'
import { type Scope, scopes } from '../../domain/scope.ts'

/** What a token says of its holder. */
interface Token {
  issuer: string
  subject: string
  scopes: readonly Scope[]
  /** When it is no longer taken, in milliseconds since 1970. */
  expiresAt: number
}

/** Gives what a token says; refuses with UNAUTHENTICATED one that is not to be trusted. */
export type ReadToken = (text: string) => Promise<Token>

/** Gets ready to read tokens. Keys in a file are read now and once; those at an address when needed, and kept for a while. */
export async function createTokenReader(settings: TokenSettings): Promise<ReadToken> {
  const { issuer, clockTolerance, algorithms, audience } = settings
  const key = await openKeys(settings.keys)
  const options = { issuer, audience, clockTolerance, algorithms: [...algorithms], requiredClaims: ['sub', 'exp'] }
  return async (text) => {
    try {
      const { payload } = await jwtVerify(text, key, options)
      return {
        issuer,
        subject: subjectOf(payload),
        scopes: scopesOf(payload),
        expiresAt: (expiryOf(payload) + clockTolerance) * 1000,
      }
    } catch (error) {
      if (error instanceof errors.JOSEError) throw refused(error.message, issuer)
      throw error
    }
  }
}

/** What fails because of the token is an error of jose's; where the keys cannot be had, it is another one. */
async function openKeys(place: string): Promise<JWTVerifyGetKey> {
  if (!/^https?:/.test(place)) {
    try {
      return createLocalJWKSet(JSON.parse(await readFile(place, 'utf8')))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`The keys in ${place} cannot be read: ${why}. Set JWKS to a JSON Web Key Set.`, { cause })
    }
  }
  const find = createRemoteJWKSet(new URL(place))
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (cause) {
      const isOfToken =
        cause instanceof errors.JWKSNoMatchingKey ||
        cause instanceof errors.JWKSMultipleMatchingKeys ||
        cause instanceof errors.JOSENotSupported
      if (isOfToken) throw cause
      throw new Error(`The keys at ${place} cannot be fetched.`, { cause })
    }
  }
}

/** The longest that OpenID Connect allows. */
const LONGEST_SUBJECT = 255

/** Whoever it names is written into the log. */
function subjectOf({ sub }: JWTPayload): string {
  const isName = typeof sub === 'string' && sub.length <= LONGEST_SUBJECT && /^[^\p{C}\p{Z}]+$/u.test(sub)
  if (!isName) throw new errors.JWTInvalid(`"sub" must be 1 to ${LONGEST_SUBJECT} visible characters`)
  return sub
}

/** The last second of the year 9999: a claim in milliseconds is later, and a far later one fits no Date. */
const LAST_EXPIRY = 253_402_300_799

/** In seconds since 1970. */
function expiryOf({ exp }: JWTPayload): number {
  if (typeof exp === 'number' && exp >= 0 && exp <= LAST_EXPIRY) return exp
  throw new errors.JWTInvalid('"exp" must be in seconds since 1970 and before the year 10000')
}

/** Those of its scopes that are known here. */
function scopesOf({ scope }: JWTPayload): Scope[] {
  const named = typeof scope === 'string' ? scope.split(' ') : []
  return scopes.filter((each) => named.includes(each))
}

const refused = (why: string, issuer: string): UserError =>
  new UserError(`The token is not valid (${why}): get a new one from ${issuer}.`, 'UNAUTHENTICATED')
