-- What lists say of people: nationality is a relationship, and further dates and places of birth have a table of their own.
ALTER TYPE "RelationshipKind" ADD VALUE 'NATIONAL_OF';

CREATE TABLE "BirthClaim" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "dateEarliest" DATE,
    "dateLatest" DATE,
    "datePrecision" "DatePrecision",
    "dateText" TEXT,
    "dateBasis" "Basis",
    "dateEdtf" TEXT GENERATED ALWAYS AS (edtf("dateEarliest", "dateLatest", "dateBasis")) STORED,
    "dateLabel" TEXT GENERATED ALWAYS AS (date_label("dateEarliest", "dateLatest", "datePrecision")) STORED,
    "place" TEXT,
    "countryId" UUID,
    "sourceId" UUID,

    CONSTRAINT "BirthClaim_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "BirthClaim_date_order" CHECK ("dateEarliest" <= "dateLatest"),
    CONSTRAINT "BirthClaim_date_years" CHECK ("dateEarliest" >= DATE '0001-01-01' AND "dateLatest" <= DATE '9999-12-31'),
    CONSTRAINT "BirthClaim_date_whole" CHECK (num_nonnulls("datePrecision", "dateBasis") = 2 OR num_nonnulls("datePrecision", "dateBasis", "dateEarliest", "dateLatest", "dateText") = 0),
    CONSTRAINT "BirthClaim_something" CHECK (num_nonnulls("datePrecision", "place", "countryId") > 0)
);
CREATE INDEX "BirthClaim_personId_id_idx" ON "BirthClaim"("personId", "id");
CREATE INDEX "BirthClaim_countryId_idx" ON "BirthClaim"("countryId");
CREATE INDEX "BirthClaim_sourceId_idx" ON "BirthClaim"("sourceId");
ALTER TABLE "BirthClaim" ADD CONSTRAINT "BirthClaim_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "BirthClaim" ADD CONSTRAINT "BirthClaim_countryId_fkey" FOREIGN KEY ("countryId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "BirthClaim" ADD CONSTRAINT "BirthClaim_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "Source"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

CREATE TRIGGER require_born_person BEFORE INSERT OR UPDATE OF "personId" ON "BirthClaim"
  FOR EACH ROW EXECUTE FUNCTION require_actor_kind('personId', 'PERSON');
CREATE TRIGGER require_birth_country BEFORE INSERT OR UPDATE OF "countryId" ON "BirthClaim"
  FOR EACH ROW WHEN (new."countryId" IS NOT NULL) EXECUTE FUNCTION require_actor_kind('countryId', 'COUNTRY');
CREATE TRIGGER log_insert AFTER INSERT ON "BirthClaim" REFERENCING NEW TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('births', 'added');
CREATE TRIGGER log_update AFTER UPDATE ON "BirthClaim" REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts_changed('births', 'id');
CREATE TRIGGER log_delete AFTER DELETE ON "BirthClaim" REFERENCING OLD TABLE AS parts
  FOR EACH STATEMENT EXECUTE FUNCTION note_parts('births', 'removed');

