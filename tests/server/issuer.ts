// A fake identity provider: a key pair, signed tokens, and a file with the public keys.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { TokenSettings } from '../../src/config.ts'

interface Claims {
  iss?: string
  aud?: string
  sub?: string
  scope?: string
  exp?: number
  nbf?: number
}

export interface Issuer {
  settings: TokenSettings
  /** Returns a token. Default: it is valid for a minute. */
  sign(claims?: Claims, options?: { alg?: string; key?: CryptoKey | Uint8Array; kid?: string }): Promise<string>
  /** The public key. */
  publicKey: object
  close(): void
}

export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

export async function openIssuer(more: Partial<TokenSettings> = {}): Promise<Issuer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256')
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
  const dir = mkdtempSync(path.join(tmpdir(), 'dateline-keys-'))
  const keys = path.join(dir, 'keys.json')
  writeFileSync(keys, JSON.stringify({ keys: [jwk] }))
  const issuer = 'https://login.example'
  const audience = 'dateline'
  const usual = { iss: issuer, aud: audience, sub: '4711', scope: 'openid write' }
  return {
    settings: { issuer, audience, algorithms: ['ES256'], keys, clockTolerance: 0, ...more },
    sign: (claims, { alg = 'ES256', key = privateKey, kid = 'one' } = {}) =>
      new SignJWT({ ...usual, exp: inSeconds(60), ...claims }).setProtectedHeader({ alg, kid }).sign(key),
    publicKey: jwk,
    close: () => rmSync(dir, { recursive: true }),
  }
}
