import { v7 } from 'uuid'
import { db } from '../db/client.ts'
import type { FuzzyDate } from '../domain/date.ts'
import { UserError } from '../domain/errors.ts'
import { type CitationWrite, saveCitations } from './citation.ts'
import { dateColumnNames, dateColumns } from './date.ts'
import { saveRows, type Transaction } from './rows.ts'

/** An entry of a sanctions list, as one snapshot contains it: the actor, and the sanction that the entry stands for. */
export interface ListingWrite {
  readonly sanctionId: string
  readonly actorId: string
  readonly listingId: string
  /** The lists that contain the entry. */
  readonly lists: readonly string[]
  /** The dates that the list states. Default: inferred from the snapshots that contain the listing and those that do not. */
  readonly listed?: FuzzyDate
  readonly delisted?: FuzzyDate
  readonly citations?: readonly CitationWrite[] | undefined
}

/** A copy of one or more sanctions lists. */
export interface Snapshot {
  /** The day whose state it shows. */
  readonly asOf: string
  /** The day of the last complete snapshot before `asOf`, by list; null if there is none. */
  readonly before: ReadonlyMap<string, string | null>
}

const table = {
  name: 'SanctionTarget',
  id: 'id',
  columns: ['sanctionId', 'actorId', 'listingId', ...dateColumnNames('listed'), ...dateColumnNames('delisted')],
}

/** The stored row of a listing. */
interface StoredListing {
  /** The index of the listing among those that are being written. */
  readonly index: number
  readonly id: string
  /** The actor of the listing, or one that was merged into it. */
  readonly actorId: string
  readonly ended: boolean
  /** The first and the last possible day of delisting, if it ended. */
  readonly endedFrom: string | null
  readonly endedBy: string | null
  /** Whether it ended earlier and was on its list again. */
  readonly returned: boolean
}

/**
 * Inserts or updates listings, and records that the snapshot contains them (`Sighting`: the last snapshot of a list that
 * contained a listing). Returns the indexes of the listings that are new or changed.
 */
export async function saveListings(
  tx: Transaction,
  listings: readonly ListingWrite[],
  snapshot: Snapshot,
): Promise<Set<number>> {
  if (listings.length === 0) return new Set()
  const stored = new Map((await findListings(tx, listings)).map((row) => [row.index, row]))
  const returned = listings.flatMap(({ listed, delisted, lists }, index): Return[] => {
    const row = stored.get(index)
    if (!row?.ended || delisted) return []
    // A day before the snapshot without the entry is that of an earlier return.
    const again =
      isListedAgain(row, listed) && (listed.earliest ?? '') > (row.endedBy ?? '')
        ? listed
        : window(dayAfterSnapshot(lists, snapshot), snapshot.asOf)
    return [{ id: row.id, again }]
  })
  await recordReturns(tx, returned)
  const rows = listings.map(({ sanctionId, actorId, listingId, lists, listed, delisted }, index) => {
    const row = stored.get(index)
    return {
      id: row?.id ?? v7(),
      sanctionId,
      actorId: row?.actorId ?? actorId,
      listingId,
      ...dateColumns(
        'listed',
        row ? statedListing(row, listed) : (listed ?? window(dayAfterSnapshot(lists, snapshot), snapshot.asOf)),
      ),
      ...dateColumns('delisted', delisted ?? (row?.ended ? null : undefined)),
    }
  })
  const { created, changed } = await saveRows(tx, table, rows)
  await recordSightings(
    tx,
    rows.flatMap(({ id }, index) => (listings[index]?.lists ?? []).map((list) => ({ id, list }))),
    snapshot,
  )
  const cited = await saveCitations(
    tx,
    'targetId',
    new Map(
      rows.map(({ id }, index) => [id, listings[index]?.citations] as const).filter(([, citations]) => citations),
    ),
  )
  const isTouched = (id: string) => created.has(id) || changed.has(id) || cited.has(id)
  return new Set(rows.flatMap(({ id }, index) => (isTouched(id) ? [index] : [])))
}

/**
 * Ends the open listings that a snapshot of these lists does not contain: the date of delisting is between the last
 * snapshot that contained the listing and `asOf`, or the stated day of listing if this is still to come. A listing that another list still contains does not end. With
 * `entries`, only the listings of these actors under these numbers end. Returns the ids of the actors whose listings ended.
 */
