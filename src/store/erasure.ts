// Erases a person: deletes the records, empties their entries of the log, and removes the names from the texts of all others.
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import { Invalid, type Issue } from '../domain/mutation-error.ts'
import { redactorOf } from '../domain/redaction.ts'
import { type Mention, Mentions } from './erasure/mention.ts'
import { mayMention, type TextTable, textTables } from './erasure/text-table.ts'
import { erasureKey, hashOf } from './erasure/tombstone.ts'
import { ownScheme } from './identifier.ts'
import { recordNotFound } from './record.ts'
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
  /** False: the transaction shows what it would do, and changes nothing. */
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
  const key = erasureKey('People cannot be erased without the key of the hashes that remain of them')
  await tx.$executeRaw`SAVEPOINT erasure`
  await tx.$executeRaw`SELECT begin_erasure()`
  const names = await namesOf(tx, request)
  const mentions = new Mentions(redactorOf(names), request.keep ?? [])
  if (mentions.has(request.reason))
    throw invalid('reason', 'contains a name of the person, and would be kept: describe the reason without it.')
  const hashes = await hashesOf(tx, request.id, key)
  const rows = await tx.$queryRaw<{ table: string; count: bigint }[]>`
    SELECT "table", "count" FROM erase_person(${request.id}::uuid, ${request.reason}, ${hashes}::text[])`
  for (const table of await textTables(tx)) await redactTable(tx, table, mentions)
  await dropIdempotencyKeys(tx, mentions)
  // After the rows: their triggers wrote the old texts into the log.
  await redactLog(tx, mentions)
  requireKnownPlaces(request, mentions)
  if (!request.confirm) await tx.$executeRaw`ROLLBACK TO SAVEPOINT erasure`
  return {
    isErased: request.confirm,
    rows: rows.map(({ table, count }) => ({ table, count: Number(count) })),
    mentions: mentions.all,
  }
}

const invalid = (path: string, message: string) => new Invalid([{ path: [path], message }])

/** Returns the present and earlier names of a person and of the records merged into the person. Throws if it cannot be erased. */
async function namesOf(tx: Transaction, { id, also }: ErasureRequest): Promise<string[]> {
  const [person] = await tx.$queryRaw<{ kind: string; isMerged: boolean; imposes: boolean }[]>`
    SELECT kind::text, "mergedIntoId" IS NOT NULL AS "isMerged",
      EXISTS (
        SELECT FROM (SELECT "authorityId" FROM "Sanction" UNION ALL SELECT "authorityId" FROM "Licence") s
        JOIN "Actor" m ON m.id = s."authorityId" WHERE a.id IN (m.id, m."mergedIntoId")) AS imposes
    FROM "Actor" a WHERE id = ${id}::uuid`
  if (!person) throw recordNotFound()
  if (person.kind !== 'PERSON') throw invalid('id', 'is not a person: only people can be erased.')
  if (person.isMerged)
    throw invalid('id', 'was merged into another record: erase that record, or undo the merge first.')
  if (person.imposes)
    throw invalid('id', 'is the authority of sanctions or licences, which remain: give them another authority first.')
  const rows = await tx.$queryRaw<{ name: string }[]>`
    WITH ids AS (SELECT a.id FROM "Actor" a WHERE ${id}::uuid IN (a.id, a."mergedIntoId")),
    entries AS (
      SELECT before, after, children FROM "Change" WHERE "entityId" IN (SELECT id FROM ids)
      UNION ALL SELECT before, after, children FROM "ChangePending" WHERE "entityId" IN (SELECT id FROM ids)
    ), earlier AS (
      SELECT name FROM entries, unnest(ARRAY[before ->> 'name', after ->> 'name']) name WHERE name IS NOT NULL
      UNION SELECT value #>> '{}' FROM entries, jsonb_path_query(children, 'lax $.names.**.value') value
    )
    SELECT name FROM "Actor" WHERE id IN (SELECT id FROM ids)
    UNION SELECT value FROM "ActorName" WHERE "actorId" IN (SELECT id FROM ids)
    -- Not those of somebody who was merged into the person by mistake.
    UNION SELECT name FROM earlier e
      WHERE NOT EXISTS (SELECT FROM "ActorName" n WHERE n.value = e.name AND n."actorId" NOT IN (SELECT id FROM ids))`
  return [...rows.map(({ name }) => name), ...(also ?? [])]
}

/** Returns the hashes of a person's register numbers, and of the ids by which an export names the person. */
async function hashesOf(tx: Transaction, id: string, key: string): Promise<string[]> {
  const rows = await tx.$queryRaw<{ identifier: string }[]>`
    SELECT ${ownScheme}::text || ':' || a.id AS identifier FROM "Actor" a WHERE ${id}::uuid IN (a.id, a."mergedIntoId")
    UNION SELECT i.scheme || ':' || i.value FROM "Identifier" i JOIN "Actor" a ON a.id = i."actorId"
    WHERE ${id}::uuid IN (a.id, a."mergedIntoId")`
  return rows.map(({ identifier }) => hashOf(identifier, key))
}

