-- Licences; what restricts whom on a day; and what was known of it at an earlier time.

-- ---------------------------------------------------------------- licences

-- What an authority permits although a sanction forbids it. `to` is the end that the licence states, `extended` the end after its
-- last extension, `revoked` the day on which it was revoked.
CREATE TABLE "Licence" (
    "id" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "targetId" UUID,
    "authorityId" UUID NOT NULL,
    "title" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "fromEarliest" DATE,
    "fromLatest" DATE,
    "fromPrecision" "DatePrecision",
    "fromText" TEXT,
    "fromBasis" "Basis",
    "fromEdtf" TEXT GENERATED ALWAYS AS (edtf("fromEarliest", "fromLatest", "fromBasis")) STORED,
    "fromLabel" TEXT GENERATED ALWAYS AS (date_label("fromEarliest", "fromLatest", "fromPrecision")) STORED,
    "toEarliest" DATE,
    "toLatest" DATE,
    "toPrecision" "DatePrecision",
    "toText" TEXT,
    "toBasis" "Basis",
    "toEdtf" TEXT GENERATED ALWAYS AS (edtf("toEarliest", "toLatest", "toBasis")) STORED,
    "toLabel" TEXT GENERATED ALWAYS AS (date_label("toEarliest", "toLatest", "toPrecision")) STORED,
    "extendedEarliest" DATE,
    "extendedLatest" DATE,
    "extendedPrecision" "DatePrecision",
    "extendedText" TEXT,
    "extendedBasis" "Basis",
    "extendedEdtf" TEXT GENERATED ALWAYS AS (edtf("extendedEarliest", "extendedLatest", "extendedBasis")) STORED,
    "extendedLabel" TEXT GENERATED ALWAYS AS (date_label("extendedEarliest", "extendedLatest", "extendedPrecision")) STORED,
    "revokedEarliest" DATE,
    "revokedLatest" DATE,
    "revokedPrecision" "DatePrecision",
    "revokedText" TEXT,
    "revokedBasis" "Basis",
    "revokedEdtf" TEXT GENERATED ALWAYS AS (edtf("revokedEarliest", "revokedLatest", "revokedBasis")) STORED,
    "revokedLabel" TEXT GENERATED ALWAYS AS (date_label("revokedEarliest", "revokedLatest", "revokedPrecision")) STORED,
    "certainty" "Certainty" NOT NULL,

    CONSTRAINT "Licence_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "Licence_from_order" CHECK ("fromEarliest" <= "fromLatest"),
    CONSTRAINT "Licence_from_years" CHECK ("fromEarliest" >= DATE '0001-01-01' AND "fromLatest" <= DATE '9999-12-31'),
    CONSTRAINT "Licence_from_whole" CHECK (num_nonnulls("fromPrecision", "fromBasis") = 2 OR num_nonnulls("fromPrecision", "fromBasis", "fromEarliest", "fromLatest", "fromText") = 0),
    CONSTRAINT "Licence_to_order" CHECK ("toEarliest" <= "toLatest"),
    CONSTRAINT "Licence_to_years" CHECK ("toEarliest" >= DATE '0001-01-01' AND "toLatest" <= DATE '9999-12-31'),
    CONSTRAINT "Licence_to_whole" CHECK (num_nonnulls("toPrecision", "toBasis") = 2 OR num_nonnulls("toPrecision", "toBasis", "toEarliest", "toLatest", "toText") = 0),
    CONSTRAINT "Licence_extended_order" CHECK ("extendedEarliest" <= "extendedLatest"),
    CONSTRAINT "Licence_extended_years" CHECK ("extendedEarliest" >= DATE '0001-01-01' AND "extendedLatest" <= DATE '9999-12-31'),
    CONSTRAINT "Licence_extended_whole" CHECK (num_nonnulls("extendedPrecision", "extendedBasis") = 2 OR num_nonnulls("extendedPrecision", "extendedBasis", "extendedEarliest", "extendedLatest", "extendedText") = 0),
    CONSTRAINT "Licence_revoked_order" CHECK ("revokedEarliest" <= "revokedLatest"),
    CONSTRAINT "Licence_revoked_years" CHECK ("revokedEarliest" >= DATE '0001-01-01' AND "revokedLatest" <= DATE '9999-12-31'),
    CONSTRAINT "Licence_revoked_whole" CHECK (num_nonnulls("revokedPrecision", "revokedBasis") = 2 OR num_nonnulls("revokedPrecision", "revokedBasis", "revokedEarliest", "revokedLatest", "revokedText") = 0),
    CONSTRAINT "Licence_to_after" CHECK ("toLatest" >= "fromEarliest"),
    CONSTRAINT "Licence_extended_after" CHECK ("extendedLatest" >= "fromEarliest" AND ("toPrecision" IS NOT NULL OR "extendedPrecision" IS NULL)),
    CONSTRAINT "Licence_revoked_after" CHECK ("revokedLatest" >= "fromEarliest")
);
CREATE INDEX "Licence_sanctionId_id_idx" ON "Licence"("sanctionId", "id");
CREATE INDEX "Licence_targetId_idx" ON "Licence"("targetId");
CREATE INDEX "Licence_authorityId_idx" ON "Licence"("authorityId");
ALTER TABLE "Licence" ADD CONSTRAINT "Licence_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Licence" ADD CONSTRAINT "Licence_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "SanctionTarget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Licence" ADD CONSTRAINT "Licence_authorityId_fkey" FOREIGN KEY ("authorityId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

ALTER TABLE "Citation" ADD COLUMN "licenceId" UUID;
CREATE INDEX "Citation_licenceId_idx" ON "Citation"("licenceId");
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_licenceId_fkey" FOREIGN KEY ("licenceId") REFERENCES "Licence"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" DROP CONSTRAINT "Citation_subject_one";
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_subject_one" CHECK (num_nonnulls(
  "actorId", "relationshipId", "eventId", "eventLinkId", "sanctionId", "sanctionActionId", "detentionId", "disputedValueId", "licenceId") = 1);

CREATE FUNCTION require_licensed_target() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW."targetId" IS NOT NULL
    AND NOT EXISTS (SELECT FROM "SanctionTarget" t WHERE t.id = NEW."targetId" AND t."sanctionId" = NEW."sanctionId") THEN
    RAISE EXCEPTION 'A licence can concern only a target of its own sanction.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'Licence_target_own', DETAIL = 'Licence_target_own';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER require_licensed_target BEFORE INSERT OR UPDATE OF "targetId", "sanctionId" ON "Licence"
  FOR EACH ROW EXECUTE FUNCTION require_licensed_target();

