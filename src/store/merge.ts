// Merges a duplicate record into another, the survivor: its parts and the references to it move to the survivor.
import { Prisma } from '../db/generated/prisma/client.ts'
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import type { GlobalId } from '../domain/id.ts'
import { Invalid } from '../domain/mutation-error.ts'
import { openRecord } from './record.ts'
import type { Transaction } from './rows.ts'

/** A column that refers to the records that are merged. */
interface ForeignKey {
  table: string
  column: string
  /** The unique columns of the rows of one record. A moved row is deleted if the survivor has a row with the same values. */
  key?: readonly string[]
  /** The other foreign key of a row that joins two records. A row that would join the survivor with itself is deleted. */
  otherEnd?: string
  /** Columns that refer to rows of this table. References to a deleted row move to the survivor's row. */
  referencedBy?: readonly ForeignKey[]
}

const passage = ['sourceId', 'start', 'end', 'quote']

const ofLinks: readonly ForeignKey[] = [{ table: 'Citation', column: 'eventLinkId', key: passage }]

/** The columns that refer to events. */
const toEvents: readonly ForeignKey[] = [
  { table: 'EventParticipant', column: 'eventId', key: ['actorId', 'role'] },
  { table: 'EventLink', column: 'fromId', key: ['toId', 'kind'], otherEnd: 'toId', referencedBy: ofLinks },
  { table: 'EventLink', column: 'toId', key: ['fromId', 'kind'], otherEnd: 'fromId', referencedBy: ofLinks },
  { table: 'SanctionAction', column: 'eventId' },
  { table: 'SanctionReason', column: 'eventId', key: ['sanctionId'] },
  { table: 'Detention', column: 'startedById' },
  { table: 'Detention', column: 'endedById' },
  { table: 'Identifier', column: 'eventId' },
  { table: 'Citation', column: 'eventId', key: passage },
]

const span = ['startEarliest', 'startLatest', 'endEarliest', 'endLatest']

const ofRelationships: readonly ForeignKey[] = [
  { table: 'Citation', column: 'relationshipId', key: passage },
  { table: 'Identifier', column: 'relationshipId' },
]

const related = (column: string, otherEnd: string): ForeignKey => ({
  table: 'Relationship',
  column,
  key: [otherEnd, 'kind', 'title', ...span],
  otherEnd,
  referencedBy: ofRelationships,
})

/** The columns that refer to actors. */
const toActors: readonly ForeignKey[] = [
  { table: 'ActorName', column: 'actorId', key: ['value', 'lang'] },
  { table: 'Identifier', column: 'actorId' },
  { table: 'Citation', column: 'actorId', key: passage },
  related('subjectId', 'objectId'),
  related('objectId', 'subjectId'),
  { table: 'EventParticipant', column: 'actorId', key: ['eventId', 'role'] },
  { table: 'EventParticipant', column: 'onBehalfOfId' },
  { table: 'Event', column: 'locationId' },
  { table: 'Sanction', column: 'authorityId' },
  {
    table: 'SanctionTarget',
    column: 'actorId',
    key: ['sanctionId', 'listingId'],
    referencedBy: [{ table: 'SanctionAction', column: 'targetId' }],
  },
  { table: 'BirthClaim', column: 'personId', key: ['dateEarliest', 'dateLatest', 'place', 'countryId', 'sourceId'] },
  { table: 'BirthClaim', column: 'countryId' },
  { table: 'Detention', column: 'personId' },
  { table: 'Detention', column: 'authorityId' },
  { table: 'Asset', column: 'flagId' },
]

interface Merge {
  /** The duplicate. */
  id: GlobalId
  /** The survivor. */
  into: GlobalId
  /** Of the duplicate. */
  expectedVersion?: number | null
}

export async function mergeEvents(tx: Transaction, merge: Merge): Promise<void> {
  const table = await lockBoth(tx, 'EVENT', merge)
  await moveReferences(tx, toEvents, merge)
  await markMerged(tx, table, merge)
}

