// Leads one record to another that it turned out to be: what belongs to it or refers to it goes over to the survivor.
import { Prisma } from '../db/generated/prisma/client.ts'
import type { TrackedType } from '../db/generated/prisma/enums.ts'
import type { GlobalId } from '../domain/id.ts'
import { Invalid } from '../domain/mutation-error.ts'
import { openRecord } from './record.ts'
import type { Transaction } from './rows.ts'

/** A column that leads to the records that are merged. */
interface ForeignKey {
  table: string
  column: string
  /** Columns that tell the rows of one record apart: a row that the survivor has already is dropped, and the survivor's stays. */
  key?: readonly string[]
  /** The other end, where a row joins two records: one that would join the survivor with itself is dropped. */
  otherEnd?: string
  /** Columns that lead to such rows: what leads to one that is dropped goes to the survivor's. */
  followers?: readonly ForeignKey[]
}

const passage = ['sourceId', 'start', 'end', 'quote']

const ofLinks: readonly ForeignKey[] = [{ table: 'Citation', column: 'eventLinkId', key: passage }]

const toEvents: readonly ForeignKey[] = [
  { table: 'EventParticipant', column: 'eventId', key: ['actorId', 'role'] },
  { table: 'EventLink', column: 'fromId', key: ['toId', 'kind'], otherEnd: 'toId', followers: ofLinks },
  { table: 'EventLink', column: 'toId', key: ['fromId', 'kind'], otherEnd: 'fromId', followers: ofLinks },
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
  followers: ofRelationships,
})

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
    followers: [{ table: 'SanctionAction', column: 'targetId' }],
  },
  { table: 'Detention', column: 'personId' },
  { table: 'Detention', column: 'authorityId' },
  { table: 'Asset', column: 'flagId' },
]

/** The two records of a merge, and the version at which the one that goes is expected. */
interface Merge {
  id: GlobalId
  into: GlobalId
  expectedVersion?: number | null
}

export async function mergeEvents(tx: Transaction, merge: Merge): Promise<void> {
  const table = await openBoth(tx, 'EVENT', merge)
  await moveAll(tx, toEvents, merge)
  await lead(tx, table, merge)
}

export async function mergeActors(tx: Transaction, merge: Merge): Promise<void> {
  const table = await openBoth(tx, 'ACTOR', merge)
  const [id, into] = [merge.id.id, merge.into.id]
  // Where both have a usual name in one language, the survivor's is the usual one.
  const usual = Prisma.sql`n."actorId" = ${id}::uuid AND n.kind = 'PRIMARY'`
  await tx.$executeRaw`
    DELETE FROM "ActorName" n USING "ActorName" o WHERE ${usual}
    AND o."actorId" = n."actorId" AND o.kind = 'ALIAS' AND o.value = n.value AND o.lang IS NOT DISTINCT FROM n.lang`
  await tx.$executeRaw`
    UPDATE "ActorName" n SET kind = 'ALIAS' WHERE ${usual} AND EXISTS (
      SELECT FROM "ActorName" s
      WHERE s."actorId" = ${into}::uuid AND s.kind = 'PRIMARY' AND s.lang IS NOT DISTINCT FROM n.lang)`
  // No one acts for himself.
  await tx.$executeRaw`
    UPDATE "EventParticipant" SET "onBehalfOfId" = NULL
    WHERE "actorId" IN (${id}::uuid, ${into}::uuid) AND "onBehalfOfId" IN (${id}::uuid, ${into}::uuid)`
  await moveAll(tx, toActors, merge)
  await lead(tx, table, merge)
}

async function openBoth(tx: Transaction, tracked: TrackedType, { id, into, expectedVersion }: Merge): Promise<string> {
  const refuse = (message: string) => new Invalid([{ path: ['into'], message }])
  if (id.id === into.id) throw refuse('is the record itself: merge it into another record.')
  const { table, type } = await openRecord(tx, tracked, id, expectedVersion)
  const survivor = await openRecord(tx, tracked, into, null, 'into')
  if (survivor.type === type) return table
  throw refuse(`is a ${survivor.type}, but the record to merge is a ${type}: merge records of the same kind.`)
}

async function moveAll(tx: Transaction, references: readonly ForeignKey[], { id, into }: Merge): Promise<void> {
  for (const reference of references) {
    const { table, column } = reference
    await dropDoubles(tx, reference, id.id, into.id)
    await tx.$executeRawUnsafe(
      `UPDATE "${table}" SET "${column}" = $2::uuid WHERE "${column}" = $1::uuid`,
      id.id,
      into.id,
    )
  }
}

async function lead(tx: Transaction, table: string, { id, into }: Merge): Promise<void> {
  await tx.$executeRawUnsafe(`UPDATE "${table}" SET "mergedIntoId" = $2::uuid WHERE id = $1::uuid`, id.id, into.id)
}

/** Drops what would join the survivor with itself, and what the survivor has already. */
async function dropDoubles(tx: Transaction, reference: ForeignKey, id: string, into: string): Promise<void> {
  const { table, column, key, otherEnd, followers = [] } = reference
  if (otherEnd)
    await tx.$executeRawUnsafe(
      `DELETE FROM "${table}" WHERE "${column}" = $1::uuid AND "${otherEnd}" = $2::uuid`,
      id,
      into,
    )
  if (!key) return
  const kept = `"${table}" s WHERE d."${column}" = $1::uuid AND s."${column}" = $2::uuid AND ${alike(key, 'd', 's')}`
  for (const { table: follower, column: leading, key: itsKey } of followers) {
    const known = itsKey
      ? `AND NOT EXISTS (SELECT FROM "${follower}" o WHERE o."${leading}" = s.id AND ${alike(itsKey, 'o', 'f')})`
      : ''
    await tx.$executeRawUnsafe(
      `UPDATE "${follower}" f SET "${leading}" = s.id FROM "${table}" d, ${kept} AND f."${leading}" = d.id ${known}`,
      id,
      into,
    )
  }
  await tx.$executeRawUnsafe(`DELETE FROM "${table}" d USING ${kept}`, id, into)
}

const alike = (columns: readonly string[], one: string, other: string) =>
  columns.map((column) => `${one}."${column}" IS NOT DISTINCT FROM ${other}."${column}"`).join(' AND ')
