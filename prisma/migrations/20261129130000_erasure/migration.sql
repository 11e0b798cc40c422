-- The erasure of people. The service finds the texts that name a person, because only it can fold names; the functions below
-- change what its role cannot: they delete records, and they change the log.

ALTER TYPE "ChangeOperation" ADD VALUE 'ERASED';

-- What remains of an erased person: hashes of the register numbers, with a key that is not in the database.
CREATE TABLE "Erasure" (
    "id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "reason" TEXT NOT NULL,
    "hashes" TEXT[],

    CONSTRAINT "Erasure_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "Erasure_hashes_idx" ON "Erasure" USING GIN ("hashes");
ALTER TABLE "Erasure" ADD CONSTRAINT "Erasure_reason_given" CHECK (reason ~ '\S');

-- Waits for all writers and imports, and keeps them waiting until the transaction ends: none can add a text or a record
-- meanwhile that names the person. The advisory lock is that of imports.
CREATE FUNCTION begin_erasure() RETURNS VOID LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(6836011915);
  LOCK TABLE "ChangePending" IN SHARE ROW EXCLUSIVE MODE;
END $$;

-- Deletes rows, and before them the rows of all tables that refer to them, so that each is counted. Events, sanctions and sources that
-- refer to a row are not deleted. Afterwards it deletes the rows of tables that keep earlier states: they have the id of a row in
-- a column such as "targetId" without a foreign key, and triggers may just have added some.
CREATE FUNCTION erase_rows(erased TEXT, ids UUID[]) RETURNS TABLE ("table" TEXT, "count" BIGINT) LANGUAGE plpgsql AS $$
DECLARE
  -- Rows that only mention the actor in these columns remain.
  detached CONSTANT TEXT[] := ARRAY['EventParticipant.onBehalfOfId', 'Detention.authorityId', 'Detention.courtId'];
  -- The first three are records. Triggers keep the fourth table, and the others are the log and the merges.
  kept CONSTANT TEXT[] := ARRAY['Event', 'Sanction', 'Source', 'EventActor', 'Change', 'ChangePending', 'Merge', 'MergeRow'];
  part RECORD;
  found UUID[];
  deleted BIGINT;
BEGIN
  FOR part IN
    SELECT r.relname AS name, a.attname AS its_column,
      EXISTS (SELECT FROM pg_attribute i WHERE i.attrelid = r.oid AND i.attname = 'id' AND NOT i.attisdropped) AS has_id
    FROM pg_constraint c
    JOIN pg_class r ON r.oid = c.conrelid
    JOIN pg_attribute a ON a.attrelid = r.oid AND c.conkey = ARRAY[a.attnum]
    WHERE c.contype = 'f' AND c.confrelid = format('%I', erased)::regclass AND r.relname <> ALL (kept)
    ORDER BY 1, 2
  LOOP
    IF part.name || '.' || part.its_column = ANY (detached) THEN
      EXECUTE format('UPDATE %I SET %I = NULL WHERE %2$I = ANY ($1)', part.name, part.its_column) USING ids;
    ELSIF part.has_id THEN
      EXECUTE format('SELECT array_agg(id) FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) INTO found USING ids;
      IF found IS NOT NULL THEN
        RETURN QUERY SELECT * FROM erase_rows(part.name, found);
      END IF;
    ELSE
      EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) USING ids;
      GET DIAGNOSTICS deleted = ROW_COUNT;
      RETURN QUERY SELECT part.name::text, deleted WHERE deleted > 0;
    END IF;
  END LOOP;
  EXECUTE format('DELETE FROM %I WHERE id = ANY ($1)', erased) USING ids;
  GET DIAGNOSTICS deleted = ROW_COUNT;
  RETURN QUERY SELECT erased, deleted WHERE deleted > 0;

  FOR part IN
    SELECT r.relname AS name, a.attname AS its_column
    FROM pg_class r JOIN pg_attribute a ON a.attrelid = r.oid AND NOT a.attisdropped AND a.atttypid = 'uuid'::regtype
    WHERE r.relkind = 'r' AND r.relnamespace = current_schema()::regnamespace AND r.relname <> ALL (kept)
      -- The column of a SanctionTarget is "targetId".
      AND lower(a.attname) = lower(regexp_replace(erased, '^Sanction', '')) || 'id'
      AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conrelid = r.oid AND c.contype = 'f' AND c.conkey = ARRAY[a.attnum])
    ORDER BY 1, 2
  LOOP
    EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', part.name, part.its_column) USING ids;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN QUERY SELECT part.name::text, deleted WHERE deleted > 0;
  END LOOP;