-- As before, with licences.
CREATE OR REPLACE FUNCTION owners_of(child TEXT, r JSONB) RETURNS TABLE (type "TrackedType", id UUID) LANGUAGE sql STABLE AS $$
  SELECT owner.type::"TrackedType", owner.id FROM (
    SELECT 'EVENT', (r ->> 'eventId')::uuid WHERE child IN ('participants', 'identifiers', 'citations', 'disputedValues')
    UNION ALL SELECT 'EVENT', (r ->> 'fromId')::uuid WHERE child = 'links'
    UNION ALL SELECT 'EVENT', (SELECT "fromId" FROM "EventLink" WHERE id = (r ->> 'eventLinkId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'EVENT', (SELECT "eventId" FROM "EventParticipant" WHERE id = (r ->> 'participantId')::uuid) WHERE child = 'disputedValues'
    UNION ALL SELECT 'ACTOR', (r ->> 'actorId')::uuid WHERE child IN ('person', 'country', 'asset', 'names', 'identifiers', 'citations', 'disputedValues')
    UNION ALL SELECT 'ACTOR', (r ->> 'subjectId')::uuid WHERE child = 'relationships'
    UNION ALL SELECT 'ACTOR', (r ->> 'personId')::uuid WHERE child IN ('detentions', 'births')
    UNION ALL SELECT 'ACTOR', (SELECT "subjectId" FROM "Relationship" WHERE id = (r ->> 'relationshipId')::uuid) WHERE child IN ('identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (SELECT "personId" FROM "Detention" WHERE id = (r ->> 'detentionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (r ->> 'sanctionId')::uuid WHERE child IN ('targets', 'actions', 'licences', 'reasons', 'identifiers', 'citations')
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionAction" WHERE id = (r ->> 'sanctionActionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "Licence" WHERE id = (r ->> 'licenceId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionTarget" WHERE id = (r ->> 'targetId')::uuid) WHERE child = 'disputedValues'
    UNION ALL SELECT 'SOURCE', (r ->> 'sourceId')::uuid WHERE child = 'identifiers'
    UNION ALL SELECT owner.* FROM "DisputedValue" v
      LEFT JOIN "EventParticipant" p ON p.id = v."participantId" LEFT JOIN "SanctionTarget" t ON t.id = v."targetId"
      CROSS JOIN LATERAL (VALUES ('ACTOR', v."actorId"), ('EVENT', v."eventId"), ('EVENT', p."eventId"), ('SANCTION', t."sanctionId")) owner
      WHERE child = 'citations' AND r ->> 'disputedValueId' IS NOT NULL AND v.id = (r ->> 'disputedValueId')::uuid
  ) owner (type, id) WHERE owner.id IS NOT NULL
$$;
CREATE TRIGGER log_insert AFTER INSERT ON "Licence" REFERENCING NEW TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('licences', 'added');
CREATE TRIGGER log_update AFTER UPDATE ON "Licence" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts_changed('licences', 'id');
CREATE TRIGGER log_delete AFTER DELETE ON "Licence" REFERENCING OLD TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('licences', 'removed');

-- ---------------------------------------------------------------- when a transaction became known

-- What a database knows of the time before this is not recorded.
ALTER TABLE "FeedHead" ADD COLUMN "knownSince" TIMESTAMPTZ(3) NOT NULL DEFAULT now();

-- A transaction that writes versions has a number, and a time of commit once the log has dealt with it. The number is kept, unlike
-- the transaction's, when a backup is restored on another server.
CREATE SEQUENCE version_number;
ALTER TABLE "ChangeTransaction" ADD COLUMN "versions" BIGINT, ADD COLUMN "committedAt" TIMESTAMPTZ(3);
CREATE TABLE "KnownTransaction" (
    "versions" BIGINT NOT NULL,
    "committedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnownTransaction_pkey" PRIMARY KEY ("versions")
);
CREATE INDEX "KnownTransaction_committedAt_idx" ON "KnownTransaction"("committedAt");

-- The number of the current transaction. It draws its place in the log, even if the log has no entry for what it changes.
CREATE FUNCTION current_versions() RETURNS BIGINT LANGUAGE plpgsql AS $$
DECLARE
  number BIGINT;
BEGIN
  SELECT versions INTO number FROM "ChangeTransaction" WHERE transaction = current_transaction();
  IF number IS NULL THEN
    INSERT INTO "ChangeTransaction" AS known (transaction, versions) VALUES (current_transaction(), nextval('version_number'))
    ON CONFLICT (transaction) DO UPDATE SET versions = excluded.versions, "order" = NULL RETURNING versions INTO number;
  END IF;
  RETURN number;
END $$;

-- As before, but all entries of a transaction have one time of commit, and the times of transactions with versions are kept.
-- Times are cut to milliseconds: a caller who has the answer of a write reads the same or a later time from a clock.
CREATE OR REPLACE FUNCTION sequence_changes(
  most INTEGER DEFAULT 1000, whole BOOLEAN DEFAULT FALSE, OUT head BIGINT, OUT moved BIGINT
) LANGUAGE plpgsql AS $$
DECLARE
  -- After a change of its own, or with an old snapshot, a caller cannot tell which transactions have been dealt with.
  is_judge BOOLEAN := pg_current_xact_id_if_assigned() IS NULL
    AND current_setting('transaction_isolation') = 'read committed';
  -- No transaction that had committed when the call began has a higher number.
  own BIGINT;
  drawn BIGINT;
  bottom BIGINT;
  ceiling BIGINT;
  generation BIGINT;
  first BIGINT;
  latest TIMESTAMPTZ;
BEGIN
  moved := 0;
  SELECT f.last_value, o.last_value, (SELECT min("order") FROM "ChangeTransaction" WHERE "order" > f.last_value)
  INTO bottom, own, first FROM change_floor f, change_order o;
  IF first IS NULL AND own <= bottom + 1000 AND NOT whole THEN
    head := coalesce((SELECT max(position) FROM "Change"), (SELECT oldest FROM "FeedHead"));
    RETURN;
  END IF;
  PERFORM pg_advisory_xact_lock(4202611);
  IF whole THEN
    PERFORM setval('change_floor', 0), setval('change_ceiling', 0);
  END IF;
  SELECT f.last_value, c.last_value, g.last_value, CASE WHEN o.is_called THEN o.last_value ELSE 0 END,
    (SELECT min("order") FROM "ChangeTransaction" WHERE "order" > f.last_value)
  INTO bottom, ceiling, generation, drawn, first
  FROM change_floor f, change_ceiling c, change_generation g, change_order o;
  SELECT position, "committedAt" INTO head, latest FROM "Change" ORDER BY position DESC LIMIT 1;
  IF NOT FOUND THEN
    SELECT oldest INTO head FROM "FeedHead";
  END IF;
  IF first <= own OR whole AND first IS NOT NULL THEN
    latest := greatest(latest, (SELECT "committedAt" FROM "KnownTransaction" ORDER BY "committedAt" DESC LIMIT 1),
      (SELECT max("committedAt") FROM "ChangeTransaction" WHERE "order" > bottom));
    -- Everything, if it is at most so much. Rows are deleted by their places: no plan reads a whole table or index.
    WITH found AS (
      SELECT t.ctid AS its_place, p.place FROM "ChangeTransaction" t
      LEFT JOIN LATERAL (
        SELECT ctid AS place FROM "ChangePending" p WHERE p.transaction = t.transaction LIMIT most + 1
      ) p ON true
      WHERE t."order" > bottom LIMIT most + 1
    ), fitting AS (
      SELECT * FROM found WHERE (SELECT count(*) FROM found) <= most
    ), now AS MATERIALIZED (
      SELECT greatest(date_trunc('milliseconds', clock_timestamp()), latest) AS at
    ), ended AS (
      DELETE FROM "ChangeTransaction" WHERE ctid = ANY (ARRAY(SELECT its_place FROM fitting)) RETURNING *
    ), known AS (
      INSERT INTO "KnownTransaction" (versions, "committedAt")
      SELECT e.versions, now.at FROM ended e, now WHERE e.versions IS NOT NULL AND e."committedAt" IS NULL
    ), taken AS (
      DELETE FROM "ChangePending" WHERE ctid = ANY (ARRAY(SELECT place FROM fitting)) RETURNING *
    )
    INSERT INTO "Change" (position, type, "entityId", operation, version, before, after, children, writer, "committedAt")
    SELECT head + row_number() OVER (ORDER BY e.last, e."order", p.seq), p.type, p."entityId", p.operation, p.version, p.before,
      p.after, p.children, p.writer, coalesce(e."committedAt", now.at)
    FROM taken p JOIN ended e USING (transaction), now;
    GET DIAGNOSTICS moved = ROW_COUNT;
    head := head + moved;
    IF moved = 0 THEN
      WITH now AS MATERIALIZED (
        SELECT greatest(date_trunc('milliseconds', clock_timestamp()), latest) AS at
      ), placed AS (
        UPDATE "ChangeTransaction" t SET last = ranged.last, "committedAt" = now.at FROM now, (
          SELECT transaction, sum(size) OVER (ORDER BY "order")
            + coalesce((SELECT max(last) FROM "ChangeTransaction" WHERE "order" > bottom), head) AS last
          FROM (
            SELECT transaction, "order", (SELECT count(*) FROM "ChangePending" p WHERE p.transaction = n.transaction) AS size
            FROM "ChangeTransaction" n WHERE "order" > bottom AND last IS NULL ORDER BY "order" LIMIT 1000
          ) sized
        ) ranged WHERE t.transaction = ranged.transaction RETURNING t.versions, t."committedAt"
      )
      INSERT INTO "KnownTransaction" (versions, "committedAt") SELECT * FROM placed WHERE versions IS NOT NULL;
      WITH next AS (
        SELECT p.place
        FROM (
          -- A transaction without entries ends where the one before it ends.
          SELECT transaction, last,
            coalesce(max(last) OVER (ORDER BY last GROUPS BETWEEN 1 PRECEDING AND 1 PRECEDING), head) AS before
          FROM "ChangeTransaction" WHERE "order" > bottom AND last IS NOT NULL
        ) t
        CROSS JOIN LATERAL (
          SELECT ctid AS place, seq FROM "ChangePending" p WHERE p.transaction = t.transaction ORDER BY seq LIMIT most
        ) p
        WHERE t.before < head + most
        ORDER BY t.last, p.seq LIMIT most
      ), taken AS (
        DELETE FROM "ChangePending" WHERE ctid = ANY (ARRAY(SELECT place FROM next)) RETURNING *
      )
      INSERT INTO "Change" (position, type, "entityId", operation, version, before, after, children, writer, "committedAt")
      SELECT head + row_number() OVER (ORDER BY t.last, p.seq), p.type, p."entityId", p.operation, p.version, p.before, p.after,
        p.children, p.writer, t."committedAt"
      FROM taken p JOIN "ChangeTransaction" t USING (transaction);
      GET DIAGNOSTICS moved = ROW_COUNT;
      head := head + moved;
      DELETE FROM "ChangeTransaction" WHERE "order" > bottom AND last <= head;
    END IF;
    IF moved > 0 THEN
      PERFORM pg_notify('dateline_feed', head::text);
    END IF;
  END IF;
  -- One generation ends here if no transaction that drew in the one before is open. The lock is given back at once. Not at each
  -- call: to look at a few numbers again costs less.
  IF is_judge AND drawn > bottom + 20 AND (moved > 0 OR drawn > bottom + 1000)
    AND NOT (generation % 2 = 1 AND coalesce(first <= ceiling, FALSE))
    AND pg_try_advisory_lock(4202612, ((generation + 1) % 2)::int)
    AND pg_advisory_unlock(4202612, ((generation + 1) % 2)::int)
  THEN
    IF generation % 2 = 1 THEN
      PERFORM setval('change_floor', ceiling), setval('change_ceiling', drawn);
    END IF;
    PERFORM setval('change_generation', generation + 1);
  END IF;
END $$;

-- ---------------------------------------------------------------- versions

-- What each fact that a restriction rests on was, from one transaction until another one: `from` and `until` are numbers of
-- transactions. `from` is 0 for what is older than FeedHead.knownSince, `until` is NULL for what still is.
CREATE TABLE "SanctionVersion" (
    "sanctionId" UUID NOT NULL,
    "authorityId" UUID NOT NULL,
    "measures" "SanctionMeasure"[],
    "scope" "RestrictionScope" NOT NULL,
    "isRetracted" BOOLEAN NOT NULL,
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "SanctionVersion_pkey" PRIMARY KEY ("sanctionId", "from")
);
CREATE TABLE "SanctionTargetVersion" (
    "targetId" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "listingId" TEXT,
    "listedEarliest" DATE,
    "listedLatest" DATE,
    "listedPrecision" "DatePrecision",
    "delistedEarliest" DATE,
    "delistedLatest" DATE,
    "delistedPrecision" "DatePrecision",
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "SanctionTargetVersion_pkey" PRIMARY KEY ("targetId", "from")
);
CREATE INDEX "SanctionTargetVersion_actorId_idx" ON "SanctionTargetVersion"("actorId");
CREATE INDEX "SanctionTargetVersion_sanctionId_idx" ON "SanctionTargetVersion"("sanctionId");
-- The status and the retraction are those of the event of the action.
CREATE TABLE "SanctionActionVersion" (
    "actionId" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "targetId" UUID,
    "kind" "SanctionActionKind" NOT NULL,
    "dateEarliest" DATE,
    "dateLatest" DATE,
    "certainty" "Certainty" NOT NULL,
    "eventStatus" "EventStatus",
    "isEventRetracted" BOOLEAN NOT NULL,
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "SanctionActionVersion_pkey" PRIMARY KEY ("actionId", "from")
);
CREATE INDEX "SanctionActionVersion_sanctionId_idx" ON "SanctionActionVersion"("sanctionId");
CREATE INDEX "SanctionActionVersion_subject_idx" ON "SanctionActionVersion" ((coalesce("targetId", "sanctionId")));
-- `earliest` and `latest` are the first and the last day on which the licence may have been valid.
CREATE TABLE "LicenceVersion" (
    "licenceId" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "targetId" UUID,
    "earliest" DATE,
    "latest" DATE,
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "LicenceVersion_pkey" PRIMARY KEY ("licenceId", "from")
);
CREATE INDEX "LicenceVersion_sanctionId_idx" ON "LicenceVersion"("sanctionId");
-- Only while the actor is merged into another one or retracted.
CREATE TABLE "ActorVersion" (
    "actorId" UUID NOT NULL,
    "mergedIntoId" UUID,
    "isRetracted" BOOLEAN NOT NULL,
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "ActorVersion_pkey" PRIMARY KEY ("actorId", "from")
);
-- The snapshots of a list in a row that contained an entry: from the first to the last one. While more may follow, Sighting has
-- the last one. That an import saw an entry is known from the end of the import on.
CREATE TABLE "SightingVersion" (
    "targetId" UUID NOT NULL,
    "list" TEXT NOT NULL,
    "firstSeenOn" DATE NOT NULL,
    "seenOn" DATE,
    "from" BIGINT NOT NULL,
    "until" BIGINT,

    CONSTRAINT "SightingVersion_pkey" PRIMARY KEY ("targetId", "list", "from")
);

ALTER TABLE "ImportRun"
  ADD COLUMN "files" TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "seen" TEXT[] NOT NULL DEFAULT '{}',
  ADD COLUMN "versions" BIGINT;
UPDATE "ImportRun" SET seen = lists, versions = 0 WHERE state <> 'RUNNING';
CREATE INDEX "ImportRun_seen_idx" ON "ImportRun" USING gin ("seen");
CREATE FUNCTION end_import_run() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state <> 'RUNNING' AND NEW.versions IS NULL THEN
    NEW.versions := current_versions();
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER end_import_run BEFORE INSERT OR UPDATE OF state ON "ImportRun" FOR EACH ROW EXECUTE FUNCTION end_import_run();

INSERT INTO "SanctionVersion" SELECT id, "authorityId", measures, scope, "retractedAt" IS NOT NULL, 0, NULL FROM "Sanction";
INSERT INTO "SanctionTargetVersion"
SELECT id, "sanctionId", "actorId", "listingId", "listedEarliest", "listedLatest", "listedPrecision", "delistedEarliest",
  "delistedLatest", "delistedPrecision", 0, NULL
FROM "SanctionTarget";
INSERT INTO "SanctionActionVersion"
SELECT a.id, "sanctionId", "targetId", kind, a."dateEarliest", a."dateLatest", a.certainty, e.status, e."retractedAt" IS NOT NULL, 0, NULL
FROM "SanctionAction" a LEFT JOIN "Event" e ON e.id = a."eventId";
INSERT INTO "ActorVersion"
SELECT id, "mergedIntoId", "retractedAt" IS NOT NULL, 0, NULL FROM "Actor" WHERE num_nonnulls("mergedIntoId", "retractedAt") > 0;
INSERT INTO "SightingVersion" SELECT "targetId", list, coalesce("firstSeenOn", "seenOn"), NULL, 0, NULL FROM "Sighting";

-- Writes the versions of changed rows. A row that one transaction changes twice has one version of it. The functions differ only in
-- their table: the columns by which a row is seen to differ, and the values of the version, of the row `r`.
DO $$
DECLARE
  kept RECORD;
BEGIN
  FOR kept IN SELECT * FROM (VALUES
    ('Sanction', 'sanctionId', '"authorityId", measures, scope, "retractedAt"',
      'r.id, r."authorityId", r.measures, r.scope, r."retractedAt" IS NOT NULL', 'true'),
    ('SanctionTarget', 'targetId',
      '"sanctionId", "actorId", "listingId", "listedEarliest", "listedLatest", "listedPrecision", "delistedEarliest", "delistedLatest", "delistedPrecision"',
      'r.id, r."sanctionId", r."actorId", r."listingId", r."listedEarliest", r."listedLatest", r."listedPrecision", r."delistedEarliest", r."delistedLatest", r."delistedPrecision"', 'true'),
    ('SanctionAction', 'actionId', '"sanctionId", "targetId", kind, "dateEarliest", "dateLatest", certainty, "eventId"',
      'r.id, r."sanctionId", r."targetId", r.kind, r."dateEarliest", r."dateLatest", r.certainty, (SELECT e.status FROM "Event" e WHERE e.id = r."eventId"), EXISTS (SELECT FROM "Event" e WHERE e.id = r."eventId" AND e."retractedAt" IS NOT NULL)', 'true'),
    ('Licence', 'licenceId', '"sanctionId", "targetId", "fromEarliest", "toLatest", "toPrecision", "extendedLatest", "extendedPrecision", "revokedLatest", "revokedPrecision"',
      'r.id, r."sanctionId", r."targetId", r."fromEarliest", least(r."revokedLatest", CASE WHEN r."extendedPrecision" IS NOT NULL THEN r."extendedLatest" ELSE r."toLatest" END)', 'true'),
    ('Actor', 'actorId', '"mergedIntoId", "retractedAt"', 'r.id, r."mergedIntoId", r."retractedAt" IS NOT NULL',
      'num_nonnulls(r."mergedIntoId", r."retractedAt") > 0')
  ) t (name, key, compared, stored, condition)
  LOOP
    EXECUTE format($function$
      CREATE FUNCTION %1$I() RETURNS TRIGGER LANGUAGE plpgsql AS $body$
      DECLARE
        number BIGINT;
        changed UUID[];
      BEGIN
        IF TG_OP = 'INSERT' THEN
          IF EXISTS (SELECT FROM after r WHERE %6$s) THEN
            number := current_versions();
            INSERT INTO %2$I SELECT %5$s, number, NULL FROM after r WHERE %6$s;
          END IF;
          RETURN NULL;
        ELSIF TG_OP = 'DELETE' THEN
          changed := ARRAY(SELECT id FROM before);
        ELSE
          changed := ARRAY(SELECT id FROM (
            SELECT id, %4$s FROM before EXCEPT ALL SELECT id, %4$s FROM after) b);
        END IF;
        IF changed = '{}' THEN
          RETURN NULL;
        END IF;
        number := current_versions();
        DELETE FROM %2$I WHERE %3$I = ANY (changed) AND until IS NULL AND "from" = number;
        UPDATE %2$I SET until = number WHERE %3$I = ANY (changed) AND until IS NULL;
        IF TG_OP = 'UPDATE' THEN
          INSERT INTO %2$I SELECT %5$s, number, NULL FROM after r WHERE r.id = ANY (changed) AND %6$s;
        END IF;
        RETURN NULL;
      END $body$ $function$,
      'version_' || lower(kept.name), kept.name || 'Version', kept.key, kept.compared, kept.stored, kept.condition);
    EXECUTE format('CREATE TRIGGER version_insert AFTER INSERT ON %I REFERENCING NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', kept.name, 'version_' || lower(kept.name));
    EXECUTE format('CREATE TRIGGER version_update AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS after
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', kept.name, 'version_' || lower(kept.name));
    EXECUTE format('CREATE TRIGGER version_delete AFTER DELETE ON %I REFERENCING OLD TABLE AS before
      FOR EACH STATEMENT EXECUTE FUNCTION %I()', kept.name, 'version_' || lower(kept.name));
  END LOOP;
END $$;

-- An event has a version for each action that took place in it.
CREATE FUNCTION version_event() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  number BIGINT;
  changed UUID[] := ARRAY(
    SELECT a.id FROM (SELECT id, status, "retractedAt" FROM before EXCEPT ALL SELECT id, status, "retractedAt" FROM after) e
    JOIN "SanctionAction" a ON a."eventId" = e.id);
BEGIN
  IF changed <> '{}' THEN
    number := current_versions();
    DELETE FROM "SanctionActionVersion" WHERE "actionId" = ANY (changed) AND until IS NULL AND "from" = number;
    UPDATE "SanctionActionVersion" SET until = number WHERE "actionId" = ANY (changed) AND until IS NULL;
    INSERT INTO "SanctionActionVersion"
    SELECT a.id, a."sanctionId", a."targetId", a.kind, a."dateEarliest", a."dateLatest", a.certainty, e.status,
      e."retractedAt" IS NOT NULL, number, NULL
    FROM "SanctionAction" a JOIN "Event" e ON e.id = a."eventId" WHERE a.id = ANY (changed);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER version_update AFTER UPDATE ON "Event" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION version_event();

-- A later snapshot continues the row of snapshots if the one before it was complete, and no complete one between them lacks the entry.
CREATE FUNCTION version_sighting() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  number BIGINT;
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM after) THEN
      number := current_versions();
      INSERT INTO "SightingVersion" SELECT "targetId", list, coalesce("firstSeenOn", "seenOn"), NULL, number, NULL FROM after;
    END IF;
  ELSIF TG_OP = 'DELETE' THEN
    IF EXISTS (SELECT FROM before) THEN
      number := current_versions();
      DELETE FROM "SightingVersion" v USING before b
      WHERE v."targetId" = b."targetId" AND v.list = b.list AND v.until IS NULL AND v."from" = number;
      UPDATE "SightingVersion" v SET until = number, "seenOn" = b."seenOn" FROM before b
      WHERE v."targetId" = b."targetId" AND v.list = b.list AND v.until IS NULL;
    END IF;
  ELSIF EXISTS (
    SELECT FROM (
      SELECT DISTINCT b.list, b."seenOn" AS before, a."seenOn" AS after,
        a."seenOn" > b."seenOn" AND (a."absentOn", a."firstSeenOn") IS NOT DISTINCT FROM (b."absentOn", b."firstSeenOn") AS is_later
      FROM before b JOIN after a USING ("targetId", list) WHERE a IS DISTINCT FROM b
    ) change WHERE NOT is_later OR is_interrupted(list, before, after)
  ) OR EXISTS (SELECT "targetId", list FROM before EXCEPT SELECT "targetId", list FROM after) THEN
    number := current_versions();
    WITH interrupted AS (
      SELECT b."targetId", b.list, b."seenOn" AS before FROM before b LEFT JOIN after a USING ("targetId", list)
      WHERE a."targetId" IS NULL OR a IS DISTINCT FROM b AND (
        a."seenOn" <= b."seenOn" OR (a."absentOn", a."firstSeenOn") IS DISTINCT FROM (b."absentOn", b."firstSeenOn")
        OR is_interrupted(b.list, b."seenOn", a."seenOn"))
    ), undone AS (
      DELETE FROM "SightingVersion" v USING interrupted i
      WHERE v."targetId" = i."targetId" AND v.list = i.list AND v.until IS NULL AND v."from" = number
    )
    UPDATE "SightingVersion" v SET until = number, "seenOn" = i.before FROM interrupted i
    WHERE v."targetId" = i."targetId" AND v.list = i.list AND v.until IS NULL AND v."from" <> number;
    INSERT INTO "SightingVersion"
    SELECT a."targetId", a.list, CASE
        WHEN a."seenOn" > b."seenOn" AND (a."absentOn", a."firstSeenOn") IS NOT DISTINCT FROM (b."absentOn", b."firstSeenOn")
        THEN a."seenOn" ELSE coalesce(a."firstSeenOn", a."seenOn")
      END, NULL, number, NULL
    FROM after a LEFT JOIN before b USING ("targetId", list)
    WHERE NOT EXISTS (SELECT FROM "SightingVersion" v WHERE v."targetId" = a."targetId" AND v.list = a.list AND v.until IS NULL);
  END IF;
  RETURN NULL;
END $$;
CREATE FUNCTION is_interrupted(of_list TEXT, before DATE, after DATE) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM "ImportRun" r
    WHERE r.state = 'DONE' AND r.lists @> ARRAY[of_list] AND r."asOf" > before AND r."asOf" < after)
    OR NOT EXISTS (
      SELECT FROM "ImportRun" r WHERE r.state = 'DONE' AND r.lists @> ARRAY[of_list] AND r."asOf" = before)
$$;
CREATE TRIGGER version_insert AFTER INSERT ON "Sighting" REFERENCING NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION version_sighting();
CREATE TRIGGER version_update AFTER UPDATE ON "Sighting" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION version_sighting();
CREATE TRIGGER version_delete AFTER DELETE ON "Sighting" REFERENCING OLD TABLE AS before
  FOR EACH STATEMENT EXECUTE FUNCTION version_sighting();

-- An import of an export: what was known before it is not in the export.
CREATE FUNCTION forget_what_was_known() RETURNS VOID LANGUAGE sql AS $$
  UPDATE "FeedHead" SET "knownSince" = greatest(date_trunc('milliseconds', clock_timestamp()),
    (SELECT "committedAt" FROM "KnownTransaction" ORDER BY "committedAt" DESC LIMIT 1))
$$;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of. Plans are kept and have no
-- scans of whole tables where the first call saw an empty table.
DO $$
DECLARE
  function REGPROCEDURE;
  name TEXT;
BEGIN
  FOR function, name IN
    SELECT oid, proname FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND (
      proname IN ('require_licensed_target', 'current_versions', 'sequence_changes', 'end_import_run', 'forget_what_was_known')
      OR proname LIKE 'version\_%')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('ALTER FUNCTION %s SET jit = off', function);
    IF name = 'sequence_changes' THEN
      EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', function);
      EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', function);
    END IF;
    IF name LIKE 'version\_%' THEN
      EXECUTE format('ALTER FUNCTION %s SET enable_nestloop = off', function);
    END IF;
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;

-- ---------------------------------------------------------------- the status on a day, by what was known

DROP VIEW "SanctionState";
DROP VIEW "SanctionTargetState";
DROP FUNCTION sanction_statuses(DATE);
DROP FUNCTION target_statuses(DATE);
DROP FUNCTION action_statuses(DATE);
DROP FUNCTION listing_statuses(DATE);
DROP FUNCTION status_by_windows(UUID, DATE);
DROP FUNCTION since_by_dates("SanctionTarget", DATE);
DROP FUNCTION status_by_dates("SanctionTarget", DATE);
DROP VIEW "StatusWindow";
DROP VIEW "SanctionEvidence";

-- The functions below have a parameter `at`: what was known then. NULL is what is known now, from the tables themselves. They are
-- written so that PostgreSQL includes them in the query that calls them, and reads only the rows that it needs.

CREATE FUNCTION sanctions_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "authorityId" UUID, measures "SanctionMeasure"[], scope "RestrictionScope", "isRetracted" BOOLEAN)
LANGUAGE sql STABLE AS $$
  SELECT id, "authorityId", measures, scope, "retractedAt" IS NOT NULL FROM "Sanction" WHERE at IS NULL
  UNION ALL
  SELECT v."sanctionId", v."authorityId", v.measures, v.scope, v."isRetracted" FROM "SanctionVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

CREATE FUNCTION targets_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "sanctionId" UUID, "actorId" UUID, "listingId" TEXT,
  "listedEarliest" DATE, "listedLatest" DATE, "listedPrecision" "DatePrecision",
  "delistedEarliest" DATE, "delistedLatest" DATE, "delistedPrecision" "DatePrecision")
