-- The change log. Triggers note in ChangePending what each transaction changed, whoever writes; sequence_changes moves that
-- into Change, where positions follow each other without gaps. Readers go by position and miss nothing.

CREATE TYPE "TrackedType" AS ENUM ('ACTOR', 'EVENT', 'SANCTION', 'SOURCE');
CREATE TYPE "ChangeOperation" AS ENUM ('CREATED', 'UPDATED', 'RETRACTED', 'MERGED');

CREATE TABLE "ChangePending" (
  "seq" BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
  "transaction" BIGINT NOT NULL,
  "type" "TrackedType" NOT NULL,
  "entityId" UUID NOT NULL,
  "operation" "ChangeOperation" NOT NULL,
  "version" INTEGER NOT NULL,
  "before" JSONB,
  "after" JSONB,
  "children" JSONB,
  "writer" TEXT NOT NULL,
  CONSTRAINT "ChangePending_pkey" PRIMARY KEY ("transaction", "type", "entityId")
);
CREATE UNIQUE INDEX "ChangePending_seq_key" ON "ChangePending" ("seq");
-- Those whose entity has yet to be given its new version, within the statement that changed a child of it.
CREATE INDEX "ChangePending_unversioned_idx" ON "ChangePending" ("transaction") WHERE "version" = 0;

CREATE TABLE "Change" (
  "position" BIGINT NOT NULL,
  "type" "TrackedType" NOT NULL,
  "entityId" UUID NOT NULL,
  "operation" "ChangeOperation" NOT NULL,
  "version" INTEGER NOT NULL,
  "before" JSONB,
  "after" JSONB,
  "children" JSONB,
  "writer" TEXT NOT NULL,
  "committedAt" TIMESTAMPTZ(3) NOT NULL,
  CONSTRAINT "Change_pkey" PRIMARY KEY ("position")
);
CREATE INDEX "Change_entityId_position_idx" ON "Change" ("entityId", "position");
CREATE INDEX "Change_committedAt_idx" ON "Change" USING BRIN ("committedAt");

CREATE TABLE "FeedHead" (
  "id" INTEGER NOT NULL DEFAULT 1,
  "epoch" UUID NOT NULL,
  "position" BIGINT NOT NULL,
  "oldest" BIGINT NOT NULL,
  CONSTRAINT "FeedHead_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "FeedHead_one" CHECK ("id" = 1)
);
INSERT INTO "FeedHead" ("epoch", "position", "oldest") VALUES (gen_random_uuid(), 0, 0);

-- ---------------------------------------------------------------- noting what changed

CREATE FUNCTION current_transaction() RETURNS BIGINT LANGUAGE sql STABLE AS $$
  SELECT pg_current_xact_id()::text::bigint
$$;

CREATE FUNCTION change_writer() RETURNS TEXT LANGUAGE sql STABLE AS $$
  SELECT coalesce(nullif(current_setting('dateline.writer', true), ''), session_user)
$$;

-- { participants: { added: [...] } } and its like, put together from two.
CREATE FUNCTION merge_children(one JSONB, other JSONB) RETURNS JSONB LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN one IS NULL THEN other WHEN other IS NULL THEN one ELSE (
    SELECT jsonb_object_agg(child, hows) FROM (
      SELECT child, jsonb_object_agg(how, items) AS hows FROM (
        SELECT c.key AS child, h.key AS how, jsonb_agg(i.value ORDER BY part, i.place) AS items
        FROM (VALUES (1, one), (2, other)) parts (part, children)
        CROSS JOIN LATERAL jsonb_each(children) c
        CROSS JOIN LATERAL jsonb_each(c.value) h
        CROSS JOIN LATERAL jsonb_array_elements(h.value) WITH ORDINALITY i (value, place)
        GROUP BY c.key, h.key
      ) lists GROUP BY child
    ) grouped
  ) END
$$;

