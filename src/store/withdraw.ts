import type { Transaction } from './rows.ts'

const tables = ['Actor', 'Event', 'Sanction', 'Source'] as const

/**
 * Withdraws what bears the given identifiers, written "SCHEME:value", and tells which of them led to something that was
 * not withdrawn yet. Records are retracted; a relationship ends by the given day, unless its end is known.
 */
export async function withdraw(tx: Transaction, identifiers: readonly string[], by: string): Promise<Set<string>> {
  const done = new Set<string>()
  if (identifiers.length === 0) return done
  const bearers = (column: string) => `FROM unnest($1::text[]) w (written) JOIN "Identifier" i
    ON i."${column}" IS NOT NULL AND i.scheme = split_part(w.written, ':', 1) AND i.value = substr(w.written, strpos(w.written, ':') + 1)`
  for (const name of tables) {
    const rows = await tx.$queryRawUnsafe<{ written: string }[]>(
      `UPDATE "${name}" t SET "retractedAt" = now() ${bearers(`${name.toLowerCase()}Id`)}
       WHERE t.id = i."${name.toLowerCase()}Id" AND t."retractedAt" IS NULL RETURNING w.written`,
      identifiers,
    )
    for (const { written } of rows) done.add(written)
  }
  const ended = await tx.$queryRawUnsafe<{ written: string }[]>(
    `UPDATE "Relationship" t SET "endLatest" = greatest($2::date, t."startEarliest"), "endPrecision" = 'DAY', "endBasis" = 'INFERRED'
     ${bearers('relationshipId')} WHERE t.id = i."relationshipId" AND t."endPrecision" IS NULL RETURNING w.written`,
    identifiers,
    by,
  )
  for (const { written } of ended) done.add(written)
  return done
}

/** Ends the listings whose lists' own keys are given, written "SCHEME:key", after the last snapshot that had them. */
export async function endListings(tx: Transaction, keys: readonly string[], by: string): Promise<Set<string>> {
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
