-- The status on a day, decided by what may have happened; the locks that it and the versions need; and a function without which a
-- backup cannot be restored.

-- ---------------------------------------------------------------- dates without a last day

-- A date without a last day is any day until the day of knowledge, or any later day than its first one.
CREATE FUNCTION last_day(earliest DATE, latest DATE, today DATE) RETURNS DATE LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(latest, CASE WHEN earliest > today THEN 'infinity' ELSE today END)
$$;

-- As before, but a date without a last day whose first day is to come may be any day from then on.
CREATE OR REPLACE FUNCTION status_windows(at TIMESTAMPTZ)
RETURNS TABLE (subject UUID, id UUID, kind "SanctionActionKind", earliest DATE, latest DATE, status "SanctionStatus")
LANGUAGE sql STABLE AS $$
  SELECT a.subject, a.id, a.kind, coalesce(a."dateEarliest", '-infinity'),
    last_day(a."dateEarliest", a."dateLatest", day_of(at)), a.status
  FROM evidence_known(at) a WHERE a.status IS NOT NULL
  UNION ALL
  SELECT t.id, NULL, w.kind::"SanctionActionKind", w.earliest, w.latest, w.status::"SanctionStatus"
  FROM targets_known(at) t CROSS JOIN LATERAL (VALUES
    ('IMPOSED', coalesce(t."listedEarliest", '-infinity'),
      last_day(t."listedEarliest", t."listedLatest", day_of(at)), 'IN_FORCE', t."listedPrecision" IS NOT NULL),
    ('LIFTED', coalesce(t."delistedEarliest", t."listedLatest", '-infinity'),
      last_day(t."delistedEarliest", t."delistedLatest", day_of(at)), 'LIFTED', t."delistedPrecision" IS NOT NULL)
  ) w (kind, earliest, latest, status, applies)
  WHERE w.applies
$$;

-- As before, with the same rule for dates without a last day.
CREATE OR REPLACE FUNCTION status_by_dates(
  "listedEarliest" DATE, "listedLatest" DATE, "listedPrecision" "DatePrecision",
  "delistedEarliest" DATE, "delistedLatest" DATE, "delistedPrecision" "DatePrecision", day DATE, today DATE
) RETURNS "SanctionStatus" LANGUAGE sql STABLE AS $$
  SELECT CASE
    WHEN "delistedPrecision" IS NOT NULL AND last_day("delistedEarliest", "delistedLatest", today) <= day THEN 'LIFTED'
    WHEN "delistedPrecision" IS NOT NULL AND coalesce("delistedEarliest", "listedLatest", '-infinity') <= day THEN 'UNKNOWN'
    WHEN "listedPrecision" IS NOT NULL AND last_day("listedEarliest", "listedLatest", today) <= day THEN 'IN_FORCE'
    WHEN num_nonnulls("listedPrecision", "delistedPrecision") > 0 THEN 'UNKNOWN'
  END::"SanctionStatus"
$$;

-- ---------------------------------------------------------------- what may have happened

DROP VIEW "Restriction";
DROP VIEW "SanctionState";
DROP VIEW "SanctionTargetState";
DROP FUNCTION sanction_statuses(DATE, TIMESTAMPTZ);
DROP FUNCTION target_statuses(DATE, TIMESTAMPTZ);
DROP FUNCTION target_status_by_actions(UUID, DATE, TIMESTAMPTZ);
DROP FUNCTION action_statuses(DATE, TIMESTAMPTZ);
DROP FUNCTION listing_statuses(DATE, TIMESTAMPTZ);
DROP FUNCTION status_by_windows(UUID, DATE, TIMESTAMPTZ);

-- What a change makes of a status. After an end, only REIMPOSED counts. Another change after an end contradicts it: both statuses are
-- returned.
CREATE FUNCTION statuses_after(current "SanctionStatus", kind "SanctionActionKind", status "SanctionStatus")
RETURNS "SanctionStatus"[] LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN current IS NULL OR current NOT IN ('LIFTED', 'EXPIRED') OR kind = 'REIMPOSED' THEN ARRAY[status]
  WHEN status IN ('LIFTED', 'EXPIRED') THEN ARRAY[current]
  ELSE ARRAY[current, status]
