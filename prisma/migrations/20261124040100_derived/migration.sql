-- What the database derives and guards by itself, so that no writer can forget: who is in an event, where a sanction
-- stands, what merging means, and that each actor is of the kind that its references ask for.

-- ---------------------------------------------------------------- who is in an event

-- Makes EventActor true again for the given events: participants, those they act for, and the location. Each row is looked
-- up by an index, whatever the planner thinks of the size of the tables in the middle of a bulk load.
CREATE FUNCTION refresh_event_actors(event_ids UUID[]) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  DELETE FROM "EventActor" x USING unnest(event_ids) touched (id)
  WHERE x."eventId" = touched.id
    AND NOT EXISTS (SELECT FROM "Event" e WHERE e.id = x."eventId" AND e."locationId" = x."actorId")
    AND NOT EXISTS (
      SELECT FROM "EventParticipant" p WHERE p."eventId" = x."eventId" AND x."actorId" IN (p."actorId", p."onBehalfOfId"));
  INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate")
  SELECT e.id, actor.id, actor.kind, e."sortDate"
  FROM unnest(event_ids) touched (id)
  JOIN "Event" e ON e.id = touched.id
  CROSS JOIN LATERAL (
    SELECT e."locationId"
    UNION SELECT p."actorId" FROM "EventParticipant" p WHERE p."eventId" = e.id
    UNION SELECT p."onBehalfOfId" FROM "EventParticipant" p WHERE p."eventId" = e.id
  ) a (id)
  JOIN "Actor" actor ON actor.id = a.id
  ON CONFLICT ("eventId", "actorId") DO UPDATE SET "eventDate" = excluded."eventDate"
  WHERE "EventActor"."eventDate" IS DISTINCT FROM excluded."eventDate"
$$;

CREATE FUNCTION event_actors_of_participants() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate")
    SELECT e.id, actor.id, actor.kind, e."sortDate"
    FROM after p
    JOIN "Event" e ON e.id = p."eventId"
    CROSS JOIN LATERAL (VALUES (p."actorId"), (p."onBehalfOfId")) a (id)
    JOIN "Actor" actor ON actor.id = a.id
    ON CONFLICT DO NOTHING;
  ELSIF TG_OP = 'UPDATE' THEN
    PERFORM refresh_event_actors(ARRAY(SELECT "eventId" FROM before UNION SELECT "eventId" FROM after));
  ELSE
    PERFORM refresh_event_actors(ARRAY(SELECT DISTINCT "eventId" FROM before));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_actors_insert AFTER INSERT ON "EventParticipant"
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_participants();
CREATE TRIGGER event_actors_update AFTER UPDATE ON "EventParticipant"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_participants();
CREATE TRIGGER event_actors_delete AFTER DELETE ON "EventParticipant"
  REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_participants();

CREATE FUNCTION event_actors_of_events() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO "EventActor" ("eventId", "actorId", "actorKind", "eventDate")
    SELECT id, "locationId", 'COUNTRY', "sortDate" FROM after WHERE "locationId" IS NOT NULL;
  ELSE
    PERFORM refresh_event_actors(ARRAY(
      SELECT id FROM before JOIN after USING (id)
      WHERE (before."locationId", before."sortDate") IS DISTINCT FROM (after."locationId", after."sortDate")));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER event_actors_insert AFTER INSERT ON "Event"
  REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_events();
CREATE TRIGGER event_actors_update AFTER UPDATE ON "Event"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION event_actors_of_events();

-- The people and the countries among them: relations of their own, so that both can be read in one statement.
CREATE VIEW "EventPerson" AS
SELECT "eventId", "actorId" FROM "EventActor" WHERE "actorKind" = 'PERSON';
CREATE VIEW "EventCountry" AS
SELECT "eventId", "actorId" FROM "EventActor" WHERE "actorKind" = 'COUNTRY';

-- ---------------------------------------------------------------- where a sanction stands

