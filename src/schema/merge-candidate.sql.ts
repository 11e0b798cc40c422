import type { SqlPlanContext } from '../query/field-plan.ts'

/** The properties that two actors can share: the values of the enum MergeReasonKind. */
export type ReasonKind = 'NAME' | 'BIRTH_DATE' | 'COUNTRY'

/** A row of the query: two actors of the same kind that may be the same, and the reasons. */
export interface CandidateRow {
  readonly firstId: string
  readonly secondId: string
  readonly reasons: { kind: ReasonKind; detail: string }[]
}

/**
 * Returns a query for pairs of actors that share a name, and also a date of birth or a country. Pairs that share both come first.
 * The names of people match if their first and last words match in any order, so that a name with a patronymic matches the same
 * name without. Other names must be equal. Names that identify poorly are ignored. Actors from GDELT are excluded: they are codes
 * of roles, and many have the same name. A pair with different dates of birth is excluded.
 */
export const mergeCandidatesSql = ({ planArguments: { limit = 0 } }: SqlPlanContext): string => `
  WITH name_words AS (
    SELECT a.id, a.kind, n."searchKey" AS full_name, string_to_array(btrim(regexp_replace(
      regexp_replace(n."searchKey", ',? (jr|sr|ii|iii|iv)\\.?$', ''), '[^a-z0-9 ]', '', 'g')), ' ') AS words
    FROM "ActorName" n JOIN "Actor" a ON a.id = n."actorId"
    WHERE a.kind <> 'COUNTRY' AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
      AND n.kind NOT IN ('WEAK', 'METONYM', 'ABBREVIATION')
      AND NOT EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = a.id AND i.scheme = 'GDELT_ACTOR')
  ), named AS MATERIALIZED (
    SELECT DISTINCT id, kind, CASE WHEN kind = 'PERSON'
      THEN least(words[1], words[cardinality(words)]) || ' ' || greatest(words[1], words[cardinality(words)])
      ELSE full_name END AS key
    FROM name_words WHERE kind <> 'PERSON' OR cardinality(words) > 1
  ), pair AS MATERIALIZED (
    SELECT a.id AS "firstId", b.id AS "secondId", min(a.key) AS name
    FROM named a JOIN named b ON b.key = a.key AND b.kind = a.kind AND b.id > a.id GROUP BY 1, 2
  ), paired AS MATERIALIZED (
    SELECT "firstId" AS id FROM pair UNION SELECT "secondId" FROM pair
  ), actor_country AS MATERIALIZED (
    SELECT r."subjectId" AS id, c."actorId" AS country FROM "Relationship" r JOIN "Country" c ON c."actorId" = r."objectId"
    WHERE r."subjectId" IN (SELECT id FROM paired)
    UNION
    SELECT p."actorId", c."actorId" FROM "EventParticipant" p JOIN "Country" c ON c."actorId" = p."onBehalfOfId"
    JOIN "Event" e ON e.id = p."eventId" AND e.origin = 'EDITED'
    WHERE p."actorId" IN (SELECT id FROM paired)
    UNION
    -- Programmes have the names of countries: BELARUS, UKRAINE-EO13660.
    SELECT t."actorId", c."actorId" FROM "SanctionTarget" t JOIN "Sanction" s ON s.id = t."sanctionId"
    JOIN "ActorName" n ON n."searchKey" = lower(split_part(s.program, '-', 1)) JOIN "Country" c ON c."actorId" = n."actorId"
    WHERE s."retractedAt" IS NULL AND t."actorId" IN (SELECT id FROM paired)
  ), compared AS (
    SELECT pair.*, p."birthPrecision" IS NOT NULL AND q."birthPrecision" IS NOT NULL AS both_born,
      daterange(p."birthEarliest", p."birthLatest", '[]') * daterange(q."birthEarliest", q."birthLatest", '[]') AS days,
      (SELECT string_agg(a.name, ', ' ORDER BY a.name) FROM actor_country x JOIN actor_country y ON y.country = x.country
       JOIN "Actor" a ON a.id = x.country WHERE x.id = "firstId" AND y.id = "secondId") AS countries
    FROM pair LEFT JOIN "Person" p ON p."actorId" = "firstId" LEFT JOIN "Person" q ON q."actorId" = "secondId"
  )
  SELECT "firstId", "secondId", (
    SELECT jsonb_agg(jsonb_build_object('kind', kind, 'detail', detail) ORDER BY n) FROM (VALUES
      (1, 'NAME', name),
      (2, 'BIRTH_DATE', CASE WHEN both_born THEN edtf(lower(days), upper(days) - 1, 'STATED') END),
      (3, 'COUNTRY', countries)
    ) v (n, kind, detail) WHERE detail IS NOT NULL
  ) AS reasons
  FROM compared WHERE (both_born OR countries IS NOT NULL) AND NOT (both_born AND isempty(days))
  ORDER BY both_born AND countries IS NOT NULL DESC, both_born DESC, name, "firstId", "secondId" LIMIT ${limit}`
