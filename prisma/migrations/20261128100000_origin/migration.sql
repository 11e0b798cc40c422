-- Where an event comes from, and the countries that take part in it through those who hold office for them.

CREATE TYPE "EventOrigin" AS ENUM ('EDITED', 'MACHINE_CODED');
ALTER TABLE "Event" ADD COLUMN "origin" "EventOrigin" NOT NULL DEFAULT 'EDITED';
ALTER TABLE "EventActor" ADD COLUMN "eventOrigin" "EventOrigin" NOT NULL DEFAULT 'EDITED';

-- What has a number of GDELT's was coded by a machine. A new column is no change of a record: no version rises, and the log
-- tells nothing of it, just as it tells nothing of the events that stay EDITED.
ALTER TABLE "Event" DISABLE TRIGGER USER;
UPDATE "Event" e SET "origin" = 'MACHINE_CODED'
WHERE EXISTS (SELECT FROM "Identifier" i WHERE i."eventId" = e.id AND i.scheme = 'GDELT');
ALTER TABLE "Event" ENABLE TRIGGER USER;
UPDATE "EventActor" x SET "eventOrigin" = e."origin" FROM "Event" e WHERE e.id = x."eventId" AND e."origin" <> 'EDITED';
ALTER TABLE "EventActor" ALTER COLUMN "eventOrigin" DROP DEFAULT;

-- Lists give events of one origin, the latest first.
CREATE INDEX "Event_origin_sortDate_id_idx" ON "Event"("origin", "sortDate", "id");
CREATE INDEX "EventActor_actorId_eventOrigin_eventDate_eventId_idx" ON "EventActor"("actorId", "eventOrigin", "eventDate", "eventId");
DROP INDEX "Event_date_range_type_idx";
CREATE INDEX "Event_date_range_type_idx" ON "Event" USING gist (daterange("dateEarliest", "dateLatest", '[]'), type)
  INCLUDE ("dateEarliest", "dateLatest", "sortDate", id, "origin") WHERE "retractedAt" IS NULL AND "mergedIntoId" IS NULL;

-- ---------------------------------------------------------------- who holds office for a country

-- Few relationships: the look-up of each new participant costs little.
CREATE INDEX "Relationship_office_idx" ON "Relationship"("subjectId") WHERE kind = 'HOLDS_OFFICE' AND "startLatest" IS NOT NULL;

-- The days on which somebody certainly holds an office of a country: from the latest day on which it can have begun to the
-- earliest on which it can have ended, or for good if no end is known. Only what is dated and cited counts, and neither what
-- a retracted source says nor what concerns a retracted holder.
CREATE VIEW "Office" AS
SELECT r."subjectId" AS "holderId", r."objectId" AS "countryId", r."startLatest" AS since,
  CASE WHEN r."endPrecision" IS NULL THEN DATE 'infinity' ELSE r."endEarliest" END AS until
FROM "Relationship" r
WHERE r.kind = 'HOLDS_OFFICE' AND r."startLatest" IS NOT NULL
  AND (SELECT kind FROM "Actor" WHERE id = r."objectId") = 'COUNTRY'
  AND (SELECT "retractedAt" FROM "Actor" WHERE id = r."subjectId") IS NULL
  AND EXISTS (
    SELECT FROM "Citation" c WHERE c."relationshipId" = r.id
      AND (SELECT "retractedAt" FROM "Source" WHERE id = c."sourceId") IS NULL);