-- The status from each action on. An action counts when it concerns the whole sanction, is of a kind that changes where it
-- stands, is more than possible and not disputed, and its event, if it has one, has occurred and still holds. Before any
-- counts, a sanction is in force.
CREATE VIEW "SanctionPeriod" AS
SELECT a.id AS "actionId", a."sanctionId", a."sortDate" AS since,
  coalesce((
    SELECT CASE b.kind
      WHEN 'EASED' THEN 'EASED' WHEN 'LICENSED' THEN 'EASED' WHEN 'SUSPENDED' THEN 'SUSPENDED'
      WHEN 'LIFTED' THEN 'LIFTED' WHEN 'EXPIRED' THEN 'EXPIRED' ELSE 'IN_FORCE'
    END::"SanctionStatus"
    FROM "SanctionAction" b LEFT JOIN "Event" e ON e.id = b."eventId"
    WHERE b."sanctionId" = a."sanctionId" AND b."targetId" IS NULL
      AND b.kind IN ('IMPOSED', 'EXTENDED', 'REIMPOSED', 'EASED', 'LICENSED', 'SUSPENDED', 'LIFTED', 'EXPIRED')
      AND b.certainty NOT IN ('POSSIBLE', 'DISPUTED')
      AND (b."eventId" IS NULL OR (e.status = 'OCCURRED' AND e."retractedAt" IS NULL))
      AND (b."sortDate", b.id) <= (a."sortDate", a.id)
    ORDER BY b."sortDate" DESC, b.id DESC LIMIT 1
  ), 'IN_FORCE') AS status
FROM "SanctionAction" a;

-- What Sanction.status and Sanction.sortDate have to be. An action of a day to come, such as an expiry that was set
-- beforehand, counts from that day on, UTC.
CREATE VIEW "SanctionState" AS
SELECT s.id AS "sanctionId",
  coalesce((SELECT p.status FROM "SanctionPeriod" p WHERE p."sanctionId" = s.id AND p.since <= (now() AT TIME ZONE 'UTC')::date ORDER BY p.since DESC, p."actionId" DESC LIMIT 1), 'IN_FORCE') AS status,
  coalesce((SELECT min(a."sortDate") FROM "SanctionAction" a WHERE a."sanctionId" = s.id), DATE '0001-01-01') AS "sortDate"
FROM "Sanction" s;

CREATE FUNCTION refresh_sanction_states(sanction_ids UUID[]) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  UPDATE "Sanction" s SET status = v.status, "sortDate" = v."sortDate" FROM "SanctionState" v
  WHERE s.id = ANY (sanction_ids) AND v."sanctionId" = s.id
    AND (s.status, s."sortDate") IS DISTINCT FROM (v.status, v."sortDate")
$$;

-- Brings the status of sanctions up to date whose actions have come due since a day, without anyone writing.
CREATE FUNCTION refresh_due_sanction_states(since DATE) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  SELECT refresh_sanction_states(ARRAY(SELECT DISTINCT "sanctionId" FROM "SanctionAction" WHERE "sortDate" >= since))
$$;

CREATE FUNCTION sanction_states_of_actions() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM refresh_sanction_states(ARRAY(SELECT "sanctionId" FROM before UNION SELECT "sanctionId" FROM after));
  ELSE
    PERFORM refresh_sanction_states(ARRAY(SELECT DISTINCT "sanctionId" FROM touched));
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sanction_states_insert AFTER INSERT ON "SanctionAction"
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_actions();
CREATE TRIGGER sanction_states_update AFTER UPDATE ON "SanctionAction"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_actions();
CREATE TRIGGER sanction_states_delete AFTER DELETE ON "SanctionAction"
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_actions();

CREATE FUNCTION sanction_states_of_events() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM refresh_sanction_states(ARRAY(
    SELECT DISTINCT a."sanctionId" FROM before JOIN after USING (id) JOIN "SanctionAction" a ON a."eventId" = before.id
    WHERE (before.status, before."retractedAt" IS NULL) IS DISTINCT FROM (after.status, after."retractedAt" IS NULL)));
  RETURN NULL;
END $$;
CREATE TRIGGER sanction_states_update AFTER UPDATE ON "Event"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_events();

CREATE FUNCTION guard_sanction_state() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  state "SanctionState";
BEGIN
  SELECT * INTO state FROM "SanctionState" WHERE "sanctionId" = new.id;
  IF new.status <> coalesce(state.status, 'IN_FORCE') OR new."sortDate" <> coalesce(state."sortDate", DATE '0001-01-01') THEN
    RAISE EXCEPTION 'A sanction''s status and sortDate follow from its actions: add the action that changes them.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'Sanction_state_derived';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER guard_sanction_state BEFORE INSERT OR UPDATE OF status, "sortDate" ON "Sanction"
  FOR EACH ROW EXECUTE FUNCTION guard_sanction_state();

-- Each actor that a sanction lies on, and each event of its story, once.
CREATE VIEW "SanctionActor" AS SELECT DISTINCT "sanctionId", "actorId" FROM "SanctionTarget";
CREATE VIEW "SanctionEvent" AS
SELECT "sanctionId", "eventId" FROM "SanctionReason"
UNION SELECT "sanctionId", "eventId" FROM "SanctionAction" WHERE "eventId" IS NOT NULL;

-- ---------------------------------------------------------------- merging

