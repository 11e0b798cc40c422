import type { TrackedType } from '../db/generated/prisma/enums.ts'
import type { GlobalId } from '../domain/id.ts'
import { Conflict, Invalid, NotFound } from '../domain/mutation-error.ts'
import type { Transaction } from './rows.ts'

/** The table of each kind of record that has a version of its own. */
const tables = { ACTOR: 'Actor', EVENT: 'Event', SANCTION: 'Sanction', SOURCE: 'Source' } as const

/** A record that is about to be written to: nobody else does until the transaction ends. */
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

/** Locks a record that is to be written to, and is named `at` a place of the input; refuses one that is not there, was closed, or is not at the version expected. */
export async function openRecord(
  tx: Transaction,
  tracked: TrackedType,
  { id, type }: { id: string; type?: string },
  expectedVersion?: number | null,
  at = 'id',
): Promise<OpenRecord> {
  const table = tables[tracked]
  const merges = tracked === 'ACTOR' || tracked === 'EVENT'
  const [row] = await tx.$queryRawUnsafe<RecordRow[]>(
    `SELECT ${tracked === 'ACTOR' ? 'initcap(kind::text)' : `'${table}'`} AS type, version,
       "retractedAt" IS NOT NULL AS retracted, ${merges ? '"mergedIntoId"::text' : 'NULL'} AS "survivorId"
     FROM "${table}" WHERE id = $1::uuid FOR NO KEY UPDATE`,
    id,
  )
  if (!row || (type && row.type !== type)) throw nowhere()
  const closed = (message: string) => new Invalid([{ path: [at], message }])
  if (row.survivorId) throw closed('was merged into another record: write to that record, which its id returns.')
  if (row.retracted) throw closed('was retracted and can no longer be changed: write to another record.')
  if (expectedVersion != null && row.version !== expectedVersion)
    throw new Conflict({ type: row.type, id }, row.version, expectedVersion)
  return { tracked, table, type: row.type, id }
}

/** Withdraws a record: lists leave it out, and by its id it is still given. */
export async function retractRecord(tx: Transaction, { table, id }: OpenRecord): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "retractedAt" = now() WHERE id = $1::uuid`, id)
}

export const nowhere = () => new NotFound('There is no record with this id: pass an id that a query returned.')
