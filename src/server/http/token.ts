// Verifies JSON Web Tokens of an identity provider with its public keys.
import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import type { TokenSettings } from '../../config.ts'
import { UserError } from '../../domain/errors.ts'
import { type Scope, scopes } from '../../domain/scope.ts'

/** The verified claims of a token. */
interface Token {
  issuer: string
  subject: string
  scopes: readonly Scope[]
  /** When the token is no longer accepted, in milliseconds since 1970. */
  expiresAt: number
}

/** Verifies a token and returns its claims. Throws a UserError with the code UNAUTHENTICATED if it is not valid. */
export type ReadToken = (text: string) => Promise<Token>

/** Creates the function that verifies tokens. Keys in a file are read now; keys at a URL are fetched when needed and cached. */
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

/** Opens a key set. Its function rejects with a JOSEError if the token is at fault, and with another error if keys are missing. */
async function openKeys(source: string): Promise<JWTVerifyGetKey> {
  if (!/^https?:/.test(source)) {
    try {
      return createLocalJWKSet(JSON.parse(await readFile(source, 'utf8')))
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`The keys in ${source} cannot be read: ${why}. Set JWKS to a JSON Web Key Set.`, { cause })
    }
  }
  const find = createRemoteJWKSet(new URL(source))
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (cause) {
      const isOfToken =
        cause instanceof errors.JWKSNoMatchingKey ||
        cause instanceof errors.JWKSMultipleMatchingKeys ||
        cause instanceof errors.JOSENotSupported
      if (isOfToken) throw cause
      throw new Error(`The keys at ${source} cannot be fetched.`, { cause })
    }
  }
}

/** The maximum length of a subject in OpenID Connect. */
const LONGEST_SUBJECT = 255

/** Returns the subject. Only visible characters are allowed, because it is written to the log. */
function subjectOf({ sub }: JWTPayload): string {
  const isName = typeof sub === 'string' && sub.length <= LONGEST_SUBJECT && /^[^\p{C}\p{Z}]+$/u.test(sub)
  if (!isName) throw new errors.JWTInvalid(`"sub" must be 1 to ${LONGEST_SUBJECT} visible characters`)
  return sub
}

/** The last second of the year 9999. Refuses claims in milliseconds, and values outside of the range of Date. */
const LAST_EXPIRY = 253_402_300_799

/** Returns the expiry in seconds since 1970. */
function expiryOf({ exp }: JWTPayload): number {
  if (typeof exp === 'number' && exp >= 0 && exp <= LAST_EXPIRY) return exp
  throw new errors.JWTInvalid('"exp" must be in seconds since 1970 and before the year 10000')
}

/** Returns the token's scopes that Dateline knows. */
function scopesOf({ scope }: JWTPayload): Scope[] {
  const granted = typeof scope === 'string' ? scope.split(' ') : []
  return scopes.filter((each) => granted.includes(each))
}

const refused = (why: string, issuer: string): UserError =>
  new UserError(`The token is not valid (${why}): get a new one from ${issuer}.`, 'UNAUTHENTICATED')