END;

-- The status of a target on a day, or of a sanction if `target` is null: that which every order of the changes gives that their dates
-- allow, else UNKNOWN. NULL if no change need have happened, and none can have ended or weakened the sanction. The orders are followed
-- from day to day: `own` and `whole` are the status by the changes of the target, and by those of the sanction since the target is
-- listed. Of changes of one subject whose dates overlap, an imposition or extension is the first, and an end the last, unless it may be
-- followed by REIMPOSED; of those on one day, the one that was entered first.
CREATE FUNCTION possible_status(target UUID, sanction UUID, day DATE, at TIMESTAMPTZ) RETURNS "SanctionStatus"
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET jit = off AS $$
DECLARE
  changes RECORD;
  n INTEGER;
  -- Whether the target has a beginning, before which the changes of the sanction do not concern it.
  begins BOOLEAN;
  precedes BOOLEAN;
  -- By change: those that come before it.
  before VARBIT[] := '{}';
  none VARBIT;
  mask VARBIT;
  must VARBIT;
  -- The possible orders so far: the statuses, and the changes that have happened.
  own "SanctionStatus"[] := ARRAY[NULL]::"SanctionStatus"[];
  whole "SanctionStatus"[] := ARRAY[NULL]::"SanctionStatus"[];
  done VARBIT[];
  seen TEXT[];
  key TEXT;
  points DATE[];
  since DATE;
  world INTEGER;
  next_own "SanctionStatus";
  next_whole "SanctionStatus";
  status "SanctionStatus";
  results "SanctionStatus"[];