LANGUAGE sql STABLE AS $$
  SELECT id, "sanctionId", "actorId", "listingId", "listedEarliest", "listedLatest", "listedPrecision",
    "delistedEarliest", "delistedLatest", "delistedPrecision"
  FROM "SanctionTarget" WHERE at IS NULL
  UNION ALL
  SELECT v."targetId", v."sanctionId", v."actorId", v."listingId", v."listedEarliest", v."listedLatest", v."listedPrecision",
    v."delistedEarliest", v."delistedLatest", v."delistedPrecision"
  FROM "SanctionTargetVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

CREATE FUNCTION actions_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "sanctionId" UUID, "targetId" UUID, subject UUID, kind "SanctionActionKind", "dateEarliest" DATE, "dateLatest" DATE,
  certainty "Certainty", "eventStatus" "EventStatus", "isEventRetracted" BOOLEAN)
LANGUAGE sql STABLE AS $$
  SELECT a.id, a."sanctionId", a."targetId", coalesce(a."targetId", a."sanctionId"), a.kind, a."dateEarliest", a."dateLatest",
    a.certainty, (SELECT e.status FROM "Event" e WHERE e.id = a."eventId"),
    EXISTS (SELECT FROM "Event" e WHERE e.id = a."eventId" AND e."retractedAt" IS NOT NULL)
  FROM "SanctionAction" a WHERE at IS NULL
  UNION ALL
  SELECT v."actionId", v."sanctionId", v."targetId", coalesce(v."targetId", v."sanctionId"), v.kind, v."dateEarliest", v."dateLatest",
    v.certainty, v."eventStatus", v."isEventRetracted"
  FROM "SanctionActionVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

