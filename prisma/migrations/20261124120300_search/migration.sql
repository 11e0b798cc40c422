-- Search: by folded names, misspelt too, and by the words of titles. Both extensions come with PostgreSQL, and whoever owns a
-- database may create them. Their thresholds are the usual ones: 0.3 for a whole text, 0.6 for a part of one.
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch;

CREATE INDEX "ActorName_searchKey_trigram_idx" ON "ActorName" USING GIN ("searchKey" gin_trgm_ops);
CREATE INDEX "Event_title_trigram_idx" ON "Event" USING GIN ("title" gin_trgm_ops);
CREATE INDEX "Sanction_title_trigram_idx" ON "Sanction" USING GIN ("title" gin_trgm_ops);

-- A swap of letters leaves a short name hardly a trigram: those are compared letter by letter.
CREATE INDEX "ActorName_short_idx" ON "ActorName" (length("searchKey")) WHERE length("searchKey") <= 12;

CREATE INDEX "Event_words_idx" ON "Event" USING GIN (to_tsvector('english', title || ' ' || coalesce(summary, '')));
CREATE INDEX "Sanction_words_idx" ON "Sanction" USING GIN
  (to_tsvector('english', title || ' ' || coalesce(program, '') || ' ' || coalesce(sector, '') || ' ' || coalesce(reason, '')));

-- Actors by any of their names, with a score from 0 to 1: how much of the whole name is alike, by trigrams and by edits, or how
-- well a part of it fits. The more names of one actor match, the better.
CREATE FUNCTION search_actors(asked text) RETURNS TABLE (id uuid, score double precision) LANGUAGE sql STABLE AS $$
  SELECT "actorId", round((
    0.98 * max(greatest((alike + 1 - levenshtein(key, asked)::float8 / greatest(length(key), length(asked))) / 2,
      0.7 * word_similarity(asked, key) + 0.1 * alike)) + 0.02 * (1 - 1.0 / count(*)))::numeric, 4)::float8
  FROM (
    SELECT n."actorId", left(n."searchKey", 255) AS key, similarity(n."searchKey", asked) AS alike FROM (
      SELECT id, "actorId", "searchKey" FROM "ActorName" WHERE "searchKey" % asked
      UNION SELECT id, "actorId", "searchKey" FROM "ActorName" WHERE "searchKey" %> asked
      UNION SELECT id, "actorId", "searchKey" FROM "ActorName"
        WHERE length("searchKey") <= 12 AND length("searchKey") BETWEEN length(asked) - 1 AND length(asked) + 1
          AND levenshtein_less_equal("searchKey", asked, 2) <= least(2, length(asked) / 2)
    ) n
  ) named GROUP BY "actorId"
$$;

-- How well a title fits: first where the words are found, in any form of theirs, then where they are misspelt.
CREATE FUNCTION title_score(asked text, title text, has_words boolean) RETURNS double precision
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT round(((word_similarity(asked, title) + CASE WHEN has_words THEN 1 ELSE 0 END) / 2)::numeric, 4)::float8
$$;

CREATE FUNCTION search_events(asked text) RETURNS TABLE (id uuid, score double precision) LANGUAGE sql STABLE AS $$
  SELECT e.id, title_score(asked, e.title, to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ websearch_to_tsquery('english', asked))
  FROM "Event" e
  WHERE e.title %> asked
    OR to_tsvector('english', e.title || ' ' || coalesce(e.summary, '')) @@ websearch_to_tsquery('english', asked)
$$;

-- Sanctions by what they say, and by those on whom they lie.
CREATE FUNCTION search_sanctions(asked text) RETURNS TABLE (id uuid, score double precision) LANGUAGE sql STABLE AS $$
  SELECT found.id, max(found.score) FROM (
    SELECT s.id, title_score(asked, s.title, to_tsvector('english', s.title || ' ' || coalesce(s.program, '') || ' '
      || coalesce(s.sector, '') || ' ' || coalesce(s.reason, '')) @@ websearch_to_tsquery('english', asked)) AS score
    FROM "Sanction" s
    WHERE s.title %> asked OR to_tsvector('english', s.title || ' ' || coalesce(s.program, '') || ' '
      || coalesce(s.sector, '') || ' ' || coalesce(s.reason, '')) @@ websearch_to_tsquery('english', asked)
    UNION ALL
    SELECT t."sanctionId", a.score FROM search_actors(asked) a JOIN "SanctionTarget" t ON t."actorId" = a.id
  ) found GROUP BY found.id
$$;