export async function endMissingListings(
  tx: Transaction,
  lists: readonly string[],
  asOf: string,
  entries: readonly Pick<ListingWrite, 'actorId' | 'listingId'>[] | null = null,
): Promise<string[]> {
  const targets = entries
    ? `unnest($3::uuid[], $4::text[]) e (actor, number)
       JOIN "SanctionTarget" t ON t."actorId" = e.actor AND t."listingId" = e.number`
    : '"SanctionTarget" t'
  const ended = await tx.$queryRawUnsafe<{ actorId: string }[]>(
    `WITH gone AS MATERIALIZED (
       SELECT s."targetId", max(s."seenOn") + 1 AS since FROM ${targets} JOIN "Sighting" s ON s."targetId" = t.id
       WHERE t."delistedPrecision" IS NULL
       GROUP BY s."targetId" HAVING bool_and(s.list = ANY ($1::text[]) AND s."seenOn" < $2::date)
     )
     UPDATE "SanctionTarget" t
     SET "delistedEarliest" = gone.since, "delistedLatest" = greatest($2::date, t."listedEarliest"), "delistedPrecision" = 'DAY', "delistedBasis" = 'INFERRED'
     FROM gone WHERE t.id = gone."targetId" RETURNING t."actorId"::text AS "actorId"`,
    lists,
    asOf,
    ...(entries ? [entries.map(({ actorId }) => actorId), entries.map(({ listingId }) => listingId)] : []),
  )
  return [...new Set(ended.map(({ actorId }) => actorId))]
}

/**
 * Returns the day of the last complete snapshot of a list before `asOf`; null if there is none. Throws a `UserError` if a
 * snapshot that is newer than `asOf` was imported.
 */
export async function snapshotBefore(list: string, asOf: string): Promise<string | null> {
  const [row] = await db.$queryRaw<{ before: string | null; last: string | null }[]>`
    SELECT max("asOf") FILTER (WHERE "asOf" < ${asOf}::date)::text AS before, max("asOf")::text AS last
    FROM "ImportRun" WHERE state = 'DONE' AND ${list} = ANY (lists)`
  if (row?.last && row.last > asOf)
    throw new UserError(
      `The list ${list} was already imported as of ${row.last}, but this snapshot is as of ${asOf}: import snapshots in order of time, or correct --as-of.`,
    )
  return row?.before ?? null
}

/** A listing that has not ended. */
interface OpenListing {
  readonly id: string
  readonly listingId: string
  /** Its keys: the identifier of a sanction and the listing id, separated by a space. A sanction may have several identifiers. */
  readonly keys: readonly string[]
  /** The lists that contained it. */
  readonly lists: readonly string[]
  /** The day of the last snapshot or act that contained it. */
  readonly seenOn: string
}

/** Returns the listings that a snapshot of a list contained and that have not ended. */
export const openListings = (): Promise<OpenListing[]> => db.$queryRaw<OpenListing[]>`
  SELECT t.id::text AS id, t."listingId", i.keys, s.lists, s."seenOn"
  FROM "SanctionTarget" t
  JOIN (SELECT "targetId", array_agg(list) AS lists, max("seenOn")::text AS "seenOn" FROM "Sighting" GROUP BY "targetId") s ON s."targetId" = t.id
  JOIN LATERAL (
    SELECT array_agg(i.scheme || ':' || i.value || ' ' || t."listingId") AS keys
    FROM "Identifier" i WHERE i."sanctionId" = t."sanctionId"
  ) i ON i.keys IS NOT NULL
  WHERE t."delistedPrecision" IS NULL`

function findListings(tx: Transaction, listings: readonly ListingWrite[]): Promise<StoredListing[]> {
  return tx.$queryRawUnsafe<StoredListing[]>(
    `SELECT w.number::int - 1 AS index, t.id::text AS id, a.id::text AS "actorId",
       t."delistedPrecision" IS NOT NULL AS ended, t."delistedEarliest"::text AS "endedFrom", t."delistedLatest"::text AS "endedBy",
       EXISTS (SELECT FROM "SanctionAction" x WHERE x."targetId" = t.id AND x.kind = 'REIMPOSED') AS returned
     FROM unnest($1::uuid[], $2::uuid[], $3::text[]) WITH ORDINALITY w ("sanctionId", "actorId", "listingId", number)
     JOIN "Actor" a ON a.id = w."actorId" OR a."mergedIntoId" = w."actorId"
     JOIN "SanctionTarget" t ON t."actorId" = a.id AND t."sanctionId" = w."sanctionId" AND t."listingId" = w."listingId"`,
    listings.map(({ sanctionId }) => sanctionId),
    listings.map(({ actorId }) => actorId),
    listings.map(({ listingId }) => listingId),
  )
}