END $$;

-- Whether a row as JSON, or one of a change with the row before and after, refers to one of the ids. Ids are UUIDs as text.
CREATE FUNCTION refers_to(part JSONB, ids TEXT[], passed_over TEXT[] DEFAULT ARRAY[]::TEXT[]) RETURNS BOOLEAN
LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM (VALUES (part), (part -> 'before'), (part -> 'after')) versions (version)
    CROSS JOIN LATERAL jsonb_each_text(CASE jsonb_typeof(version) WHEN 'object' THEN version ELSE '{}' END) field
    WHERE field.value = ANY (ids) AND field.key <> ALL (passed_over))
$$;

-- The children of an entry of the log without the parts that refer to one of the ids; null if none are left.
CREATE FUNCTION without_parts(children JSONB, ids TEXT[]) RETURNS JSONB LANGUAGE sql IMMUTABLE AS $$
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

-- Deletes a person, the records that were merged into the person, and everything that is only about them; empties their entries of
-- the log, and takes their parts out of the entries of other records. Returns how many rows of each table went or were emptied.
CREATE FUNCTION erase_person(person UUID, its_reason TEXT, its_hashes TEXT[]) RETURNS TABLE ("table" TEXT, "count" BIGINT)
LANGUAGE plpgsql AS $$
DECLARE
  ids UUID[];
  -- The person, and all rows that are or were parts of the person or of such parts.
  gone TEXT[];
  more TEXT[];
  owners UUID[];
  emptied BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM "Actor" WHERE id = person AND kind = 'PERSON' AND "mergedIntoId" IS NULL) THEN
    RAISE EXCEPTION 'Only a person that was not merged can be erased.';
  END IF;
  ids := ARRAY(SELECT id FROM "Actor" WHERE id = person OR "mergedIntoId" = person);
  gone := ids::text[];
  RETURN QUERY SELECT r."table", sum(r."count")::bigint FROM erase_rows('Actor', ARRAY[person]) r GROUP BY 1 ORDER BY 1;

  UPDATE "ChangePending" SET operation = 'ERASED', before = NULL, after = NULL, children = NULL
  WHERE type = 'ACTOR' AND "entityId" = ANY (ids);
  UPDATE "Change" SET operation = 'ERASED', before = NULL, after = NULL, children = NULL
  WHERE type = 'ACTOR' AND "entityId" = ANY (ids);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN QUERY SELECT 'Change', emptied WHERE emptied > 0;

  owners := ARRAY(
    SELECT DISTINCT entry."entityId" FROM (
      SELECT "entityId", children FROM "Change" UNION ALL SELECT "entityId", children FROM "ChangePending"
    ) entry
    WHERE entry.children::text LIKE ANY (ARRAY(SELECT '%' || id || '%' FROM unnest(gone) id)));
  LOOP
    more := ARRAY(
      SELECT DISTINCT coalesce(i.value ->> 'id', i.value -> 'after' ->> 'id') FROM (
        SELECT "entityId", children FROM "Change" UNION ALL SELECT "entityId", children FROM "ChangePending"
      ) entry
      CROSS JOIN LATERAL jsonb_path_query(entry.children, '$.*.*[*]') i (value)
      WHERE entry."entityId" = ANY (owners) AND refers_to(i.value, gone, ARRAY['onBehalfOfId', 'authorityId', 'courtId'])
      EXCEPT SELECT unnest(gone));
    more := array_remove(more, NULL);
    EXIT WHEN cardinality(more) = 0;
    gone := gone || more;
  END LOOP;
  UPDATE "Change" SET children = without_parts(children, gone)
  WHERE "entityId" = ANY (owners) AND children IS DISTINCT FROM without_parts(children, gone);
  UPDATE "ChangePending" SET children = without_parts(children, gone)
  WHERE "entityId" = ANY (owners) AND children IS DISTINCT FROM without_parts(children, gone);

  -- Merges into the person, and what other merges moved of the person. Answers that are repeated would show the person.
  DELETE FROM "Merge" WHERE "mergedId" = ANY (ids) OR "survivorId" = ANY (ids);
  DELETE FROM "MergeRow" r WHERE refers_to(r.key::jsonb, gone) OR refers_to(r.before, gone) OR refers_to(r.after, gone);
  UPDATE "IdempotencyKey" k SET answer = NULL
  WHERE k.answer::text LIKE ANY (ARRAY(SELECT '%' || id || '%' FROM unnest(ids) id));

  INSERT INTO "Erasure" (id, day, reason, hashes) VALUES (gen_random_uuid(), current_date, its_reason, its_hashes);
