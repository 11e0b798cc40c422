-- Merges keep all facts and can be undone, and retractions too.

ALTER TYPE "ChangeOperation" ADD VALUE 'UNMERGED';
ALTER TYPE "ChangeOperation" ADD VALUE 'RESTORED';

-- ---------------------------------------------------------------- values about which sources differ

CREATE TYPE "DisputedField" AS ENUM ('DESCRIPTION', 'BIRTH', 'DEATH', 'GENDER', 'ISO2', 'ISO3', 'ISO_NUMERIC', 'REGION', 'SUBREGION', 'FLAG', 'ASSET_KIND', 'FLAG_STATE', 'TITLE', 'SUMMARY', 'TYPE', 'STATUS', 'CERTAINTY', 'DATE', 'LOCATION', 'CAMEO_CODE', 'GOLDSTEIN', 'COUNT', 'NOTE', 'ON_BEHALF_OF', 'LISTED', 'DELISTED');

CREATE TABLE "DisputedValue" (
    "id" UUID NOT NULL,
    "actorId" UUID,
    "eventId" UUID,
    "participantId" UUID,
    "targetId" UUID,
    "field" "DisputedField" NOT NULL,
    "dateEarliest" DATE,
    "dateLatest" DATE,
    "datePrecision" "DatePrecision",
    "dateText" TEXT,
    "dateBasis" "Basis",
    "dateEdtf" TEXT GENERATED ALWAYS AS (edtf("dateEarliest", "dateLatest", "dateBasis")) STORED,
    "dateLabel" TEXT GENERATED ALWAYS AS (date_label("dateEarliest", "dateLatest", "datePrecision")) STORED,
    "text" TEXT,
    "referenceId" UUID,

    CONSTRAINT "DisputedValue_pkey" PRIMARY KEY ("id")
);
CREATE INDEX "DisputedValue_actorId_idx" ON "DisputedValue"("actorId");
CREATE INDEX "DisputedValue_eventId_idx" ON "DisputedValue"("eventId");
CREATE INDEX "DisputedValue_participantId_idx" ON "DisputedValue"("participantId");
CREATE INDEX "DisputedValue_targetId_idx" ON "DisputedValue"("targetId");
CREATE INDEX "DisputedValue_referenceId_idx" ON "DisputedValue"("referenceId");
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_participantId_fkey" FOREIGN KEY ("participantId") REFERENCES "EventParticipant"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "SanctionTarget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_referenceId_fkey" FOREIGN KEY ("referenceId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_subject_one" CHECK (num_nonnulls("actorId", "eventId", "participantId", "targetId") = 1);
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_value_given" CHECK (num_nonnulls("datePrecision", text, "referenceId") = 1);
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_date_order" CHECK ("dateEarliest" <= "dateLatest");
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_date_years" CHECK ("dateEarliest" >= DATE '0001-01-01' AND "dateLatest" <= DATE '9999-12-31');
ALTER TABLE "DisputedValue" ADD CONSTRAINT "DisputedValue_date_whole" CHECK (num_nonnulls("datePrecision", "dateBasis") = 2 OR num_nonnulls("datePrecision", "dateBasis", "dateEarliest", "dateLatest", "dateText") = 0);

ALTER TABLE "Citation" ADD COLUMN "disputedValueId" UUID;
-- Few citations are for a disputed value: the others need no entry in the index.
CREATE INDEX "Citation_disputedValueId_idx" ON "Citation"("disputedValueId") WHERE "disputedValueId" IS NOT NULL;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_disputedValueId_fkey" FOREIGN KEY ("disputedValueId") REFERENCES "DisputedValue"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" DROP CONSTRAINT "Citation_subject_one";
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_subject_one" CHECK (num_nonnulls("actorId", "relationshipId", "eventId", "eventLinkId", "sanctionId", "sanctionActionId", "detentionId", "disputedValueId") = 1);

-- ---------------------------------------------------------------- what a merge changed

CREATE TABLE "Merge" (
    "id" UUID NOT NULL,
    "number" BIGINT GENERATED ALWAYS AS IDENTITY NOT NULL,
    "type" "TrackedType" NOT NULL,
    "mergedId" UUID NOT NULL,
    "survivorId" UUID NOT NULL,

    CONSTRAINT "Merge_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "Merge_number_key" ON "Merge"("number");
CREATE UNIQUE INDEX "Merge_mergedId_key" ON "Merge"("mergedId");

CREATE TABLE "MergeRow" (
    "mergeId" UUID NOT NULL,
    "table" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    "before" JSONB,
    "after" JSONB,

    CONSTRAINT "MergeRow_pkey" PRIMARY KEY ("mergeId","table","key")
);
ALTER TABLE "MergeRow" ADD CONSTRAINT "MergeRow_mergeId_fkey" FOREIGN KEY ("mergeId") REFERENCES "Merge"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- ---------------------------------------------------------------- the log

-- As before, with disputed values and their citations.
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
    UNION ALL SELECT 'SANCTION', (r ->> 'sanctionId')::uuid WHERE child IN ('targets', 'actions', 'reasons', 'identifiers', 'citations')
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionAction" WHERE id = (r ->> 'sanctionActionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionTarget" WHERE id = (r ->> 'targetId')::uuid) WHERE child = 'disputedValues'
    UNION ALL SELECT 'SOURCE', (r ->> 'sourceId')::uuid WHERE child = 'identifiers'
    UNION ALL SELECT owner.* FROM "DisputedValue" v
      LEFT JOIN "EventParticipant" p ON p.id = v."participantId" LEFT JOIN "SanctionTarget" t ON t.id = v."targetId"
      CROSS JOIN LATERAL (VALUES ('ACTOR', v."actorId"), ('EVENT', v."eventId"), ('EVENT', p."eventId"), ('SANCTION', t."sanctionId")) owner
      WHERE child = 'citations' AND r ->> 'disputedValueId' IS NOT NULL AND v.id = (r ->> 'disputedValueId')::uuid
  ) owner (type, id) WHERE owner.id IS NOT NULL
$$;

CREATE TRIGGER log_insert AFTER INSERT ON "DisputedValue" REFERENCING NEW TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('disputedValues', 'added');
CREATE TRIGGER log_update AFTER UPDATE ON "DisputedValue" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts_changed('disputedValues', 'id');
CREATE TRIGGER log_delete AFTER DELETE ON "DisputedValue" REFERENCING OLD TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('disputedValues', 'removed');

-- As before, with the two operations that undo others.
CREATE OR REPLACE FUNCTION note_updated() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ChangePending" AS p (transaction, type, "entityId", operation, version, before, after, writer)
  SELECT current_transaction(), TG_ARGV[0]::"TrackedType", n.id,
    CASE
      WHEN d.after ->> 'mergedIntoId' IS NOT NULL THEN 'MERGED'
      WHEN d.after ->> 'retractedAt' IS NOT NULL THEN 'RETRACTED'
      WHEN d.before ->> 'mergedIntoId' IS NOT NULL THEN 'UNMERGED'
      WHEN d.before ->> 'retractedAt' IS NOT NULL THEN 'RESTORED'
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

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of. The plan is kept from the first
-- call, which may have had one row: a nested loop would compare each row with each other in a later call that has thousands.
DO $$
BEGIN
  ALTER FUNCTION note_updated() SET enable_nestloop = off;
  EXECUTE format('ALTER FUNCTION note_updated() SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
  REVOKE EXECUTE ON FUNCTION note_updated() FROM PUBLIC;
END $$;
