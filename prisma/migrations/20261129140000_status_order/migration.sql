-- Two corrections of the status by what was known, and one without which a backup cannot be restored.

-- 1. A listing whose window ends after an action on the whole sanction may have begun before it, and then the action concerns it.
-- The functions return the first possible day of a change too.

DROP FUNCTION listing_statuses(DATE, TIMESTAMPTZ);
DROP FUNCTION status_by_windows(UUID, DATE, TIMESTAMPTZ);

-- As before, with `earliest`: the first day on which the status may have begun.
CREATE FUNCTION status_by_windows(of_subject UUID, day DATE, at TIMESTAMPTZ)
RETURNS TABLE (earliest DATE, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN other.open THEN day ELSE last.earliest END, CASE WHEN other.open THEN day ELSE last.latest END,
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

-- As before, with `earliest`: the first day on which the status may have begun.
CREATE FUNCTION listing_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, earliest DATE, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId",
    coalesce(own.earliest, CASE
      WHEN d.status = 'LIFTED' THEN coalesce(t."delistedEarliest", t."listedLatest")
      WHEN d.status = 'IN_FORCE' THEN t."listedEarliest"
      WHEN t."delistedPrecision" IS NOT NULL AND coalesce(t."delistedEarliest", t."listedLatest", '-infinity') <= day THEN day
    END, '-infinity'),
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
    SELECT w.earliest, w.since, w.status FROM status_by_windows(t.id, day, at) w
    WHERE EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t.id)
  ) own ON true
$$;

-- As before, but the status is UNKNOWN if a listing may have begun before or after an action on the whole sanction, and both are not
-- the same.
CREATE OR REPLACE FUNCTION target_status_by_actions(target UUID, day DATE, at TIMESTAMPTZ) RETURNS "SanctionStatus" LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  RETURN (
    SELECT CASE
      WHEN own.status IN ('LIFTED', 'EXPIRED', 'UNKNOWN') OR whole.since < own.earliest THEN own.status
      WHEN own.status IS NULL THEN coalesce(whole.status,
        (SELECT 'IN_FORCE'::"SanctionStatus" FROM evidence_known(at) e
         WHERE e.subject = own."targetId" AND e.status IS NULL AND e.since <= day LIMIT 1),
        'UNKNOWN')
      WHEN whole.since < own.since AND greatest(own.status, whole.status) <> own.status THEN 'UNKNOWN'
      WHEN whole.status IN ('LIFTED', 'EXPIRED')
        AND EXISTS (SELECT FROM sightings_known(at) g WHERE g."targetId" = own."targetId" AND g."seenOn" > whole.since) THEN 'UNKNOWN'
      ELSE greatest(own.status, whole.status)
    END
    FROM listing_statuses(day, at) own
    LEFT JOIN LATERAL (SELECT a.since, a.status FROM action_statuses(day, at) a WHERE a."sanctionId" = own."sanctionId") whole ON true
    WHERE own."targetId" = target);
END $$;

-- 2. While a transaction changed an event, another one could remove an action in it, or add one: then a version of the action stayed
-- current for ever, or had the old status of the event. The event is now locked before its actions are read.

CREATE OR REPLACE FUNCTION version_sanctionaction() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  number BIGINT;
  changed UUID[];
BEGIN
  IF TG_OP = 'INSERT' THEN
    IF EXISTS (SELECT FROM after) THEN
      number := current_versions();
      PERFORM FROM "Event" WHERE id IN (SELECT "eventId" FROM after) ORDER BY id FOR SHARE;
      INSERT INTO "SanctionActionVersion"
      SELECT a.id, a."sanctionId", a."targetId", a.kind, a."dateEarliest", a."dateLatest", a.certainty, e.status,
        e."retractedAt" IS NOT NULL, number, NULL
      FROM after a LEFT JOIN "Event" e ON e.id = a."eventId";
    END IF;
    RETURN NULL;
  ELSIF TG_OP = 'DELETE' THEN
    changed := ARRAY(SELECT id FROM before);
    PERFORM FROM "Event" WHERE id IN (SELECT "eventId" FROM before) ORDER BY id FOR SHARE;
  ELSE
    changed := ARRAY(SELECT id FROM (
      SELECT id, "sanctionId", "targetId", kind, "dateEarliest", "dateLatest", certainty, "eventId" FROM before
      EXCEPT ALL SELECT id, "sanctionId", "targetId", kind, "dateEarliest", "dateLatest", certainty, "eventId" FROM after) b);
    PERFORM FROM "Event"
    WHERE id IN (SELECT "eventId" FROM before WHERE id = ANY (changed) UNION SELECT "eventId" FROM after WHERE id = ANY (changed))
    ORDER BY id FOR SHARE;
  END IF;
  IF changed = '{}' THEN
    RETURN NULL;
  END IF;
  number := current_versions();
  DELETE FROM "SanctionActionVersion" WHERE "actionId" = ANY (changed) AND until IS NULL AND "from" = number;
  UPDATE "SanctionActionVersion" SET until = number WHERE "actionId" = ANY (changed) AND until IS NULL;
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO "SanctionActionVersion"
    SELECT a.id, a."sanctionId", a."targetId", a.kind, a."dateEarliest", a."dateLatest", a.certainty, e.status,
      e."retractedAt" IS NOT NULL, number, NULL
    FROM after a LEFT JOIN "Event" e ON e.id = a."eventId" WHERE a.id = ANY (changed);
  END IF;
  RETURN NULL;
END $$;
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION version_sanctionaction SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
  ALTER FUNCTION version_sanctionaction SET jit = off;
  ALTER FUNCTION version_sanctionaction SET enable_nestloop = off;
END $$;

-- The versions that this left behind.
WITH wrong AS (
  UPDATE "SanctionActionVersion" v SET until = current_versions()
  WHERE until IS NULL AND NOT EXISTS (
    SELECT FROM actions_known(NULL) a
    WHERE a.id = v."actionId" AND a."isEventRetracted" = v."isEventRetracted" AND a."eventStatus" IS NOT DISTINCT FROM v."eventStatus")
  RETURNING "actionId", until
)
INSERT INTO "SanctionActionVersion"
SELECT a.id, a."sanctionId", a."targetId", a.kind, a."dateEarliest", a."dateLatest", a.certainty, a."eventStatus",
  a."isEventRetracted", wrong.until, NULL
FROM wrong JOIN actions_known(NULL) a ON a.id = wrong."actionId";

-- 3. As before, but with a body that PostgreSQL reads when the function is created: a backup is restored without a search path, and
-- the scopes of its sanctions are generated then.
CREATE OR REPLACE FUNCTION restriction_scope(measures "SanctionMeasure"[], sector TEXT) RETURNS "RestrictionScope" LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN measures && '{ASSET_FREEZE,TRAVEL_BAN}' THEN 'PARTY'
  WHEN measures && '{TRADE_RESTRICTION,ARMS_EMBARGO}' THEN 'GOODS'
  WHEN 'SECTORAL' = ANY (measures) OR sector IS NOT NULL THEN 'SECTOR'
  ELSE 'PARTY'
END::"RestrictionScope";