BEGIN
  SELECT coalesce(array_agg(w.subject IS NOT DISTINCT FROM sanction ORDER BY w.earliest, w.id), '{}') AS is_whole,
    coalesce(array_agg(w.id ORDER BY w.earliest, w.id), '{}') AS id,
    coalesce(array_agg(w.kind ORDER BY w.earliest, w.id), '{}') AS kind,
    coalesce(array_agg(w.earliest ORDER BY w.earliest, w.id), '{}') AS earliest,
    coalesce(array_agg(w.latest ORDER BY w.earliest, w.id), '{}') AS latest,
    coalesce(array_agg(w.status ORDER BY w.earliest, w.id), '{}') AS status
  INTO changes FROM status_windows(at) w WHERE w.subject IN (target, sanction);
  n := cardinality(changes.kind);
  -- A listing has no id.
  begins := EXISTS (
    SELECT FROM unnest(changes.is_whole, changes.id, changes.kind) c (is_whole, id, kind)
    WHERE NOT c.is_whole AND (c.id IS NULL OR c.kind = 'IMPOSED'));
  none := repeat('0', n)::varbit;
  done := ARRAY[none];
  FOR i IN 1..n LOOP
    mask := none;
    FOR j IN 1..n LOOP
      precedes := i <> j AND changes.is_whole[i] = changes.is_whole[j]
        AND changes.earliest[i] <= changes.latest[j] AND changes.earliest[j] <= changes.latest[i]
        AND CASE
          WHEN (changes.kind[i] IN ('IMPOSED', 'EXTENDED')) <> (changes.kind[j] IN ('IMPOSED', 'EXTENDED'))
            THEN changes.kind[j] IN ('IMPOSED', 'EXTENDED')
          WHEN changes.earliest[i] = changes.latest[i] AND changes.earliest[j] = changes.latest[j] THEN changes.id[j] < changes.id[i]
          ELSE changes.status[i] IN ('LIFTED', 'EXPIRED') AND changes.status[j] NOT IN ('LIFTED', 'EXPIRED') AND changes.kind[j] <> 'REIMPOSED'
        END;
      IF precedes THEN
        mask := set_bit(mask, j - 1, 1);
      END IF;
    END LOOP;
    before := before || mask;
  END LOOP;
  points := ARRAY(
    SELECT DISTINCT p FROM (
      SELECT unnest(changes.earliest) UNION ALL SELECT CASE WHEN l < day THEN l + 1 END FROM unnest(changes.latest) l
    ) cut (p) WHERE p <= day ORDER BY p);
  FOR k IN 1..cardinality(points) LOOP
    since := points[k];
    must := none;
    FOR i IN 1..n LOOP
      IF changes.latest[i] < coalesce(points[k + 1], day + 1) THEN
        must := set_bit(must, i - 1, 1);
      END IF;
    END LOOP;
    seen := ARRAY(SELECT concat_ws(' ', o, '/', w, '/', d) FROM unnest(own, whole, done) u (o, w, d));
    world := 1;
    WHILE world <= cardinality(done) LOOP
      FOR i IN 1..n LOOP
        CONTINUE WHEN get_bit(done[world], i - 1) = 1 OR changes.earliest[i] > since OR changes.latest[i] < since
          OR before[i] & done[world] <> before[i];
        mask := set_bit(done[world], i - 1, 1);
        FOREACH status IN ARRAY CASE
          WHEN NOT changes.is_whole[i] THEN statuses_after(own[world], changes.kind[i], changes.status[i])
          WHEN begins AND (own[world] IS NULL OR own[world] IN ('LIFTED', 'EXPIRED')) THEN ARRAY[whole[world]]
          ELSE statuses_after(whole[world], changes.kind[i], changes.status[i])
        END LOOP
          next_own := CASE WHEN changes.is_whole[i] THEN own[world] ELSE status END;
          -- A target that is listed anew begins anew.
          next_whole := CASE
            WHEN changes.is_whole[i] THEN status
            WHEN changes.kind[i] = 'REIMPOSED' OR begins AND own[world] IS NULL THEN NULL
            ELSE whole[world]
          END;
          key := concat_ws(' ', next_own, '/', next_whole, '/', mask);
          CONTINUE WHEN key = ANY (seen);
          -- So many orders have no common status.
          IF cardinality(seen) > 1000 THEN
            RETURN 'UNKNOWN';
          END IF;
          seen := seen || key;
          own := own || next_own;
          whole := whole || next_whole;
          done := done || mask;
        END LOOP;
      END LOOP;
      world := world + 1;
    END LOOP;
    SELECT array_agg(u.o), array_agg(u.w), array_agg(u.d) INTO own, whole, done
    FROM unnest(own, whole, done) u (o, w, d) WHERE u.d & must = must;
    IF done IS NULL THEN
      RETURN 'UNKNOWN';
    END IF;
  END LOOP;
  results := ARRAY(
    SELECT DISTINCT CASE
      WHEN u.o IN ('LIFTED', 'EXPIRED') OR begins AND u.o IS NULL THEN u.o
      WHEN u.o IS NULL OR u.w IN ('LIFTED', 'EXPIRED') THEN u.w
      ELSE greatest(u.o, u.w)
    END
    FROM unnest(own, whole) u (o, w));
  IF cardinality(results) > 1 THEN
    RETURN CASE WHEN array_remove(array_remove(results, NULL), 'IN_FORCE') <> '{}' THEN 'UNKNOWN'::"SanctionStatus" END;
  END IF;
  status := results[1];
  -- A list that still has the entry after the sanction ended contradicts the end.
  IF status IN ('LIFTED', 'EXPIRED') AND NOT EXISTS (SELECT FROM unnest(own) o WHERE o IN ('LIFTED', 'EXPIRED')) AND EXISTS (
    SELECT FROM sightings_known(at) g
    WHERE g."targetId" = target AND g."seenOn" > (
      SELECT max(c.latest) FROM unnest(changes.is_whole, changes.status, changes.latest) c (is_whole, status, latest)
      WHERE c.is_whole AND c.status IN ('LIFTED', 'EXPIRED') AND c.latest <= day)) THEN
    RETURN 'UNKNOWN';
  END IF;
  RETURN status;
END $$;

-- Whether an announcement, an expectation or a plan supports IN_FORCE on a day.
CREATE FUNCTION is_supported(of_subject UUID, day DATE, at TIMESTAMPTZ) RETURNS BOOLEAN LANGUAGE sql STABLE AS $$
  SELECT EXISTS (SELECT FROM evidence_known(at) e WHERE e.subject = of_subject AND e.status IS NULL AND e.since <= day)