-- The snapshots that contained an entry. Of a row of snapshots that goes on, the last one whose import had ended.
CREATE FUNCTION sightings_known(at TIMESTAMPTZ)
RETURNS TABLE ("targetId" UUID, list TEXT, "firstSeenOn" DATE, "seenOn" DATE) LANGUAGE sql STABLE AS $$
  SELECT "targetId", list, coalesce("firstSeenOn", "seenOn"), "seenOn" FROM "Sighting" WHERE at IS NULL
  UNION ALL
  SELECT v."targetId", v.list,
    (SELECT min(e."firstSeenOn") FROM "SightingVersion" e LEFT JOIN "KnownTransaction" k ON k.versions = e."from"
     WHERE e."targetId" = v."targetId" AND e.list = v.list AND (e."from" = 0 OR k."committedAt" <= at)),
    -- A snapshot without an import here, such as one of an export, is known with its version.
    greatest(v."firstSeenOn", (
      SELECT CASE
        WHEN EXISTS (SELECT FROM "ImportRun" r
          WHERE r."asOf" = max(last.day) AND (r.seen @> ARRAY[v.list] OR r.state = 'RUNNING')) THEN max(r."asOf")
        ELSE max(last.day)
      END
      FROM (SELECT coalesce(v."seenOn",
        (SELECT s."seenOn" FROM "Sighting" s WHERE s."targetId" = v."targetId" AND s.list = v.list)) AS day) last
      LEFT JOIN ("ImportRun" r LEFT JOIN "KnownTransaction" k ON k.versions = r.versions)
      ON r."asOf" <= last.day AND r.seen @> ARRAY[v.list] AND (r.versions = 0 OR k."committedAt" <= at)
        AND (r."asOf" = last.day OR r.state = 'DONE' AND r.lists @> ARRAY[v.list])))
  FROM "SightingVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

