// A part is a row that belongs to a record, such as a participant of an event. Writing a part locks its owner and raises
// the owner's version.
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import { type OpenRecord, openRecord, recordNotFound } from './record.ts'
import type { ChildTable, ColumnValues, Table, Transaction } from './rows.ts'

/** A table of parts. */
export interface PartTable extends Table {
  /** The name of the parts in the change log, such as "participants". */
  readonly child: string
}

/** Returns the part table of a child table. */
export const partOf = (child: string, { name, parent, key, rest }: ChildTable): PartTable => ({
  child,
  name,
  id: 'id',
  columns: [parent, ...key, ...rest],
})

interface Owner {
  type: TrackedType
  id: string
}

/** Locks and returns the owner of a new row. `at` is the input field that names the owner. */
export async function openOwner(
  tx: Transaction,
  { child }: PartTable,
  row: ColumnValues,
  expectedVersion: number | null | undefined,
  at: string,
): Promise<OpenRecord> {
  const [owner] = await tx.$queryRawUnsafe<Owner[]>(
    'SELECT type::text AS type, id::text AS id FROM owners_of($1, $2::jsonb)',
    child,
    JSON.stringify(row),
  )
  if (!owner) throw recordNotFound()
  return openRecord(tx, owner.type, { id: owner.id }, expectedVersion, at)
}

/** Locks and returns the owner of a stored row. */
export async function openOwnerOf(
  tx: Transaction,
  part: PartTable,
  id: string,
  expectedVersion?: number | null,
): Promise<OpenRecord> {
  const owner = await ownerOf(tx, part, id)
  const record = await openRecord(tx, owner.type, { id: owner.id }, expectedVersion)
  // The row may have been removed, or moved by a merge, before this transaction got the lock.
  if ((await ownerOf(tx, part, id)).id !== owner.id) return openOwnerOf(tx, part, id, expectedVersion)
  return record
}

async function ownerOf(tx: Transaction, { name, child }: PartTable, id: string): Promise<Owner> {
  const [owner] = await tx.$queryRawUnsafe<Owner[]>(
    `SELECT o.type::text AS type, o.id::text AS id FROM "${name}" part
     CROSS JOIN LATERAL owners_of($1, to_jsonb(part)) o WHERE part.id = $2::uuid`,
    child,
    id,
  )
  if (!owner) throw recordNotFound()
  return owner
}

export async function deletePart(tx: Transaction, { name }: PartTable, id: string): Promise<void> {
  await tx.$executeRawUnsafe(`DELETE FROM "${name}" WHERE id = $1::uuid`, id)
}