/** A listing that had ended and is on its list again, since a date. */
interface Return {
  readonly id: string
  readonly again: FuzzyDate
}

/** Returns whether a stated date of listing is that of a new listing, after the end of the stored one. */
const isListedAgain = ({ ended, endedFrom }: StoredListing, listed: FuzzyDate | undefined): listed is FuzzyDate =>
  ended && (listed?.earliest ?? '') > (endedFrom ?? '')

/** Returns the stated date of a stored listing; undefined to keep the stored date. A later listing does not replace the first. */
const statedListing = (row: StoredListing, listed: FuzzyDate | undefined): FuzzyDate | undefined =>
  row.returned || isListedAgain(row, listed) ? undefined : listed

/** Adds the actions LIFTED and REIMPOSED to each listing that had ended and is on its list again. Its row is kept. */
async function recordReturns(tx: Transaction, returned: readonly Return[]) {
  if (returned.length === 0) return
  const rows = returned.map(({ id, again }) => ({ targetId: id, lifted: v7(), reimposed: v7(), ...again }))
  await tx.$executeRawUnsafe(
    `INSERT INTO "SanctionAction" (id, "sanctionId", kind, "dateEarliest", "dateLatest", "datePrecision", "dateText", "dateBasis", "targetId", certainty)
     SELECT a.id, t."sanctionId", a.kind, a.earliest, a.latest, a.precision, a.text, a.basis, t.id, a.certainty
     FROM jsonb_to_recordset($1::jsonb) w ("targetId" UUID, lifted UUID, reimposed UUID, earliest DATE, latest DATE,
       precision "DatePrecision", text TEXT, basis "Basis")
     JOIN "SanctionTarget" t ON t.id = w."targetId"
     CROSS JOIN LATERAL (VALUES
       (w.lifted, 'LIFTED'::"SanctionActionKind", t."delistedEarliest", t."delistedLatest", t."delistedPrecision", t."delistedText",
         t."delistedBasis", 'INFERRED'::"Certainty"),
       (w.reimposed, 'REIMPOSED', w.earliest, w.latest, w.precision, w.text, w.basis,
         CASE w.basis WHEN 'STATED' THEN 'ASSERTED' ELSE 'INFERRED' END::"Certainty")
     ) a (id, kind, earliest, latest, precision, text, basis, certainty)`,
    JSON.stringify(rows),
  )
}

/** Records that the snapshot contains these listings, and between which snapshots each list began to contain them. */
async function recordSightings(
  tx: Transaction,
  seen: readonly { id: string; list: string }[],
  { asOf, before }: Snapshot,
) {
  await tx.$executeRawUnsafe(
    `INSERT INTO "Sighting" AS s ("targetId", list, "absentOn", "firstSeenOn", "seenOn")
     SELECT DISTINCT id, list, absent, $4::date, $4::date FROM unnest($1::uuid[], $2::text[], $3::date[]) w (id, list, absent)
     ON CONFLICT ("targetId", list) DO UPDATE SET "seenOn" = excluded."seenOn" WHERE s."seenOn" < excluded."seenOn"`,
    seen.map(({ id }) => id),
    seen.map(({ list }) => list),
    seen.map(({ list }) => before.get(list) ?? null),
    asOf,
  )
}

/**
 * Returns the earliest possible day of listing for an entry that the previous snapshots did not contain: the day after
 * the earliest of them; null if one of the lists has no previous snapshot.
 */
function dayAfterSnapshot(lists: readonly string[], { before }: Snapshot): string | null {
  const days = lists.map((list) => before.get(list) ?? null)
  if (days.length === 0 || days.includes(null)) return null
  const day = new Date(`${days.toSorted()[0]}T00:00:00Z`)
  day.setUTCDate(day.getUTCDate() + 1)
  return day.toISOString().slice(0, 10)
}

function window(earliest: string | null, latest: string): FuzzyDate {
  return { earliest, latest, precision: 'DAY', text: null, basis: 'INFERRED' }
}
