-- The change log in the terms of the API: global ids instead of UUIDs, names of fields instead of columns, and the name of the author.

-- ---------------------------------------------------------------- values as the API writes them

-- A value as JSON text without spaces, like JSON.stringify.
CREATE FUNCTION compact_json(value JSONB) RETURNS TEXT LANGUAGE plpgsql IMMUTABLE STRICT SET search_path FROM CURRENT AS $$
BEGIN
  RETURN CASE jsonb_typeof(value)
    WHEN 'object' THEN '{' || coalesce((
      SELECT string_agg(to_json(e.key)::text || ':' || compact_json(e.value), ',' ORDER BY n)
      FROM jsonb_each(value) WITH ORDINALITY e (key, value, n)), '') || '}'
    WHEN 'array' THEN '[' || coalesce((
      SELECT string_agg(compact_json(e.value), ',' ORDER BY n)
      FROM jsonb_array_elements(value) WITH ORDINALITY e (value, n)), '') || ']'
    ELSE value::text
  END;
END $$;

-- A point in time as the API writes it, from the text in a JSON value.
CREATE FUNCTION api_time(value TEXT) RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT to_char(value::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

-- The global id of a record: the name of its type and its UUID, in base64url.
CREATE FUNCTION global_id(type_name TEXT, id UUID) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
  SELECT translate(encode(convert_to(type_name || ':' || id, 'UTF8'), 'base64'), E'+/=\n', '-_')
$$;

-- The global id of an actor. An actor that does not exist is a person who was erased.
CREATE FUNCTION actor_global_id(actor UUID) RETURNS TEXT LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN global_id(coalesce((SELECT initcap(kind::text) FROM "Actor" WHERE id = actor), 'Person'), actor);
END $$;

-- The global id of a record of the log.
CREATE FUNCTION record_global_id(type "TrackedType", record UUID) RETURNS TEXT LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN CASE type WHEN 'ACTOR' THEN actor_global_id(record) ELSE global_id(initcap(type::text), record) END;
END $$;

-- The global id to which a column refers. `owner` is the type of the record that has the column or the part with the column.
CREATE FUNCTION reference_global_id(key TEXT, target UUID, owner "TrackedType") RETURNS TEXT
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN CASE
    WHEN key = 'mergedIntoId' THEN record_global_id(owner, target)
    WHEN key IN ('eventId', 'fromId', 'toId', 'startedById', 'endedById') THEN global_id('Event', target)
    WHEN key IN ('sanctionId', 'partOfId') THEN global_id('Sanction', target)
    WHEN key = 'targetId' THEN global_id('SanctionTarget', target)
    WHEN key = 'participantId' THEN global_id('EventParticipant', target)
    WHEN key IN ('sourceId', 'relationshipId', 'eventLinkId', 'sanctionActionId', 'detentionId', 'disputedValueId', 'licenceId')
      THEN global_id(upper(left(key, 1)) || substr(key, 2, length(key) - 3), target)
    ELSE actor_global_id(target)
  END;
END $$;

-- ---------------------------------------------------------------- the changed fields of a change

-- The two versions of each row of a change: of the record itself and its row of a person, a country or an asset, or of its parts.
-- A row that was written several times has the version before the first and that after the last; one that was added and removed is
-- left out.
CREATE FUNCTION changed_rows(c "Change", of_parts BOOLEAN) RETURNS TABLE (part TEXT, n BIGINT, old JSONB, new JSONB)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  IF NOT of_parts AND coalesce(c.before, c.after) IS NOT NULL THEN
    part := '';
    n := 0;
    old := c.before;
    new := c.after;
    RETURN NEXT;
  END IF;
  IF NOT of_parts AND NOT coalesce(c.children ?| ARRAY['person', 'country', 'asset'], false) THEN
    RETURN;
  END IF;
  RETURN QUERY
  WITH item AS (
    SELECT part.key AS part, item.n, item.value -> 'before' AS first, item.value -> 'after' AS last,
      CASE how.key WHEN 'added' THEN item.value END AS added, CASE how.key WHEN 'removed' THEN item.value END AS removed
    FROM jsonb_each(c.children) part
    CROSS JOIN LATERAL jsonb_each(part.value) how
    CROSS JOIN LATERAL jsonb_array_elements(how.value) WITH ORDINALITY item (value, n)
    WHERE (part.key NOT IN ('person', 'country', 'asset')) = of_parts
  ), written AS (
    SELECT part, min(n) AS n, (array_agg(first ORDER BY n) FILTER (WHERE first IS NOT NULL))[1] AS first,
      (array_agg(last ORDER BY n DESC) FILTER (WHERE last IS NOT NULL))[1] AS last,
      (array_agg(added ORDER BY n DESC) FILTER (WHERE added IS NOT NULL))[1] AS added,
      (array_agg(removed ORDER BY n) FILTER (WHERE removed IS NOT NULL))[1] AS removed
    FROM item
    -- A reason of a sanction has no id, but its event.
    GROUP BY part, coalesce(added, removed, last) ->> 'id', CASE part WHEN 'reasons' THEN coalesce(added, removed, last) ->> 'eventId' END
  )
  SELECT part, n, CASE WHEN added IS NULL THEN coalesce(first, removed) ELSE removed END,
    CASE WHEN removed IS NULL OR added IS NOT NULL THEN coalesce(last, added) END
  FROM written WHERE added IS NULL OR removed IS NULL OR coalesce(first, removed) <> added;
END $$;

-- The field of the API to which a column of a record or of a part belongs. A date is one field of several columns. The columns of a
-- person, a country or an asset are fields of the actor.
CREATE FUNCTION field_of_column(type "TrackedType", part TEXT, key TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN part = '' AND type = 'SANCTION' AND key = 'reason' THEN 'statedReason'
    WHEN part = 'asset' AND key = 'kind' THEN 'assetKind'
    WHEN part = 'asset' AND key = 'flagId' THEN 'flagState'
    WHEN part = 'citations' AND key LIKE '%Id' AND key <> 'sourceId' THEN 'subject'
    WHEN key LIKE '%Id' AND key <> 'listingId' THEN left(key, -2)
    ELSE regexp_replace(key, '(Earliest|Latest|Precision|Text|Basis|Edtf|Label)$', '')
  END
$$;

-- The fields that differ between the two versions of each row of a change, as the API writes them: of the record itself, or of its
-- parts. A date is an object of its columns that differ. References to the record of the change are left out, unless a part was moved
-- to it or from it.
CREATE FUNCTION changed_values(c "Change", of_parts BOOLEAN)
RETURNS TABLE (part TEXT, operation TEXT, n BIGINT, id UUID, field TEXT, old JSONB, new JSONB)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH cell AS (
    SELECT r.part, CASE WHEN r.old IS NULL THEN 'ADDED' WHEN r.new IS NULL THEN 'REMOVED' ELSE 'CHANGED' END AS operation, r.n,
      (coalesce(r.new, r.old) ->> 'id')::uuid AS id, key, key LIKE '%Id' AND key <> 'listingId' AS is_reference,
      field_of_column(c.type, r.part, key) AS field, lower(substring(key FROM '(?:Earliest|Latest|Precision|Text|Basis|Edtf|Label)$')) AS piece,
      nullif(r.old -> key, 'null') AS old, nullif(r.new -> key, 'null') AS new
    FROM changed_rows(c, of_parts) r CROSS JOIN LATERAL jsonb_object_keys(coalesce(r.new, r.old)) key
    WHERE key NOT IN ('id', 'version', 'createdAt', 'updatedAt', 'sortDate', 'searchKey')
      -- What owns a part is not a field of these.
      AND NOT (r.part IN ('identifiers', 'names', 'person', 'country', 'asset')
        AND key IN ('actorId', 'eventId', 'relationshipId', 'sanctionId', 'sourceId'))
      AND nullif(r.old -> key, 'null') IS DISTINCT FROM nullif(r.new -> key, 'null')
  )
  -- A date without a precision is none.
  SELECT part, operation, n, id, field,
    CASE WHEN NOT bool_or(piece = 'precision' AND old IS NULL) THEN jsonb_object_agg(piece, coalesce(old, 'null')) END,
    CASE WHEN NOT bool_or(piece = 'precision' AND new IS NULL) THEN jsonb_object_agg(piece, coalesce(new, 'null')) END
  FROM cell WHERE piece IS NOT NULL GROUP BY part, operation, n, id, field
  UNION ALL
  SELECT part, operation, n, id, field,
    CASE WHEN is_reference THEN to_jsonb(reference_global_id(key, (old #>> '{}')::uuid, c.type))
      WHEN key = 'retractedAt' THEN to_jsonb(api_time(old #>> '{}')) ELSE old END,
    CASE WHEN is_reference THEN to_jsonb(reference_global_id(key, (new #>> '{}')::uuid, c.type))
      WHEN key = 'retractedAt' THEN to_jsonb(api_time(new #>> '{}')) ELSE new END
  FROM cell WHERE piece IS NULL AND NOT (is_reference
    AND coalesce(old #>> '{}', c."entityId"::text) = c."entityId"::text AND coalesce(new #>> '{}', c."entityId"::text) = c."entityId"::text);
END $$;

-- The changed fields of the record of a change.
CREATE FUNCTION changed_fields(c "Change") RETURNS TABLE (field TEXT, old JSONB, new JSONB)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT field, old, new FROM changed_values(c, false) ORDER BY field
$$;

-- The changed parts of the record of a change: in which list they are, the global id of each, and its changed fields.
CREATE FUNCTION changed_parts(c "Change") RETURNS TABLE (list TEXT, operation TEXT, "partId" TEXT, fields JSONB)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT CASE part WHEN 'reasons' THEN 'reasonEvents' ELSE part END, operation,
    global_id(CASE part
      WHEN 'names' THEN 'ActorName' WHEN 'identifiers' THEN 'Identifier' WHEN 'relationships' THEN 'Relationship'
      WHEN 'detentions' THEN 'Detention' WHEN 'births' THEN 'BirthClaim' WHEN 'participants' THEN 'EventParticipant'
      WHEN 'links' THEN 'EventLink' WHEN 'targets' THEN 'SanctionTarget' WHEN 'actions' THEN 'SanctionAction'
      WHEN 'citations' THEN 'Citation' WHEN 'disputedValues' THEN 'DisputedValue' WHEN 'licences' THEN 'Licence'
    END, id),
    jsonb_agg(jsonb_build_object('field', field, 'old', old, 'new', new) ORDER BY field)
  FROM changed_values(c, true) GROUP BY part, operation, n, id ORDER BY 1, 2, n;
END $$;

-- The global id of the record of a change.
CREATE FUNCTION changed_record(c "Change") RETURNS TEXT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT record_global_id(c.type, c."entityId")
$$;

-- The public name of who made a change: the name that an API key was given, or "import" with the name of the importer. Prefixes of
-- keys, subjects of tokens and roles of the database are not public.
CREATE FUNCTION change_author(c "Change") RETURNS TEXT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT CASE
    WHEN c.writer LIKE 'key %' THEN (SELECT name FROM "ApiKey" WHERE prefix = substr(c.writer, 5))
    WHEN c.writer LIKE 'import %' THEN c.writer
  END
$$;

-- Whether a change changed one of these fields or lists. Without the values, which take much longer.
CREATE FUNCTION change_has_field(c "Change", names TEXT[]) RETURNS BOOLEAN LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM jsonb_object_keys(c.children) key
    WHERE CASE key WHEN 'reasons' THEN 'reasonEvents' ELSE key END = ANY (names)
  ) OR EXISTS (
    SELECT FROM changed_rows(c, false) r CROSS JOIN LATERAL jsonb_object_keys(coalesce(r.new, r.old)) key
    WHERE nullif(r.old -> key, 'null') IS DISTINCT FROM nullif(r.new -> key, 'null') AND field_of_column(c.type, r.part, key) = ANY (names)
  );
END $$;

-- Whether a change took one of these actors out of its record: the location, a participant or on whose behalf it acts, the authority
-- or a target. The record itself does not say so any more.
CREATE FUNCTION change_takes_out(c "Change", ids UUID[]) RETURNS BOOLEAN LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (c.before ->> 'locationId')::uuid = ANY (ids) IS TRUE OR (c.before ->> 'authorityId')::uuid = ANY (ids) IS TRUE OR EXISTS (
    SELECT FROM (VALUES ('participants'), ('targets')) part (key)
    CROSS JOIN LATERAL (
      SELECT value FROM jsonb_array_elements(c.children -> key -> 'removed') UNION ALL
      SELECT value -> 'before' FROM jsonb_array_elements(c.children -> key -> 'changed')
    ) item (value)
    WHERE (value ->> 'actorId')::uuid = ANY (ids) OR (value ->> 'onBehalfOfId')::uuid = ANY (ids));
END $$;

-- ---------------------------------------------------------------- positions in the log

-- The cursor of a position, with the same bytes as those that the service writes.
CREATE FUNCTION log_cursor("position" BIGINT) RETURNS TEXT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT translate(encode(convert_to(text || left(encode(sha256(convert_to(text, 'UTF8')), 'hex'), 8), 'UTF8'), 'base64'), E'+/=\n', '-_')
  FROM (SELECT '[1,"feed","' || epoch || '",' || "position" || ']' AS text FROM "FeedHead") head
$$;

-- The cursor of a change.
CREATE FUNCTION change_cursor(c "Change") RETURNS TEXT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT log_cursor(c.position)
$$;

-- The position of a cursor, given as its position and its epoch. Fails if the log cannot be read from there.
CREATE FUNCTION log_position("cursor" TEXT) RETURNS BIGINT LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  head RECORD;
  at BIGINT := split_part("cursor", ' ', 1)::bigint;
BEGIN
  SELECT epoch, oldest, log_head() AS newest INTO head FROM "FeedHead";
  IF head.epoch::text <> substr("cursor", strpos("cursor", ' ') + 1) THEN
    RAISE EXCEPTION 'The cursor belongs to an earlier change log.' USING ERRCODE = 'DL002';
  ELSIF at > head.newest THEN
    RAISE EXCEPTION 'The cursor is beyond the end of the change log.' USING ERRCODE = 'DL003';
  ELSIF at < head.oldest THEN
    RAISE EXCEPTION 'The changes after the cursor were pruned: the oldest valid cursor is %.', log_cursor(head.oldest) USING ERRCODE = 'DL004';
  END IF;
  RETURN at;
END $$;

-- The last position that was committed before a time; the last pruned one if there is none. Positions have no gaps, and their times
-- never decrease.
CREATE FUNCTION log_position_before("time" TIMESTAMPTZ) RETURNS BIGINT LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  low BIGINT;
  high BIGINT := log_head();
  middle BIGINT;
BEGIN
  SELECT oldest INTO low FROM "FeedHead";
  WHILE low < high LOOP
    middle := (low + high + 1) / 2;
    IF (SELECT "committedAt" FROM "Change" WHERE "Change".position = middle) < "time" THEN
      low := middle;
    ELSE
      high := middle - 1;
    END IF;
  END LOOP;
  RETURN low;
END $$;
