import { createHash, randomBytes } from 'node:crypto'
import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import { UserError } from '../domain/errors.ts'
import { type Scope, scopes } from '../domain/scope.ts'

/** A key as it is known once it was made: without its secret. */
export interface ApiKey {
  id: string
  name: string
  /** The first characters of the secret, by which people tell it from others. */
  prefix: string
  scopes: readonly Scope[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
  revokedAt: Date | null
}

const START = 'dl_'
const PREFIX_LENGTH = START.length + 8

/** What a secret looks like: 256 random bits after a fixed start, by which a leaked one can be found. */
const pattern = /^dl_[\w-]{43}$/

export const isSecret = (text: string): boolean => pattern.test(text)

/** Makes a key, and gives the secret, which is kept nowhere. */
export async function createKey(
  name: string,
  granted: readonly Scope[],
  expiresAt: Date | null = null,
): Promise<{ secret: string; key: ApiKey }> {
  const secret = START + randomBytes(32).toString('base64url')
  return { secret, key: await keepKey(secret, name, granted, expiresAt) }
}

/** Makes sure that a secret, chosen elsewhere, is a key with all scopes. */
export async function ensureAdminKey(secret: string): Promise<void> {
  if (!isSecret(secret))
    throw new UserError(
      'ADMIN_API_KEY must be "dl_" followed by 43 letters, digits, "-" or "_": create one with "npm run key -- create".',
    )
  const known = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, omit: { hash: true } })
  if (!known) return void (await keepKey(secret, 'ADMIN_API_KEY', scopes, null))
  if (!isGood(known)) throw new UserError('ADMIN_API_KEY is a revoked or expired key: set another key.')
  await db.apiKey.update({ where: { id: known.id }, data: { scopes: [...scopes] } })
}

export async function listKeys(): Promise<ApiKey[]> {
  const rows = await db.apiKey.findMany({ orderBy: { createdAt: 'asc' }, omit: { hash: true } })
  return rows.map((row) => ({ ...row, scopes: row.scopes as Scope[] }))
}

/** Refuses a key from now on. */
export async function revokeKey(prefix: string): Promise<ApiKey> {
  const key = await db.apiKey.findUnique({ where: { prefix }, omit: { hash: true } })
  if (!key) throw new UserError(`There is no key "${prefix}": run "npm run key -- list" for the list of keys.`)
  const revokedAt = key.revokedAt ?? new Date()
  await db.apiKey.update({ where: { prefix }, data: { revokedAt } })
  return { ...key, scopes: key.scopes as Scope[], revokedAt }
}

/** The key of a secret; null where there is none that is good. */
export async function findKey(secret: string): Promise<ApiKey | null> {
  if (!isSecret(secret)) return null
  const key = await db.apiKey.findUnique({ where: { hash: hashOf(secret) }, omit: { hash: true } })
  if (!key || !isGood(key)) return null
  recordUse(key)
  return { ...key, scopes: key.scopes as Scope[] }
}

/** Which of these keys are no longer good. */
export async function findEnded(ids: readonly string[]): Promise<Set<string>> {
  const keys = await db.apiKey.findMany({
    where: { id: { in: [...ids] } },
    select: { id: true, revokedAt: true, expiresAt: true },
  })
  const good = new Set(keys.filter(isGood).map(({ id }) => id))
  return new Set(ids.filter((id) => !good.has(id)))
}

const isGood = ({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>): boolean =>
  !revokedAt && (!expiresAt || expiresAt.getTime() > Date.now())

const MINUTE_MS = 60_000

/** The keys whose use is being written down. */
const recordingUse = new Set<string>()

/** Writes down, once a minute, that a key is in use. Nobody waits for it, and what fails is written with the next use. */
function recordUse({ id, lastUsedAt }: Pick<ApiKey, 'id' | 'lastUsedAt'>): void {
  const now = new Date()
  if (recordingUse.has(id) || (lastUsedAt && now.getTime() - lastUsedAt.getTime() < MINUTE_MS)) return
  recordingUse.add(id)
  db.apiKey
    .update({ where: { id }, data: { lastUsedAt: now }, select: { id: true } })
    .catch(() => {})
    .finally(() => recordingUse.delete(id))
}

async function keepKey(
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
