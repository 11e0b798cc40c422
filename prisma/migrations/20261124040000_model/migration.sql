-- The tables, as prisma/schema.prisma has them, with what Prisma cannot say: generated columns, collations, CHECKs and
-- partial indexes. Text that lists are sorted by is COLLATE "C", so that every PostgreSQL sorts alike.

CREATE TYPE "ActorKind" AS ENUM ('PERSON', 'COUNTRY', 'ORGANIZATION', 'GROUP', 'ASSET');
CREATE TYPE "Gender" AS ENUM ('FEMALE', 'MALE', 'OTHER', 'UNKNOWN');
CREATE TYPE "AssetKind" AS ENUM ('VESSEL', 'AIRCRAFT', 'OTHER');
CREATE TYPE "NameKind" AS ENUM ('PRIMARY', 'ALIAS', 'WEAK', 'FORMER', 'TRANSLITERATION', 'MISSPELLING', 'METONYM', 'ABBREVIATION');
CREATE TYPE "RelationshipKind" AS ENUM ('SPOUSE_OF', 'PARENT_OF', 'RELATIVE_OF', 'HOLDS_OFFICE', 'REPRESENTS', 'MEMBER_OF', 'OWNS', 'ALLY_OF', 'OPPOSES', 'LINKED_TO');
CREATE TYPE "EventType" AS ENUM ('STATEMENT', 'PHONE_CALL', 'MEETING', 'PRISONER_RELEASE', 'DETENTION', 'DEPORTATION', 'REFUSAL', 'SANCTION_STEP', 'DIPLOMATIC_CHANGE', 'ECONOMIC_CHANGE', 'ELECTION', 'MILITARY_ACTION', 'DECISION', 'PROCESS', 'PROTEST', 'ATTACK', 'AGREEMENT', 'OTHER');
CREATE TYPE "EventStatus" AS ENUM ('PROSPECTIVE', 'ONGOING', 'OCCURRED', 'CANCELLED');
CREATE TYPE "Certainty" AS ENUM ('ASSERTED', 'REPORTED', 'POSSIBLE', 'INFERRED', 'DISPUTED');
CREATE TYPE "DatePrecision" AS ENUM ('DAY', 'MONTH', 'YEAR', 'UNKNOWN');
CREATE TYPE "Basis" AS ENUM ('STATED', 'INFERRED');
CREATE TYPE "ParticipantRole" AS ENUM ('SPEAKER', 'PARTY', 'AGENT', 'AUTHORITY', 'SUBJECT', 'TARGET', 'BENEFICIARY', 'COUNTERPART', 'DESTINATION', 'LOCATION', 'TOPIC');
CREATE TYPE "CountKind" AS ENUM ('EXACT', 'AT_LEAST', 'ABOUT');
CREATE TYPE "LinkKind" AS ENUM ('FOLLOWED_BY', 'CAUSED', 'IN_EXCHANGE_FOR', 'ANNOUNCES', 'FULFILS', 'PART_OF', 'INDICATES', 'CONTRADICTS');
CREATE TYPE "DetentionOutcome" AS ENUM ('RELEASED', 'EXILED', 'DIED', 'ESCAPED', 'UNKNOWN');
CREATE TYPE "SanctionMeasure" AS ENUM ('ASSET_FREEZE', 'TRAVEL_BAN', 'ARMS_EMBARGO', 'TRADE_RESTRICTION', 'SECTORAL', 'FINANCIAL_RESTRICTION', 'DIPLOMATIC', 'OTHER');
CREATE TYPE "SanctionStatus" AS ENUM ('IN_FORCE', 'EASED', 'SUSPENDED', 'LIFTED', 'EXPIRED');
CREATE TYPE "SanctionActionKind" AS ENUM ('IMPOSED', 'EXTENDED', 'EASING_EXPECTED', 'EASED', 'LICENSED', 'SUSPENDED', 'LIFT_ANNOUNCED', 'LIFTED', 'REIMPOSED', 'EXPIRED');
CREATE TYPE "SourceKind" AS ENUM ('ARTICLE', 'DATASET', 'STATEMENT');
CREATE TYPE "ImportState" AS ENUM ('RUNNING', 'DONE', 'FAILED');

-- Fuzzy dates: one definition of their EDTF and English forms, for every reader. The bodies are bound to their functions
-- at definition (RETURN), so they hold under any search_path; nothing in them depends on a setting of the session.

CREATE FUNCTION iso_day(d DATE) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN lpad(extract(year FROM d)::text, 4, '0') || '-' || lpad(extract(month FROM d)::text, 2, '0') || '-' || lpad(extract(day FROM d)::text, 2, '0');

-- The unit that a span fills exactly, or NULL.
CREATE FUNCTION span_unit(earliest DATE, latest DATE) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN earliest = latest THEN 'DAY'
  WHEN extract(day FROM earliest) <> 1 OR extract(day FROM latest + 1) <> 1 OR extract(year FROM earliest) <> extract(year FROM latest) THEN NULL
  WHEN extract(month FROM earliest) = extract(month FROM latest) THEN 'MONTH'
  WHEN extract(month FROM earliest) = 1 AND extract(month FROM latest) = 12 THEN 'YEAR'
END;

