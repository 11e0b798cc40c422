import type { Transaction } from './rows.ts'

const tables = ['Actor', 'Event', 'Sanction', 'Source'] as const

/**
 * Whether the actor `t` may stand for another entry of a list: another actor was merged into it, or it has an open listing under a
 * number that is not given. Actors are joined by the numbers that lists have of each other.
 */
const mayBeAnotherEntry = `
  EXISTS (SELECT FROM "Actor" m WHERE m."mergedIntoId" = t.id)
  OR EXISTS (
    SELECT FROM "SanctionTarget" l WHERE l."actorId" = t.id AND l."delistedPrecision" IS NULL AND l."listingId" <> ALL (
      SELECT substr(g, strpos(g, ':') + 1) FROM unnest($1::text[]) g))`

/**
 * Retracts the records that have these identifiers, written "SCHEME:value". An actor that may stand for another entry of a list
 * stays. A relationship without an end gets the latest possible end `by` instead. Returns the identifiers of the records that changed.
 */
export async function retract(tx: Transaction, identifiers: readonly string[], by: string): Promise<Set<string>> {
  const done = new Set<string>()
  if (identifiers.length === 0) return done
  const identified = (column: string) => `FROM unnest($1::text[]) w (written) JOIN "Identifier" i
    ON i."${column}" IS NOT NULL AND i.scheme = split_part(w.written, ':', 1) AND i.value = substr(w.written, strpos(w.written, ':') + 1)`
  for (const name of tables) {
    const rows = await tx.$queryRawUnsafe<{ written: string }[]>(
      `UPDATE "${name}" t SET "retractedAt" = now() ${identified(`${name.toLowerCase()}Id`)}
       WHERE t.id = i."${name.toLowerCase()}Id" AND t."retractedAt" IS NULL
         ${name === 'Actor' ? `AND NOT (${mayBeAnotherEntry})` : ''} RETURNING w.written`,
      identifiers,
    )
    for (const { written } of rows) done.add(written)
  }
  const ended = await tx.$queryRawUnsafe<{ written: string }[]>(
    `UPDATE "Relationship" t SET "endLatest" = greatest($2::date, t."startEarliest"), "endPrecision" = 'DAY', "endBasis" = 'INFERRED'
     ${identified('relationshipId')} WHERE t.id = i."relationshipId" AND t."endPrecision" IS NULL RETURNING w.written`,
    identifiers,
    by,
  )
  for (const { written } of ended) done.add(written)
  return done
}

/**
 * Ends the open listings that have these keys, written "SCHEME:listingId": the date of delisting is between the last
 * snapshot that contained the listing and `by`. Returns the keys of the listings that ended.
 */
export async function endListingsByKey(tx: Transaction, keys: readonly string[], by: string): Promise<Set<string>> {
  if (keys.length === 0) return new Set()
  const rows = await tx.$queryRawUnsafe<{ written: string }[]>(
    `UPDATE "SanctionTarget" t
     SET "delistedEarliest" = (SELECT least(max("seenOn") + 1, $2::date) FROM "Sighting" WHERE "targetId" = t.id),
       "delistedLatest" = $2::date, "delistedPrecision" = 'DAY', "delistedBasis" = 'INFERRED'
     FROM unnest($1::text[]) w (written)
     WHERE t."listingId" = substr(w.written, strpos(w.written, ':') + 1) AND t."delistedPrecision" IS NULL
       AND EXISTS (SELECT FROM "Identifier" i WHERE i."sanctionId" = t."sanctionId" AND i.scheme = split_part(w.written, ':', 1))
     RETURNING w.written`,
    keys,
    by,
  )
  return new Set(rows.map(({ written }) => written))
}
