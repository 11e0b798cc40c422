-- Erasures of people with many records, previews that change nothing, and versions that refer to an erased person.

-- The columns that refer to rows of a table. Columns of earlier states have no foreign key: the column of a SanctionTarget is "targetId".
-- The rows of `is_detached` columns only mention the actor, and remain.
CREATE FUNCTION references_to(its_table TEXT)
RETURNS TABLE (name TEXT, its_column TEXT, has_id BOOLEAN, is_detached BOOLEAN, is_foreign BOOLEAN) LANGUAGE sql STABLE AS $$
  SELECT r.relname::text, a.attname::text,
    EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = r.oid AND i.attname = 'id' AND NOT i.attisdropped),
    r.relname || '.' || a.attname = ANY (ARRAY['EventParticipant.onBehalfOfId', 'Detention.authorityId', 'Detention.courtId']),
    c.oid IS NOT NULL
  FROM pg_class r
  JOIN pg_attribute a ON a.attrelid = r.oid AND NOT a.attisdropped AND a.atttypid = 'uuid'::regtype
  LEFT JOIN pg_constraint c ON c.conrelid = r.oid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum]
  WHERE r.relkind = 'r' AND r.relnamespace = current_schema()::regnamespace
    -- The first three are records. Triggers keep the fourth table, and the others are the log and the merges.
    AND r.relname <> ALL (ARRAY['Event', 'Sanction', 'Source', 'EventActor', 'Change', 'ChangePending', 'Merge', 'MergeRow'])
    AND CASE WHEN c.oid IS NULL
      THEN lower(a.attname) = lower(regexp_replace(its_table, '^Sanction', '')) || 'id'
      ELSE c.confrelid = format('%I', its_table)::regclass END
  ORDER BY 1, 2
$$;

CREATE OR REPLACE FUNCTION erase_rows(erased TEXT, ids UUID[]) RETURNS TABLE ("table" TEXT, "count" BIGINT) LANGUAGE plpgsql AS $$
DECLARE
  part RECORD;
  found UUID[];
  deleted BIGINT;
BEGIN
  FOR part IN SELECT * FROM references_to(erased) r WHERE r.is_foreign LOOP
    IF part.is_detached THEN
      EXECUTE format('UPDATE %I SET %I = NULL WHERE %2$I = ANY ($1)', part.name, part.its_column) USING ids;
    ELSIF part.has_id THEN
      EXECUTE format('SELECT array_agg(id) FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) INTO found USING ids;
      IF found IS NOT NULL THEN
        RETURN QUERY SELECT * FROM erase_rows(part.name, found);
      END IF;
    ELSE
      EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) USING ids;
      GET DIAGNOSTICS deleted = ROW_COUNT;
      RETURN QUERY SELECT part.name, deleted WHERE deleted > 0;
    END IF;
  END LOOP;
  EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', erased) USING ids;
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN QUERY SELECT erased, deleted WHERE deleted > 0;

  -- Last, because triggers may just have added some.
  FOR part IN SELECT * FROM references_to(erased) r WHERE NOT r.is_foreign LOOP
    EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) USING ids;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN QUERY SELECT part.name, deleted WHERE deleted > 0;
  END LOOP;
END $$;

-- The rows that erase_rows would delete, each with its primary key: values with commas between them. A row may occur several times.
CREATE FUNCTION rows_to_erase(erased TEXT, ids UUID[]) RETURNS TABLE ("table" TEXT, "key" TEXT) LANGUAGE plpgsql STABLE AS $$
DECLARE
  part RECORD;
  found UUID[];
BEGIN
  FOR part IN SELECT * FROM references_to(erased) r WHERE NOT r.is_detached LOOP
    IF part.has_id THEN
      EXECUTE format('SELECT array_agg(id) FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) INTO found USING ids;
      IF found IS NOT NULL THEN
        RETURN QUERY SELECT * FROM rows_to_erase(part.name, found);
      END IF;
    ELSE
      RETURN QUERY EXECUTE format('SELECT %1$L::text, concat_ws('','', %2$s) FROM %1$I WHERE %3$I = ANY ($1)', part.name,
        (SELECT string_agg(format('%I', a.attname), ', ' ORDER BY a.attnum) FROM pg_index k
         JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = ANY (k.indkey)
         WHERE k.indrelid = format('%I', part.name)::regclass AND k.indisprimary), part.its_column) USING ids;
    END IF;
  END LOOP;
  RETURN QUERY SELECT erased, id::text FROM unnest(ids) id;
END $$;

-- As before, but the ids are the keys of an object: each is found without comparing all.
DROP FUNCTION without_parts(JSONB, TEXT[]);
DROP FUNCTION refers_to(JSONB, TEXT[], TEXT[]);
CREATE FUNCTION refers_to(part JSONB, ids JSONB) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM (VALUES (part), (part -> 'before'), (part -> 'after')) versions (version)
    CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(version) WHEN 'object' THEN version ELSE '{}' END) field
    WHERE ids ? field.value)
$$;
CREATE FUNCTION without_parts(children JSONB, ids JSONB) RETURNS JSONB LANGUAGE sql IMMUTABLE AS $$
  SELECT jsonb_object_agg(child, hows) FROM (
    SELECT child, jsonb_object_agg(how, items) AS hows FROM (
      SELECT c.key AS child, h.key AS how, jsonb_agg(i.value ORDER BY i.place) AS items
      FROM jsonb_each(children) c
      CROSS JOIN LATERAL jsonb_each(c.value) h
      CROSS JOIN LATERAL jsonb_array_elements(h.value) WITH ORDINALITY i (value, place)
      WHERE NOT refers_to(i.value, ids)
      GROUP BY c.key, h.key
    ) lists GROUP BY child
  ) grouped
