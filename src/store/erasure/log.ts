// Removes the names of an erased person from the entries of the change log.
import type { TrackedType } from '../../db/generated/prisma/enums.ts'
import type { Transaction } from '../rows.ts'
import type { Mentions } from './mention.ts'
import type { ErasedRows } from './scope.ts'
import { mayMention } from './text-table.ts'

/** An entry of the log. An entry that is not in order has a place in its transaction instead of a position. */
interface Entry {
  position: string | null
  transaction: string | null
  seq: string | null
  /** Whether this transaction wrote it. */
  isOwn: boolean
  type: TrackedType
  entityId: string
  before: unknown
  after: unknown
  children: unknown
  writer: string
}

/** The number of entries that are read and written at a time. */
const BATCH = 1000

const payload = "concat_ws(' ', writer, before::text, after::text, children::text)"
const common = 'type::text, "entityId"::text, before, after, children, writer'

/** Collects what mentions the person in the log. With `isConfirmed`, removes the names. */
export async function redactLog(
  tx: Transaction,
  mentions: Mentions,
  erased: ErasedRows,
  isConfirmed: boolean,
): Promise<void> {
  const { patterns } = mentions
  // The entries of this transaction repeat the old texts of rows whose mentions are counted already.
  const uncounted = mentions.copy()
  const redactEntries = async (entries: readonly Entry[]) => {
    const redacted = entries.flatMap((entry) => redactEntry(entry, entry.isOwn ? uncounted : mentions, erased))
    if (isConfirmed && redacted.length > 0) await tx.$executeRaw`SELECT redact_log(${JSON.stringify(redacted)}::jsonb)`
  }
  for (let last: Entry | undefined; ; ) {
    const entries = await tx.$queryRawUnsafe<Entry[]>(
      `SELECT NULL AS position, transaction::text, seq::text, transaction = current_transaction() AS "isOwn", ${common}
       FROM "ChangePending" p WHERE (p.transaction, p.seq) > ($2::bigint, $3::bigint) AND ${mayMention(payload, '$1')}
       ORDER BY p.transaction, p.seq LIMIT ${BATCH}`,
      patterns,
      last?.transaction ?? '-1',
      last?.seq ?? '-1',
    )
    await redactEntries(entries)
    last = entries.at(-1)
    if (entries.length < BATCH) break
  }
  for (let after = '0'; ; ) {
    const entries = await tx.$queryRawUnsafe<Entry[]>(
      `SELECT position::text, NULL AS transaction, NULL AS seq, false AS "isOwn", ${common}
       FROM "Change" c WHERE c.position > $2::bigint AND ${mayMention(payload, '$1')} ORDER BY c.position LIMIT ${BATCH}`,
      patterns,
      after,
    )
    await redactEntries(entries)
    after = entries.at(-1)?.position ?? after
    if (entries.length < BATCH) return
  }
}

function redactEntry(
  { type, entityId, position, transaction, seq, ...entry }: Entry,
  mentions: Mentions,
  erased: ErasedRows,
) {
  const record = { type, entityId }
  const isErased = type === 'ACTOR' && erased.isErased(entityId)
  const before = isErased ? null : entry.before
  const after = isErased ? null : entry.after
  const children = isErased ? null : entry.children
  const redacted = {
    before: mentions.inRecord(before, record),
    after: mentions.inRecord(after, record),
    children: mentions.inChildren(children, entityId, erased.isAbout),
    writer: mentions.inJson(entry.writer, 'writer', { table: 'Change', id: entityId }),
  }
  const isSame =
    redacted.before === before &&
    redacted.after === after &&
    redacted.children === children &&
    redacted.writer === entry.writer
  return isSame ? [] : [{ position, transaction, seq, ...redacted }]
}
