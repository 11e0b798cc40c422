// Generates the data in SQL. All values depend only on the row's number, so that every load creates the same rows.

/** The numbers of rows that do not grow with the number of events. */
export const sizes = { people: 20_000, sources: 20_000, sanctions: 10_000, openDates: 2000 } as const

/** Temporary functions that the statements below call. */
export const helpers = `
  CREATE FUNCTION pg_temp.hash(key TEXT) RETURNS BIGINT LANGUAGE sql IMMUTABLE
  RETURN ('x' || left(md5(key), 8))::bit(32)::bigint;

  -- A UUID version 7 whose time is the row's number, so that consecutive rows are adjacent in an index.
  CREATE FUNCTION pg_temp.uuid7(kind TEXT, place BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE
  RETURN (lpad(to_hex(1700000000000 + place), 12, '0') || '7' || substr(md5(kind || place), 1, 3) || 'a' ||
    substr(md5(kind || place), 4, 15))::uuid;

  CREATE FUNCTION pg_temp.pick(choices TEXT[], key TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE
  RETURN choices[1 + pg_temp.hash(key) % array_length(choices, 1)];

  -- People with lower numbers occur more often.
  CREATE FUNCTION pg_temp.person(key TEXT) RETURNS UUID LANGUAGE sql IMMUTABLE
  RETURN pg_temp.uuid7('person', floor(${sizes.people} * power(pg_temp.hash(key) / 4294967296::float, 2))::bigint);

  CREATE FUNCTION pg_temp.country(key TEXT, countries BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE
  RETURN pg_temp.uuid7('country', pg_temp.hash(key) % countries);
`

const textList = (words: string) => `ARRAY['${words.split(' ').join("','")}']`

const givenNames = textList(
  'Alina Boris Chiara Dmitri Elena Farid Grace Hanna Ivan Jana Karim Lena Maria Nadia Omar Petra',
)
const familyNames = textList(
  'Adler Bondar Castro Dahl Egan Fischer Gorski Haddad Ito Jansen Kovac Lem Moreau Novak Okafor Rossi',
)

const types = textList(
  'STATEMENT PHONE_CALL MEETING PRISONER_RELEASE DETENTION DEPORTATION REFUSAL SANCTION_STEP DIPLOMATIC_CHANGE ' +
    'ECONOMIC_CHANGE ELECTION MILITARY_ACTION DECISION PROCESS PROTEST ATTACK AGREEMENT OTHER',
)
const roles = textList('SPEAKER AGENT SUBJECT TARGET PARTY BENEFICIARY AUTHORITY COUNTERPART DESTINATION TOPIC')
const measures = textList('ASSET_FREEZE TRAVEL_BAN ARMS_EMBARGO TRADE_RESTRICTION SECTORAL FINANCIAL_RESTRICTION')
const states = textList('OCCURRED OCCURRED OCCURRED ONGOING PROSPECTIVE')
const certainties = textList('ASSERTED ASSERTED REPORTED POSSIBLE')
const steps = textList('EASED LIFTED LIFT_ANNOUNCED')

/** Inserts the countries of the seed, from one JSON parameter. */
export const countryRows = `
  WITH given AS (
    SELECT pg_temp.uuid7('country', place - 1) AS id, slug, name, country FROM ROWS FROM (
      jsonb_to_recordset($1) AS (slug TEXT, name TEXT, country JSONB)) WITH ORDINALITY AS r (slug, name, country, place)
  ), made AS (
    INSERT INTO "Actor" (id, kind, slug, name) SELECT id, 'COUNTRY', slug, name FROM given
  )
  INSERT INTO "Country" ("actorId", iso2, iso3, "isoNumeric", region, subregion, flag)
  SELECT id, country ->> 'iso2', country ->> 'iso3', country ->> 'isoNumeric', country ->> 'region',
    country ->> 'subregion', country ->> 'flag'
  FROM given
`

