-- Calls of sequence_changes are cheap: those that have nothing to do take no lock, and no call looks at index entries of
-- transactions that are in the log already, whatever else runs on the server.

-- Every number that has been drawn belongs to a transaction that has ended, and none is drawn until this migration is done.
LOCK TABLE "ChangePending" IN EXCLUSIVE MODE;

-- The floor used to wait for the end of every transaction on the server that was older than the ceiling. Now it waits only for
-- those between their draw and their end. A transaction that draws a number holds a shared lock until it ends. The lock is one
-- of two, by the generation in which it draws. Once each of the two was seen to be free after the ceiling was drawn, no
-- transaction with a number up to the ceiling can still be open.
DROP SEQUENCE change_horizon;
CREATE SEQUENCE change_generation MINVALUE 0;
SELECT setval('change_floor', 0), setval('change_ceiling', 0);

CREATE OR REPLACE FUNCTION order_transaction() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock_shared(4202612, (last_value % 2)::int) FROM change_generation;
  UPDATE "ChangeTransaction" SET "order" = nextval('change_order') WHERE transaction = NEW.transaction AND "order" IS NULL;
  RETURN NULL;
END $$;

-- Moves at most so many changes of committed transactions into the log. Returns where the log then ends, and how many changes
-- were moved. Calls wait for each other by a lock, and look at the tables by a snapshot that is taken after it. A call that
-- waited ends at once if all that had been committed when it began is in the log. A transaction with more changes gets its
-- positions at once, and its changes follow by further calls.
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
    -- Everything, if it is at most so much. Rows are deleted by their places: no plan reads a whole table or index.
    WITH found AS (
      SELECT t.ctid AS its_place, p.place FROM "ChangeTransaction" t
      LEFT JOIN LATERAL (
        SELECT ctid AS place FROM "ChangePending" p WHERE p.transaction = t.transaction LIMIT most + 1
      ) p ON true
      WHERE t."order" > bottom LIMIT most + 1
    ), fitting AS (
      SELECT * FROM found WHERE (SELECT count(*) FROM found) <= most
    ), ended AS (
      DELETE FROM "ChangeTransaction" WHERE ctid = ANY (ARRAY(SELECT its_place FROM fitting)) RETURNING *
    ), taken AS (
      DELETE FROM "ChangePending" WHERE ctid = ANY (ARRAY(SELECT place FROM fitting)) RETURNING *
    )
    INSERT INTO "Change" (position, type, "entityId", operation, version, before, after, children, writer, "committedAt")
    SELECT head + row_number() OVER (ORDER BY e.last, e."order", p.seq), p.type, p."entityId", p.operation, p.version, p.before,
      p.after, p.children, p.writer, greatest(clock_timestamp(), latest)
    FROM taken p JOIN ended e USING (transaction);
    GET DIAGNOSTICS moved = ROW_COUNT;
    head := head + moved;
    IF moved = 0 THEN
      UPDATE "ChangeTransaction" t SET last = ranged.last FROM (
        SELECT transaction, sum(size) OVER (ORDER BY "order")
          + coalesce((SELECT max(last) FROM "ChangeTransaction" WHERE "order" > bottom), head) AS last
        FROM (
          SELECT transaction, "order", (SELECT count(*) FROM "ChangePending" p WHERE p.transaction = n.transaction) AS size
          FROM "ChangeTransaction" n WHERE "order" > bottom AND last IS NULL ORDER BY "order" LIMIT 1000
        ) sized
      ) ranged WHERE t.transaction = ranged.transaction;
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
        p.children, p.writer, greatest(clock_timestamp(), latest)
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

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of. The plans are kept, because
-- planning takes longer than a small call. Some are made while a table is empty: such a plan would read a table that has grown
-- from its first row to its last.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace AND proname IN ('order_transaction', 'sequence_changes')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('ALTER FUNCTION %s SET enable_seqscan = off', function);
    EXECUTE format('ALTER FUNCTION %s SET jit = off', function);
    EXECUTE format('ALTER FUNCTION %s SET plan_cache_mode = force_generic_plan', function);
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;
