import { registers } from '../domain/register.ts'
import type { SqlPlanContext } from '../query/field-plan.ts'

/** The properties that two actors can share: the values of the enum MergeReasonKind. */
export type ReasonKind = 'IDENTIFIER' | 'NAME' | 'BIRTH_DATE' | 'COUNTRY'

/** A row of the query: two actors of the same kind that may be the same, and the reasons. */
export interface CandidateRow {
  readonly firstId: string
  readonly secondId: string
  readonly reasons: { kind: ReasonKind; detail: string }[]
}

/** The places in which the numbers of registers occur, as rows. */
const places = registers
  .flatMap(({ name, number, places }) =>
    places.map(({ scheme, prefix, isSlug = false }) => {
      const texts = [name, number.source, scheme, prefix].map((text) => `'${text}'`)
      return `(${texts.join(', ')}, ${isSlug})`
    }),
  )
  .join(', ')

/**
 * Returns a query for pairs of actors that have the same number in a register, or a name and also a date of birth or a country.
 * Pairs with the same number come first, then pairs that share a date of birth and a country.
 *
 * The names of people match if their first and last words are equal in any order, and one name has all words of the other, so
 * that a name with a patronymic matches the same name without. Other actors need the same displayed name, and assets the same
 * flag. Names that identify poorly are ignored. Actors from GDELT are excluded: they are codes of roles, and many have the same
 * name. A pair with different dates of birth is excluded. So is one with different countries, unless the day of birth is the same.
 */