CREATE FUNCTION licences_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "sanctionId" UUID, "targetId" UUID, earliest DATE, latest DATE) LANGUAGE sql STABLE AS $$
  SELECT id, "sanctionId", "targetId", "fromEarliest",
    least("revokedLatest", CASE WHEN "extendedPrecision" IS NOT NULL THEN "extendedLatest" ELSE "toLatest" END)
  FROM "Licence" WHERE at IS NULL
  UNION ALL
  SELECT v."licenceId", v."sanctionId", v."targetId", v.earliest, v.latest FROM "LicenceVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

-- The merges and retractions of actors.
CREATE FUNCTION actors_known(at TIMESTAMPTZ) RETURNS TABLE (id UUID, "mergedIntoId" UUID, "isRetracted" BOOLEAN) LANGUAGE sql STABLE AS $$
  SELECT id, "mergedIntoId", "retractedAt" IS NOT NULL FROM "Actor"
  WHERE at IS NULL AND num_nonnulls("mergedIntoId", "retractedAt") > 0
  UNION ALL
  SELECT v."actorId", v."mergedIntoId", v."isRetracted" FROM "ActorVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

-- The day, in UTC. What will be known is not known: a time in the future counts as now.
CREATE FUNCTION day_of(at TIMESTAMPTZ) RETURNS DATE LANGUAGE sql STABLE AS $$
  SELECT (least(at, now()) AT TIME ZONE 'UTC')::date
