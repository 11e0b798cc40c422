// What remains of erased people: keyed hashes of their register numbers, by which imports recognize them.
import { createHmac } from 'node:crypto'
import { UserError } from '../../domain/errors.ts'
import { Invalid } from '../../domain/mutation-error.ts'
import type { Transaction } from '../rows.ts'

let key: string | undefined

/** Sets the key of the hashes, which is not in the database. Undefined: nobody can be erased. */
export function setErasureKey(given: string | undefined): void {
  key = given
}

/** Returns the key of the hashes. Throws a `UserError` if it is not set; `why` is the start of its sentence. */
export function erasureKey(why: string): string {
  if (key) return key
  throw new UserError(`${why}: set ERASURE_KEY, as docs/operating.md describes.`)
}

/** Returns the hash of an identifier, written "SCHEME:value". */
export const hashOf = (identifier: string, secret: string): string =>
  createHmac('sha256', secret).update(identifier).digest('hex')

/** Returns those of the identifiers of actors, written "SCHEME:value", that belong to erased people. */
export async function erasedAmong(tx: Transaction, identifiers: Iterable<string>): Promise<ReadonlySet<string>> {
  const [row] = await tx.$queryRaw<{ any: boolean }[]>`SELECT EXISTS (SELECT FROM "Erasure") AS any`
  if (!row?.any) return new Set()
  const secret = erasureKey(
    'People were erased from this database, and without the key the import could add them again',
  )
  const byHash = new Map([...identifiers].map((each) => [hashOf(each, secret), each]))
  const found = await tx.$queryRaw<{ hash: string }[]>`
    SELECT DISTINCT hash FROM "Erasure", unnest(hashes) hash
    WHERE hashes && ${[...byHash.keys()]}::text[] AND hash = ANY (${[...byHash.keys()]}::text[])`
  return new Set(found.flatMap(({ hash }) => byHash.get(hash) ?? []))
}

/** Throws an `Invalid` if one of the identifiers of an actor belongs to an erased person. Without the key, none is recognized. */
export async function requireNotErased(
  tx: Transaction,
  identifiers: readonly { readonly scheme: string; readonly value: string }[],
  pathOf: (index: number) => string[],
): Promise<void> {
  if (!key || identifiers.length === 0) return
  const written = identifiers.map(({ scheme, value }) => `${scheme}:${value}`)
  const erased = await erasedAmong(tx, written)
  const message = 'belongs to a person who was erased: do not add the person again.'
  const issues = written.flatMap((each, index) => (erased.has(each) ? [{ path: pathOf(index), message }] : []))
  if (issues.length > 0) throw new Invalid(issues)
}
