-- Trials, sentences, deaths and appointments; the charge, the term and the court of a detention; and events with parts.
ALTER TYPE "EventType" ADD VALUE 'TRIAL' BEFORE 'DEPORTATION';
ALTER TYPE "EventType" ADD VALUE 'SENTENCE' BEFORE 'DEPORTATION';
ALTER TYPE "EventType" ADD VALUE 'DEATH' BEFORE 'OTHER';
ALTER TYPE "EventType" ADD VALUE 'APPOINTMENT' BEFORE 'OTHER';

ALTER TABLE "Detention" ADD COLUMN "charge" TEXT, ADD COLUMN "term" TEXT, ADD COLUMN "termMonths" INTEGER, ADD COLUMN "courtId" UUID;
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_termMonths_range" CHECK ("termMonths" BETWEEN 1 AND 12000);
CREATE INDEX "Detention_courtId_idx" ON "Detention"("courtId");
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_courtId_fkey" FOREIGN KEY ("courtId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

-- No event is a part of itself, directly or through others. One writer at a time, or two could close a circle between them.
CREATE FUNCTION refuse_circular_event() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(4202613);
  IF EXISTS (
    WITH RECURSIVE wider (id) AS (
      SELECT NEW."toId" UNION SELECT l."toId" FROM "EventLink" l JOIN wider ON l."fromId" = wider.id WHERE l.kind = 'PART_OF'
    )
    SELECT FROM wider WHERE id = NEW."fromId"
  ) THEN
    RAISE EXCEPTION 'An event cannot be a part of itself, nor of one of its parts.'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'EventLink_part_circle', DETAIL = 'EventLink_part_circle';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER refuse_circular_event BEFORE INSERT OR UPDATE OF "fromId", "toId", kind ON "EventLink"
  FOR EACH ROW WHEN (NEW.kind = 'PART_OF' AND NEW."fromId" <> NEW."toId") EXECUTE FUNCTION refuse_circular_event();

-- As the owner, by names that no schema and no temporary table of the caller's can take the place of.
DO $$
BEGIN
  EXECUTE format('ALTER FUNCTION refuse_circular_event() SECURITY DEFINER SET search_path = %I, pg_temp', current_schema());
  REVOKE EXECUTE ON FUNCTION refuse_circular_event() FROM PUBLIC;
END $$;
