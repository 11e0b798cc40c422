-- A status that nothing supports is UNKNOWN. Listings support the status of a programme, and have a status of their own.

DROP VIEW "SanctionState";
DROP VIEW "SanctionPeriod";
DROP TRIGGER guard_sanction_state ON "Sanction";
ALTER TYPE "SanctionStatus" RENAME TO "SanctionStatus_before";
CREATE TYPE "SanctionStatus" AS ENUM ('IN_FORCE', 'EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED', 'UNKNOWN');
ALTER TABLE "Sanction"
  ALTER COLUMN "status" DROP DEFAULT,
  ALTER COLUMN "status" TYPE "SanctionStatus" USING "status"::text::"SanctionStatus",
  ALTER COLUMN "status" SET DEFAULT 'UNKNOWN';
DROP TYPE "SanctionStatus_before";

-- What a sanction restricts. The database derives it from the measures and the sector.
CREATE TYPE "RestrictionScope" AS ENUM ('PARTY', 'SECTOR', 'GOODS');
CREATE FUNCTION restriction_scope(measures "SanctionMeasure"[], sector TEXT) RETURNS "RestrictionScope" LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN measures && '{ASSET_FREEZE,TRAVEL_BAN}' THEN 'PARTY'
    WHEN measures && '{TRADE_RESTRICTION,ARMS_EMBARGO}' THEN 'GOODS'
    WHEN 'SECTORAL' = ANY (measures) OR sector IS NOT NULL THEN 'SECTOR'
    ELSE 'PARTY'
  END::"RestrictionScope"
$$;
ALTER TABLE "Sanction" ADD COLUMN "scope" "RestrictionScope" NOT NULL GENERATED ALWAYS AS (restriction_scope("measures", "sector")) STORED;
-- The scope is derived after this trigger.
DROP TRIGGER log_version ON "Sanction";
CREATE TRIGGER log_version BEFORE UPDATE ON "Sanction" FOR EACH ROW EXECUTE FUNCTION raise_version('SANCTION', 'scope');

-- The window of a listing, from the snapshots: the first snapshot of the list that contains the entry, and the last one before
-- it. It is kept here, because a stated day replaces it in SanctionTarget.
ALTER TABLE "Sighting" ADD COLUMN "absentOn" DATE, ADD COLUMN "firstSeenOn" DATE;
ALTER TABLE "Sighting" ADD CONSTRAINT "Sighting_order" CHECK ("absentOn" < "firstSeenOn" AND "firstSeenOn" <= "seenOn");
-- Until now, an inferred date of listing without a text was always this window.
UPDATE "Sighting" s SET "absentOn" = t."listedEarliest" - 1, "firstSeenOn" = t."listedLatest"
FROM "SanctionTarget" t
WHERE t.id = s."targetId" AND t."listedBasis" = 'INFERRED' AND t."listedText" IS NULL AND t."listedLatest" <= s."seenOn";

-- The actions that count, with the first day on which they do. They are more than possible and not disputed, and their event, if
-- any, is not retracted. An action that changes the status has one; its event, if any, has occurred. What is announced, expected or
-- planned to end has none, but supports IN_FORCE. It does so from today on if its date is in the future. An action without a day
-- counts from today on.
CREATE VIEW "SanctionEvidence" AS
SELECT a.id, a."sanctionId", a."targetId", a.kind, a."dateEarliest", a."dateLatest", a."sortDate",
  CASE
    WHEN num_nonnulls(a."dateEarliest", a."dateLatest") = 0 THEN (now() AT TIME ZONE 'UTC')::date
    WHEN a.kind IN ('EASING_EXPECTED', 'LIFT_ANNOUNCED') OR e.status <> 'OCCURRED' THEN least(a."sortDate", (now() AT TIME ZONE 'UTC')::date)
    ELSE a."sortDate"
  END AS since,
  CASE WHEN e.status <> 'OCCURRED' THEN NULL ELSE
    CASE a.kind
      WHEN 'IMPOSED' THEN 'IN_FORCE' WHEN 'EXTENDED' THEN 'IN_FORCE' WHEN 'REIMPOSED' THEN 'IN_FORCE' WHEN 'EASED' THEN 'EASED'
      WHEN 'SUSPENDED' THEN 'SUSPENDED' WHEN 'LIFTED' THEN 'LIFTED' WHEN 'EXPIRED' THEN 'EXPIRED'
    END::"SanctionStatus"
  END AS status
