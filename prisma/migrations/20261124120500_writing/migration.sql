-- What writing over the API asks of the database: answers that are given once, and rules that hold between rows.

-- A mutation that was asked for with a key, and what came of it: written in the transaction of the mutation itself.
CREATE TABLE "IdempotencyKey" (
  "caller" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  "hash" TEXT NOT NULL,
  "answer" JSONB,
  CONSTRAINT "IdempotencyKey_pkey" PRIMARY KEY ("caller", "key")
);
CREATE INDEX "IdempotencyKey_createdAt_idx" ON "IdempotencyKey" ("createdAt");

-- A person can be held once at a time. Looked at when a statement ends, so that one can be closed and another opened in it.
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_open_one" EXCLUDE USING btree ("personId" WITH =)
  WHERE ("endPrecision" IS NULL AND "endedById" IS NULL AND "outcome" IS NULL) DEFERRABLE INITIALLY IMMEDIATE;

ALTER TABLE "Person" ADD CONSTRAINT "Person_death_after" CHECK ("birthEarliest" <= "deathLatest");
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_end_after" CHECK ("startEarliest" <= "endLatest");

-- One that concerns a single target concerns one of its own sanction. The DETAIL names the rule to whoever maps it.
CREATE FUNCTION require_own_target() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM "SanctionTarget" WHERE id = new."targetId" AND "sanctionId" = new."sanctionId") THEN
    RAISE EXCEPTION 'The target of an action has to be one of the same sanction.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'SanctionAction_target_own', DETAIL = 'SanctionAction_target_own';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER require_own_target BEFORE INSERT OR UPDATE OF "targetId", "sanctionId" ON "SanctionAction"
  FOR EACH ROW WHEN (new."targetId" IS NOT NULL) EXECUTE FUNCTION require_own_target();

-- Parts of sanctions have parts; none is a part of itself. One writer at a time, or two could close a circle between them.
CREATE FUNCTION refuse_circular_part() RETURNS TRIGGER LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4202612);
  IF EXISTS (
    WITH RECURSIVE wider (id) AS (
      SELECT new."partOfId" UNION SELECT s."partOfId" FROM "Sanction" s JOIN wider ON s.id = wider.id
    )
    SELECT FROM wider WHERE id = new.id
  ) THEN
    RAISE EXCEPTION 'A sanction cannot be a part of itself, nor of what is a part of it.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'Sanction_partOf_circle', DETAIL = 'Sanction_partOf_circle';
  END IF;
  RETURN new;
END $$;
CREATE TRIGGER refuse_circular_part BEFORE INSERT OR UPDATE OF "partOfId" ON "Sanction"
  FOR EACH ROW WHEN (new."partOfId" IS NOT NULL) EXECUTE FUNCTION refuse_circular_part();
