// Erases a person: deletes the records, empties their entries of the log, and removes the names from the texts of all others.
import { Invalid, type Issue } from '../domain/mutation-error.ts'
import { redactorOf } from '../domain/redaction.ts'
import { redactLog } from './erasure/log.ts'
import { type Mention, Mentions } from './erasure/mention.ts'
import { hashesOf, namesOf, requireErasable } from './erasure/person.ts'
import { dropIdempotencyKeys, redactTable } from './erasure/rows.ts'
import { eraseRows, previewRows } from './erasure/scope.ts'
import { textColumns } from './erasure/text-table.ts'
import { erasureKey } from './erasure/tombstone.ts'
import type { Transaction } from './rows.ts'

export interface ErasureRequest {
  /** The UUID of the person. */
  readonly id: string
  /** Why the person is erased. It is kept. */
  readonly reason: string
  /** Places of texts that stay, because they mention a namesake. */
  readonly keep?: readonly string[] | null | undefined
  /** Further names to remove from texts, such as the family name alone. */
  readonly also?: readonly string[] | null | undefined
  /** False: the result shows what would be done, and nothing is changed or locked. */
  readonly confirm: boolean
}

/** What an erasure did, or would do. */
export interface Erasure {
  readonly isErased: boolean
  /** The number of deleted rows by table; of "Change": of entries of the log that lose their content. */
  readonly rows: readonly { readonly table: string; readonly count: number }[]
  /** The texts of other records that contain a name. */
  readonly mentions: readonly Mention[]
}

/** Erases a person, or shows what that would do. Throws a `NotFound`, an `Invalid`, or a `UserError` without the key. */
export async function erasePerson(tx: Transaction, request: ErasureRequest): Promise<Erasure> {
  const { id, reason, confirm } = request
  const key = erasureKey('People cannot be erased without the key of the hashes that remain of them')
  await tx.$executeRawUnsafe(endWithClient)
  if (confirm) await tx.$executeRaw`SELECT begin_erasure()`
  await requireErasable(tx, id)
  const hashes = await hashesOf(tx, id, key)
  const columns = await textColumns(tx)
  const names = [...(await namesOf(tx, id)), ...(request.also ?? [])]
  const mentions = new Mentions(redactorOf(names), columns, request.keep ?? [])
  if (mentions.has(reason))
    throw new Invalid([
      {
        path: ['reason'],
        message: 'contains a name of the person, and would be kept: describe the reason without it.',
      },
    ])
  const erased = confirm ? await eraseRows(tx, { id, reason, hashes }) : await previewRows(tx, id)
  // The names of actors come first: entries of the log keep those that are still names.
  for (const table of columns.tables) await redactTable(tx, table, mentions, erased, confirm)
  if (confirm) await dropIdempotencyKeys(tx, mentions)
  // After the rows: their triggers wrote the old texts into the log.
  await redactLog(tx, mentions, erased, confirm)
  requireKnownPlaces(request, mentions)
  return { isErased: confirm, rows: erased.counts, mentions: mentions.all }
}

/** Ends the transaction soon if this process is killed: others wait for its lock. Some systems cannot notice that. */
const endWithClient = `DO $$ BEGIN
  PERFORM set_config('client_connection_check_interval', '1s', true);
EXCEPTION WHEN invalid_parameter_value OR undefined_object THEN
END $$`

/** Throws an `Invalid` if a place to keep has no mention: it may be misspelt, and its text would be redacted. */
function requireKnownPlaces({ keep }: ErasureRequest, mentions: Mentions): void {
  const places = new Set(mentions.all.map(({ place }) => place))
  const issues = (keep ?? []).flatMap((place, i): Issue[] =>
    places.has(place)
      ? []
      : [{ path: ['keep', String(i)], message: 'has no mention of the person: pass a place that the preview shows.' }],
  )
  if (issues.length > 0) throw new Invalid(issues)
}