$$;

-- The actions that count, with the first day on which they do. They are more than possible and not disputed, and their event, if
-- any, is not retracted. An action that changes the status has one; its event, if any, has occurred. What is announced, expected or
-- planned to end has none, but supports IN_FORCE. It does so from the day of knowledge on if its date is later. An action without
-- a day counts from that day on.
CREATE FUNCTION evidence_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "sanctionId" UUID, "targetId" UUID, subject UUID, kind "SanctionActionKind", "dateEarliest" DATE, "dateLatest" DATE,
  since DATE, status "SanctionStatus")
LANGUAGE sql STABLE AS $$
  SELECT a.id, a."sanctionId", a."targetId", a.subject, a.kind, a."dateEarliest", a."dateLatest",
    CASE
      WHEN num_nonnulls(a."dateEarliest", a."dateLatest") = 0 THEN day_of(at)
      WHEN a.kind IN ('EASING_EXPECTED', 'LIFT_ANNOUNCED') OR a."eventStatus" <> 'OCCURRED'
        THEN least(coalesce(a."dateEarliest", a."dateLatest"), day_of(at))
      ELSE coalesce(a."dateEarliest", a."dateLatest")
    END,
    CASE WHEN a."eventStatus" <> 'OCCURRED' THEN NULL ELSE
      CASE a.kind
        WHEN 'IMPOSED' THEN 'IN_FORCE' WHEN 'EXTENDED' THEN 'IN_FORCE' WHEN 'REIMPOSED' THEN 'IN_FORCE' WHEN 'EASED' THEN 'EASED'
        WHEN 'SUSPENDED' THEN 'SUSPENDED' WHEN 'LIFTED' THEN 'LIFTED' WHEN 'EXPIRED' THEN 'EXPIRED'
      END::"SanctionStatus"
    END
  FROM actions_known(at) a
  WHERE a.kind <> 'LICENSED' AND a.certainty NOT IN ('POSSIBLE', 'DISPUTED')
    AND (a."eventStatus" IS NULL OR NOT a."isEventRetracted" AND (
      a."eventStatus" = 'OCCURRED' OR a.kind IN ('EASING_EXPECTED', 'LIFT_ANNOUNCED')
      OR a.kind IN ('EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED') AND a."eventStatus" IN ('PROSPECTIVE', 'ONGOING')))
$$;