END $$;

-- Whether a text differs from an older one only in that stretches of it were replaced with "[erased]".
CREATE FUNCTION is_redaction(older TEXT, newer TEXT) RETURNS BOOLEAN LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN older IS NULL OR newer IS NULL THEN older IS NOT DISTINCT FROM newer ELSE
    older LIKE replace(regexp_replace(newer, '([\\%_])', '\\\1', 'g'), '[erased]', '%') END
$$;

-- Replaces entries of the log with redacted ones, in a transaction that erased a person. Can replace text with "[erased]", and nothing
-- else. An entry that is in order has a position, the others have a transaction and a place in it.
CREATE FUNCTION redact_log(entries JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  entry RECORD;
  redacted BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM "ChangePending" WHERE transaction = current_transaction() AND operation = 'ERASED') THEN
    RAISE EXCEPTION 'The log is redacted only by a transaction that erased a person.';
  END IF;
  FOR entry IN
    SELECT * FROM jsonb_to_recordset(entries)
      e (position BIGINT, transaction BIGINT, seq BIGINT, before JSONB, after JSONB, children JSONB, writer TEXT)
  LOOP
    IF entry.position IS NULL THEN
      UPDATE "ChangePending" c SET before = entry.before, after = entry.after, children = entry.children, writer = entry.writer
      WHERE c.transaction = entry.transaction AND c.seq = entry.seq AND is_redaction(c.before::text, entry.before::text)
        AND is_redaction(c.after::text, entry.after::text) AND is_redaction(c.children::text, entry.children::text)
        AND is_redaction(c.writer, entry.writer);
    ELSE
      UPDATE "Change" c SET before = entry.before, after = entry.after, children = entry.children, writer = entry.writer
      WHERE c.position = entry.position AND is_redaction(c.before::text, entry.before::text)
        AND is_redaction(c.after::text, entry.after::text) AND is_redaction(c.children::text, entry.children::text)
        AND is_redaction(c.writer, entry.writer);
    END IF;
    GET DIAGNOSTICS redacted = ROW_COUNT;
    IF redacted <> 1 THEN
      RAISE EXCEPTION 'Texts of the log can only be replaced with "[erased]".';
    END IF;
  END LOOP;
END $$;

-- Redacts texts of a row, for tables that the service may only read, in a transaction that erased a person. Like redact_log.
CREATE FUNCTION redact_row(its_table TEXT, its_key JSONB, redacted JSONB) RETURNS VOID LANGUAGE plpgsql AS $$
DECLARE
  place TEXT := (SELECT string_agg(format('t.%I = k.%1$I', name), ' AND ') FROM jsonb_object_keys(its_key) name);
  field RECORD;
  changed BIGINT;
BEGIN
  IF NOT EXISTS (SELECT FROM "ChangePending" WHERE transaction = current_transaction() AND operation = 'ERASED') THEN
    RAISE EXCEPTION 'Rows are redacted only by a transaction that erased a person.';
  END IF;
  FOR field IN SELECT * FROM jsonb_each_text(redacted) LOOP
    EXECUTE format(
      'UPDATE %1$I t SET %2$I = r.%2$I FROM jsonb_populate_record(NULL::%1$I, $1) k, jsonb_populate_record(NULL::%1$I, $2) r
       WHERE %3$s AND is_redaction(t.%2$I::text, r.%2$I::text)', its_table, field.key, place) USING its_key, redacted;
    GET DIAGNOSTICS changed = ROW_COUNT;
    IF changed <> 1 THEN
      RAISE EXCEPTION 'Texts of such a row can only be replaced with "[erased]".';
    END IF;
  END LOOP;
END $$;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('begin_erasure', 'erase_person', 'redact_log', 'redact_row')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
  REVOKE EXECUTE ON FUNCTION erase_rows(TEXT, UUID[]) FROM PUBLIC;
END $$;