$$;

-- What the actions on a whole sanction mean for the targets without actions of their own, on a day: the first possible day on which the
-- sanction was weakened or ended, the last possible day of the last change, that of the last end, and the status. No row: there are no
-- such actions. This function and the next one have plans of their own, so that the plans of all others remain small.
CREATE FUNCTION whole_state(sanction UUID, day DATE, at TIMESTAMPTZ)
RETURNS TABLE (weakened DATE, changed DATE, ended DATE, status "SanctionStatus") LANGUAGE plpgsql STABLE ROWS 1 COST 10000
SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  IF EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = sanction) THEN
    RETURN QUERY
    SELECT min(w.earliest) FILTER (WHERE w.status <> 'IN_FORCE'), max(w.latest),
      max(w.latest) FILTER (WHERE w.status IN ('LIFTED', 'EXPIRED') AND w.latest <= day),
      coalesce(possible_status(NULL, sanction, day, at), CASE WHEN is_supported(sanction, day, at) THEN 'IN_FORCE'::"SanctionStatus" END)
    FROM status_windows(at) w WHERE w.subject = sanction AND w.earliest <= day;
  END IF;
END $$;

-- The status of a target with actions of its own, or that may have been listed before or after an action on the whole sanction.
CREATE FUNCTION target_status_by_actions(target UUID, sanction UUID, day DATE, at TIMESTAMPTZ) RETURNS "SanctionStatus"
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT SET plan_cache_mode = force_generic_plan SET jit = off AS $$
BEGIN
  RETURN coalesce(possible_status(target, sanction, day, at),
    (SELECT 'IN_FORCE'::"SanctionStatus" FROM targets_known(at) t
     WHERE t.id = target AND num_nonnulls(t."listedPrecision", t."delistedPrecision") = 0
       AND (is_supported(target, day, at) OR is_supported(sanction, day, at))),
    'UNKNOWN');
END $$;

-- The status of each target on a day. Most targets have no actions of their own, and their dates suffice, or the state of the sanction.
CREATE FUNCTION target_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("targetId" UUID, "sanctionId" UUID, "actorId" UUID, "listingId" TEXT, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT t.id, t."sanctionId", t."actorId", t."listingId",
    CASE
      WHEN EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t.id) THEN target_status_by_actions(t.id, t."sanctionId", day, at)
      WHEN d.status IS NULL THEN coalesce(whole.status, 'UNKNOWN')
      WHEN d.status <> 'IN_FORCE' OR whole.weakened IS NULL OR whole.changed < t."listedEarliest" THEN d.status
      WHEN coalesce(t."listedLatest", 'infinity') >= whole.weakened THEN target_status_by_actions(t.id, t."sanctionId", day, at)
      WHEN whole.status IN ('LIFTED', 'EXPIRED')
        AND EXISTS (SELECT FROM sightings_known(at) g WHERE g."targetId" = t.id AND g."seenOn" > whole.ended) THEN 'UNKNOWN'
      ELSE coalesce(whole.status, d.status)
    END
  FROM targets_known(at) t
  CROSS JOIN LATERAL (SELECT status_by_dates(t."listedEarliest", t."listedLatest", t."listedPrecision",
    t."delistedEarliest", t."delistedLatest", t."delistedPrecision", day, day_of(at)) AS status) d
  -- Once for each sanction, if it has many targets.
  JOIN (
    SELECT s.id, w.* FROM sanctions_known(at) s LEFT JOIN LATERAL whole_state(s.id, day, at) w ON true
  ) whole ON whole.id = t."sanctionId"
$$;

