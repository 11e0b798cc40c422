import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import { UserError } from '../domain/errors.ts'
import { type Scope, scopes } from '../domain/scope.ts'

/** A stored API key. The secret is not stored, only its hash. */
export interface ApiKey {
  id: string
  name: string
  /** The first characters of the secret, which identify the key to people. */
  prefix: string
  scopes: readonly Scope[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

const SECRET_START = 'dl_'
const PREFIX_LENGTH = SECRET_START.length + 8

/** The form of a secret: a fixed start, so that scanners can find leaked secrets, and 256 random bits in base64url. */
const pattern = /^dl_[\w-]{43}$/

export const isSecret = (text: string): boolean => pattern.test(text)

/** Creates a key, and returns it with its secret. The secret is not stored. */
export async function createKey(
  name: string,
  granted: readonly Scope[],
  expiresAt: Date | null = null,
): Promise<{ secret: string; key: ApiKey }> {
  const secret = SECRET_START + randomBytes(32).toString('base64url')
  return { secret, key: await insertKey(secret, name, granted, expiresAt) }
}

/** Creates a key with all scopes for a secret that the operator chose, or gives all scopes to the existing key. */
export async function ensureAdminKey(secret: string): Promise<void> {
  if (!isSecret(secret))
    throw new UserError(
      'ADMIN_API_KEY must be "dl_" followed by 43 letters, digits, "-" or "_": create one with "dateline key create".',
    )
  const known = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, omit: { hash: true } })
  if (!known) return void (await insertKey(secret, 'ADMIN_API_KEY', scopes, null))
  if (!isValid(known)) throw new UserError('ADMIN_API_KEY is a revoked or expired key: set another key.')
  await db.apiKey.update({ where: { id: known.id }, data: { scopes: [...scopes] } })
}

export async function listKeys(): Promise<ApiKey[]> {
  const rows = await db.apiKey.findMany({ orderBy: { createdAt: 'asc' }, omit: { hash: true } })
  return rows.map((row) => ({ ...row, scopes: row.scopes as Scope[] }))
}

/** Revokes the key with this prefix, and returns it. Throws a `UserError` if there is none. */
export async function revokeKey(prefix: string): Promise<ApiKey> {
  const key = await db.apiKey.findUnique({ where: { prefix }, omit: { hash: true } })
  if (!key) throw new UserError(`There is no key "${prefix}": run "dateline key list" for the list of keys.`)
  const revokedAt = key.revokedAt ?? new Date()
  await db.apiKey.update({ where: { prefix }, data: { revokedAt } })
  return { ...key, scopes: key.scopes as Scope[], revokedAt }
}

/** Returns the key of a secret; null if there is none, or if it is revoked or expired. */
export async function findKey(secret: string): Promise<ApiKey | null> {
  if (!isSecret(secret)) return null
  const key = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, omit: { hash: true } })
  if (!key || !isValid(key)) return null
  recordUse(key)
  return { ...key, scopes: key.scopes as Scope[] }
}

/** Returns which of these keys were deleted, were revoked or have expired. */
export async function findInvalidKeys(ids: readonly string[]): Promise<Set<string>> {
  const keys = await db.apiKey.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, revokedAt: true, expiresAt: true },
  })
  const valid = new Set(keys.filter(isValid).map(({ id }) => id))
  return new Set(ids.filter((id) => !valid.has(id)))
}

const isValid = ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>): boolean =>
  !revokedAt && (!expiresAt || expiresAt.getTime() > Date.now())

const MINUTE_MS = 60_000

/** The ids of the keys whose `lastUsedAt` is being written. */
const recordingUse = new Set<string>()

/** Updates `lastUsedAt`, at most once a minute for a key. Runs in the background; an error is ignored until the next use. */
function recordUse({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>): void {
  const now = new Date()
  if (recordingUse.has(id) || (lastUsedAt && now.getTime() - lastUsedAt.getTime() < MINUTE_MS)) return
  recordingUse.add(id)
  db.apiKey
    .update({ where: { id }, data: { lastUsedAt: now }, select: { id: true } })
    .catch(() => {})
    .finally(() => recordingUse.delete(id))
}

async function insertKey(
  secret: string,
  name: string,
  granted: readonly Scope[],
  expiresAt: Date | null,
): Promise<ApiKey> {
  const prefix = secret.slice(0, PREFIX_LENGTH)
  const data = { id: v7(), name, prefix, hash: hashOf(secret), scopes: [...granted], expiresAt }
  const key = await db.apiKey.create({ data, omit: { hash: true } })
  return { ...key, scopes: granted }
}

const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex')
