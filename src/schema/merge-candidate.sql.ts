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
 * Words are compared by their keys, which all romanizations of a word have in common. The names of people match if their first and last
 * words are equal in any order, and one name has all words of the other, so that a name with a patronymic matches the same name without.
 * If the day of birth is the same, two words in common are enough: a Korean name has the family name first or last. Other actors
 * need the same displayed name apart from its legal form, and assets the same name and flag. Names that identify poorly are ignored.
 * Actors from GDELT are excluded: they are codes of roles, and many have the same name. A pair with different dates of birth is excluded.
 * So is one with different countries, unless the day of birth is the same, and one with different spellings that one list has under
 * different numbers.
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
  ), written AS MATERIALIZED (
    SELECT n.id AS name, a.id, a.kind, n."searchKey" AS full_name, string_to_array(btrim(regexp_replace(
      regexp_replace(n."searchKey", ',? (jr|sr|ii|iii|iv)\\.?$', ''), '[^a-z0-9 ]', '', 'g')), ' ') AS words
    FROM "ActorName" n JOIN open_actor a ON a.id = n."actorId"
    WHERE n.kind NOT IN ('WEAK', 'METONYM', 'ABBREVIATION') AND (a.kind = 'PERSON' OR n.value = a.name)
      AND NOT EXISTS (SELECT FROM "Identifier" i WHERE i."actorId" = a.id AND i.scheme = 'GDELT_ACTOR')
  ), known AS MATERIALIZED (
    SELECT word, min(key) AS key FROM "SearchWord" WHERE NOT "isTitle" GROUP BY word
  ), word_key AS MATERIALIZED (
    -- Words with a hyphen are one word here, but not in SearchWord. Numbers have no romanizations.
    SELECT u.word, CASE WHEN u.word ~ '[0-9]|^[ivx]+$' THEN u.word ELSE coalesce(k.key, romanization_key(u.word)) END COLLATE "C" AS key
    FROM (SELECT DISTINCT unnest(words) COLLATE "C" AS word FROM written) u LEFT JOIN known k USING (word)
  ), keyed AS MATERIALIZED (
    SELECT w.name, array_agg(k.key ORDER BY u.place) AS keys,
      string_agg(k.key, ' ' ORDER BY u.place) FILTER (WHERE NOT is_legal_form(u.word)) AS strong_keys
    FROM written w CROSS JOIN LATERAL unnest(w.words) WITH ORDINALITY u (word, place) JOIN word_key k ON k.word = u.word COLLATE "C"
    GROUP BY 1
  ), named AS MATERIALIZED (
    SELECT DISTINCT w.id, w.kind, w.words, k.keys, CASE w.kind
        WHEN 'PERSON' THEN least(k.keys[1], k.keys[cardinality(k.keys)]) || ' ' || greatest(k.keys[1], k.keys[cardinality(k.keys)])
        WHEN 'ASSET' THEN w.full_name ELSE coalesce(k.strong_keys, w.full_name) END COLLATE "C" AS key,
      CASE w.kind WHEN 'PERSON' THEN least(w.words[1], w.words[cardinality(w.words)]) || ' ' || greatest(w.words[1], w.words[cardinality(w.words)])
        ELSE w.full_name END COLLATE "C" AS label
    FROM written w LEFT JOIN keyed k USING (name) WHERE w.kind <> 'PERSON' OR cardinality(w.words) > 1
  ), same_key AS (
    SELECT a.id AS "firstId", b.id AS "secondId", a.label AS first_label, b.label AS second_label,
      a.label = b.label AND (a.kind <> 'PERSON' OR a.words <@ b.words OR b.words <@ a.words) AS is_spelt_alike
    FROM named a JOIN named b ON b.key = a.key AND b.kind = a.kind AND b.id > a.id
    WHERE a.kind <> 'PERSON' OR a.keys <@ b.keys OR b.keys <@ a.keys
  ), birthday_word AS MATERIALIZED (
    -- Many lists write the first of January or of July if they know only the year.
    SELECT DISTINCT w.name, w.id, w.full_name, p."birthEarliest" AS day, coalesce(k.key, romanization_key(u.word)) COLLATE "C" AS key
    FROM written w JOIN "Person" p ON p."actorId" = w.id
    CROSS JOIN LATERAL unnest(name_words(w.full_name)) u (word) LEFT JOIN known k ON k.word = u.word COLLATE "C"
    WHERE p."birthEarliest" = p."birthLatest" AND to_char(p."birthEarliest", 'MM-DD') NOT IN ('01-01', '07-01')
      AND length(u.word) > 1 AND NOT is_weak_word(u.word) AND u.word NOT IN ('abd', 'abdul', 'abu', 'ben', 'bin', 'ibn')
  ), same_birthday AS (
    SELECT a.id AS "firstId", b.id AS "secondId", min(a.full_name) AS first_label, min(b.full_name) AS second_label, false AS is_spelt_alike
    FROM birthday_word a JOIN birthday_word b ON b.day = a.day AND b.key = a.key AND b.id > a.id
    GROUP BY a.id, b.id, a.name, b.name HAVING count(*) > 1
  ), pair AS MATERIALIZED (
    SELECT "firstId", "secondId", bool_or(is_spelt_alike) AS is_spelt_alike, coalesce(
      min(first_label) FILTER (WHERE is_spelt_alike), min(first_label || CASE first_label WHEN second_label THEN '' ELSE ' / ' || second_label END)
    ) AS name FROM (SELECT * FROM same_key UNION ALL SELECT * FROM same_birthday) p GROUP BY 1, 2
  ), possible AS MATERIALIZED (
    SELECT * FROM (
      SELECT pair.*, p."birthPrecision" IS NOT NULL AND q."birthPrecision" IS NOT NULL AS both_born,
        p."birthEarliest" = p."birthLatest" AND q."birthEarliest" = q."birthLatest" AS both_exact,
        daterange(p."birthEarliest", p."birthLatest", '[]') * daterange(q."birthEarliest", q."birthLatest", '[]') AS days
      FROM pair LEFT JOIN "Person" p ON p."actorId" = "firstId" LEFT JOIN "Person" q ON q."actorId" = "secondId"
    ) p WHERE NOT (both_born AND isempty(days)) AND (is_spelt_alike OR NOT EXISTS (
      SELECT FROM "Identifier" i JOIN "Identifier" j ON j.scheme = i.scheme WHERE i."actorId" = "firstId" AND j."actorId" = "secondId"))
  ), paired AS MATERIALIZED (
    SELECT "firstId" AS id FROM possible UNION SELECT "secondId" FROM possible
  ), program_country AS MATERIALIZED (
    -- Programmes have the English names of countries: BELARUS, UKRAINE-EO13660, IRAQ2. Other names may be other words: abbreviations
    -- and codes of lists (UK), capitals and adjectives, which several countries have, and names in other languages. The EU's have
    -- ISO codes: EU-BLR.
    SELECT DISTINCT p.program, c."actorId" AS country FROM (SELECT DISTINCT program FROM "Sanction" WHERE program IS NOT NULL) p
    CROSS JOIN LATERAL regexp_split_to_table(lower(p.program), ' *- *') word
    JOIN "ActorName" n ON n."searchKey" = regexp_replace(word, '[0-9]+$', '')
      AND n.kind IN ('PRIMARY', 'ALIAS') AND (n.lang = 'en' OR n.lang IS NULL)
    JOIN "Country" c ON c."actorId" = n."actorId"
    UNION SELECT s.program, c."actorId" FROM "Sanction" s JOIN "Country" c ON s.program = 'EU-' || c.iso3
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
  ), shared AS MATERIALIZED (
    SELECT "firstId", "secondId", string_agg(a.name, ', ' ORDER BY a.name) AS countries
    FROM possible JOIN actor_country x ON x.id = "firstId" JOIN actor_country y ON y.id = "secondId" AND y.country = x.country
    JOIN "Actor" a ON a.id = x.country GROUP BY 1, 2
  ), alike AS (
    SELECT * FROM possible LEFT JOIN shared USING ("firstId", "secondId")
    WHERE countries IS NOT NULL OR both_born AND (
      both_exact OR "firstId" NOT IN (SELECT id FROM actor_country) OR "secondId" NOT IN (SELECT id FROM actor_country))
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
  ORDER BY t.number IS NULL, (both_born AND countries IS NOT NULL) IS TRUE DESC, both_born IS TRUE DESC, is_spelt_alike IS TRUE DESC, a.name, 1, 2 LIMIT ${limit}`