-- "2025-03", "2020", "2025-03-01/2025-03-10", ".." for an open end, "?" where it was inferred. NULL where nothing is said.
CREATE FUNCTION edtf(earliest DATE, latest DATE, basis "Basis") RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN basis IS NOT NULL THEN
  CASE span_unit(earliest, latest)
    WHEN 'DAY' THEN iso_day(earliest) || CASE basis WHEN 'INFERRED' THEN '?' ELSE '' END
    WHEN 'MONTH' THEN left(iso_day(earliest), 7) || CASE basis WHEN 'INFERRED' THEN '?' ELSE '' END
    WHEN 'YEAR' THEN left(iso_day(earliest), 4) || CASE basis WHEN 'INFERRED' THEN '?' ELSE '' END
    ELSE coalesce(iso_day(earliest) || CASE basis WHEN 'INFERRED' THEN '?' ELSE '' END, '..') || '/' ||
         coalesce(iso_day(latest) || CASE basis WHEN 'INFERRED' THEN '?' ELSE '' END, '..')
  END
END;

CREATE FUNCTION month_name(d DATE) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (ARRAY['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
  'December'])[extract(month FROM d)::int];

-- A day in English, as finely as asked: "1 March 2025", "March 2025", "2025".
CREATE FUNCTION day_label(d DATE, unit TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE unit WHEN 'DAY' THEN extract(day FROM d)::text || ' ' ELSE '' END ||
  CASE unit WHEN 'YEAR' THEN '' ELSE month_name(d) || ' ' END || extract(year FROM d)::text;

-- How finely to name the end of an open or uneven span: no finer than its precision, no coarser than its day allows.
CREATE FUNCTION end_unit(starts BOOLEAN, ends BOOLEAN, yearly BOOLEAN, "precision" "DatePrecision") RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE WHEN "precision" = 'DAY' OR NOT (starts OR ends) THEN 'DAY' WHEN yearly AND "precision" = 'YEAR' THEN 'YEAR' ELSE 'MONTH' END;

-- "March 2025", "1–10 March 2025", "March–May 2025", "since March 2025", "until 2020", "undated". NULL where nothing is said.
CREATE FUNCTION date_label(earliest DATE, latest DATE, "precision" "DatePrecision") RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN CASE
  WHEN "precision" IS NULL THEN NULL
  WHEN earliest IS NULL AND latest IS NULL THEN 'undated'
  WHEN latest IS NULL THEN 'since ' || day_label(earliest, end_unit(extract(day FROM earliest) = 1, false, extract(doy FROM earliest) = 1, "precision"))
  WHEN earliest IS NULL THEN 'until ' || day_label(latest, end_unit(false, extract(day FROM latest + 1) = 1, extract(doy FROM latest + 1) = 1, "precision"))
  WHEN span_unit(earliest, latest) IS NOT NULL THEN day_label(earliest, span_unit(earliest, latest))
  WHEN extract(doy FROM earliest) = 1 AND extract(doy FROM latest + 1) = 1 THEN day_label(earliest, 'YEAR') || '–' || day_label(latest, 'YEAR')
  WHEN extract(day FROM earliest) = 1 AND extract(day FROM latest + 1) = 1 THEN
    CASE WHEN extract(year FROM earliest) = extract(year FROM latest) THEN month_name(earliest) || '–' ELSE day_label(earliest, 'MONTH') || ' – ' END || day_label(latest, 'MONTH')
  WHEN extract(year FROM earliest) <> extract(year FROM latest) THEN day_label(earliest, 'DAY') || ' – ' || day_label(latest, 'DAY')
  WHEN extract(month FROM earliest) <> extract(month FROM latest) THEN extract(day FROM earliest)::text || ' ' || month_name(earliest) || ' – ' || day_label(latest, 'DAY')
  ELSE extract(day FROM earliest)::text || '–' || day_label(latest, 'DAY')
END;

CREATE TABLE "Actor" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retractedAt" TIMESTAMPTZ(3),
    "kind" "ActorKind" NOT NULL,
    "slug" TEXT NOT NULL,
    "name" TEXT COLLATE "C" NOT NULL,
    "description" TEXT,
    "mergedIntoId" UUID,

    CONSTRAINT "Actor_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Person" (
    "actorId" UUID NOT NULL,
    "birthEarliest" DATE,
    "birthLatest" DATE,
    "birthPrecision" "DatePrecision",
    "birthText" TEXT,
    "birthBasis" "Basis",
    "birthEdtf" TEXT GENERATED ALWAYS AS (edtf("birthEarliest", "birthLatest", "birthBasis")) STORED,
    "birthLabel" TEXT GENERATED ALWAYS AS (date_label("birthEarliest", "birthLatest", "birthPrecision")) STORED,
    "deathEarliest" DATE,
    "deathLatest" DATE,
    "deathPrecision" "DatePrecision",
    "deathText" TEXT,
    "deathBasis" "Basis",
    "deathEdtf" TEXT GENERATED ALWAYS AS (edtf("deathEarliest", "deathLatest", "deathBasis")) STORED,
    "deathLabel" TEXT GENERATED ALWAYS AS (date_label("deathEarliest", "deathLatest", "deathPrecision")) STORED,
    "gender" "Gender",

    CONSTRAINT "Person_pkey" PRIMARY KEY ("actorId")
);

CREATE TABLE "Country" (
    "actorId" UUID NOT NULL,
    "iso2" TEXT NOT NULL,
    "iso3" TEXT NOT NULL,
    "isoNumeric" TEXT,
    "region" TEXT NOT NULL,
    "subregion" TEXT,
    "flag" TEXT NOT NULL,

    CONSTRAINT "Country_pkey" PRIMARY KEY ("actorId")
);

CREATE TABLE "Asset" (
    "actorId" UUID NOT NULL,
    "kind" "AssetKind" NOT NULL,
    "flagId" UUID,

    CONSTRAINT "Asset_pkey" PRIMARY KEY ("actorId")
);

CREATE TABLE "ActorName" (
    "id" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "value" TEXT NOT NULL,
    "kind" "NameKind" NOT NULL,
    "lang" TEXT,
    "searchKey" TEXT NOT NULL,

    CONSTRAINT "ActorName_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Identifier" (
    "id" UUID NOT NULL,
    "scheme" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "actorId" UUID,
    "sanctionId" UUID,
    "eventId" UUID,
    "sourceId" UUID,
    "relationshipId" UUID,

    CONSTRAINT "Identifier_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Relationship" (
    "id" UUID NOT NULL,
    "subjectId" UUID NOT NULL,
    "objectId" UUID NOT NULL,
    "kind" "RelationshipKind" NOT NULL,
    "title" TEXT,
    "startEarliest" DATE,
    "startLatest" DATE,
    "startPrecision" "DatePrecision",
    "startText" TEXT,
    "startBasis" "Basis",
    "startEdtf" TEXT GENERATED ALWAYS AS (edtf("startEarliest", "startLatest", "startBasis")) STORED,
    "startLabel" TEXT GENERATED ALWAYS AS (date_label("startEarliest", "startLatest", "startPrecision")) STORED,
    "endEarliest" DATE,
    "endLatest" DATE,
    "endPrecision" "DatePrecision",
    "endText" TEXT,
    "endBasis" "Basis",
    "endEdtf" TEXT GENERATED ALWAYS AS (edtf("endEarliest", "endLatest", "endBasis")) STORED,
    "endLabel" TEXT GENERATED ALWAYS AS (date_label("endEarliest", "endLatest", "endPrecision")) STORED,

    CONSTRAINT "Relationship_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Event" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retractedAt" TIMESTAMPTZ(3),
    "slug" TEXT NOT NULL,
    "title" TEXT COLLATE "C" NOT NULL,
    "summary" TEXT,
    "type" "EventType" NOT NULL,
    "status" "EventStatus" NOT NULL,
    "certainty" "Certainty" NOT NULL,
    "dateEarliest" DATE,
    "dateLatest" DATE,
    "datePrecision" "DatePrecision" NOT NULL,
    "dateText" TEXT,
    "dateBasis" "Basis" NOT NULL,
    "dateEdtf" TEXT NOT NULL GENERATED ALWAYS AS (edtf("dateEarliest", "dateLatest", "dateBasis")) STORED,
    "dateLabel" TEXT NOT NULL GENERATED ALWAYS AS (date_label("dateEarliest", "dateLatest", "datePrecision")) STORED,
    "sortDate" DATE NOT NULL GENERATED ALWAYS AS (coalesce("dateEarliest", "dateLatest", DATE '0001-01-01')) STORED,
    "locationId" UUID,
    "cameoCode" TEXT,
    "goldstein" DOUBLE PRECISION,
    "mergedIntoId" UUID,

    CONSTRAINT "Event_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "EventParticipant" (
    "id" UUID NOT NULL,
    "eventId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "role" "ParticipantRole" NOT NULL,
    "count" INTEGER,
    "countKind" "CountKind",
    "onBehalfOfId" UUID,
    "note" TEXT,

    CONSTRAINT "EventParticipant_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "EventActor" (
    "eventId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "actorKind" "ActorKind" NOT NULL,
    "eventDate" DATE NOT NULL,

    CONSTRAINT "EventActor_pkey" PRIMARY KEY ("eventId","actorId")
);

CREATE TABLE "EventLink" (
    "id" UUID NOT NULL,
    "fromId" UUID NOT NULL,
    "toId" UUID NOT NULL,
    "kind" "LinkKind" NOT NULL,
    "basis" "Basis" NOT NULL,

    CONSTRAINT "EventLink_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Detention" (
    "id" UUID NOT NULL,
    "personId" UUID NOT NULL,
    "authorityId" UUID,
    "startEarliest" DATE,
    "startLatest" DATE,
    "startPrecision" "DatePrecision",
    "startText" TEXT,
    "startBasis" "Basis",
    "startEdtf" TEXT GENERATED ALWAYS AS (edtf("startEarliest", "startLatest", "startBasis")) STORED,
    "startLabel" TEXT GENERATED ALWAYS AS (date_label("startEarliest", "startLatest", "startPrecision")) STORED,
    "endEarliest" DATE,
    "endLatest" DATE,
    "endPrecision" "DatePrecision",
    "endText" TEXT,
    "endBasis" "Basis",
    "endEdtf" TEXT GENERATED ALWAYS AS (edtf("endEarliest", "endLatest", "endBasis")) STORED,
    "endLabel" TEXT GENERATED ALWAYS AS (date_label("endEarliest", "endLatest", "endPrecision")) STORED,
    "startedById" UUID,
    "endedById" UUID,
    "certainty" "Certainty" NOT NULL,
    "outcome" "DetentionOutcome",

    CONSTRAINT "Detention_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Sanction" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retractedAt" TIMESTAMPTZ(3),
    "slug" TEXT NOT NULL,
    "title" TEXT COLLATE "C" NOT NULL,
    "program" TEXT,
    "authorityId" UUID NOT NULL,
    "measures" "SanctionMeasure"[],
    "sector" TEXT,
    "reason" TEXT,
    "partOfId" UUID,
    "status" "SanctionStatus" NOT NULL DEFAULT 'IN_FORCE',
    "sortDate" DATE NOT NULL DEFAULT '0001-01-01'::date,

    CONSTRAINT "Sanction_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "SanctionReason" (
    "sanctionId" UUID NOT NULL,
    "eventId" UUID NOT NULL,

    CONSTRAINT "SanctionReason_pkey" PRIMARY KEY ("sanctionId","eventId")
);

CREATE TABLE "SanctionTarget" (
    "id" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "actorId" UUID NOT NULL,
    "listingId" TEXT,
    "listedEarliest" DATE,
    "listedLatest" DATE,
    "listedPrecision" "DatePrecision",
    "listedText" TEXT,
    "listedBasis" "Basis",
    "listedEdtf" TEXT GENERATED ALWAYS AS (edtf("listedEarliest", "listedLatest", "listedBasis")) STORED,
    "listedLabel" TEXT GENERATED ALWAYS AS (date_label("listedEarliest", "listedLatest", "listedPrecision")) STORED,
    "delistedEarliest" DATE,
    "delistedLatest" DATE,
    "delistedPrecision" "DatePrecision",
    "delistedText" TEXT,
    "delistedBasis" "Basis",
    "delistedEdtf" TEXT GENERATED ALWAYS AS (edtf("delistedEarliest", "delistedLatest", "delistedBasis")) STORED,
    "delistedLabel" TEXT GENERATED ALWAYS AS (date_label("delistedEarliest", "delistedLatest", "delistedPrecision")) STORED,

    CONSTRAINT "SanctionTarget_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "SanctionAction" (
    "id" UUID NOT NULL,
    "sanctionId" UUID NOT NULL,
    "kind" "SanctionActionKind" NOT NULL,
    "dateEarliest" DATE,
    "dateLatest" DATE,
    "datePrecision" "DatePrecision" NOT NULL,
    "dateText" TEXT,
    "dateBasis" "Basis" NOT NULL,
    "dateEdtf" TEXT NOT NULL GENERATED ALWAYS AS (edtf("dateEarliest", "dateLatest", "dateBasis")) STORED,
    "dateLabel" TEXT NOT NULL GENERATED ALWAYS AS (date_label("dateEarliest", "dateLatest", "datePrecision")) STORED,
    "sortDate" DATE NOT NULL GENERATED ALWAYS AS (coalesce("dateEarliest", "dateLatest", DATE '0001-01-01')) STORED,
    "eventId" UUID,
    "targetId" UUID,
    "certainty" "Certainty" NOT NULL,
    "legalRef" TEXT,

    CONSTRAINT "SanctionAction_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Source" (
    "id" UUID NOT NULL,
    "version" INTEGER NOT NULL DEFAULT 1,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "retractedAt" TIMESTAMPTZ(3),
    "kind" "SourceKind" NOT NULL,
    "title" TEXT,
    "publisher" TEXT,
    "url" TEXT,
    "publishedOnEarliest" DATE,
    "publishedOnLatest" DATE,
    "publishedOnPrecision" "DatePrecision",
    "publishedOnText" TEXT,
    "publishedOnBasis" "Basis",
    "publishedOnEdtf" TEXT GENERATED ALWAYS AS (edtf("publishedOnEarliest", "publishedOnLatest", "publishedOnBasis")) STORED,
    "publishedOnLabel" TEXT GENERATED ALWAYS AS (date_label("publishedOnEarliest", "publishedOnLatest", "publishedOnPrecision")) STORED,
    "sortDate" DATE NOT NULL GENERATED ALWAYS AS (coalesce("publishedOnEarliest", "publishedOnLatest", DATE '0001-01-01')) STORED,
    "language" TEXT,
    "sha256" TEXT,
    "license" TEXT,

    CONSTRAINT "Source_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "Citation" (
    "id" UUID NOT NULL,
    "sourceId" UUID NOT NULL,
    "quote" TEXT,
    "start" INTEGER,
    "end" INTEGER,
    "basis" "Basis" NOT NULL,
    "actorId" UUID,
    "relationshipId" UUID,
    "eventId" UUID,
    "eventLinkId" UUID,
    "sanctionId" UUID,
    "sanctionActionId" UUID,
    "detentionId" UUID,

    CONSTRAINT "Citation_pkey" PRIMARY KEY ("id")
);

CREATE TABLE "ImportRun" (
    "id" UUID NOT NULL,
    "createdAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "endedAt" TIMESTAMPTZ(3),
    "format" TEXT NOT NULL,
    "sha256" TEXT NOT NULL,
    "asOf" DATE,
    "state" "ImportState" NOT NULL,
    "read" INTEGER NOT NULL DEFAULT 0,
    "created" INTEGER NOT NULL DEFAULT 0,
    "changed" INTEGER NOT NULL DEFAULT 0,
    "unchanged" INTEGER NOT NULL DEFAULT 0,
    "retracted" INTEGER NOT NULL DEFAULT 0,
    "rejected" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "ImportRun_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "Actor_slug_key" ON "Actor"("slug");
CREATE INDEX "Actor_kind_name_id_idx" ON "Actor"("kind", "name", "id");
CREATE INDEX "Actor_name_id_idx" ON "Actor"("name", "id");
CREATE INDEX "Actor_createdAt_id_idx" ON "Actor"("createdAt", "id");
CREATE INDEX "Actor_updatedAt_id_idx" ON "Actor"("updatedAt", "id");
CREATE INDEX "Actor_mergedIntoId_idx" ON "Actor"("mergedIntoId");
CREATE UNIQUE INDEX "Country_iso2_key" ON "Country"("iso2");
CREATE UNIQUE INDEX "Country_iso3_key" ON "Country"("iso3");
CREATE UNIQUE INDEX "Country_isoNumeric_key" ON "Country"("isoNumeric");
CREATE INDEX "Asset_flagId_idx" ON "Asset"("flagId");
CREATE INDEX "ActorName_searchKey_idx" ON "ActorName"("searchKey");
CREATE UNIQUE INDEX "ActorName_actorId_value_kind_lang_key" ON "ActorName"("actorId", "value", "kind", "lang") NULLS NOT DISTINCT;
CREATE INDEX "Identifier_actorId_scheme_idx" ON "Identifier"("actorId", "scheme");
CREATE INDEX "Identifier_sanctionId_idx" ON "Identifier"("sanctionId");
CREATE INDEX "Identifier_eventId_idx" ON "Identifier"("eventId");
CREATE INDEX "Identifier_sourceId_idx" ON "Identifier"("sourceId");
CREATE INDEX "Identifier_relationshipId_idx" ON "Identifier"("relationshipId");
CREATE INDEX "Relationship_subjectId_id_idx" ON "Relationship"("subjectId", "id");
CREATE INDEX "Relationship_objectId_id_idx" ON "Relationship"("objectId", "id");
CREATE UNIQUE INDEX "Event_slug_key" ON "Event"("slug");
CREATE INDEX "Event_sortDate_id_idx" ON "Event"("sortDate", "id");
CREATE INDEX "Event_title_id_idx" ON "Event"("title", "id");
CREATE INDEX "Event_createdAt_id_idx" ON "Event"("createdAt", "id");
CREATE INDEX "Event_updatedAt_id_idx" ON "Event"("updatedAt", "id");
CREATE INDEX "Event_type_sortDate_id_idx" ON "Event"("type", "sortDate", "id");
CREATE INDEX "Event_locationId_sortDate_id_idx" ON "Event"("locationId", "sortDate", "id");
CREATE INDEX "Event_mergedIntoId_idx" ON "Event"("mergedIntoId");
CREATE INDEX "EventParticipant_eventId_id_idx" ON "EventParticipant"("eventId", "id");
CREATE INDEX "EventParticipant_actorId_id_idx" ON "EventParticipant"("actorId", "id");
CREATE INDEX "EventParticipant_onBehalfOfId_idx" ON "EventParticipant"("onBehalfOfId");
CREATE UNIQUE INDEX "EventParticipant_eventId_actorId_role_key" ON "EventParticipant"("eventId", "actorId", "role");
CREATE INDEX "EventActor_actorId_eventDate_eventId_idx" ON "EventActor"("actorId", "eventDate", "eventId");
CREATE INDEX "EventLink_toId_idx" ON "EventLink"("toId");
CREATE UNIQUE INDEX "EventLink_fromId_toId_kind_key" ON "EventLink"("fromId", "toId", "kind");
CREATE INDEX "Detention_personId_id_idx" ON "Detention"("personId", "id");
CREATE INDEX "Detention_authorityId_idx" ON "Detention"("authorityId");
CREATE INDEX "Detention_startedById_idx" ON "Detention"("startedById");
CREATE INDEX "Detention_endedById_idx" ON "Detention"("endedById");
CREATE UNIQUE INDEX "Sanction_slug_key" ON "Sanction"("slug");
CREATE INDEX "Sanction_sortDate_id_idx" ON "Sanction"("sortDate", "id");
CREATE INDEX "Sanction_title_id_idx" ON "Sanction"("title", "id");
CREATE INDEX "Sanction_createdAt_id_idx" ON "Sanction"("createdAt", "id");
CREATE INDEX "Sanction_updatedAt_id_idx" ON "Sanction"("updatedAt", "id");
CREATE INDEX "Sanction_status_sortDate_id_idx" ON "Sanction"("status", "sortDate", "id");
CREATE INDEX "Sanction_authorityId_sortDate_id_idx" ON "Sanction"("authorityId", "sortDate", "id");
CREATE INDEX "Sanction_partOfId_idx" ON "Sanction"("partOfId");
CREATE INDEX "SanctionReason_eventId_idx" ON "SanctionReason"("eventId");
CREATE UNIQUE INDEX "SanctionTarget_sanctionId_actorId_listingId_key" ON "SanctionTarget"("sanctionId", "actorId", "listingId") NULLS NOT DISTINCT;
CREATE INDEX "SanctionTarget_sanctionId_id_idx" ON "SanctionTarget"("sanctionId", "id");
CREATE INDEX "SanctionTarget_actorId_sanctionId_idx" ON "SanctionTarget"("actorId", "sanctionId");
CREATE INDEX "SanctionAction_sanctionId_sortDate_id_idx" ON "SanctionAction"("sanctionId", "sortDate", "id");
CREATE INDEX "SanctionAction_eventId_idx" ON "SanctionAction"("eventId");
CREATE INDEX "SanctionAction_targetId_idx" ON "SanctionAction"("targetId");
CREATE UNIQUE INDEX "Source_url_key" ON "Source"("url");
CREATE INDEX "Source_sortDate_id_idx" ON "Source"("sortDate", "id");
CREATE INDEX "Source_createdAt_id_idx" ON "Source"("createdAt", "id");
CREATE INDEX "Citation_sourceId_id_idx" ON "Citation"("sourceId", "id");
CREATE INDEX "Citation_actorId_idx" ON "Citation"("actorId");
CREATE INDEX "Citation_relationshipId_idx" ON "Citation"("relationshipId");
CREATE INDEX "Citation_eventId_idx" ON "Citation"("eventId");
CREATE INDEX "Citation_eventLinkId_idx" ON "Citation"("eventLinkId");
CREATE INDEX "Citation_sanctionId_idx" ON "Citation"("sanctionId");
CREATE INDEX "Citation_sanctionActionId_idx" ON "Citation"("sanctionActionId");
CREATE INDEX "Citation_detentionId_idx" ON "Citation"("detentionId");
CREATE INDEX "ImportRun_format_sha256_idx" ON "ImportRun"("format", "sha256");

ALTER TABLE "Actor" ADD CONSTRAINT "Actor_mergedIntoId_fkey" FOREIGN KEY ("mergedIntoId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Person" ADD CONSTRAINT "Person_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Country" ADD CONSTRAINT "Country_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Asset" ADD CONSTRAINT "Asset_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Asset" ADD CONSTRAINT "Asset_flagId_fkey" FOREIGN KEY ("flagId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "ActorName" ADD CONSTRAINT "ActorName_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "Source"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_relationshipId_fkey" FOREIGN KEY ("relationshipId") REFERENCES "Relationship"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_subjectId_fkey" FOREIGN KEY ("subjectId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_objectId_fkey" FOREIGN KEY ("objectId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Event" ADD CONSTRAINT "Event_locationId_fkey" FOREIGN KEY ("locationId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Event" ADD CONSTRAINT "Event_mergedIntoId_fkey" FOREIGN KEY ("mergedIntoId") REFERENCES "Event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_onBehalfOfId_fkey" FOREIGN KEY ("onBehalfOfId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "EventActor" ADD CONSTRAINT "EventActor_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "EventActor" ADD CONSTRAINT "EventActor_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "EventLink" ADD CONSTRAINT "EventLink_fromId_fkey" FOREIGN KEY ("fromId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "EventLink" ADD CONSTRAINT "EventLink_toId_fkey" FOREIGN KEY ("toId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_personId_fkey" FOREIGN KEY ("personId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_authorityId_fkey" FOREIGN KEY ("authorityId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_startedById_fkey" FOREIGN KEY ("startedById") REFERENCES "Event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_endedById_fkey" FOREIGN KEY ("endedById") REFERENCES "Event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Sanction" ADD CONSTRAINT "Sanction_authorityId_fkey" FOREIGN KEY ("authorityId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Sanction" ADD CONSTRAINT "Sanction_partOfId_fkey" FOREIGN KEY ("partOfId") REFERENCES "Sanction"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "SanctionReason" ADD CONSTRAINT "SanctionReason_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SanctionReason" ADD CONSTRAINT "SanctionReason_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "SanctionAction" ADD CONSTRAINT "SanctionAction_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "SanctionAction" ADD CONSTRAINT "SanctionAction_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "SanctionAction" ADD CONSTRAINT "SanctionAction_targetId_fkey" FOREIGN KEY ("targetId") REFERENCES "SanctionTarget"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_sourceId_fkey" FOREIGN KEY ("sourceId") REFERENCES "Source"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_actorId_fkey" FOREIGN KEY ("actorId") REFERENCES "Actor"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_relationshipId_fkey" FOREIGN KEY ("relationshipId") REFERENCES "Relationship"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_eventId_fkey" FOREIGN KEY ("eventId") REFERENCES "Event"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_eventLinkId_fkey" FOREIGN KEY ("eventLinkId") REFERENCES "EventLink"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_sanctionId_fkey" FOREIGN KEY ("sanctionId") REFERENCES "Sanction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_sanctionActionId_fkey" FOREIGN KEY ("sanctionActionId") REFERENCES "SanctionAction"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_detentionId_fkey" FOREIGN KEY ("detentionId") REFERENCES "Detention"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What a well-formed record is. Each name ends in the rule that it holds.
ALTER TABLE "Person" ADD CONSTRAINT "Person_birth_order" CHECK ("birthEarliest" <= "birthLatest");
ALTER TABLE "Person" ADD CONSTRAINT "Person_birth_years" CHECK ("birthEarliest" >= DATE '0001-01-01' AND "birthLatest" <= DATE '9999-12-31');
ALTER TABLE "Person" ADD CONSTRAINT "Person_birth_whole" CHECK (num_nonnulls("birthPrecision", "birthBasis") = 2 OR num_nonnulls("birthPrecision", "birthBasis", "birthEarliest", "birthLatest", "birthText") = 0);
ALTER TABLE "Person" ADD CONSTRAINT "Person_death_order" CHECK ("deathEarliest" <= "deathLatest");
ALTER TABLE "Person" ADD CONSTRAINT "Person_death_years" CHECK ("deathEarliest" >= DATE '0001-01-01' AND "deathLatest" <= DATE '9999-12-31');
ALTER TABLE "Person" ADD CONSTRAINT "Person_death_whole" CHECK (num_nonnulls("deathPrecision", "deathBasis") = 2 OR num_nonnulls("deathPrecision", "deathBasis", "deathEarliest", "deathLatest", "deathText") = 0);
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_start_order" CHECK ("startEarliest" <= "startLatest");
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_start_years" CHECK ("startEarliest" >= DATE '0001-01-01' AND "startLatest" <= DATE '9999-12-31');
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_start_whole" CHECK (num_nonnulls("startPrecision", "startBasis") = 2 OR num_nonnulls("startPrecision", "startBasis", "startEarliest", "startLatest", "startText") = 0);
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_end_order" CHECK ("endEarliest" <= "endLatest");
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_end_years" CHECK ("endEarliest" >= DATE '0001-01-01' AND "endLatest" <= DATE '9999-12-31');
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_end_whole" CHECK (num_nonnulls("endPrecision", "endBasis") = 2 OR num_nonnulls("endPrecision", "endBasis", "endEarliest", "endLatest", "endText") = 0);
ALTER TABLE "Event" ADD CONSTRAINT "Event_date_order" CHECK ("dateEarliest" <= "dateLatest");
ALTER TABLE "Event" ADD CONSTRAINT "Event_date_years" CHECK ("dateEarliest" >= DATE '0001-01-01' AND "dateLatest" <= DATE '9999-12-31');
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_start_order" CHECK ("startEarliest" <= "startLatest");
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_start_years" CHECK ("startEarliest" >= DATE '0001-01-01' AND "startLatest" <= DATE '9999-12-31');
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_start_whole" CHECK (num_nonnulls("startPrecision", "startBasis") = 2 OR num_nonnulls("startPrecision", "startBasis", "startEarliest", "startLatest", "startText") = 0);
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_end_order" CHECK ("endEarliest" <= "endLatest");
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_end_years" CHECK ("endEarliest" >= DATE '0001-01-01' AND "endLatest" <= DATE '9999-12-31');
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_end_whole" CHECK (num_nonnulls("endPrecision", "endBasis") = 2 OR num_nonnulls("endPrecision", "endBasis", "endEarliest", "endLatest", "endText") = 0);
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_listed_order" CHECK ("listedEarliest" <= "listedLatest");
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_listed_years" CHECK ("listedEarliest" >= DATE '0001-01-01' AND "listedLatest" <= DATE '9999-12-31');
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_listed_whole" CHECK (num_nonnulls("listedPrecision", "listedBasis") = 2 OR num_nonnulls("listedPrecision", "listedBasis", "listedEarliest", "listedLatest", "listedText") = 0);
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_delisted_order" CHECK ("delistedEarliest" <= "delistedLatest");
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_delisted_years" CHECK ("delistedEarliest" >= DATE '0001-01-01' AND "delistedLatest" <= DATE '9999-12-31');
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_delisted_whole" CHECK (num_nonnulls("delistedPrecision", "delistedBasis") = 2 OR num_nonnulls("delistedPrecision", "delistedBasis", "delistedEarliest", "delistedLatest", "delistedText") = 0);
ALTER TABLE "SanctionAction" ADD CONSTRAINT "SanctionAction_date_order" CHECK ("dateEarliest" <= "dateLatest");
ALTER TABLE "SanctionAction" ADD CONSTRAINT "SanctionAction_date_years" CHECK ("dateEarliest" >= DATE '0001-01-01' AND "dateLatest" <= DATE '9999-12-31');
ALTER TABLE "Source" ADD CONSTRAINT "Source_publishedOn_order" CHECK ("publishedOnEarliest" <= "publishedOnLatest");
ALTER TABLE "Source" ADD CONSTRAINT "Source_publishedOn_years" CHECK ("publishedOnEarliest" >= DATE '0001-01-01' AND "publishedOnLatest" <= DATE '9999-12-31');
ALTER TABLE "Source" ADD CONSTRAINT "Source_publishedOn_whole" CHECK (num_nonnulls("publishedOnPrecision", "publishedOnBasis") = 2 OR num_nonnulls("publishedOnPrecision", "publishedOnBasis", "publishedOnEarliest", "publishedOnLatest", "publishedOnText") = 0);
ALTER TABLE "Actor" ADD CONSTRAINT "Actor_slug_format" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "Actor" ADD CONSTRAINT "Actor_name_given" CHECK (name ~ '\S');
ALTER TABLE "Actor" ADD CONSTRAINT "Actor_merge_other" CHECK ("mergedIntoId" <> id);
ALTER TABLE "Country" ADD CONSTRAINT "Country_iso2_format" CHECK (iso2 ~ '^[A-Z]{2}$');
ALTER TABLE "Country" ADD CONSTRAINT "Country_iso3_format" CHECK (iso3 ~ '^[A-Z]{3}$');
ALTER TABLE "Country" ADD CONSTRAINT "Country_isoNumeric_format" CHECK ("isoNumeric" ~ '^[0-9]{3}$');
ALTER TABLE "ActorName" ADD CONSTRAINT "ActorName_value_given" CHECK (value ~ '\S');
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_scheme_format" CHECK (scheme ~ '^[A-Z][A-Z0-9_]*$');
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_value_given" CHECK (value ~ '\S');
ALTER TABLE "Identifier" ADD CONSTRAINT "Identifier_subject_one" CHECK (num_nonnulls("actorId", "sanctionId", "eventId", "sourceId", "relationshipId") = 1);
ALTER TABLE "Relationship" ADD CONSTRAINT "Relationship_object_other" CHECK ("subjectId" <> "objectId");
ALTER TABLE "Event" ADD CONSTRAINT "Event_slug_format" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "Event" ADD CONSTRAINT "Event_title_given" CHECK (title ~ '\S');
ALTER TABLE "Event" ADD CONSTRAINT "Event_merge_other" CHECK ("mergedIntoId" <> id);
ALTER TABLE "Event" ADD CONSTRAINT "Event_cameoCode_format" CHECK ("cameoCode" ~ '^[0-9]{2,4}$');
ALTER TABLE "Event" ADD CONSTRAINT "Event_goldstein_range" CHECK (goldstein BETWEEN -10 AND 10);
ALTER TABLE "Event" ADD CONSTRAINT "Event_goldstein_tenths" CHECK (goldstein = round(goldstein::numeric, 1));
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_count_positive" CHECK (count > 0);
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_count_kind" CHECK ((count IS NULL) = ("countKind" IS NULL));
ALTER TABLE "EventParticipant" ADD CONSTRAINT "EventParticipant_onBehalfOf_other" CHECK ("onBehalfOfId" <> "actorId");
ALTER TABLE "EventLink" ADD CONSTRAINT "EventLink_to_other" CHECK ("fromId" <> "toId");
ALTER TABLE "Sanction" ADD CONSTRAINT "Sanction_slug_format" CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');
ALTER TABLE "Sanction" ADD CONSTRAINT "Sanction_title_given" CHECK (title ~ '\S');
ALTER TABLE "Sanction" ADD CONSTRAINT "Sanction_partOf_other" CHECK ("partOfId" <> id);
ALTER TABLE "SanctionTarget" ADD CONSTRAINT "SanctionTarget_delisted_after" CHECK ("listedEarliest" <= "delistedLatest");
ALTER TABLE "Detention" ADD CONSTRAINT "Detention_end_after" CHECK ("startEarliest" <= "endLatest");
ALTER TABLE "Source" ADD CONSTRAINT "Source_sha256_format" CHECK (sha256 ~ '^[0-9a-f]{64}$');
ALTER TABLE "Source" ADD CONSTRAINT "Source_url_format" CHECK (url ~ '^https?://');
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_subject_one" CHECK (num_nonnulls("actorId", "relationshipId", "eventId", "eventLinkId", "sanctionId", "sanctionActionId", "detentionId") = 1);
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_quote_short" CHECK (array_length(regexp_split_to_array(btrim(quote), '\s+'), 1) <= 10);
ALTER TABLE "Citation" ADD CONSTRAINT "Citation_passage" CHECK (num_nonnulls(start, "end") = 0 OR (num_nonnulls(start, "end") = 2 AND start >= 0 AND start < "end"));
ALTER TABLE "ImportRun" ADD CONSTRAINT "ImportRun_sha256_format" CHECK (sha256 ~ '^[0-9a-f]{64}$');

-- What can lie in a range of days, and of which type: open ends reach as far as one likes.
CREATE EXTENSION IF NOT EXISTS btree_gist;
-- With the two days beside the range made of them, and the keys of a page, what a list keeps is counted and put in order by
-- the index alone.
CREATE INDEX "Event_date_range_type_idx" ON "Event" USING gist (daterange("dateEarliest", "dateLatest", '[]'), type)
  INCLUDE ("dateEarliest", "dateLatest", "sortDate", id) WHERE "retractedAt" IS NULL AND "mergedIntoId" IS NULL;

-- A register gives a key once per kind of subject.
CREATE UNIQUE INDEX "Identifier_actor_key" ON "Identifier" (scheme, value) WHERE "actorId" IS NOT NULL;
CREATE UNIQUE INDEX "Identifier_sanction_key" ON "Identifier" (scheme, value) WHERE "sanctionId" IS NOT NULL;
CREATE UNIQUE INDEX "Identifier_event_key" ON "Identifier" (scheme, value) WHERE "eventId" IS NOT NULL;
CREATE UNIQUE INDEX "Identifier_source_key" ON "Identifier" (scheme, value) WHERE "sourceId" IS NOT NULL;
CREATE UNIQUE INDEX "Identifier_relationship_key" ON "Identifier" (scheme, value) WHERE "relationshipId" IS NOT NULL;