-- The windows in which the status of a subject changes: of the actions that count, and of the dates of listings. `earliest` and `latest`
-- are the first and the last possible day of the change. A date without a last day counts from the day of knowledge on.
CREATE FUNCTION status_windows(at TIMESTAMPTZ)
RETURNS TABLE (subject UUID, id UUID, kind "SanctionActionKind", earliest DATE, latest DATE, status "SanctionStatus")
LANGUAGE sql STABLE AS $$
  SELECT a.subject, a.id, a.kind, coalesce(a."dateEarliest", '-infinity'),
    coalesce(a."dateLatest", greatest(a."dateEarliest", day_of(at))), a.status
  FROM evidence_known(at) a WHERE a.status IS NOT NULL
  UNION ALL
  SELECT t.id, NULL, w.kind::"SanctionActionKind", w.earliest, w.latest, w.status::"SanctionStatus"
  FROM targets_known(at) t CROSS JOIN LATERAL (VALUES
    ('IMPOSED', coalesce(t."listedEarliest", '-infinity'),
      coalesce(t."listedLatest", greatest(t."listedEarliest", day_of(at))), 'IN_FORCE', t."listedPrecision" IS NOT NULL),
    ('LIFTED', coalesce(t."delistedEarliest", t."listedLatest", '-infinity'),
      coalesce(t."delistedLatest", greatest(t."delistedEarliest", day_of(at))), 'LIFTED', t."delistedPrecision" IS NOT NULL)
  ) w (kind, earliest, latest, status, applies)
  WHERE w.applies
$$;

-- The status of a subject on a day, and the day since when: that of the last change that is complete. It is UNKNOWN if another change
-- may have come after it. An imposition or an extension does not come after another change whose window overlaps with its own, and
-- after an end only a new imposition changes anything. Of two changes on one day, the one that was entered later is the later one.
-- Returns no row if no change is complete, and none is under way that ends or changes a sanction.
CREATE FUNCTION status_by_windows(of_subject UUID, day DATE, at TIMESTAMPTZ) RETURNS TABLE (since DATE, status "SanctionStatus")
LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN other.open THEN day ELSE last.latest END,
    CASE WHEN other.open IS NULL THEN last.status ELSE 'UNKNOWN' END
  FROM (VALUES (of_subject)) s (subject)
  LEFT JOIN LATERAL (
    SELECT w.* FROM status_windows(at) w WHERE w.subject = s.subject AND w.latest <= day
    ORDER BY CASE WHEN w.kind IN ('IMPOSED', 'EXTENDED') THEN w.earliest ELSE w.latest END DESC, w.id DESC, w.status DESC LIMIT 1
  ) last ON true
  CROSS JOIN LATERAL (
    SELECT bool_or(w.latest > day) AS open FROM status_windows(at) w
    WHERE w.subject = s.subject AND w.earliest <= day AND w.kind NOT IN ('IMPOSED', 'EXTENDED')
      AND CASE
        WHEN last.status IS NULL THEN w.kind <> 'REIMPOSED'
        ELSE w.status <> last.status AND w.latest >= last.earliest
          AND (w.kind = 'REIMPOSED' OR last.status NOT IN ('LIFTED', 'EXPIRED'))
          AND (w.id < last.id AND w.earliest = w.latest AND last.earliest = last.latest AND w.latest = last.latest) IS NOT TRUE
      END
  ) other
  WHERE last.status IS NOT NULL OR other.open IS NOT NULL
$$;

-- The status by the dates of a listing. Between the ends of a date it is UNKNOWN. A date without a last day counts from `today` on.
-- NULL: there are no dates.
CREATE FUNCTION status_by_dates(
  "listedEarliest" DATE, "listedLatest" DATE, "listedPrecision" "DatePrecision",
  "delistedEarliest" DATE, "delistedLatest" DATE, "delistedPrecision" "DatePrecision", day DATE, today DATE
) RETURNS "SanctionStatus" LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN "delistedPrecision" IS NOT NULL AND coalesce("delistedLatest", greatest("delistedEarliest", today)) <= day THEN 'LIFTED'
    WHEN "delistedPrecision" IS NOT NULL AND coalesce("delistedEarliest", "listedLatest", '-infinity') <= day THEN 'UNKNOWN'
    WHEN "listedPrecision" IS NOT NULL AND coalesce("listedLatest", greatest("listedEarliest", today)) <= day THEN 'IN_FORCE'
    WHEN num_nonnulls("listedPrecision", "delistedPrecision") > 0 THEN 'UNKNOWN'
  END::"SanctionStatus"
$$;

-- The status of each listing on a day, from its dates and from the actions on it alone, and the day since when. NULL: neither tells
-- anything.
CREATE FUNCTION listing_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId",
    coalesce(own.since, CASE
      WHEN d.status = 'LIFTED' THEN coalesce(t."delistedLatest", t."delistedEarliest", t."listedLatest")
      WHEN d.status = 'IN_FORCE' THEN coalesce(t."listedLatest", t."listedEarliest")
      WHEN t."delistedPrecision" IS NOT NULL AND coalesce(t."delistedEarliest", t."listedLatest", '-infinity') <= day THEN day
    END, '-infinity'),
    coalesce(own.status, d.status)
  FROM targets_known(at) t
  CROSS JOIN LATERAL (SELECT status_by_dates(t."listedEarliest", t."listedLatest", t."listedPrecision",
    t."delistedEarliest", t."delistedLatest", t."delistedPrecision", day, day_of(at)) AS status) d
  LEFT JOIN LATERAL (
    SELECT w.since, w.status FROM status_by_windows(t.id, day, at) w
    WHERE EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t.id)
  ) own ON true
$$;

-- The status of each sanction on a day, from the actions on the whole sanction alone, and the day since when: that of its changes,
-- else IN_FORCE if an announcement or an expectation supports it.
CREATE FUNCTION action_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id, coalesce(whole.since, support.since), coalesce(whole.status, 'IN_FORCE')
  FROM sanctions_known(at) s LEFT JOIN LATERAL status_by_windows(s.id, day, at) whole ON true
  LEFT JOIN LATERAL (
    SELECT e.since FROM evidence_known(at) e
    WHERE whole.status IS NULL AND e.subject = s.id AND e.status IS NULL AND e.since <= day
    ORDER BY e.since DESC LIMIT 1
  ) support ON true
  WHERE whole.status IS NOT NULL OR support.since IS NOT NULL
$$;

-- The status of a target on a day if there are actions on it or on the whole sanction. The actions on the whole sanction concern a
-- listing that began before them. If a list still had the entry after the sanction was lifted or expired, the sources contradict
-- each other. Few targets have actions. This function has a plan of its own, so that the plans of all others remain small.
CREATE FUNCTION target_status_by_actions(target UUID, day DATE, at TIMESTAMPTZ) RETURNS "SanctionStatus" LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  RETURN (
    SELECT CASE
      WHEN own.status IN ('LIFTED', 'EXPIRED', 'UNKNOWN') OR whole.since < own.since THEN own.status
      WHEN own.status IS NULL THEN coalesce(whole.status,
        (SELECT 'IN_FORCE'::"SanctionStatus" FROM evidence_known(at) e
         WHERE e.subject = own."targetId" AND e.status IS NULL AND e.since <= day LIMIT 1),
        'UNKNOWN')
      WHEN whole.status IN ('LIFTED', 'EXPIRED')
        AND EXISTS (SELECT FROM sightings_known(at) g WHERE g."targetId" = own."targetId" AND g."seenOn" > whole.since) THEN 'UNKNOWN'
      ELSE greatest(own.status, whole.status)
    END
    FROM listing_statuses(day, at) own
    LEFT JOIN LATERAL (SELECT a.since, a.status FROM action_statuses(day, at) a WHERE a."sanctionId" = own."sanctionId") whole ON true
    WHERE own."targetId" = target);
