// What belongs to a record and changes with it: one way to add, change and remove it, whatever it is.
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import { nowhere, type OpenRecord, openRecord } from './record.ts'
import type { ChildTable, ColumnValues, Table, Transaction } from './rows.ts'

/** A table whose rows belong to a record, under the name that the change log has for them. */
export interface PartTable extends Table {
  readonly child: string
}

/** The rows of a table of children as parts. */
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

/** Locks the record to which a row that is to be added will belong. */
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
  if (!owner) throw nowhere()
  return openRecord(tx, owner.type, { id: owner.id }, expectedVersion, at)
}

/** Locks the record to which a row belongs. */
export async function openOwnerOf(
  tx: Transaction,
  part: PartTable,
  id: string,
  expectedVersion?: number | null,
): Promise<OpenRecord> {
  const owner = await ownerOf(tx, part, id)
  const record = await openRecord(tx, owner.type, { id: owner.id }, expectedVersion)
  // While the lock was waited for, the row may have been removed, or moved by a merge.
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
  if (!owner) throw nowhere()
  return owner
}

export async function deletePart(tx: Transaction, { name }: PartTable, id: string): Promise<void> {
  await tx.$executeRawUnsafe(`DELETE FROM "${name}" WHERE id = $1::uuid`, id)
}