$$;

-- The ids of the given people and of all rows that, by the log, are or were parts of them or of such parts; and the records that have
-- or had these parts, as the keys of an object: ChangePending has no index on its records.
CREATE FUNCTION parts_in_log(people UUID[], OUT ids TEXT[], OUT owners JSONB) LANGUAGE plpgsql STABLE AS $$
DECLARE
  added TEXT[] := people::text[];
  -- Like `added`.
  keys JSONB;
BEGIN
  ids := added;
  owners := (
    SELECT coalesce(jsonb_object_agg(entry."entityId", true), '{}') FROM (
      SELECT "entityId", children FROM "Change" UNION ALL SELECT "entityId", children FROM "ChangePending"
    ) entry
    WHERE entry.children::text LIKE ANY (ARRAY(SELECT '%' || id || '%' FROM unnest(ids) id)));
  WHILE cardinality(added) > 0 LOOP
    keys := (SELECT jsonb_object_agg(id, true) FROM unnest(added) id);
    added := ARRAY(
      SELECT DISTINCT part.id FROM (
        SELECT "entityId", children FROM "Change" UNION ALL SELECT "entityId", children FROM "ChangePending"
      ) entry
      CROSS JOIN LATERAL jsonb_path_query(entry.children, '$.*.*[*]') i (value)
      CROSS JOIN LATERAL (VALUES (coalesce(i.value ->> 'id', i.value -> 'after' ->> 'id'))) part (id)
      CROSS JOIN LATERAL (VALUES (i.value), (i.value -> 'before'), (i.value -> 'after')) versions (version)
      CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(version) WHEN 'object' THEN version ELSE '{}' END) field
      WHERE owners ? entry."entityId"::text AND part.id IS NOT NULL
        AND field.key NOT IN ('onBehalfOfId', 'authorityId', 'courtId') AND keys ? field.value
      EXCEPT SELECT unnest(ids));
    ids := ids || added;
  END LOOP;
END $$;

-- Counts what this transaction has written for the log. ChangePending is empty between transactions, and while its statistics say so,
-- the triggers of each changed row read all of it.
CREATE FUNCTION analyze_pending() RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  ANALYZE "ChangePending";
END $$;

CREATE OR REPLACE FUNCTION erase_person(person UUID, its_reason TEXT, its_hashes TEXT[]) RETURNS TABLE ("table" TEXT, "count" BIGINT)
LANGUAGE plpgsql AS $$
DECLARE
  people UUID[];
  owners JSONB;
  gone JSONB;
  emptied BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM "Actor" WHERE id = person AND kind = 'PERSON' AND "mergedIntoId" IS NULL) THEN
    RAISE EXCEPTION 'Only a person that was not merged can be erased.';
  END IF;
  people := ARRAY(SELECT id FROM "Actor" WHERE id = person OR "mergedIntoId" = person);

  -- Earlier states of other records. A sanction that the person imposed has another authority now, a target that was the person is
  -- somebody else, and an actor who was merged into the person is an actor again.
  UPDATE "SanctionVersion" v SET "authorityId" = s."authorityId" FROM "Sanction" s
  WHERE s.id = v."sanctionId" AND v."authorityId" = ANY (people);
  UPDATE "SanctionTargetVersion" v SET "actorId" = t."actorId" FROM "SanctionTarget" t
  WHERE t.id = v."targetId" AND v."actorId" = ANY (people) AND t."actorId" <> ALL (people);
  DELETE FROM "ActorVersion" WHERE "mergedIntoId" = ANY (people) AND NOT "isRetracted";
  UPDATE "ActorVersion" SET "mergedIntoId" = NULL WHERE "mergedIntoId" = ANY (people);

  RETURN QUERY SELECT r."table", sum(r."count")::bigint FROM erase_rows('Actor', ARRAY[person]) r
    WHERE r."table" NOT LIKE '%Version' GROUP BY 1 ORDER BY 1;
  PERFORM analyze_pending();

  UPDATE "ChangePending" SET operation = 'ERASED', before = NULL, after = NULL, children = NULL
  WHERE type = 'ACTOR' AND "entityId" = ANY (people);
  UPDATE "Change" SET operation = 'ERASED', before = NULL, after = NULL, children = NULL
  WHERE type = 'ACTOR' AND "entityId" = ANY (people);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN QUERY SELECT 'Change', emptied WHERE emptied > 0;

  SELECT (SELECT jsonb_object_agg(id, true) FROM unnest(p.ids) id), p.owners INTO gone, owners FROM parts_in_log(people) p;
  UPDATE "Change" c SET children = without_parts(c.children, gone)
  WHERE owners ? c."entityId"::text AND c.children IS DISTINCT FROM without_parts(c.children, gone);
  UPDATE "ChangePending" c SET children = without_parts(c.children, gone)
  WHERE owners ? c."entityId"::text AND c.children IS DISTINCT FROM without_parts(c.children, gone);

  -- Merges into the person, and what other merges moved of the person. Answers that are repeated would show the person.
  DELETE FROM "Merge" WHERE "mergedId" = ANY (people) OR "survivorId" = ANY (people);
  DELETE FROM "MergeRow" r WHERE refers_to(r.key::jsonb, gone) OR refers_to(r.before, gone) OR refers_to(r.after, gone);
  UPDATE "IdempotencyKey" k SET answer = NULL
  WHERE k.answer::text LIKE ANY (ARRAY(SELECT '%' || id || '%' FROM unnest(people) id));

  INSERT INTO "Erasure" (id, day, reason, hashes) VALUES (gen_random_uuid(), current_date, its_reason, its_hashes);
END $$;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('analyze_pending', 'erase_person')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;