FROM "SanctionAction" a LEFT JOIN "Event" e ON e.id = a."eventId"
WHERE a.kind <> 'LICENSED' AND a.certainty NOT IN ('POSSIBLE', 'DISPUTED')
  AND (a."eventId" IS NULL OR e."retractedAt" IS NULL AND (
    e.status = 'OCCURRED' OR a.kind IN ('EASING_EXPECTED', 'LIFT_ANNOUNCED')
    OR a.kind IN ('EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED') AND e.status IN ('PROSPECTIVE', 'ONGOING')));

-- The functions below are written so that PostgreSQL includes them in the query that calls them, and reads only the rows that it
-- needs.

-- The status of a listing on a day by its dates, and the day since when. Between the ends of a date it is UNKNOWN. A date without a
-- latest day counts from today on. NULL: there are no dates.
CREATE FUNCTION status_by_dates(t "SanctionTarget", day DATE) RETURNS "SanctionStatus" LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN t."delistedPrecision" IS NOT NULL
      AND coalesce(t."delistedLatest", greatest(t."delistedEarliest", (now() AT TIME ZONE 'UTC')::date)) <= day THEN 'LIFTED'
    WHEN t."delistedPrecision" IS NOT NULL AND coalesce(t."delistedEarliest", t."listedLatest", '-infinity') <= day THEN 'UNKNOWN'
    WHEN t."listedPrecision" IS NOT NULL
      AND coalesce(t."listedLatest", greatest(t."listedEarliest", (now() AT TIME ZONE 'UTC')::date)) <= day THEN 'IN_FORCE'
    WHEN num_nonnulls(t."listedPrecision", t."delistedPrecision") > 0 THEN 'UNKNOWN'
  END::"SanctionStatus"
$$;
CREATE FUNCTION since_by_dates(t "SanctionTarget", day DATE) RETURNS DATE LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE
    WHEN status_by_dates(t, day) = 'LIFTED' THEN coalesce(t."delistedLatest", t."delistedEarliest", t."listedLatest")
    WHEN status_by_dates(t, day) = 'IN_FORCE' THEN coalesce(t."listedLatest", t."listedEarliest")
    WHEN coalesce(t."delistedEarliest", t."listedLatest") <= day THEN coalesce(t."delistedEarliest", t."listedLatest")
  END, '-infinity')
$$;

-- The status of each listing on a day, from its dates and from the actions on it alone, and the day since when. Between the ends of
-- the date of an action it is UNKNOWN too. NULL: neither a date nor an action tells anything about the target alone.
CREATE FUNCTION listing_statuses(day DATE)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId",
    CASE WHEN (own.since, own.status) < (since_by_dates(t, day), status_by_dates(t, day)) THEN since_by_dates(t, day)
      ELSE coalesce(own.since, since_by_dates(t, day)) END,
    CASE WHEN (own.since, own.status) < (since_by_dates(t, day), status_by_dates(t, day)) THEN status_by_dates(t, day)
      ELSE coalesce(own.status, status_by_dates(t, day)) END
  FROM "SanctionTarget" t LEFT JOIN LATERAL (
    SELECT c.since, c.status FROM "SanctionEvidence" a CROSS JOIN LATERAL (VALUES
      (a."dateEarliest", a."dateEarliest", 'UNKNOWN'::"SanctionStatus", a.kind <> 'EXTENDED' AND a."dateEarliest" < a."dateLatest"),
      (coalesce(a."dateLatest", a."sortDate"), coalesce(a."dateLatest", a.since), a.status, true)
    ) c (since, start, status, applies)
    WHERE a."targetId" = t.id AND a.status IS NOT NULL AND c.applies AND c.start <= day
    ORDER BY c.since DESC, c.start DESC, c.status DESC LIMIT 1
  ) own ON true
$$;