-- The status of each sanction on a day: by the actions on the whole sanction. Without any, it is in force while one of its listings
-- is, by their dates and the actions on them. A programme whose last target was delisted did not end by that.
CREATE FUNCTION sanction_statuses(day DATE, at TIMESTAMPTZ)
RETURNS TABLE ("sanctionId" UUID, status "SanctionStatus") LANGUAGE sql STABLE AS $$
  SELECT s.id,
    CASE
      WHEN whole.status IS NOT NULL THEN whole.status
      WHEN EXISTS (
        SELECT FROM targets_known(at) t
        WHERE t."sanctionId" = s.id AND CASE
          WHEN EXISTS (SELECT FROM actions_known(at) a WHERE a.subject = t.id) THEN possible_status(t.id, NULL, day, at)
          ELSE status_by_dates(t."listedEarliest", t."listedLatest", t."listedPrecision",
            t."delistedEarliest", t."delistedLatest", t."delistedPrecision", day, day_of(at))
        END IN ('IN_FORCE', 'EASED')) THEN 'IN_FORCE'
      ELSE 'UNKNOWN'
    END
  FROM sanctions_known(at) s LEFT JOIN LATERAL whole_state(s.id, day, at) whole ON true
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

-- The restrictions of today, in UTC.
CREATE VIEW "Restriction" AS SELECT * FROM restrictions((now() AT TIME ZONE 'UTC')::date, NULL);

-- ---------------------------------------------------------------- licences that were revoked, on a day that is not known

ALTER TABLE "LicenceVersion" ADD COLUMN "revokedEarliest" DATE;
UPDATE "LicenceVersion" v SET "revokedEarliest" = coalesce(l."revokedEarliest", '-infinity') FROM "Licence" l
WHERE v."licenceId" = l.id AND v.until IS NULL AND l."revokedPrecision" IS NOT NULL AND l."revokedLatest" IS NULL;

-- As before, but a revocation without a last day has happened by the day of knowledge.
CREATE OR REPLACE FUNCTION licences_known(at TIMESTAMPTZ)
RETURNS TABLE (id UUID, "sanctionId" UUID, "targetId" UUID, earliest DATE, latest DATE) LANGUAGE sql STABLE AS $$
  SELECT id, "sanctionId", "targetId", "fromEarliest",
    least("revokedLatest", CASE WHEN "extendedPrecision" IS NOT NULL THEN "extendedLatest" ELSE "toLatest" END,
      CASE WHEN "revokedPrecision" IS NOT NULL THEN last_day("revokedEarliest", "revokedLatest", day_of(at)) END)
  FROM "Licence" WHERE at IS NULL
  UNION ALL
  SELECT v."licenceId", v."sanctionId", v."targetId", v.earliest,
    least(v.latest, CASE WHEN v."revokedEarliest" IS NOT NULL THEN last_day(v."revokedEarliest", NULL, day_of(at)) END)
  FROM "LicenceVersion" v
  WHERE at IS NOT NULL
    AND (v."from" = 0 OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v."from"))
    AND (v.until IS NULL OR (SELECT k."committedAt" <= at FROM "KnownTransaction" k WHERE k.versions = v.until) IS NOT TRUE)
$$;

-- As before, with the first possible day of such a revocation.
CREATE OR REPLACE FUNCTION version_licence() RETURNS TRIGGER LANGUAGE plpgsql AS $$
DECLARE
  number BIGINT;
  changed UUID[];
BEGIN
  IF TG_OP = 'DELETE' THEN
    changed := ARRAY(SELECT id FROM before);
  ELSIF TG_OP = 'UPDATE' THEN
    changed := ARRAY(SELECT a.id FROM after a JOIN before b USING (id) WHERE a IS DISTINCT FROM b);
  ELSE
    changed := ARRAY(SELECT id FROM after);
  END IF;
  IF changed = '{}' THEN
    RETURN NULL;
  END IF;
  number := current_versions();
  DELETE FROM "LicenceVersion" WHERE "licenceId" = ANY (changed) AND until IS NULL AND "from" = number;
  UPDATE "LicenceVersion" SET until = number WHERE "licenceId" = ANY (changed) AND until IS NULL;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO "LicenceVersion"
    SELECT r.id, r."sanctionId", r."targetId", r."fromEarliest",
      least(r."revokedLatest", CASE WHEN r."extendedPrecision" IS NOT NULL THEN r."extendedLatest" ELSE r."toLatest" END), number, NULL,
      CASE WHEN r."revokedPrecision" IS NOT NULL AND r."revokedLatest" IS NULL THEN coalesce(r."revokedEarliest", '-infinity') END
    FROM after r WHERE r.id = ANY (changed);
  END IF;
  RETURN NULL;
