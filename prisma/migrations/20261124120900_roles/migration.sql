-- The service can connect as a role that may neither change the tables nor touch what the database keeps by itself: there
-- triggers and the functions below write for it, as the owner. prisma/grants.sql gives that role what it needs.

-- Drops the oldest entries of the log that came into it before a moment, and tells how many. What is younger than a day stays,
-- whoever asks.
CREATE FUNCTION prune_changes(until TIMESTAMPTZ, most INTEGER, OUT dropped BIGINT) LANGUAGE plpgsql AS $$
BEGIN
  IF until > now() - INTERVAL '1 day' THEN
    RAISE EXCEPTION 'Changes are kept for a day at least: pass an earlier moment.';
  END IF;
  WITH gone AS (
    DELETE FROM "Change" WHERE position IN (
      SELECT position FROM "Change" WHERE "committedAt" < until ORDER BY position LIMIT most)
    RETURNING position
  ), noted AS (
    UPDATE "FeedHead" SET oldest = (SELECT max(position) FROM gone) WHERE EXISTS (SELECT FROM gone)
  )
  SELECT count(*) INTO dropped FROM gone;
END $$;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND (prorettype = 'trigger'::regtype OR proname IN ('sequence_changes', 'prune_changes'))
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;