-- A version rises once in a transaction, however often the record is written. A write that leaves all as it was changes
-- nothing, not even the time of change. The arguments: the type, and the columns that the database derives after this.
CREATE FUNCTION raise_version() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  passed_over TEXT[] := TG_ARGV[1:] || ARRAY['version', 'updatedAt'];
BEGIN
  IF NEW.version <> OLD.version THEN
    RETURN NEW;
  END IF;
  IF to_jsonb(NEW) - passed_over = to_jsonb(OLD) - passed_over THEN
    RETURN OLD;
  END IF;
  IF NOT EXISTS (
    SELECT FROM "ChangePending"
    WHERE transaction = current_transaction() AND type = TG_ARGV[0]::"TrackedType" AND "entityId" = OLD.id
  ) THEN
    NEW.version := OLD.version + 1;
  END IF;
  NEW."updatedAt" := now();
  RETURN NEW;
END $$;

CREATE FUNCTION note_created() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "ChangePending" (transaction, type, "entityId", operation, version, after, writer)
  SELECT current_transaction(), TG_ARGV[0]::"TrackedType", a.id, 'CREATED', a.version, to_jsonb(a), change_writer()
  FROM after a
  ON CONFLICT (transaction, type, "entityId") DO UPDATE SET
    operation = 'CREATED', version = excluded.version, before = NULL, after = excluded.after;
  RETURN NULL;
END $$;

CREATE FUNCTION note_updated() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "ChangePending" AS p (transaction, type, "entityId", operation, version, before, after, writer)
  SELECT current_transaction(), TG_ARGV[0]::"TrackedType", n.id,
    CASE
      WHEN d.after ->> 'mergedIntoId' IS NOT NULL THEN 'MERGED'
      WHEN d.after ->> 'retractedAt' IS NOT NULL THEN 'RETRACTED'
      ELSE 'UPDATED'
    END::"ChangeOperation",
    n.version, d.before, d.after, change_writer()
  FROM before o
  JOIN after n ON n.id = o.id
  CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(x.key, x.value) AS before, jsonb_object_agg(x.key, y.value) AS after
    FROM jsonb_each(to_jsonb(o)) x JOIN jsonb_each(to_jsonb(n)) y ON y.key = x.key
    WHERE x.value IS DISTINCT FROM y.value AND x.key NOT IN ('version', 'updatedAt')
  ) d
  WHERE o.version <> n.version OR d.after IS NOT NULL
  ON CONFLICT (transaction, type, "entityId") DO UPDATE SET
    operation = CASE
      WHEN p.operation = 'CREATED' OR excluded.operation = 'UPDATED' THEN p.operation ELSE excluded.operation END,
    version = excluded.version,
    before = CASE WHEN p.operation = 'CREATED' THEN NULL ELSE coalesce(excluded.before || p.before, excluded.before, p.before) END,
    after = coalesce(p.after || excluded.after, excluded.after, p.after);
  RETURN NULL;
END $$;

-- Records are retracted, not deleted; where someone with access to the tables deletes one all the same, readers are told.
CREATE FUNCTION note_deleted() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  WITH undone AS (
    DELETE FROM "ChangePending" p USING before b
    WHERE p.transaction = current_transaction() AND p.type = TG_ARGV[0]::"TrackedType" AND p."entityId" = b.id
      AND p.operation = 'CREATED'
    RETURNING p."entityId"
  )
  INSERT INTO "ChangePending" (transaction, type, "entityId", operation, version, before, writer)
  SELECT current_transaction(), TG_ARGV[0]::"TrackedType", b.id, 'RETRACTED', b.version + 1, to_jsonb(b), change_writer()
  FROM before b WHERE NOT EXISTS (SELECT FROM undone WHERE undone."entityId" = b.id)
  ON CONFLICT (transaction, type, "entityId") DO UPDATE SET
    operation = 'RETRACTED', before = excluded.before, after = NULL;
  RETURN NULL;
END $$;