-- Makes EventActor true again for the given events: their location, their participants, those on whose behalf they act, and
-- each country for which one of these holds office throughout the event's window.
CREATE OR REPLACE FUNCTION refresh_event_actors(event_ids UUID[]) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  WITH wanted AS MATERIALIZED (
    SELECT e.id, e."sortDate", e.origin, ARRAY(
      SELECT e."locationId" WHERE e."locationId" IS NOT NULL
      UNION SELECT p."actorId" FROM "EventParticipant" p WHERE p."eventId" = e.id
      UNION SELECT p."onBehalfOfId" FROM "EventParticipant" p WHERE p."eventId" = e.id AND p."onBehalfOfId" IS NOT NULL
      UNION SELECT o."countryId" FROM "EventParticipant" p JOIN "Office" o ON o."holderId" IN (p."actorId", p."onBehalfOfId")
        WHERE p."eventId" = e.id AND o.since <= e."dateEarliest" AND (o.until = 'infinity' OR o.until >= e."dateLatest")
    ) AS actors
    FROM unnest(event_ids) touched (id) JOIN "Event" e ON e.id = touched.id
  ), gone AS (
    DELETE FROM "EventActor" x USING wanted w WHERE x."eventId" = w.id AND x."actorId" <> ALL (w.actors)
  )
  INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate", "eventOrigin")
  SELECT w.id, actor.id, actor.kind, w."sortDate", w.origin
  FROM wanted w CROSS JOIN LATERAL unnest(w.actors) a (id) JOIN "Actor" actor ON actor.id = a.id
  ON CONFLICT ("eventId", "actorId") DO UPDATE SET "eventDate" = excluded."eventDate", "eventOrigin" = excluded."eventOrigin"
  WHERE ("EventActor"."eventDate", "EventActor"."eventOrigin") IS DISTINCT FROM (excluded."eventDate", excluded."eventOrigin")
$$;

-- Two writers see only what the other has committed: one who changes the events of a holder, and one who changes the offices.
-- So the former holds a key share of the actors of these events, as each new reference does by itself, and the latter waits for
-- it. Each reads what it refreshes after it has its lock.
CREATE FUNCTION share_actors(actor_ids UUID[]) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  SELECT FROM "Actor" WHERE id = ANY (actor_ids) ORDER BY id FOR KEY SHARE
$$;

CREATE OR REPLACE FUNCTION event_actors_of_participants() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate", "eventOrigin")
    SELECT e.id, actor.id, actor.kind, e."sortDate", e.origin
    FROM after p
    JOIN "Event" e ON e.id = p."eventId"
    CROSS JOIN LATERAL (
      SELECT p."actorId"
      UNION ALL SELECT p."onBehalfOfId"
      UNION ALL SELECT o."countryId" FROM "Office" o
        WHERE o."holderId" IN (p."actorId", p."onBehalfOfId")
          AND o.since <= e."dateEarliest" AND (o.until = 'infinity' OR o.until >= e."dateLatest")
    ) a (id)
    JOIN "Actor" actor ON actor.id = a.id
    ON CONFLICT DO NOTHING;
  ELSE
    PERFORM share_actors(ARRAY(SELECT "actorId" FROM before UNION SELECT "onBehalfOfId" FROM before));
    IF TG_OP = 'UPDATE' THEN
      PERFORM refresh_event_actors(ARRAY(SELECT "eventId" FROM before UNION SELECT "eventId" FROM after));
    ELSE
      PERFORM refresh_event_actors(ARRAY(SELECT DISTINCT "eventId" FROM before));
    END IF;
  END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION event_actors_of_events() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  changed UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate", "eventOrigin")
    SELECT id, "locationId", 'COUNTRY', "sortDate", origin FROM after WHERE "locationId" IS NOT NULL;
  ELSE
    changed := ARRAY(
      SELECT id FROM before JOIN after USING (id)
      WHERE (before."locationId", before."dateEarliest", before."dateLatest", before.origin)
        IS DISTINCT FROM (after."locationId", after."dateEarliest", after."dateLatest", after.origin));
    IF changed <> '{}' THEN
      PERFORM share_actors(ARRAY(
        SELECT a.id FROM "EventParticipant" p CROSS JOIN LATERAL (VALUES (p."actorId"), (p."onBehalfOfId")) a (id)
        WHERE p."eventId" = ANY (changed)));
      PERFORM refresh_event_actors(changed);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Makes EventActor true again for all events of those whose offices may have changed.
CREATE FUNCTION refresh_office_holders(holder_ids UUID[]) RETURNS VOID LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF holder_ids = '{}' THEN
    RETURN;
  END IF;
  PERFORM FROM "Actor" WHERE id = ANY (holder_ids) ORDER BY id FOR UPDATE;
  PERFORM refresh_event_actors(ARRAY(SELECT DISTINCT "eventId" FROM "EventActor" WHERE "actorId" = ANY (holder_ids)));
