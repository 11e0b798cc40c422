-- The log's order: transactions stand whole, a record's versions ascend, and what a transaction could see comes before it.
-- Each transaction draws a number at its end. Two transactions that change one record cannot both be between their first
-- change and their commit, so their numbers follow their commits.

-- What has committed goes into the log by the old function, while nobody writes.
LOCK TABLE "ChangePending" IN EXCLUSIVE MODE;
DO $$
DECLARE
  drained BIGINT := 1;
BEGIN
  WHILE drained > 0 LOOP
    SELECT moved INTO drained FROM sequence_changes(10000);
  END LOOP;
END $$;
DROP FUNCTION sequence_changes;

-- The head is the last entry of the log. A row that every write updates would be slow to read while an old snapshot is held.
ALTER TABLE "FeedHead" DROP COLUMN "position";

CREATE SEQUENCE change_order;

-- Transactions whose changes are not, or not all, in the log.
CREATE TABLE "ChangeTransaction" (
  "transaction" BIGINT NOT NULL,
  "order" BIGINT,
  "last" BIGINT,
  CONSTRAINT "ChangeTransaction_pkey" PRIMARY KEY ("transaction")
);
CREATE UNIQUE INDEX "ChangeTransaction_order_key" ON "ChangeTransaction" ("order");
DROP INDEX "ChangePending_seq_key";
CREATE UNIQUE INDEX "ChangePending_transaction_seq_key" ON "ChangePending" ("transaction", "seq");

CREATE FUNCTION note_transaction() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  -- It has a number already where constraints are checked at once: it draws another one after this change.
  INSERT INTO "ChangeTransaction" AS known (transaction) VALUES (current_transaction())
  ON CONFLICT (transaction) DO UPDATE SET "order" = NULL WHERE known."order" IS NOT NULL;
  RETURN NULL;
END $$;
CREATE TRIGGER note_transaction AFTER INSERT ON "ChangePending" FOR EACH STATEMENT EXECUTE FUNCTION note_transaction();

CREATE FUNCTION order_transaction() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  UPDATE "ChangeTransaction" SET "order" = nextval('change_order') WHERE transaction = NEW.transaction AND "order" IS NULL;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER order_transaction AFTER INSERT OR UPDATE ON "ChangeTransaction"
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW."order" IS NULL) EXECUTE FUNCTION order_transaction();

-- Numbers up to change_floor have been dealt with, so that what is left of their rows in the index is not read again and again
-- while an old snapshot keeps it. change_ceiling is a number that had been drawn before the transaction change_horizon began:
-- once all transactions before that one have ended, the ceiling becomes the floor. The three are hints: a whole look starts them
-- anew, and the service takes one whenever it starts.
CREATE SEQUENCE change_floor MINVALUE 0;
CREATE SEQUENCE change_ceiling MINVALUE 0;
CREATE SEQUENCE change_horizon MINVALUE 0;

CREATE FUNCTION log_head() RETURNS BIGINT LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
  SELECT coalesce((SELECT max(position) FROM "Change"), (SELECT oldest FROM "FeedHead"))
$$;

-- Puts at most so many changes of committed transactions into the log, and tells where it then ends and how many they were. One
-- caller at a time: whoever waited for the lock then sees, by a snapshot taken after it, all that was committed before. A
-- transaction that is larger gets its positions at once, and its changes follow by further calls.
CREATE FUNCTION sequence_changes(most INTEGER DEFAULT 1000, whole BOOLEAN DEFAULT FALSE, OUT head BIGINT, OUT moved BIGINT)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
  is_own BOOLEAN := pg_current_xact_id_if_assigned() IS NULL;
  drawn BIGINT;
  bottom BIGINT := 0;
  given BIGINT;
  latest TIMESTAMPTZ;
BEGIN
  PERFORM pg_advisory_xact_lock(4202611);
  SELECT last_value INTO drawn FROM change_order;
  IF whole THEN
    PERFORM setval('change_floor', 0), setval('change_ceiling', 0), setval('change_horizon', 0);
  ELSE
    SELECT last_value INTO bottom FROM change_floor;
  END IF;
  head := log_head();
  moved := 0;
  SELECT max(last) INTO given FROM "ChangeTransaction" WHERE "order" > bottom;
  UPDATE "ChangeTransaction" t SET last = ranged.last FROM (
    SELECT transaction, coalesce(given, head) + sum(size) OVER (ORDER BY "order") AS last FROM (
      SELECT transaction, "order", (SELECT count(*) FROM "ChangePending" p WHERE p.transaction = n.transaction) AS size
      FROM "ChangeTransaction" n WHERE "order" > bottom AND last IS NULL ORDER BY "order" LIMIT 1000
    ) sized
  ) ranged WHERE t.transaction = ranged.transaction;
  IF FOUND OR given IS NOT NULL THEN
    SELECT "committedAt" INTO latest FROM "Change" WHERE position = head;
    WITH next AS (
      SELECT p.transaction, p.type, p."entityId", t.last
      FROM (
        SELECT transaction, last, lag(last, 1, head) OVER (ORDER BY last) AS before
        FROM "ChangeTransaction" WHERE "order" > bottom AND last IS NOT NULL
      ) t
      CROSS JOIN LATERAL (
        SELECT * FROM "ChangePending" p WHERE p.transaction = t.transaction ORDER BY seq LIMIT most
      ) p
      WHERE t.before < head + most
      ORDER BY t.last, p.seq LIMIT most
    ), taken AS (
      DELETE FROM "ChangePending" p USING next n
      WHERE p.transaction = n.transaction AND p.type = n.type AND p."entityId" = n."entityId" RETURNING p.*, n.last
    )
    INSERT INTO "Change" (position, type, "entityId", operation, version, before, after, children, writer, "committedAt")
    SELECT head + row_number() OVER (ORDER BY last, seq), type, "entityId", operation, version, before, after, children,
      writer, greatest(clock_timestamp(), latest)
    FROM taken;
    GET DIAGNOSTICS moved = ROW_COUNT;
    head := head + moved;
    DELETE FROM "ChangeTransaction" WHERE "order" > bottom AND last <= head;
    IF moved > 0 THEN
      PERFORM pg_notify('dateline_feed', head::text);
    END IF;
  END IF;
  IF is_own AND drawn > bottom
    AND (SELECT last_value FROM change_horizon) <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
    AND NOT EXISTS (
      SELECT FROM "ChangeTransaction" WHERE "order" > bottom AND "order" <= (SELECT last_value FROM change_ceiling))
  THEN
    PERFORM setval('change_floor', last_value) FROM change_ceiling;
    PERFORM setval('change_ceiling', drawn), setval('change_horizon', current_transaction());
  END IF;
END $$;

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
DECLARE
  function REGPROCEDURE;
BEGIN
  FOR function IN
    SELECT oid FROM pg_proc
    WHERE pronamespace = current_schema()::regnamespace
      AND proname IN ('note_transaction', 'order_transaction', 'sequence_changes')
  LOOP
    EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = %I, pg_temp', function, current_schema());
    EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', function);
  END LOOP;
END $$;