END $$;

-- An extension ends later than what it extends.
ALTER TABLE "Licence" DROP CONSTRAINT "Licence_extended_after";
ALTER TABLE "Licence" ADD CONSTRAINT "Licence_extended_after" CHECK (
  "extendedLatest" >= "fromEarliest" AND "extendedLatest" >= "toEarliest" AND ("toPrecision" IS NOT NULL OR "extendedPrecision" IS NULL)) NOT VALID;

-- ---------------------------------------------------------------- changes of one sanction by two transactions

-- Two transactions that changed the actions of a sanction, or an event and the actions in it, did not see each other's changes: the
-- status could stay wrong, and a version could stay current for ever. Sanctions are now locked before their status is computed and
-- versions are written, and events before an action in them is.

-- As before, but locks the sanctions first. The second statement sees what the transactions wrote that held the locks.
CREATE OR REPLACE FUNCTION refresh_sanction_states(sanction_ids UUID[]) RETURNS VOID LANGUAGE sql
SET search_path FROM CURRENT SET jit = off SET plan_cache_mode = force_generic_plan AS $$
  SELECT FROM "Sanction" WHERE id = ANY (sanction_ids) ORDER BY id FOR NO KEY UPDATE;
  UPDATE "Sanction" s SET status = v.status, "sortDate" = v."sortDate" FROM "SanctionState" v
  WHERE s.id = ANY (sanction_ids) AND v."sanctionId" = s.id
    AND (s.status, s."sortDate") IS DISTINCT FROM (v.status, v."sortDate")
$$;
ALTER FUNCTION guard_sanction_state SET plan_cache_mode = force_generic_plan;

-- As before, but locks the events of new actions first.
CREATE OR REPLACE FUNCTION sanction_states_of_actions() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    PERFORM FROM "Event" WHERE id IN (SELECT "eventId" FROM after EXCEPT SELECT "eventId" FROM before) ORDER BY id FOR SHARE;
    PERFORM refresh_sanction_states(ARRAY(SELECT "sanctionId" FROM before UNION SELECT "sanctionId" FROM after));
  ELSE
    IF TG_OP = 'INSERT' THEN
      PERFORM FROM "Event" WHERE id IN (SELECT "eventId" FROM touched) ORDER BY id FOR SHARE;
    END IF;
    PERFORM refresh_sanction_states(ARRAY(SELECT DISTINCT "sanctionId" FROM touched));
  END IF;
  RETURN NULL;
END $$;

DO $$
DECLARE
  name TEXT;
BEGIN
  FOREACH name IN ARRAY ARRAY['sanction_states_of_actions', 'version_licence'] LOOP
    EXECUTE format('ALTER FUNCTION %I SECURITY DEFINER SET search_path = %I, pg_temp', name, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %I FROM PUBLIC', name);
  END LOOP;
  ALTER FUNCTION version_licence SET jit = off;
  ALTER FUNCTION version_licence SET enable_nestloop = off;
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

-- ---------------------------------------------------------------- backups

-- As before, but with a body that PostgreSQL reads when the function is created: a backup is restored without a search path, and
-- the scopes of its sanctions are generated then.
CREATE OR REPLACE FUNCTION restriction_scope(measures "SanctionMeasure"[], sector TEXT) RETURNS "RestrictionScope" LANGUAGE sql IMMUTABLE
RETURN CASE
  WHEN measures && '{ASSET_FREEZE,TRAVEL_BAN}' THEN 'PARTY'
  WHEN measures && '{TRADE_RESTRICTION,ARMS_EMBARGO}' THEN 'GOODS'
  WHEN 'SECTORAL' = ANY (measures) OR sector IS NOT NULL THEN 'SECTOR'
  ELSE 'PARTY'
END::"RestrictionScope";