-- Keeps merges one step deep: what is merged points straight at its survivor, whatever that is merged into later.
CREATE FUNCTION settle_merge() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  survivor UUID;
BEGIN
  EXECUTE format('SELECT coalesce("mergedIntoId", id) FROM %I WHERE id = $1', TG_TABLE_NAME) INTO survivor USING new."mergedIntoId";
  IF survivor = new.id THEN
    RAISE EXCEPTION 'The survivor is itself merged into this record: take the merge back first.'
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_merge_other';
  END IF;
  new."mergedIntoId" := coalesce(survivor, new."mergedIntoId");
  EXECUTE format('UPDATE %I SET "mergedIntoId" = $1 WHERE "mergedIntoId" = $2', TG_TABLE_NAME) USING new."mergedIntoId", new.id;
  RETURN new;
END $$;
CREATE TRIGGER settle_merge BEFORE INSERT OR UPDATE OF "mergedIntoId" ON "Event"
  FOR EACH ROW WHEN (new."mergedIntoId" IS NOT NULL) EXECUTE FUNCTION settle_merge();
CREATE TRIGGER settle_merge BEFORE INSERT OR UPDATE OF "mergedIntoId" ON "Actor"
  FOR EACH ROW WHEN (new."mergedIntoId" IS NOT NULL) EXECUTE FUNCTION settle_merge();

-- ---------------------------------------------------------------- kinds of actors

-- Refuses a reference in the given column to an actor that is not of the given kind.
CREATE FUNCTION require_actor_kind() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  found "ActorKind";
BEGIN
  SELECT kind INTO found FROM "Actor" WHERE id = (to_jsonb(new) ->> TG_ARGV[0])::uuid;
  IF found <> TG_ARGV[1]::"ActorKind" THEN
    RAISE EXCEPTION '%.% has to be a %, and is a %.', TG_TABLE_NAME, TG_ARGV[0], TG_ARGV[1], found
      USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_' || TG_ARGV[0] || '_kind';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER require_person BEFORE INSERT OR UPDATE OF "actorId" ON "Person"
  FOR EACH ROW EXECUTE FUNCTION require_actor_kind('actorId', 'PERSON');
CREATE TRIGGER require_country BEFORE INSERT OR UPDATE OF "actorId" ON "Country"
  FOR EACH ROW EXECUTE FUNCTION require_actor_kind('actorId', 'COUNTRY');
CREATE TRIGGER require_asset BEFORE INSERT OR UPDATE OF "actorId" ON "Asset"
  FOR EACH ROW EXECUTE FUNCTION require_actor_kind('actorId', 'ASSET');
CREATE TRIGGER require_flag_country BEFORE INSERT OR UPDATE OF "flagId" ON "Asset"
  FOR EACH ROW WHEN (new."flagId" IS NOT NULL) EXECUTE FUNCTION require_actor_kind('flagId', 'COUNTRY');
CREATE TRIGGER require_location_country BEFORE INSERT OR UPDATE OF "locationId" ON "Event"
  FOR EACH ROW WHEN (new."locationId" IS NOT NULL) EXECUTE FUNCTION require_actor_kind('locationId', 'COUNTRY');
CREATE TRIGGER require_detained_person BEFORE INSERT OR UPDATE OF "personId" ON "Detention"
  FOR EACH ROW EXECUTE FUNCTION require_actor_kind('personId', 'PERSON');

CREATE FUNCTION keep_actor_kind() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'An actor cannot change from % to %: make another actor and merge this one into it.', old.kind, new.kind
    USING ERRCODE = 'check_violation', CONSTRAINT = 'Actor_kind_fixed';
END $$;
CREATE TRIGGER keep_actor_kind BEFORE UPDATE OF kind ON "Actor"
  FOR EACH ROW WHEN (old.kind <> new.kind) EXECUTE FUNCTION keep_actor_kind();

-- A country without codes and an asset without a kind cannot be shown: held at commit, once both rows can be there.
CREATE FUNCTION require_particulars() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF (new.kind = 'COUNTRY' AND NOT EXISTS (SELECT FROM "Country" WHERE "actorId" = new.id))
    OR (new.kind = 'ASSET' AND NOT EXISTS (SELECT FROM "Asset" WHERE "actorId" = new.id)) THEN
    RAISE EXCEPTION 'The actor % says %, and has no row that says what is particular to one: write both in one transaction.', new.slug, new.kind
      USING ERRCODE = 'check_violation', CONSTRAINT = 'Actor_particulars_given';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER require_particulars AFTER INSERT ON "Actor" DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW WHEN (new.kind IN ('COUNTRY', 'ASSET')) EXECUTE FUNCTION require_particulars();
