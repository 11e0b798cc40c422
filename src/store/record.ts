import type { TrackedType } from '../db/generated/prisma/enums.ts'
import type { GlobalId } from '../domain/id.ts'
import { Conflict, Invalid, NotFound } from '../domain/mutation-error.ts'
import type { Transaction } from './rows.ts'

/** The table of each type of record that has a version. */
const tables = { ACTOR: 'Actor', EVENT: 'Event', SANCTION: 'Sanction', SOURCE: 'Source' } as const

/** A record that this transaction has locked for writing. */
export interface OpenRecord extends GlobalId {
  readonly tracked: TrackedType
  readonly table: string
}

interface RecordRow {
  type: string
  version: number
  retracted: boolean
  survivorId: string | null
}

/**
 * Locks a record for writing, and returns it. `at` is the input field that names the record. Throws `NotFound`;
 * `Invalid` if the record was merged or retracted; `Conflict` if it is not at the expected version.
 */
export async function openRecord(
  tx: Transaction,
  tracked: TrackedType,
  id: { id: string; type?: string },
  expectedVersion?: number | null,
  at = 'id',
): Promise<OpenRecord> {
  const { row, record } = await lock(tx, tracked, id)
  const invalid = (message: string) => new Invalid([{ path: [at], message }])
  if (row.survivorId) throw invalid('was merged into another record: write to that record, which its id returns.')
  if (row.retracted)
    throw invalid('was retracted and can no longer be changed: restore it first, or write to another record.')
  requireVersion(row, record, expectedVersion)
  return record
}

/** Locks a retracted record, and returns it. Throws like `openRecord`; an `Invalid` if the record is not retracted. */
export async function openRetracted(
  tx: Transaction,
  tracked: TrackedType,
  id: { id: string; type?: string },
  expectedVersion?: number | null,
): Promise<OpenRecord> {
  const { row, record } = await lock(tx, tracked, id)
  const invalid = (message: string) => new Invalid([{ path: ['id'], message }])
  if (row.survivorId) throw invalid('was merged into another record: undo the merge first.')
  if (!row.retracted) throw invalid('is not retracted: there is nothing to undo.')
  requireVersion(row, record, expectedVersion)
  return record
}

async function lock(
  tx: Transaction,
  tracked: TrackedType,
  { id, type }: { id: string; type?: string },
): Promise<{ row: RecordRow; record: OpenRecord }> {
  const table = tables[tracked]
  const merges = tracked === 'ACTOR' || tracked === 'EVENT'
  const [row] = await tx.$queryRawUnsafe<RecordRow[]>(
    `SELECT ${tracked === 'ACTOR' ? 'initcap(kind::text)' : `'${table}'`} AS type, version,
       "retractedAt" IS NOT NULL AS retracted, ${merges ? '"mergedIntoId"::text' : 'NULL'} AS "survivorId"
     FROM "${table}" WHERE id = $1::uuid FOR NO KEY UPDATE`,
    id,
  )
  if (!row || (type && row.type !== type)) throw recordNotFound()
  return { row, record: { tracked, table, type: row.type, id } }
}

function requireVersion({ version }: RecordRow, { type, id }: OpenRecord, expected: number | null | undefined): void {
  if (expected != null && version !== expected) throw new Conflict({ type, id }, version, expected)
}

/** Retracts a record: lists no longer contain it, and a query by its id still returns it. */
export async function retractRecord(tx: Transaction, { table, id }: OpenRecord): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "retractedAt" = now() WHERE id = $1::uuid`, id)
}

/** Undoes the retraction of a record. */
export async function restoreRecord(tx: Transaction, { table, id }: OpenRecord): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "retractedAt" = NULL WHERE id = $1::uuid`, id)
}

export const recordNotFound = () => new NotFound('There is no record with this id: pass an id that a query returned.')