END $$;

-- A new relationship has no citation yet, and is no office: that of its first citation makes it one.
CREATE FUNCTION event_actors_of_relationships() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM refresh_office_holders(ARRAY(
      SELECT holder.id FROM before JOIN after USING (id) CROSS JOIN LATERAL (VALUES (before."subjectId"), (after."subjectId")) holder (id)
      WHERE 'HOLDS_OFFICE' IN (before.kind, after.kind)
        AND (before."subjectId", before."objectId", before.kind, before."startLatest", before."endPrecision", before."endEarliest")
          IS DISTINCT FROM (after."subjectId", after."objectId", after.kind, after."startLatest", after."endPrecision", after."endEarliest")));
  ELSE
    PERFORM refresh_office_holders(ARRAY(SELECT DISTINCT "subjectId" FROM before WHERE kind = 'HOLDS_OFFICE' AND "startLatest" IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_actors_update AFTER UPDATE ON "Relationship"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_relationships();
CREATE TRIGGER event_actors_delete AFTER DELETE ON "Relationship"
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_relationships();

-- Where a relationship was deleted with its citations, the trigger above has dealt with it.
CREATE FUNCTION event_actors_of_citations() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  cited UUID[];
BEGIN
  IF TG_OP = 'UPDATE' THEN
    cited := ARRAY(
      SELECT relationship.id FROM before JOIN after USING (id)
      CROSS JOIN LATERAL (VALUES (before."relationshipId"), (after."relationshipId")) relationship (id)
      WHERE (before."relationshipId", before."sourceId") IS DISTINCT FROM (after."relationshipId", after."sourceId")
        AND relationship.id IS NOT NULL);
  ELSE
    cited := ARRAY(SELECT "relationshipId" FROM touched WHERE "relationshipId" IS NOT NULL);
  END IF;
  IF cited <> '{}' THEN
    PERFORM refresh_office_holders(ARRAY(
      SELECT DISTINCT "subjectId" FROM "Relationship"
      WHERE id = ANY (cited) AND kind = 'HOLDS_OFFICE' AND "startLatest" IS NOT NULL));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_actors_insert AFTER INSERT ON "Citation"
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_citations();
CREATE TRIGGER event_actors_update AFTER UPDATE ON "Citation"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_citations();
CREATE TRIGGER event_actors_delete AFTER DELETE ON "Citation"
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_citations();

-- Offices of a holder who is retracted, and those that only a retracted source tells of, and the same the other way round.
CREATE FUNCTION event_actors_of_retraction() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_TABLE_NAME = 'Actor' THEN
    PERFORM refresh_office_holders(ARRAY(
      SELECT DISTINCT "subjectId" FROM "Relationship"
      WHERE "subjectId" = new.id AND kind = 'HOLDS_OFFICE' AND "startLatest" IS NOT NULL));
  ELSE
    PERFORM refresh_office_holders(ARRAY(
      SELECT DISTINCT r."subjectId" FROM "Relationship" r
      WHERE r.kind = 'HOLDS_OFFICE' AND r."startLatest" IS NOT NULL
        AND EXISTS (SELECT FROM "Citation" c WHERE c."relationshipId" = r.id AND c."sourceId" = new.id)));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_actors_retraction AFTER UPDATE OF "retractedAt" ON "Actor"
  FOR EACH ROW WHEN ((old."retractedAt" IS NULL) <> (new."retractedAt" IS NULL)) EXECUTE FUNCTION event_actors_of_retraction();
CREATE TRIGGER event_actors_retraction AFTER UPDATE OF "retractedAt" ON "Source"
  FOR EACH ROW WHEN ((old."retractedAt" IS NULL) <> (new."retractedAt" IS NULL)) EXECUTE FUNCTION event_actors_of_retraction();

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND prorettype = 'trigger'::regtype AND proname LIKE 'event\_actors\_of\_%'
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;

-- The events that exist.
SELECT refresh_office_holders(ARRAY(SELECT DISTINCT "holderId" FROM "Office"));
