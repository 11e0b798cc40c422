-- The search box: records of all kinds that match a text, which is folded like names; no record for null. `kinds` are the kinds to
-- search; null for all. At most `most` records, the best first. Retracted and merged records, and events that a machine coded, are not
-- found. Scores have four decimals, and `matched` is never null.
CREATE FUNCTION search_records(asked TEXT, kinds TEXT[], most INTEGER)
RETURNS TABLE (id UUID, kind TEXT, score DOUBLE PRECISION, matched TEXT, snippet TEXT) LANGUAGE sql STABLE AS $$
  SELECT found.id, found.kind, found.score, found.matched, found.snippet FROM (
    SELECT a.id, a.kind::TEXT AS kind, s.score, a.name AS matched, a.description AS snippet
    FROM search_actors(asked) s JOIN "Actor" a ON a.id = s.id
    WHERE a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
    UNION ALL
    SELECT e.id, 'EVENT', s.score, e.title, e.summary
    FROM search_events(asked) s JOIN "Event" e ON e.id = s.id
    WHERE e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL AND e.origin = 'EDITED'
    UNION ALL
    SELECT x.id, 'SANCTION', s.score, x.title, x.reason
    FROM search_sanctions(asked) s JOIN "Sanction" x ON x.id = s.id
    WHERE x."retractedAt" IS NULL
    UNION ALL
    SELECT o.id, 'SOURCE', title_score(asked, o.title, true), o.title, NULL
    FROM "Source" o
    WHERE position(asked IN lower(o.title)) > 0 AND o."retractedAt" IS NULL
  ) found
  WHERE kinds IS NULL OR found.kind = ANY (kinds)
  ORDER BY found.score DESC, found.id DESC LIMIT most
$$;