/** Inserts people and sources. */
export const basicRows = [
  `INSERT INTO "Actor" (id, kind, slug, name, description)
   SELECT pg_temp.uuid7('person', i), 'PERSON', lower(given || '-' || family || '-' || i),
     given || ' ' || family || ' ' || i,
     CASE WHEN i % 3 > 0 THEN 'Spoken of in the news of ' || 2015 + i % 11 || '.' END
   FROM generate_series(0, ${sizes.people - 1}) i,
     LATERAL (VALUES (
       pg_temp.pick(${givenNames}, 'given' || i),
       pg_temp.pick(${familyNames}, 'family' || i)
     )) n (given, family)`,
  `INSERT INTO "Person" ("actorId", gender)
   SELECT pg_temp.uuid7('person', i), (ARRAY['FEMALE', 'MALE', 'UNKNOWN'])[1 + i % 3]::"Gender"
   FROM generate_series(0, ${sizes.people - 1}) i`,
  `INSERT INTO "Source" (id, kind, title, publisher, url, "publishedOnEarliest", "publishedOnLatest",
     "publishedOnPrecision", "publishedOnBasis", language)
   SELECT pg_temp.uuid7('source', i), 'ARTICLE', 'What is known so far, part ' || i, 'The Paper ' || i % 97,
     'https://paper-' || i % 97 || '.example/' || i, day, day, 'DAY', 'STATED', 'en'
   FROM generate_series(0, ${sizes.sources - 1}) i,
     LATERAL (VALUES (DATE '2015-01-01' + (pg_temp.hash('published' || i) % 4000)::int)) d (day)`,
]

/** A range of row numbers, and the total numbers of events and countries. */
export interface Batch {
  first: number
  last: number
  events: number
  countries: number
}

const places = ({ first, last }: Batch) => `generate_series(${first}::bigint, ${last}::bigint) i`

/** Inserts events with participants and citations. */
export const eventRows = (batch: Batch): string[] => [
  `INSERT INTO "Event" (id, "createdAt", "updatedAt", "retractedAt", slug, title, summary, type, status, certainty,
     "dateEarliest", "dateLatest", "datePrecision", "dateText", "dateBasis", "locationId", "cameoCode", goldstein)
   SELECT pg_temp.uuid7('event', i), made, made, CASE WHEN i % 100 = 7 THEN made + INTERVAL '1 day' END, 'event-' || i,
     initcap(replace(type, '_', ' ')) || ' no. ' || i || ', as reported from the capital',
     CASE WHEN i % 3 > 0 THEN 'What happened is told by several who were there; number ' || i ||
       ' of its kind, and by all accounts not the last. Officials did not comment.' END,
     type::"EventType", pg_temp.pick(${states}, 'status' || i)::"EventStatus",
     pg_temp.pick(${certainties}, 'certainty' || i)::"Certainty",
     CASE known WHEN 'DAY' THEN day WHEN 'SINCE' THEN day WHEN 'MONTH' THEN date_trunc('month', day)::date END,
     CASE known WHEN 'DAY' THEN day WHEN 'UNTIL' THEN day
       WHEN 'MONTH' THEN (date_trunc('month', day) + INTERVAL '1 month - 1 day')::date END,
     (CASE known WHEN 'SINCE' THEN 'DAY' WHEN 'UNTIL' THEN 'DAY' ELSE known END)::"DatePrecision",
     CASE WHEN i % 4 = 0 THEN 'this week' END, 'STATED',
     CASE WHEN i % 2 = 0 THEN pg_temp.country('location' || i, ${batch.countries}) END,
     lpad((i % 200)::text, 3, '0'), (i % 21 - 10)::float
   FROM ${places(batch)},
     LATERAL (VALUES (
       pg_temp.pick(${types}, 'type' || i),
       DATE '2015-01-01' + (i * 4000 / ${batch.events})::int + (pg_temp.hash('day' || i) % 30)::int,
       TIMESTAMPTZ '2026-01-01T00:00:00Z' + i * INTERVAL '1 second',
       -- The number of events with an open date does not depend on the number of events, so that a range contains the
       -- same number.
       CASE WHEN i * ${sizes.openDates} / ${batch.events} > (i - 1) * ${sizes.openDates} / ${batch.events}
         THEN pg_temp.pick(ARRAY['SINCE', 'UNTIL', 'UNKNOWN'], 'open' || i)
         WHEN pg_temp.hash('known' || i) % 10 = 0 THEN 'MONTH' ELSE 'DAY' END
     )) e (type, day, made, known)`,
  `INSERT INTO "EventParticipant" (id, "eventId", "actorId", role, count, "countKind", "onBehalfOfId", note)
   SELECT pg_temp.uuid7('participant', i * 5 + slot), pg_temp.uuid7('event', i),
     CASE WHEN is_country THEN pg_temp.country(key, ${batch.countries}) ELSE pg_temp.person(key) END,
     (${roles})[1 + slot * 2 + pg_temp.hash('role' || key) % 2]::"ParticipantRole",
     CASE WHEN i % 50 = 3 THEN 1 + i % 9 END, CASE WHEN i % 50 = 3 THEN 'ABOUT'::"CountKind" END,
     CASE WHEN NOT is_country AND slot = 0 AND i % 3 = 0
       THEN pg_temp.country('behalf' || key, ${batch.countries}) END,
     CASE WHEN i % 7 = slot THEN 'by video' END
   FROM ${places(batch)}, generate_series(0, pg_temp.hash('participants' || i) % 5) slot,
     LATERAL (VALUES (
       i || '/' || slot,
       pg_temp.hash('country' || i || '/' || slot) % 4 = 0
     )) p (key, is_country)`,
  `INSERT INTO "Citation" (id, "sourceId", quote, basis, "eventId")
   SELECT pg_temp.uuid7('citation', i * 2 + place),
     pg_temp.uuid7('source', pg_temp.hash('cites' || i || '/' || place) % ${sizes.sources}),
     CASE WHEN i % 2 = 0 THEN 'said on the ' || 1 + i % 28 || 'th' END, 'STATED', pg_temp.uuid7('event', i)
   FROM ${places(batch)}, generate_series(0, pg_temp.hash('citations' || i) % 2) place`,
]