-- The records that a row is a part of. Where a row hangs on one that is a part itself, the record of that one.
CREATE FUNCTION owners_of(child TEXT, r JSONB) RETURNS TABLE (type "TrackedType", id UUID) LANGUAGE sql STABLE AS $$
  SELECT owner.type::"TrackedType", owner.id FROM (
    SELECT 'EVENT', (r ->> 'eventId')::uuid WHERE child IN ('participants', 'identifiers', 'citations')
    UNION ALL SELECT 'EVENT', (r ->> 'fromId')::uuid WHERE child = 'links'
    UNION ALL SELECT 'EVENT', (SELECT "fromId" FROM "EventLink" WHERE id = (r ->> 'eventLinkId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'ACTOR', (r ->> 'actorId')::uuid WHERE child IN ('person', 'country', 'asset', 'names', 'identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (r ->> 'subjectId')::uuid WHERE child = 'relationships'
    UNION ALL SELECT 'ACTOR', (r ->> 'personId')::uuid WHERE child = 'detentions'
    UNION ALL SELECT 'ACTOR', (SELECT "subjectId" FROM "Relationship" WHERE id = (r ->> 'relationshipId')::uuid) WHERE child IN ('identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (SELECT "personId" FROM "Detention" WHERE id = (r ->> 'detentionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (r ->> 'sanctionId')::uuid WHERE child IN ('targets', 'actions', 'reasons', 'identifiers', 'citations')
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionAction" WHERE id = (r ->> 'sanctionActionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SOURCE', (r ->> 'sourceId')::uuid WHERE child = 'identifiers'
  ) owner (type, id) WHERE owner.id IS NOT NULL
$$;

-- Raises the versions of the records that are noted for their parts alone, in the order of their ids, so that two writers
-- wait for each other and do not block each other.
CREATE FUNCTION raise_owners() RETURNS VOID LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  touched "TrackedType";
BEGIN
  FOR touched IN
    SELECT DISTINCT type FROM "ChangePending" WHERE transaction = current_transaction() AND version = 0
  LOOP
    EXECUTE format(
      'UPDATE %I t SET version = t.version + 1, "updatedAt" = now() FROM (
         SELECT id FROM %1$I WHERE id IN (
           SELECT "entityId" FROM "ChangePending" WHERE transaction = current_transaction() AND version = 0 AND type = $1)
         ORDER BY id FOR NO KEY UPDATE) owner
       WHERE t.id = owner.id', initcap(touched::text)) USING touched;
  END LOOP;
  -- The owner was deleted with its parts.
  DELETE FROM "ChangePending" WHERE transaction = current_transaction() AND version = 0;
END $$;

-- The second argument says how: added or removed.
CREATE FUNCTION note_parts() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "ChangePending" AS known (transaction, type, "entityId", operation, version, children, writer)
  SELECT current_transaction(), owner.type, owner.id, 'UPDATED', 0,
    jsonb_build_object(TG_ARGV[0], jsonb_build_object(TG_ARGV[1], jsonb_agg(to_jsonb(part)))), change_writer()
  FROM parts part
  CROSS JOIN LATERAL owners_of(TG_ARGV[0], to_jsonb(part)) owner
  GROUP BY owner.type, owner.id
  ON CONFLICT (transaction, type, "entityId") DO UPDATE SET children = merge_children(known.children, excluded.children);
  PERFORM raise_owners();
  RETURN NULL;
END $$;

-- The second argument is the key that tells which row became which; a part that moves is told to both its owners.
CREATE FUNCTION note_parts_changed() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  INSERT INTO "ChangePending" AS p (transaction, type, "entityId", operation, version, children, writer)
  SELECT current_transaction(), owner.type, owner.id, 'UPDATED', 0,
    jsonb_build_object(TG_ARGV[0], jsonb_build_object('changed', jsonb_agg(jsonb_build_object('before', o.before, 'after', n.after)))), change_writer()
  FROM (SELECT to_jsonb(b) AS before FROM before b) o
  JOIN (SELECT to_jsonb(a) AS after FROM after a) n
    ON n.after ->> TG_ARGV[1] = o.before ->> TG_ARGV[1] AND n.after <> o.before
  CROSS JOIN LATERAL (
    SELECT * FROM owners_of(TG_ARGV[0], n.after) UNION SELECT * FROM owners_of(TG_ARGV[0], o.before)
  ) owner
  GROUP BY owner.type, owner.id
  ON CONFLICT (transaction, type, "entityId") DO UPDATE SET children = merge_children(p.children, excluded.children);
  PERFORM raise_owners();
  RETURN NULL;
END $$;

DO $$
DECLARE
  tracked RECORD;
BEGIN
  FOR tracked IN SELECT * FROM (VALUES
    ('Actor', ARRAY['ACTOR']),
    ('Event', ARRAY['EVENT', 'dateEdtf', 'dateLabel', 'sortDate']),
    ('Sanction', ARRAY['SANCTION']),
    ('Source', ARRAY['SOURCE', 'publishedOnEdtf', 'publishedOnLabel', 'sortDate'])
  ) t (name, arguments)
  LOOP
    EXECUTE format('CREATE TRIGGER log_version BEFORE UPDATE ON %I FOR EACH ROW EXECUTE FUNCTION raise_version(%s)',
      tracked.name, (SELECT string_agg(quote_literal(a), ', ') FROM unnest(tracked.arguments) a));
    EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION note_created(%L)', tracked.name, tracked.arguments[1]);
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION note_updated(%L)', tracked.name, tracked.arguments[1]);
    EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS before
      FOR EACH STATEMENT EXECUTE FUNCTION note_deleted(%L)', tracked.name, tracked.arguments[1]);
  END LOOP;
  FOR tracked IN SELECT * FROM (VALUES
    ('Person', 'person', 'actorId'), ('Country', 'country', 'actorId'), ('Asset', 'asset', 'actorId'),
    ('ActorName', 'names', 'id'), ('Identifier', 'identifiers', 'id'), ('Relationship', 'relationships', 'id'),
    ('Detention', 'detentions', 'id'), ('EventParticipant', 'participants', 'id'), ('EventLink', 'links', 'id'),
    ('SanctionTarget', 'targets', 'id'), ('SanctionAction', 'actions', 'id'), ('SanctionReason', 'reasons', 'eventId'),
    ('Citation', 'citations', 'id')
  ) t (name, child, key)
  LOOP
    EXECUTE format('CREATE TRIGGER log_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS parts
      FOR EACH STATEMENT EXECUTE FUNCTION note_parts(%L, ''added'')', tracked.name, tracked.child);
    EXECUTE format('CREATE TRIGGER log_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION note_parts_changed(%L, %L)', tracked.name, tracked.child, tracked.key);
    EXECUTE format('CREATE TRIGGER log_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS parts
      FOR EACH STATEMENT EXECUTE FUNCTION note_parts(%L, ''removed'')', tracked.name, tracked.child);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- putting it in order

-- Moves at most so many changes from the transactions that have committed into the log, and tells where it then ends and how
-- many were moved. One caller at a time: whoever waited for the lock then sees, by a snapshot taken after it, all that was
-- committed before.
CREATE FUNCTION sequence_changes(most INTEGER DEFAULT 1000, OUT head BIGINT, OUT moved BIGINT)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4202611);
  SELECT position INTO head FROM "FeedHead";
  WITH taken AS (
    DELETE FROM "ChangePending" WHERE seq IN (SELECT seq FROM "ChangePending" ORDER BY seq LIMIT most) RETURNING *
  )
  INSERT INTO "Change" (position, type, "entityId", operation, version, before, after, children, writer, "committedAt")
  SELECT head + row_number() OVER (ORDER BY seq), type, "entityId", operation, version, before, after, children, writer,
    clock_timestamp()
  FROM taken;
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved > 0 THEN
    head := head + moved;
    UPDATE "FeedHead" SET position = head;
    PERFORM pg_notify('dateline_feed', head::text);
  END IF;
END $$;
