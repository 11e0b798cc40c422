import { z } from 'zod'
import type { Config } from '../config.ts'
import { openConfiguredDatabase } from '../db/configured.ts'
import { UserError } from '../domain/errors.ts'
import { type Scope, scopes } from '../domain/scope.ts'
import { type ApiKey, createKey, listKeys, revokeKey } from '../store/api-key.ts'
import { print } from './print.ts'

export interface KeyOptions {
  name?: string
  scopes?: string
  /** A number of days, such as "90d", or a day, such as "2027-01-31". */
  expires?: string
}

/** Creates, lists or revokes keys of the configured database. Prints keys and secrets to standard output. */
export async function manageKeys(config: Config, action: string, prefix: string | undefined, options: KeyOptions) {
  const work = { create: () => create(options), list, revoke: () => revoke(prefix) }[action]
  if (!work) throw new UserError(`There is no command "key ${action}": use "key create", "key list" or "key revoke".`)
  const database = await openConfiguredDatabase(config, 'owner')
  try {
    await database.migrate()
    await work()
  } finally {
    await database.close()
  }
}

async function create({ name, scopes: wanted, expires }: KeyOptions): Promise<void> {
  if (!name?.trim())
    throw new UserError('The key needs a name: pass its purpose, such as --name "the desk\'s importer".')
  const { secret, key } = await createKey(name.trim(), readScopes(wanted), readExpiry(expires))
  print(`Created ${inWords(key)}. The key is shown only once and is not stored:`)
  process.stdout.write(`${secret}\n`)
}

function readScopes(text: string | undefined): Scope[] {
  const known: readonly string[] = scopes
  const wanted = (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
  const unknown = wanted.find((each) => !known.includes(each))
  if (unknown) throw new UserError(`There is no scope "${unknown}": pass one or more of ${scopes.join(', ')}.`)
  if (wanted.length === 0)
    throw new UserError(`The key needs scopes: pass one or more, such as --scopes ${scopes.join(',')}.`)
  return wanted as Scope[]
}

const DAY_MS = 24 * 3_600_000

/** Returns the time of expiry: in a number of days, or at the end of a day in UTC; null for undefined. */
function readExpiry(text: string | undefined): Date | null {
  if (text === undefined) return null
  const [, days] = /^(\d{1,4})d$/.exec(text) ?? []
  const end = z.iso.date().safeParse(text).success ? Date.parse(text) + DAY_MS : Number.NaN
  const expiresAt = new Date(days ? Date.now() + Number(days) * DAY_MS : end)
  if (Number.isNaN(expiresAt.getTime()))
    throw new UserError(
      `"${text}" is not an expiry: pass a number of days, such as --expires 90d, or a date, such as 2027-01-31.`,
    )
  if (expiresAt.getTime() <= Date.now()) throw new UserError(`"${text}" is in the past: pass a later expiry.`)
  return expiresAt
}

async function list(): Promise<void> {
  const keys = await listKeys()
  if (keys.length === 0)
    print('There are no keys: create one with "dateline key create --name <purpose> --scopes write".')
  for (const key of keys) process.stdout.write(`${inWords(key)}\n`)
}

async function revoke(prefix: string | undefined): Promise<void> {
  if (!prefix) throw new UserError('No key was given: pass its first characters, as shown by "dateline key list".')
  print(`Revoked ${inWords(await revokeKey(prefix))}.`)
}

function inWords({ prefix, name, scopes, createdAt, expiresAt, lastUsedAt, revokedAt }: ApiKey): string {
  const day = (moment: Date) => moment.toISOString().slice(0, 10)
  const details = [
    `created on ${day(createdAt)}`,
    lastUsedAt ? `last used on ${day(lastUsedAt)}` : 'never used',
    ...(expiresAt ? [`expires at ${expiresAt.toISOString().slice(0, 16)}Z`] : []),
    ...(revokedAt ? [`revoked on ${day(revokedAt)}`] : []),
  ]
  return `${prefix}… "${name}" (${scopes.join(', ')}), ${details.join(', ')}`
}