END $$;

-- The status of each target on a day. Most listings have no actions, and their dates suffice.
CREATE FUNCTION target_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, "actorId" UUID, "listingId" TEXT, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId", t."actorId", t."listingId",
    CASE
      WHEN EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t.id)
        OR EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t."sanctionId") THEN target_status_by_actions(t.id, day, at)
      ELSE coalesce(status_by_dates(t."listedEarliest", t."listedLatest", t."listedPrecision",
        t."delistedEarliest", t."delistedLatest", t."delistedPrecision", day, day_of(at)), 'UNKNOWN')
    END
  FROM targets_known(at) t
$$;

-- The status of each sanction on a day: by the actions on the whole sanction. Without any, it is in force while one of its listings
-- is. A programme whose last target was delisted did not end by that.
CREATE FUNCTION sanction_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("sanctionId" UUID, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id,
    CASE
      WHEN whole.status IS NOT NULL THEN whole.status
      WHEN EXISTS (SELECT FROM listing_statuses(day, at) l WHERE l."sanctionId" = s.id AND l.status IN ('IN_FORCE', 'EASED')) THEN 'IN_FORCE'
      ELSE 'UNKNOWN'
    END
  FROM sanctions_known(at) s LEFT JOIN action_statuses(day, at) whole ON whole."sanctionId" = s.id
$$;

-- What Sanction.status and Sanction.sortDate have to be today, in UTC.
CREATE VIEW "SanctionState" AS
SELECT s.id AS "sanctionId", v.status,
  coalesce((SELECT min(a."sortDate") FROM "SanctionAction" a WHERE a."sanctionId" = s.id), DATE '0001-01-01') AS "sortDate"
FROM "Sanction" s JOIN sanction_statuses((now() AT TIME ZONE 'UTC')::date, NULL) v ON v."sanctionId" = s.id;

-- The status of a target today, in UTC, and what it restricts: an entry of a list is a party.
CREATE VIEW "SanctionTargetState" AS
SELECT v."targetId", v.status, CASE WHEN v."listingId" IS NULL THEN s.scope ELSE 'PARTY' END AS scope
FROM target_statuses((now() AT TIME ZONE 'UTC')::date, NULL) v LEFT JOIN "Sanction" s ON s.id = v."sanctionId";

-- To plan their statements anew takes longer than to run them.
ALTER FUNCTION refresh_sanction_states SET plan_cache_mode = force_generic_plan;
ALTER FUNCTION guard_sanction_state SET plan_cache_mode = force_generic_plan;

-- ---------------------------------------------------------------- restrictions

-- Whether the database recorded what was known at a time; raises an exception otherwise.
CREATE FUNCTION require_known(at TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE plpgsql STABLE SET search_path FROM CURRENT AS $$
DECLARE
  since TIMESTAMPTZ := (SELECT "knownSince" FROM "FeedHead");
BEGIN
  IF at < since THEN
    RAISE EXCEPTION 'What was known before % is not recorded: pass this or a later time as knownAt.',
      to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') USING ERRCODE = 'DL001';
  END IF;
  RETURN TRUE;
END $$;

-- The record into which an actor was merged, else the actor itself.
CREATE FUNCTION survivor_known(actor UUID, at TIMESTAMPTZ) RETURNS UUID LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce((SELECT a."mergedIntoId" FROM actors_known(at) a WHERE a.id = actor), actor)
$$;

-- What restricts actors on a day: one row for each target of a sanction, and for each sanction without targets.
CREATE FUNCTION restrictions(day DATE, at TIMESTAMPTZ) RETURNS TABLE (
  id UUID, "targetId" UUID, "authorityId" UUID, "sanctionId" UUID, measures "SanctionMeasure"[], scope "RestrictionScope",
  status "SanctionStatus", "confirmedUntil" DATE, "licenceIds" UUID[], "citationIds" UUID[], files TEXT[], "isTargetRetracted" BOOLEAN
) LANGUAGE sql STABLE AS $$
  SELECT r.id, r."actorId", r."authorityId", r."sanctionId", r.measures, r.scope, r.status,
    (SELECT max(g."seenOn") FROM sightings_known(at) g WHERE g."targetId" = r.id),
    ARRAY(
      SELECT l.id FROM licences_known(at) l
      WHERE l."sanctionId" = r."sanctionId" AND (l."targetId" IS NULL OR l."targetId" = r.id)
        AND coalesce(l.earliest, '-infinity') <= day AND coalesce(l.latest, 'infinity') >= day
      ORDER BY l.earliest NULLS FIRST, l.id),
    ARRAY(
      SELECT c.id FROM "Citation" c WHERE c."sanctionId" = r."sanctionId"
      UNION
      SELECT c.id FROM actions_known(at) a JOIN "Citation" c ON c."sanctionActionId" = a.id
      WHERE a.subject IN (r.id, r."sanctionId")
      ORDER BY id),
    ARRAY(
      SELECT DISTINCT file FROM sightings_known(at) g CROSS JOIN LATERAL (
        (SELECT i.files FROM "ImportRun" i WHERE i.seen @> ARRAY[g.list] AND i."asOf" = g."firstSeenOn"
         AND (at IS NULL OR i.versions = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = i.versions))
         ORDER BY i."createdAt" LIMIT 1)
        UNION ALL
        (SELECT i.files FROM "ImportRun" i WHERE i.seen @> ARRAY[g.list] AND i."asOf" = g."seenOn"
         AND (at IS NULL OR i.versions = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = i.versions))
         ORDER BY i."createdAt" DESC LIMIT 1)
      ) i CROSS JOIN LATERAL unnest(i.files) file
      WHERE g."targetId" = r.id
      ORDER BY file),
    EXISTS (SELECT FROM actors_known(at) a WHERE a.id = r."actorId" AND a."isRetracted")
  FROM (
    SELECT t."targetId" AS id, t."actorId", s."authorityId", t."sanctionId", s.measures,
      CASE WHEN t."listingId" IS NULL THEN s.scope ELSE 'PARTY' END AS scope, t.status
    FROM target_statuses(day, at) t JOIN sanctions_known(at) s ON s.id = t."sanctionId" WHERE NOT s."isRetracted"
    UNION ALL
    SELECT s.id, NULL, s."authorityId", s.id, s.measures, s.scope,
      (SELECT v.status FROM sanction_statuses(day, at) v WHERE v."sanctionId" = s.id)
    FROM sanctions_known(at) s
    WHERE NOT s."isRetracted" AND NOT EXISTS (SELECT FROM targets_known(at) t WHERE t."sanctionId" = s.id)
  ) r
$$;

-- The restrictions of today, in UTC.
CREATE VIEW "Restriction" AS SELECT * FROM restrictions((now() AT TIME ZONE 'UTC')::date, NULL);

UPDATE "FeedHead" SET "knownSince" = date_trunc('milliseconds', clock_timestamp());