-- The status of each sanction on a day, from the actions on the whole sanction alone, and the day since when: that of the last
-- one, else IN_FORCE if an announcement or an expectation supports it.
CREATE FUNCTION action_statuses(day DATE)
RETURNS TABLE ("sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id, a."sortDate", coalesce(a.status, 'IN_FORCE')
  FROM "Sanction" s CROSS JOIN LATERAL (
    SELECT e."sortDate", e.status FROM "SanctionEvidence" e
    WHERE e."sanctionId" = s.id AND e."targetId" IS NULL AND e.since <= day
    ORDER BY e.status IS NULL, e."sortDate" DESC, e.id DESC LIMIT 1
  ) a
$$;

-- The status of each target on a day. The actions on the whole sanction concern a listing that began before them. If a list still
-- had the entry after the sanction was lifted or expired, the sources contradict each other. Most listings have no actions, and
-- their dates suffice.
CREATE FUNCTION target_statuses(day DATE)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, "listingId" TEXT, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId", t."listingId",
    CASE
      WHEN EXISTS (SELECT FROM "SanctionAction" a WHERE a."targetId" = t.id)
        OR EXISTS (SELECT FROM "SanctionAction" a WHERE a."sanctionId" = t."sanctionId" AND a."targetId" IS NULL)
      THEN (
        SELECT CASE
          WHEN own.status IN ('LIFTED', 'EXPIRED', 'UNKNOWN') OR whole.since < own.since THEN own.status
          WHEN own.status IS NULL THEN coalesce(whole.status,
            (SELECT 'IN_FORCE'::"SanctionStatus" FROM "SanctionEvidence" e
             WHERE e."targetId" = own."targetId" AND e.status IS NULL AND e.since <= day LIMIT 1),
            'UNKNOWN')
          WHEN whole.status IN ('LIFTED', 'EXPIRED')
            AND EXISTS (SELECT FROM "Sighting" g WHERE g."targetId" = own."targetId" AND g."seenOn" > whole.since) THEN 'UNKNOWN'
          ELSE greatest(own.status, whole.status)
        END
        FROM listing_statuses(day) own LEFT JOIN action_statuses(day) whole ON whole."sanctionId" = own."sanctionId"
        WHERE own."targetId" = t.id
      )
      ELSE coalesce(status_by_dates(t, day), 'UNKNOWN')
    END
  FROM "SanctionTarget" t
$$;

-- The status of each sanction on a day: by the actions on the whole sanction. Without any, it is in force while one of its listings
-- is. A programme whose last target was delisted did not end by that.
CREATE FUNCTION sanction_statuses(day DATE)
RETURNS TABLE ("sanctionId" UUID, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id,
    CASE
      WHEN whole.status IS NOT NULL THEN whole.status
      WHEN EXISTS (SELECT FROM listing_statuses(day) l WHERE l."sanctionId" = s.id AND l.status IN ('IN_FORCE', 'EASED')) THEN 'IN_FORCE'
      ELSE 'UNKNOWN'
    END
  FROM "Sanction" s LEFT JOIN action_statuses(day) whole ON whole."sanctionId" = s.id
$$;

-- What Sanction.status and Sanction.sortDate have to be today, in UTC.
CREATE VIEW "SanctionState" AS
SELECT s.id AS "sanctionId", v.status,
  coalesce((SELECT min(a."sortDate") FROM "SanctionAction" a WHERE a."sanctionId" = s.id), DATE '0001-01-01') AS "sortDate"
FROM "Sanction" s JOIN sanction_statuses((now() AT TIME ZONE 'UTC')::date) v ON v."sanctionId" = s.id;

-- The status of a target today, in UTC, and what it restricts: an entry of a list is a party.
CREATE VIEW "SanctionTargetState" AS
SELECT v."targetId", v.status, CASE WHEN v."listingId" IS NULL THEN s.scope ELSE 'PARTY' END AS scope
FROM target_statuses((now() AT TIME ZONE 'UTC')::date) v LEFT JOIN "Sanction" s ON s.id = v."sanctionId";

-- The day of the last complete snapshot of the list to which a sanction belongs: that of its first target with one.
CREATE VIEW "SanctionSnapshot" AS
SELECT s.id AS "sanctionId", (
  SELECT max(r."asOf") FROM "ImportRun" r WHERE r.state = 'DONE' AND r.lists @> ARRAY[(
    SELECT g.list FROM "SanctionTarget" t JOIN "Sighting" g ON g."targetId" = t.id
    WHERE t."sanctionId" = s.id ORDER BY t.id, g.list LIMIT 1)]
) AS "asOf"
FROM "Sanction" s;

-- Also brings sanctions up to date whose listings begin or end.
CREATE OR REPLACE FUNCTION refresh_due_sanction_states(since DATE) RETURNS VOID LANGUAGE sql SET search_path FROM CURRENT AS $$
  SELECT refresh_sanction_states(ARRAY(
    SELECT "sanctionId" FROM "SanctionAction" WHERE greatest("sortDate", "dateLatest") >= since
    UNION SELECT "sanctionId" FROM "SanctionTarget" WHERE greatest("listedLatest", "delistedEarliest", "delistedLatest") >= since))
$$;

-- A new listing can only bring a programme into force. Most statements concern no sanction whose status can change.
CREATE FUNCTION sanction_states_of_targets() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  concerned UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    concerned := ARRAY(
      SELECT s.id FROM (SELECT DISTINCT "sanctionId" FROM touched) t JOIN "Sanction" s ON s.id = t."sanctionId"
      WHERE s.status = 'UNKNOWN');
  ELSIF TG_OP = 'UPDATE' THEN
    -- Without a join, whose plan would be made for the few rows of the first call and kept.
    concerned := ARRAY(
      SELECT "sanctionId" FROM (
        SELECT "sanctionId", id, "listedPrecision", "listedEarliest", "listedLatest", "delistedPrecision", "delistedEarliest", "delistedLatest" FROM before
        EXCEPT
        SELECT "sanctionId", id, "listedPrecision", "listedEarliest", "listedLatest", "delistedPrecision", "delistedEarliest", "delistedLatest" FROM after
      ) old
      UNION
      SELECT "sanctionId" FROM (
        SELECT "sanctionId", id, "listedPrecision", "listedEarliest", "listedLatest", "delistedPrecision", "delistedEarliest", "delistedLatest" FROM after
        EXCEPT
        SELECT "sanctionId", id, "listedPrecision", "listedEarliest", "listedLatest", "delistedPrecision", "delistedEarliest", "delistedLatest" FROM before
      ) new);
  ELSE
    concerned := ARRAY(SELECT DISTINCT "sanctionId" FROM touched);
  END IF;
  IF concerned <> '{}' THEN
    PERFORM refresh_sanction_states(concerned);
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER sanction_states_insert AFTER INSERT ON "SanctionTarget"
  REFERENCING NEW TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_targets();
CREATE TRIGGER sanction_states_update AFTER UPDATE ON "SanctionTarget"
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_targets();
CREATE TRIGGER sanction_states_delete AFTER DELETE ON "SanctionTarget"
  REFERENCING OLD TABLE AS touched FOR EACH STATEMENT EXECUTE FUNCTION sanction_states_of_targets();

CREATE OR REPLACE FUNCTION guard_sanction_state() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  state "SanctionState";
BEGIN
  SELECT * INTO state FROM "SanctionState" WHERE "sanctionId" = new.id;
  IF new.status <> coalesce(state.status, 'UNKNOWN') OR new."sortDate" <> coalesce(state."sortDate", DATE '0001-01-01') THEN
    RAISE EXCEPTION 'A sanction''s status and sortDate follow from its actions: add the action that changes them.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'Sanction_state_derived';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER guard_sanction_state BEFORE INSERT OR UPDATE OF status, "sortDate" ON "Sanction"
  FOR EACH ROW EXECUTE FUNCTION guard_sanction_state();

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('guard_sanction_state', 'sanction_states_of_targets')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;

-- To compile their statements takes longer than to run them.
ALTER FUNCTION refresh_sanction_states SET jit = off;
ALTER FUNCTION guard_sanction_state SET jit = off;

SELECT refresh_sanction_states(ARRAY(SELECT id FROM "Sanction"));
