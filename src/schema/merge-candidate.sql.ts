import type { SqlPlanContext } from '../query/field-plan.ts'

export type ReasonKind = 'NAME' | 'BIRTH_DATE' | 'COUNTRY'

/** A row of the query: two actors of one kind that may be the same, and why. */
export interface CandidateRow {
  readonly firstId: string
  readonly secondId: string
  readonly reasons: { kind: ReasonKind; detail: string }[]
}

/**
 * Pairs of actors with one name that share a date of birth or a country, those that share both first. A person's name is its
 * first and its last word in any order, so that lists with and without patronymics meet; others are compared by the whole.
 * Names that identify poorly count for nothing, and GDELT's actors are left out: they are codes of roles, many with one name.
 * Dates of birth that cannot be the same rule a pair out.
 */
export const mergeCandidatesSql = ({ planArguments: { limit = 0 } }: SqlPlanContext): string => `
  WITH worded AS (
    SELECT a.id, a.kind, n."searchKey" AS whole, string_to_array(btrim(regexp_replace(
      regexp_replace(n."searchKey", ',? (jr|sr|ii|iii|iv)\\.?$', ''), '[^a-z0-9 ]', '', 'g')), ' ') AS words
    FROM "ActorName" n JOIN "Actor" a ON a.id = n."actorId"
    WHERE a.kind <> 'COUNTRY' AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
      AND n.kind NOT IN ('WEAK', 'METONYM', 'ABBREVIATION')
      AND NOT EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = a.id AND i.scheme = 'GDELT_ACTOR')
  ), named AS MATERIALIZED (
    SELECT DISTINCT id, kind, CASE WHEN kind = 'PERSON'
      THEN least(words[1], words[cardinality(words)]) || ' ' || greatest(words[1], words[cardinality(words)])
      ELSE whole END AS key
    FROM worded WHERE kind <> 'PERSON' OR cardinality(words) > 1
  ), pair AS MATERIALIZED (
    SELECT a.id AS "firstId", b.id AS "secondId", min(a.key) AS name
    FROM named a JOIN named b ON b.key = a.key AND b.kind = a.kind AND b.id > a.id GROUP BY 1, 2
  ), paired AS MATERIALIZED (
    SELECT "firstId" AS id FROM pair UNION SELECT "secondId" FROM pair
  ), tie AS MATERIALIZED (
    SELECT r."subjectId" AS id, c."actorId" AS country FROM "Relationship" r JOIN "Country" c ON c."actorId" = r."objectId"
    WHERE r."subjectId" IN (SELECT id FROM paired)
    UNION
    SELECT p."actorId", c."actorId" FROM "EventParticipant" p JOIN "Country" c ON c."actorId" = p."onBehalfOfId"
    WHERE p."actorId" IN (SELECT id FROM paired)
    UNION
    -- Programmes are named for countries: BELARUS, UKRAINE-EO13660.
    SELECT t."actorId", c."actorId" FROM "SanctionTarget" t JOIN "Sanction" s ON s.id = t."sanctionId"
    JOIN "ActorName" n ON n."searchKey" = lower(split_part(s.program, '-', 1)) JOIN "Country" c ON c."actorId" = n."actorId"
    WHERE s."retractedAt" IS NULL AND t."actorId" IN (SELECT id FROM paired)
  ), compared AS (
    SELECT pair.*, p."birthPrecision" IS NOT NULL AND q."birthPrecision" IS NOT NULL AS born,
      daterange(p."birthEarliest", p."birthLatest", '[]') * daterange(q."birthEarliest", q."birthLatest", '[]') AS days,
      (SELECT string_agg(a.name, ', ' ORDER BY a.name) FROM tie x JOIN tie y ON y.country = x.country
       JOIN "Actor" a ON a.id = x.country WHERE x.id = "firstId" AND y.id = "secondId") AS countries
    FROM pair LEFT JOIN "Person" p ON p."actorId" = "firstId" LEFT JOIN "Person" q ON q."actorId" = "secondId"
  )
  SELECT "firstId", "secondId", (
    SELECT jsonb_agg(jsonb_build_object('kind', kind, 'detail', detail) ORDER BY n) FROM (VALUES
      (1, 'NAME', name),
      (2, 'BIRTH_DATE', CASE WHEN born THEN edtf(lower(days), upper(days) - 1, 'STATED') END),
      (3, 'COUNTRY', countries)
    ) v (n, kind, detail) WHERE detail IS NOT NULL
  ) AS reasons
  FROM compared WHERE (born OR countries IS NOT NULL) AND NOT (born AND isempty(days))
  ORDER BY born AND countries IS NOT NULL DESC, born DESC, name, "firstId", "secondId" LIMIT ${limit}`
