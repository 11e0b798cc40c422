import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import { DomainError } from '../domain/errors.ts'
import { type Scope, scopes } from '../domain/scope.ts'

/** A key as it is known once it was made: without its secret. */
export interface ApiKey {
  id: string
  name: string
  /** The first characters of the secret, by which people tell it from others. */
  prefix: string
  scopes: readonly Scope[]
  createdAt: Date
  lastUsedAt: Date | null
  revokedAt: Date | null
}

const START = 'dl_'
const PREFIX_LENGTH = START.length + 8

/** What a secret looks like: 256 random bits after a fixed start, by which a leaked one can be found. */
const pattern = /^dl_[\w-]{43}$/

/** Makes a key, and gives the secret, which is kept nowhere. */
export async function createKey(name: string, granted: readonly Scope[]): Promise<{ secret: string; key: ApiKey }> {
  const secret = START + randomBytes(32).toString('base64url')
  return { secret, key: await keepKey(secret, name, granted) }
}

/** Makes sure that a secret, chosen elsewhere, is a key with all scopes. */
export async function ensureAdminKey(secret: string): Promise<void> {
  if (!isSecret(secret))
    throw new DomainError(
      'ADMIN_API_KEY has to be "dl_" and 43 letters, digits, "-" or "_": make one with "npm run key -- create".',
    )
  const known = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, select: { revokedAt: true } })
  if (known?.revokedAt) throw new DomainError('ADMIN_API_KEY is a key that was revoked: set another one.')
  if (!known) await keepKey(secret, 'ADMIN_API_KEY', scopes)
}

export async function listKeys(): Promise<ApiKey[]> {
  const rows = await db.apiKey.findMany({ orderBy: { createdAt: 'asc' }, omit: { hash: true } })
  return rows.map((row) => ({ ...row, scopes: row.scopes as Scope[] }))
}

/** Refuses a key from now on. */
export async function revokeKey(prefix: string): Promise<ApiKey> {
  const key = await db.apiKey.findUnique({ where: { prefix }, omit: { hash: true } })
  if (!key) throw new DomainError(`There is no key "${prefix}": "npm run key -- list" shows them.`)
  const revokedAt = key.revokedAt ?? new Date()
  await db.apiKey.update({ where: { prefix }, data: { revokedAt } })
  return { ...key, scopes: key.scopes as Scope[], revokedAt }
}

const HOUR_MS = 3_600_000

/** The key of a secret; null where there is none or it was revoked. */
export async function findKey(secret: string): Promise<ApiKey | null> {
  if (!isSecret(secret)) return null
  const key = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, omit: { hash: true } })
  if (!key || key.revokedAt) return null
  const now = new Date()
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() > HOUR_MS)
    await db.apiKey.update({ where: { id: key.id }, data: { lastUsedAt: now } })
  return { ...key, scopes: key.scopes as Scope[] }
}

async function keepKey(secret: string, name: string, granted: readonly Scope[]): Promise<ApiKey> {
  const data = { id: v7(), name, prefix: secret.slice(0, PREFIX_LENGTH), hash: hashOf(secret), scopes: [...granted] }
  const key = await db.apiKey.create({ data, omit: { hash: true } })
  return { ...key, scopes: granted }
}

const isSecret = (text: string) => pattern.test(text)

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