/** Removes the names from the rows of a table. */
async function redactTable(
  tx: Transaction,
  { name, key, columns, isWritable }: TextTable,
  mentions: Mentions,
): Promise<void> {
  const text = `concat_ws(' ', ${columns.map((column) => `t."${column.name}"::text`).join(', ')})`
  const keyColumns = key.map((column) => `t."${column.name}"::text`).join(', ')
  const rows = await tx.$queryRawUnsafe<{ key: string[]; row: Record<string, unknown> }[]>(
    `SELECT ARRAY[${keyColumns}] AS key, to_jsonb(t) AS row FROM "${name}" t WHERE ${mayMention(text, '$1')}`,
    mentions.patterns,
  )
  for (const { key: values, row } of rows) {
    const place = { table: name, id: values.join(',') }
    const changed = columns.flatMap((column) => {
      const value = row[column.name]
      const redacted =
        name === 'MergeRow' ? mentions.inRow(value, placeOf(row)) : mentions.inColumn(value, column.name, place)
      return redacted === value ? [] : [{ column, redacted }]
    })
    if (changed.length === 0) continue
    // The values become columns of the table's own types.
    const patch = JSON.stringify(Object.fromEntries(changed.map(({ column, redacted }) => [column.name, redacted])))
    if (!isWritable) {
      const keyed = JSON.stringify(Object.fromEntries(key.map((column) => [column.name, row[column.name]])))
      await tx.$executeRaw`SELECT redact_row(${name}, ${keyed}::jsonb, ${patch}::jsonb)`
      continue
    }
    await tx.$executeRawUnsafe(
      `UPDATE "${name}" t SET ${changed.map(({ column }) => `"${column.name}" = p."${column.name}"`).join(', ')}
       FROM jsonb_populate_record(NULL::"${name}", $1::jsonb) p
       WHERE ${key.map((column, i) => `t."${column.name}" = ($2::text[])[${i + 1}]::${column.type}`).join(' AND ')}`,
      patch,
      values,
    )
  }
}

/** Returns the place of a row that a merge recorded. */
const placeOf = ({ table, key }: Record<string, unknown>) => ({
  table: String(table),
  id: Object.values(JSON.parse(String(key)) as object).join(','),
})

/** Deletes idempotency keys that contain a name: they are no texts that could be redacted. */
async function dropIdempotencyKeys(tx: Transaction, mentions: Mentions): Promise<void> {
  const rows = await tx.$queryRaw<{ caller: string; key: string }[]>`SELECT caller, key FROM "IdempotencyKey"`
  for (const { caller, key } of rows)
    if (mentions.has(caller) || mentions.has(key))
      await tx.$executeRaw`DELETE FROM "IdempotencyKey" WHERE caller = ${caller} AND key = ${key}`
}

/** An entry of the log: `position` is null while it is not in order. */
interface Entry {
  position: string | null
  transaction: string | null
  seq: string | null
  type: TrackedType
  entityId: string
  before: unknown
  after: unknown
  children: unknown
  writer: string
}

/** The number of entries that are read at a time. */
const BATCH = 1000

const payload = "concat_ws(' ', writer, before::text, after::text, children::text)"

/** Removes the names from the entries of the log. */
async function redactLog(tx: Transaction, mentions: Mentions): Promise<void> {
  const { patterns } = mentions
  const pending = await tx.$queryRawUnsafe<(Entry & { isOwn: boolean })[]>(
    `SELECT NULL AS position, transaction::text, seq::text, type::text, "entityId"::text, before, after, children, writer,
       transaction = current_transaction() AS "isOwn"
     FROM "ChangePending" WHERE ${mayMention(payload, '$1')}`,
    patterns,
  )
  // The entries of this transaction repeat the old texts of rows whose mentions are counted already.
  const own = pending.filter(({ isOwn }) => isOwn)
  await redactEntries(tx, own, mentions.copy())
  await redactEntries(
    tx,
    pending.filter(({ isOwn }) => !isOwn),
    mentions,
  )
  for (let after = '0'; ; ) {
    const entries = await tx.$queryRawUnsafe<Entry[]>(
      `SELECT position::text, NULL AS transaction, NULL AS seq, type::text, "entityId"::text, before, after, children, writer
       FROM "Change" WHERE position > $2::bigint AND ${mayMention(payload, '$1')} ORDER BY "Change".position LIMIT ${BATCH}`,
      patterns,
      after,
    )
    await redactEntries(tx, entries, mentions)
    after = entries.at(-1)?.position ?? after
    if (entries.length < BATCH) return
  }
}

async function redactEntries(tx: Transaction, entries: readonly Entry[], mentions: Mentions): Promise<void> {
  const redacted = entries.flatMap(({ type, entityId, position, transaction, seq, ...entry }) => {
    const record = { type, entityId }
    const { before, after, children, writer } = entry
    const result = {
      position,
      transaction,
      seq,
      before: mentions.inRecord(before, record),
      after: mentions.inRecord(after, record),
      children: mentions.inChildren(children, entityId),
      writer: mentions.inJson(writer, 'writer', { table: 'Change', id: entityId }),
    }
    const isSame =
      result.before === before && result.after === after && result.children === children && result.writer === writer
    return isSame ? [] : [result]
  })
  if (redacted.length > 0) await tx.$executeRaw`SELECT redact_log(${JSON.stringify(redacted)}::jsonb)`
}

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
