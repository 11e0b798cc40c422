-- Grants the rights of the service's role. The role reads all tables, writes records and keeps API keys. It can only read
-- the columns and tables that triggers fill, and the change log. It cannot create, alter or drop anything. Run this file
-- after the migrations, as the owner of the tables. Running it again is safe.
--   psql -c "SET dateline.service_role = 'dateline_service'" -f prisma/grants.sql
DO $$
DECLARE
  service NAME := current_setting('dateline.service_role');
  derived CONSTANT NAME[] := ARRAY['ActorVersion', 'Change', 'ChangePending', 'ChangeTransaction', 'DomainWord', 'Erasure', 'EventActor', 'FeedHead',
    'KnownTransaction', 'LicenceVersion', 'SearchWord', 'SanctionActionVersion', 'SanctionTargetVersion', 'SanctionVersion', 'SightingVersion', '_prisma_migrations'];
  retracted CONSTANT NAME[] := ARRAY['Actor', 'ApiKey', 'Event', 'Sanction', 'Source'];
  owner OID := (SELECT relowner FROM pg_class WHERE oid = '"Change"'::regclass);
  relation RECORD;
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service) THEN
    RAISE EXCEPTION 'SERVICE_ROLE names "%", which is no role of this server: make it with CREATE ROLE, or leave it out.', service;
  END IF;
  IF pg_has_role(service, owner, 'MEMBER') THEN
    RAISE EXCEPTION 'SERVICE_ROLE names "%", which may do all that the owner of the tables may: name a role of its own.', service;
  END IF;
  EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM PUBLIC', current_schema());
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', current_schema(), service);
  EXECUTE format('GRANT EXECUTE ON FUNCTION begin_erasure(), analyze_pending(), erase_person(UUID, TEXT, TEXT[]), redact_log(JSONB),
    redact_row(TEXT, JSONB, JSONB) TO %I', service);
  FOR relation IN
    SELECT relname AS name, relkind = 'v' OR relname = ANY (derived) AS is_read_only, relname = ANY (retracted) AS is_retracted
    FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'v') AND relowner = owner
  LOOP
    EXECUTE format('REVOKE ALL ON %I FROM %I', relation.name, service);
    EXECUTE format('GRANT SELECT%s ON %I TO %I',
      CASE WHEN relation.is_read_only THEN '' WHEN relation.is_retracted THEN ', INSERT, UPDATE' ELSE ', INSERT, UPDATE, DELETE' END,
      relation.name, service);
  END LOOP;
  EXECUTE format('GRANT EXECUTE ON FUNCTION sequence_changes(INTEGER, BOOLEAN), prune_changes(TIMESTAMPTZ, INTEGER), forget_what_was_known(), count_words() TO %I', service);
END $$;