export async function mergeActors(tx: Transaction, merge: Merge): Promise<void> {
  const table = await lockBoth(tx, 'ACTOR', merge)
  const [id, into] = [merge.id.id, merge.into.id]
  // If both have a primary name in the same language, the duplicate's becomes an alias.
  const primaryOfDuplicate = Prisma.sql`n."actorId" = ${id}::uuid AND n.kind = 'PRIMARY'`
  await tx.$executeRaw`
    DELETE FROM "ActorName" n USING "ActorName" o WHERE ${primaryOfDuplicate}
    AND o."actorId" = n."actorId" AND o.kind = 'ALIAS' AND o.value = n.value AND o.lang IS NOT DISTINCT FROM n.lang`
  await tx.$executeRaw`
    UPDATE "ActorName" n SET kind = 'ALIAS' WHERE ${primaryOfDuplicate} AND EXISTS (
      SELECT FROM "ActorName" s
      WHERE s."actorId" = ${into}::uuid AND s.kind = 'PRIMARY' AND s.lang IS NOT DISTINCT FROM n.lang)`
  // An actor cannot act on behalf of itself.
  await tx.$executeRaw`
    UPDATE "EventParticipant" SET "onBehalfOfId" = NULL
    WHERE "actorId" IN (${id}::uuid, ${into}::uuid) AND "onBehalfOfId" IN (${id}::uuid, ${into}::uuid)`
  await moveReferences(tx, toActors, merge)
  await markMerged(tx, table, merge)
}

/** Locks both records, and returns their table. Throws an `Invalid` if they are the same or of different types. */
async function lockBoth(tx: Transaction, tracked: TrackedType, { id, into, expectedVersion }: Merge): Promise<string> {
  const invalid = (message: string) => new Invalid([{ path: ['into'], message }])
  if (id.id === into.id) throw invalid('is the record itself: merge it into another record.')
  const { table, type } = await openRecord(tx, tracked, id, expectedVersion)
  const survivor = await openRecord(tx, tracked, into, null, 'into')
  if (survivor.type === type) return table
  throw invalid(`is a ${survivor.type}, but the record to merge is a ${type}: merge records of the same kind.`)
}

async function moveReferences(tx: Transaction, references: readonly ForeignKey[], { id, into }: Merge): Promise<void> {
  for (const reference of references) {
    const { table, column } = reference
    await deleteDuplicateRows(tx, reference, id.id, into.id)
    await tx.$executeRawUnsafe(
      `UPDATE "${table}" SET "${column}" = $2::uuid WHERE "${column}" = $1::uuid`,
      id.id,
      into.id,
    )
  }
}

async function markMerged(tx: Transaction, table: string, { id, into }: Merge): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "mergedIntoId" = $2::uuid WHERE id = $1::uuid`, id.id, into.id)
}

/** Deletes the duplicate's rows that would join the survivor with itself or that the survivor already has. */
async function deleteDuplicateRows(tx: Transaction, reference: ForeignKey, id: string, into: string): Promise<void> {
  const { table, column, key, otherEnd, referencedBy = [] } = reference
  if (otherEnd)
    await tx.$executeRawUnsafe(
      `DELETE FROM "${table}" WHERE "${column}" = $1::uuid AND "${otherEnd}" = $2::uuid`,
      id,
      into,
    )
  if (!key) return
  const equalRows = `"${table}" s WHERE d."${column}" = $1::uuid AND s."${column}" = $2::uuid AND ${equal(key, 'd', 's')}`
  for (const { table: referencing, column: foreignKey, key: uniqueKey } of referencedBy) {
    const isNew = uniqueKey
      ? `AND NOT EXISTS (SELECT FROM "${referencing}" o WHERE o."${foreignKey}" = s.id AND ${equal(uniqueKey, 'o', 'f')})`
      : ''
    await tx.$executeRawUnsafe(
      `UPDATE "${referencing}" f SET "${foreignKey}" = s.id FROM "${table}" d, ${equalRows} AND f."${foreignKey}" = d.id ${isNew}`,
      id,
      into,
    )
  }
  await tx.$executeRawUnsafe(`DELETE FROM "${table}" d USING ${equalRows}`, id, into)
}

const equal = (columns: readonly string[], one: string, other: string) =>
  columns.map((column) => `${one}."${column}" IS NOT DISTINCT FROM ${other}."${column}"`).join(' AND ')