/** Inserts sanctions with their parts. */
export const sanctionRows = (batch: Batch): string[] => [
  `INSERT INTO "Sanction" (id, slug, title, program, "authorityId", measures, sector, reason)
   SELECT pg_temp.uuid7('sanction', i), 'sanction-' || i, 'Measures of the list ' || i % 37 || ', entry ' || i,
     'PROGRAM ' || i % 37, pg_temp.country('authority' || i, ${batch.countries}),
     ARRAY[pg_temp.pick(${measures}, 'measure' || i)]::"SanctionMeasure"[],
     CASE WHEN i % 5 = 0 THEN 'potash' END, 'For what it did.'
   FROM ${places(batch)}`,
  `INSERT INTO "SanctionTarget" (id, "sanctionId", "actorId", "listingId", "listedEarliest", "listedLatest",
     "listedPrecision", "listedBasis")
   SELECT pg_temp.uuid7('target', i * 3 + place), pg_temp.uuid7('sanction', i),
     CASE WHEN pg_temp.hash('kind' || key) % 5 = 0
       THEN pg_temp.country('target' || key, ${batch.countries}) ELSE pg_temp.person('target' || key) END,
     'L-' || i || '-' || place, day, day, 'DAY', 'STATED'
   FROM ${places(batch)}, generate_series(0, pg_temp.hash('targets' || i) % 3) place,
     LATERAL (VALUES (i || '/' || place, ${imposedOn})) t (key, day)`,
  `INSERT INTO "SanctionReason" ("sanctionId", "eventId")
   SELECT pg_temp.uuid7('sanction', i), pg_temp.uuid7('event', pg_temp.hash('reason' || i) % ${batch.events})
   FROM ${places(batch)}`,
  `INSERT INTO "SanctionAction" (id, "sanctionId", kind, "dateEarliest", "dateLatest", "datePrecision", "dateBasis",
     "eventId", certainty)
   SELECT pg_temp.uuid7('action', i * 2 + place), pg_temp.uuid7('sanction', i),
     (CASE place WHEN 0 THEN 'IMPOSED' ELSE pg_temp.pick(${steps}, 'action' || i) END)::"SanctionActionKind",
     day + place::int * 400, day + place::int * 400, 'DAY', 'STATED',
     pg_temp.uuid7('event', pg_temp.hash('act' || i || '/' || place) % ${batch.events}), 'ASSERTED'
   FROM ${places(batch)}, generate_series(0, pg_temp.hash('actions' || i) % 2) place,
     LATERAL (VALUES (${imposedOn})) a (day)`,
]

const imposedOn = `DATE '2016-01-01' + (pg_temp.hash('imposed' || i) % 3000)::int`
