-- The status of a sanction is UNKNOWN too between the ends of the date of an action that changes it, and after two changes whose
-- order is not known.

-- A listing has the actions on it as its subject, a sanction those on the whole sanction.
CREATE INDEX "SanctionAction_subject_idx" ON "SanctionAction" ((coalesce("targetId", "sanctionId")));

-- The windows in which the status of a subject changes: of the actions that count, and of the dates of listings. `earliest` and `latest`
-- are the first and the last possible day of the change. A date without a last day counts from today on.
CREATE VIEW "StatusWindow" AS
SELECT coalesce(a."targetId", a."sanctionId") AS subject, a.id, a.kind, coalesce(a."dateEarliest", '-infinity') AS earliest,
  coalesce(a."dateLatest", greatest(a."dateEarliest", (now() AT TIME ZONE 'UTC')::date)) AS latest, a.status
FROM "SanctionEvidence" a WHERE a.status IS NOT NULL
UNION ALL
SELECT t.id, NULL, w.kind::"SanctionActionKind", w.earliest, w.latest, w.status::"SanctionStatus"
FROM "SanctionTarget" t CROSS JOIN LATERAL (VALUES
  ('IMPOSED', coalesce(t."listedEarliest", '-infinity'),
    coalesce(t."listedLatest", greatest(t."listedEarliest", (now() AT TIME ZONE 'UTC')::date)), 'IN_FORCE', t."listedPrecision" IS NOT NULL),
  ('LIFTED', coalesce(t."delistedEarliest", t."listedLatest", '-infinity'),
    coalesce(t."delistedLatest", greatest(t."delistedEarliest", (now() AT TIME ZONE 'UTC')::date)), 'LIFTED', t."delistedPrecision" IS NOT NULL)
) w (kind, earliest, latest, status, applies)
WHERE w.applies;

-- The functions below are written so that PostgreSQL includes them in the query that calls them, and reads only the rows that it
-- needs.

-- The status of a subject on a day, and the day since when: that of the last change that is complete. It is UNKNOWN if another change
-- may have come after it. An imposition or an extension does not come after another change whose window overlaps with its own, and
-- after an end only a new imposition changes anything. Of two changes on one day, the one that was entered later is the later one.
-- Returns no row if no change is complete, and none is under way that ends or changes a sanction.
CREATE FUNCTION status_by_windows(of_subject UUID, day DATE) RETURNS TABLE (since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN other.open THEN day ELSE last.latest END,
    CASE WHEN other.open IS NULL THEN last.status ELSE 'UNKNOWN' END
  FROM (VALUES (of_subject)) s (subject)
  LEFT JOIN LATERAL (
    SELECT w.* FROM "StatusWindow" w WHERE w.subject = s.subject AND w.latest <= day
    ORDER BY CASE WHEN w.kind IN ('IMPOSED', 'EXTENDED') THEN w.earliest ELSE w.latest END DESC, w.id DESC, w.status DESC LIMIT 1
  ) last ON true
  CROSS JOIN LATERAL (
    SELECT bool_or(w.latest > day) AS open FROM "StatusWindow" w
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

-- Within the window of a delisting the status is UNKNOWN since this day: the listing may have ended on any day until then.
CREATE OR REPLACE FUNCTION since_by_dates(t "SanctionTarget", day DATE) RETURNS DATE LANGUAGE sql STABLE AS $$
  SELECT coalesce(CASE
    WHEN status_by_dates(t, day) = 'LIFTED' THEN coalesce(t."delistedLatest", t."delistedEarliest", t."listedLatest")
    WHEN status_by_dates(t, day) = 'IN_FORCE' THEN coalesce(t."listedLatest", t."listedEarliest")
    WHEN t."delistedPrecision" IS NOT NULL AND coalesce(t."delistedEarliest", t."listedLatest", '-infinity') <= day THEN day
  END, '-infinity')
$$;

-- The status of each listing on a day, from its dates and from the actions on it alone, and the day since when. NULL: neither tells
-- anything. Most listings have no actions, and their dates suffice.
CREATE OR REPLACE FUNCTION listing_statuses(day DATE)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId", coalesce(own.since, since_by_dates(t, day)), coalesce(own.status, status_by_dates(t, day))
  FROM "SanctionTarget" t LEFT JOIN LATERAL (
    SELECT w.since, w.status FROM status_by_windows(t.id, day) w
    WHERE EXISTS (SELECT FROM "SanctionAction" a WHERE a."targetId" = t.id)
  ) own ON true
$$;

-- The status of each sanction on a day, from the actions on the whole sanction alone, and the day since when: that of its changes,
-- else IN_FORCE if an announcement or an expectation supports it.
CREATE OR REPLACE FUNCTION action_statuses(day DATE)
RETURNS TABLE ("sanctionId" UUID, since DATE, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id, coalesce(whole.since, support.since), coalesce(whole.status, 'IN_FORCE')
  FROM "Sanction" s LEFT JOIN LATERAL status_by_windows(s.id, day) whole ON true
  LEFT JOIN LATERAL (
    SELECT e.since FROM "SanctionEvidence" e
    WHERE whole.status IS NULL AND e."sanctionId" = s.id AND e."targetId" IS NULL AND e.status IS NULL AND e.since <= day
    ORDER BY e.since DESC LIMIT 1
  ) support ON true
  WHERE whole.status IS NOT NULL OR support.since IS NOT NULL
$$;

-- The earlier model had one window for an entry, which each of its lists was given. Only the list whose snapshots it is between keeps it.
UPDATE "Sighting" s SET "absentOn" = NULL, "firstSeenOn" = NULL
WHERE NOT EXISTS (SELECT FROM "ImportRun" r WHERE r.state = 'DONE' AND r.lists @> ARRAY[s.list] AND r."asOf" = s."firstSeenOn")
  AND EXISTS (
    SELECT FROM "Sighting" o JOIN "ImportRun" r ON r.state = 'DONE' AND r.lists @> ARRAY[o.list] AND r."asOf" = o."firstSeenOn"
    WHERE o."targetId" = s."targetId" AND o.list <> s.list
      AND (o."absentOn", o."firstSeenOn") IS NOT DISTINCT FROM (s."absentOn", s."firstSeenOn"));

SELECT refresh_sanction_states(ARRAY(SELECT id FROM "Sanction"));