-- `births` belong to a person, as detentions do.
CREATE OR REPLACE FUNCTION owners_of(child TEXT, r JSONB) RETURNS TABLE (type "TrackedType", id UUID) LANGUAGE sql STABLE AS $$
  SELECT owner.type::"TrackedType", owner.id FROM (
    SELECT 'EVENT', (r ->> 'eventId')::uuid WHERE child IN ('participants', 'identifiers', 'citations')
    UNION ALL SELECT 'EVENT', (r ->> 'fromId')::uuid WHERE child = 'links'
    UNION ALL SELECT 'EVENT', (SELECT "fromId" FROM "EventLink" WHERE id = (r ->> 'eventLinkId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'ACTOR', (r ->> 'actorId')::uuid WHERE child IN ('person', 'country', 'asset', 'names', 'identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (r ->> 'subjectId')::uuid WHERE child = 'relationships'
    UNION ALL SELECT 'ACTOR', (r ->> 'personId')::uuid WHERE child IN ('detentions', 'births')
    UNION ALL SELECT 'ACTOR', (SELECT "subjectId" FROM "Relationship" WHERE id = (r ->> 'relationshipId')::uuid) WHERE child IN ('identifiers', 'citations')
    UNION ALL SELECT 'ACTOR', (SELECT "personId" FROM "Detention" WHERE id = (r ->> 'detentionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SANCTION', (r ->> 'sanctionId')::uuid WHERE child IN ('targets', 'actions', 'reasons', 'identifiers', 'citations')
    UNION ALL SELECT 'SANCTION', (SELECT "sanctionId" FROM "SanctionAction" WHERE id = (r ->> 'sanctionActionId')::uuid) WHERE child = 'citations'
    UNION ALL SELECT 'SOURCE', (r ->> 'sourceId')::uuid WHERE child = 'identifiers'
  ) owner (type, id) WHERE owner.id IS NOT NULL
$$;

-- Adds entries to the lists { participants: { added: [...] } } and their like. With built-in operators alone, because it runs for each
-- record of a batch and each kind of its parts.
CREATE FUNCTION add_children(known JSONB, child TEXT, how TEXT, items JSONB) RETURNS JSONB LANGUAGE sql STABLE
RETURN coalesce(known, '{}') || jsonb_build_object(child, coalesce(known -> child, '{}')
  || jsonb_build_object(how, coalesce(known -> child -> how, '[]') || items));

-- The second argument says how: added or removed. Each row is made JSON once, although several of its columns are looked at.
CREATE OR REPLACE FUNCTION note_parts() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ChangePending" AS known (transaction, type, "entityId", operation, version, children, writer)
  SELECT current_transaction(), owner.type, owner.id, 'UPDATED', 0,
    jsonb_build_object(TG_ARGV[0], jsonb_build_object(TG_ARGV[1], jsonb_agg(part.r))), change_writer()
  FROM (SELECT to_jsonb(p) AS r FROM parts p OFFSET 0) part
  CROSS JOIN LATERAL owners_of(TG_ARGV[0], part.r) owner
  GROUP BY owner.type, owner.id
  ON CONFLICT (transaction, type, "entityId") DO UPDATE
  SET children = add_children(known.children, TG_ARGV[0], TG_ARGV[1], excluded.children -> TG_ARGV[0] -> TG_ARGV[1]);
  PERFORM raise_owners();
  RETURN NULL;
END $$;

-- The second argument is the key that tells which row became which; a part that moves is told to both its owners. The rows are paired
-- by grouping: the plan is kept from the first call, which may have had one row, and a join would compare each row with each other
-- in a later call that has thousands of rows.
CREATE OR REPLACE FUNCTION note_parts_changed() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO "ChangePending" AS known (transaction, type, "entityId", operation, version, children, writer)
  SELECT current_transaction(), owner.type, owner.id, 'UPDATED', 0,
    jsonb_build_object(TG_ARGV[0], jsonb_build_object('changed',
      jsonb_agg(jsonb_build_object('before', part.before, 'after', part.after) ORDER BY part.key))), change_writer()
  FROM (
    SELECT key, (array_agg(r) FILTER (WHERE is_old))[1] AS before, (array_agg(r) FILTER (WHERE NOT is_old))[1] AS after
    FROM (
      SELECT r ->> TG_ARGV[1] AS key, r, is_old
      FROM (SELECT to_jsonb(b), TRUE FROM before b UNION ALL SELECT to_jsonb(a), FALSE FROM after a) versions (r, is_old)
    ) keyed
    GROUP BY key
  ) part
  CROSS JOIN LATERAL (
    SELECT * FROM owners_of(TG_ARGV[0], part.after) UNION SELECT * FROM owners_of(TG_ARGV[0], part.before)
  ) owner
  WHERE part.after <> part.before
  GROUP BY owner.type, owner.id
  ON CONFLICT (transaction, type, "entityId") DO UPDATE
  SET children = add_children(known.children, TG_ARGV[0], 'changed', excluded.children -> TG_ARGV[0] -> 'changed');
  PERFORM raise_owners();
  RETURN NULL;
END $$;
DROP FUNCTION merge_children;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('note_parts', 'note_parts_changed')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;