export const mergeCandidatesSql = ({ planArguments: { limit = 0 } }: SqlPlanContext): string => `
  WITH open_actor AS NOT MATERIALIZED (
    SELECT * FROM "Actor" WHERE kind <> 'COUNTRY' AND "retractedAt" IS NULL AND "mergedIntoId" IS NULL
  ), numbered AS MATERIALIZED (
    SELECT DISTINCT a.id, a.kind, (p.register || ' ' || v.number) COLLATE "C" AS number
    FROM (VALUES ${places}) p (register, pattern, scheme, prefix, is_slug)
    JOIN "Identifier" i ON i.scheme = p.scheme AND starts_with(i.value, p.prefix)
    CROSS JOIN LATERAL (SELECT substr(i.value, length(p.prefix) + 1) AS written) w
    CROSS JOIN LATERAL (SELECT CASE WHEN p.is_slug THEN translate(upper(w.written), '-', '.') ELSE w.written END AS number) v
    JOIN open_actor a ON a.id = i."actorId" WHERE v.number ~ p.pattern
  ), twin AS MATERIALIZED (
    -- Groups instead of a join of all numbers, which the planner believes to be few.
    SELECT a.id AS "firstId", b.id AS "secondId", min(s.number) AS number
    FROM (SELECT number, array_agg(id) AS ids FROM numbered GROUP BY number, kind HAVING count(*) > 1) s
    CROSS JOIN unnest(s.ids) a (id) CROSS JOIN unnest(s.ids) b (id) WHERE b.id > a.id GROUP BY 1, 2
  ), name_words AS (
    SELECT a.id, a.kind, n."searchKey" AS full_name, n.value = a.name AS displayed, string_to_array(btrim(regexp_replace(
      regexp_replace(n."searchKey", ',? (jr|sr|ii|iii|iv)\\.?$', ''), '[^a-z0-9 ]', '', 'g')), ' ') AS words
    FROM "ActorName" n JOIN open_actor a ON a.id = n."actorId"
    WHERE n.kind NOT IN ('WEAK', 'METONYM', 'ABBREVIATION')
      AND NOT EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = a.id AND i.scheme = 'GDELT_ACTOR')
  ), named AS MATERIALIZED (
    SELECT DISTINCT id, kind, words, CASE WHEN kind = 'PERSON'
      THEN least(words[1], words[cardinality(words)]) || ' ' || greatest(words[1], words[cardinality(words)])
      ELSE full_name END COLLATE "C" AS key
    FROM name_words WHERE CASE WHEN kind = 'PERSON' THEN cardinality(words) > 1 ELSE displayed END
  ), pair AS MATERIALIZED (
    SELECT a.id AS "firstId", b.id AS "secondId", min(a.key) AS name
    FROM named a JOIN named b ON b.key = a.key AND b.kind = a.kind AND b.id > a.id
    WHERE a.kind <> 'PERSON' OR a.words <@ b.words OR b.words <@ a.words GROUP BY 1, 2
  ), paired AS MATERIALIZED (
    SELECT "firstId" AS id FROM pair UNION SELECT "secondId" FROM pair
  ), program_country AS MATERIALIZED (
    -- Programmes have the English names of countries: BELARUS, UKRAINE-EO13660, IRAQ2. Other names may be other words: abbreviations
    -- and codes of lists (UK), capitals and adjectives, which several countries have, and names in other languages.
    SELECT DISTINCT p.program, c."actorId" AS country FROM (SELECT DISTINCT program FROM "Sanction" WHERE program IS NOT NULL) p
    CROSS JOIN LATERAL regexp_split_to_table(lower(p.program), ' *- *') word
    JOIN "ActorName" n ON n."searchKey" = regexp_replace(word, '[0-9]+$', '')
      AND n.kind IN ('PRIMARY', 'ALIAS') AND (n.lang = 'en' OR n.lang IS NULL)
    JOIN "Country" c ON c."actorId" = n."actorId"
  ), actor_country AS MATERIALIZED (
    SELECT r."subjectId" AS id, c."actorId" AS country FROM "Relationship" r JOIN "Country" c ON c."actorId" = r."objectId"
    WHERE r."subjectId" IN (SELECT id FROM paired)
    UNION
    SELECT p."actorId", c."actorId" FROM "EventParticipant" p JOIN "Country" c ON c."actorId" = p."onBehalfOfId"
    JOIN "Event" e ON e.id = p."eventId" AND e.origin = 'EDITED'
    WHERE p."actorId" IN (SELECT id FROM paired)
    UNION
    SELECT a."actorId", a."flagId" FROM "Asset" a WHERE a."flagId" IS NOT NULL AND a."actorId" IN (SELECT id FROM paired)
    UNION
    SELECT t."actorId", c.country FROM "SanctionTarget" t JOIN "Sanction" s ON s.id = t."sanctionId"
    JOIN program_country c ON c.program = s.program
    WHERE s."retractedAt" IS NULL AND t."actorId" IN (SELECT id FROM paired)
      AND NOT EXISTS (SELECT FROM "Asset" a WHERE a."actorId" = t."actorId")
  ), compared AS (
    SELECT pair.*, p."birthPrecision" IS NOT NULL AND q."birthPrecision" IS NOT NULL AS both_born,
      p."birthEarliest" = p."birthLatest" AND q."birthEarliest" = q."birthLatest" AS both_exact,
      daterange(p."birthEarliest", p."birthLatest", '[]') * daterange(q."birthEarliest", q."birthLatest", '[]') AS days,
      (SELECT string_agg(a.name, ', ' ORDER BY a.name) FROM actor_country x JOIN actor_country y ON y.country = x.country
       JOIN "Actor" a ON a.id = x.country WHERE x.id = "firstId" AND y.id = "secondId") AS countries,
      EXISTS (SELECT FROM actor_country WHERE id = "firstId") AND EXISTS (SELECT FROM actor_country WHERE id = "secondId")
        AS both_placed
    FROM pair LEFT JOIN "Person" p ON p."actorId" = "firstId" LEFT JOIN "Person" q ON q."actorId" = "secondId"
  ), alike AS (
    SELECT * FROM compared
    WHERE (both_born OR countries IS NOT NULL) AND NOT (both_born AND isempty(days))
      AND (countries IS NOT NULL OR NOT both_placed OR both_born AND both_exact)
  )
  SELECT coalesce(t."firstId", a."firstId") AS "firstId", coalesce(t."secondId", a."secondId") AS "secondId", (
    SELECT jsonb_agg(jsonb_build_object('kind', kind, 'detail', detail) ORDER BY n) FROM (VALUES
      (0, 'IDENTIFIER', t.number),
      (1, 'NAME', a.name),
      (2, 'BIRTH_DATE', CASE WHEN both_born THEN edtf(lower(days), upper(days) - 1, 'STATED') END),
      (3, 'COUNTRY', countries)
    ) v (n, kind, detail) WHERE detail IS NOT NULL
  ) AS reasons
  FROM twin t FULL JOIN alike a ON a."firstId" = t."firstId" AND a."secondId" = t."secondId"
  ORDER BY t.number IS NULL, (both_born AND countries IS NOT NULL) IS TRUE DESC, both_born IS TRUE DESC, a.name, 1, 2 LIMIT ${limit}`
