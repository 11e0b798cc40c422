import { db } from '../db/client.ts'
import { ownScheme } from '../store/identifier.ts'
import { lastSnapshots } from '../store/import-run.ts'

/** Number of records in one query. */
const pageSize = 500

/**
 * Returns all records as lines of JSON that `import dateline` reads, after a header with the attributions of their sources.
 * Most references are to earlier lines. An import into an empty database creates the same records with the same ids, and its
 * export has the same bytes. Versions, times of change, the log and the undo records of merges are not exported.
 */
export async function* exportLines(): AsyncGenerator<string> {
  yield JSON.stringify({ record: 'EXPORT', attributions: (await attributions()).map(withoutEmpty) })
  for (const { table, record } of kinds)
    for (let after = '00000000-0000-0000-0000-000000000000'; ; ) {
      const rows = await db.$queryRawUnsafe<{ id: string; line: string }[]>(
        `SELECT t.id::text AS id, ${record}::text AS line FROM "${table}" t WHERE t.id > $1::uuid ORDER BY t.id LIMIT ${pageSize}`,
        after,
      )
      for (const { line } of rows) yield JSON.stringify(withoutEmpty(JSON.parse(line)))
      const last = rows.at(-1)
      if (!last || rows.length < pageSize) break
      after = last.id
    }
  for (const { list, asOf } of await lastSnapshots()) yield JSON.stringify({ record: 'SNAPSHOT', list, asOf })
}

/**
 * Returns what the sources of the exported records require: their licences. Datasets and statements are named; articles,
 * of which there are many, are counted by publisher and licence.
 */
const attributions = () =>
  db.$queryRawUnsafe<object[]>(
    `SELECT * FROM (
     SELECT title, publisher, url, coalesce(license, 'unknown') AS license, NULL::int AS articles FROM "Source" WHERE kind <> 'ARTICLE'
     UNION ALL
     SELECT NULL, publisher, NULL, coalesce(license, 'unknown'), count(*)::int FROM "Source" WHERE kind = 'ARTICLE' GROUP BY 2, 4
   ) s ORDER BY articles IS NOT NULL, license COLLATE "C", publisher COLLATE "C", title COLLATE "C", url COLLATE "C"`,
  )

/** Removes fields that are null or an empty list. Keeps those of dates and two of countries, which the import requires. */
function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty)
  if (typeof value !== 'object' || value === null || 'precision' in value) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, each]) => {
      const isEmpty =
        (each === null && key !== 'isoNumeric' && key !== 'subregion') || (Array.isArray(each) && each.length === 0)
      return isEmpty ? [] : [[key, withoutEmpty(each)]]
    }),
  )
}

const reference = (subject: string, id: string) =>
  `(SELECT coalesce((SELECT i.scheme || ':' || i.value FROM "Identifier" i WHERE i."${subject}Id" = ${id} ORDER BY i.scheme COLLATE "C", i.value COLLATE "C" LIMIT 1),
     '${ownScheme}:' || ${id}) WHERE ${id} IS NOT NULL)`

const identifiers = (subject: string) =>
  `coalesce((SELECT json_agg(i.scheme || ':' || i.value ORDER BY i.scheme COLLATE "C", i.value COLLATE "C") FROM "Identifier" i WHERE i."${subject}Id" = t.id),
     json_build_array('${ownScheme}:' || t.id))`

const date = (row: string, name: string) =>
  `CASE WHEN ${row}."${name}Precision" IS NOT NULL THEN json_build_object('earliest', ${row}."${name}Earliest", 'latest', ${row}."${name}Latest",
     'precision', ${row}."${name}Precision", 'text', ${row}."${name}Text", 'basis', ${row}."${name}Basis") END`

const moment = (column: string) => `to_char(t."${column}" AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** SQL of the fields that all records with a version have. */
const identity = (subject: string) =>
  `'id', t.id, 'identifiers', ${identifiers(subject)}, 'createdAt', ${moment('createdAt')}, 'retractedAt', ${moment('retractedAt')}`

/** Returns SQL for a JSON array of the rows of a table that belong to the record. `object` is the SQL of one element. */
const children = (table: string, alias: string, where: string, order: string, object: string) =>
  `(SELECT json_agg(${object} ORDER BY ${order}) FROM "${table}" ${alias} WHERE ${where})`

const citations = (column: string, id: string) =>
  children(
    'Citation',
    'c',
    `c."${column}" = ${id}`,
    'c.id',
    `json_build_object('source', ${reference('source', 'c."sourceId"')}, 'quote', c.quote, 'start', c.start, 'end', c.end, 'basis', c.basis)`,
  )

const disputedValues = (column: string, id: string) =>
  children(
    'DisputedValue',
    'v',
    `v."${column}" = ${id}`,
    'v.field, v.id',
    `json_build_object('field', v.field, 'date', ${date('v', 'date')}, 'text', v.text, 'reference', ${reference('actor', 'v."referenceId"')},
       'citations', ${citations('disputedValueId', 'v.id')})`,
  )

const source = `json_build_object('record', 'SOURCE', ${identity('source')}, 'kind', t.kind,
  'title', t.title, 'publisher', t.publisher, 'url', t.url, 'publishedOn', ${date('t', 'publishedOn')}, 'language', t.language,
  'sha256', t.sha256, 'license', t.license)`

const names = children(
  'ActorName',
  'n',
  'n."actorId" = t.id',
  'n.kind, n.lang COLLATE "C", n.value COLLATE "C"',
  `json_build_object('value', n.value, 'kind', n.kind, 'lang', n.lang)`,
)

const births = children(
  'BirthClaim',
  'b',
  'b."personId" = t.id',
  'b.id',
  `json_build_object('date', ${date('b', 'date')}, 'place', b.place, 'country', ${reference('actor', 'b."countryId"')},
     'source', ${reference('source', 'b."sourceId"')})`,
)

const detentions = children(
  'Detention',
  'd',
  'd."personId" = t.id',
  'd.id',
  `json_build_object('authority', ${reference('actor', 'd."authorityId"')}, 'startedBy', ${reference('event', 'd."startedById"')},
     'start', ${date('d', 'start')}, 'endedBy', ${reference('event', 'd."endedById"')}, 'end', ${date('d', 'end')},
     'certainty', d.certainty, 'outcome', d.outcome,
     'charge', d.charge, 'term', d.term, 'termMonths', d."termMonths", 'court', ${reference('actor', 'd."courtId"')},
     'citations', ${citations('detentionId', 'd.id')})`,
)

const actor = `json_build_object('record', 'ACTOR', ${identity('actor')},
  'mergedInto', ${reference('actor', 't."mergedIntoId"')}, 'kind', t.kind, 'slug', t.slug, 'name', t.name, 'description', t.description,
  'person', (SELECT json_build_object('birth', ${date('p', 'birth')}, 'death', ${date('p', 'death')}, 'gender', p.gender)
    FROM "Person" p WHERE p."actorId" = t.id AND num_nonnulls(p."birthPrecision", p."deathPrecision", p.gender) > 0),
  'country', (SELECT json_build_object('iso2', c.iso2, 'iso3', c.iso3, 'isoNumeric', c."isoNumeric", 'region', c.region,
    'subregion', c.subregion, 'flag', c.flag) FROM "Country" c WHERE c."actorId" = t.id),
  'asset', (SELECT json_build_object('kind', a.kind, 'flag', ${reference('actor', 'a."flagId"')}) FROM "Asset" a WHERE a."actorId" = t.id),
  'names', ${names}, 'citations', ${citations('actorId', 't.id')}, 'births', ${births}, 'detentions', ${detentions},
  'disputedValues', ${disputedValues('actorId', 't.id')})`

const relationship = `json_build_object('record', 'RELATIONSHIP', 'id', t.id, 'identifiers', ${identifiers('relationship')},
  'subject', ${reference('actor', 't."subjectId"')}, 'kind', t.kind, 'object', ${reference('actor', 't."objectId"')}, 'title', t.title,
  'start', ${date('t', 'start')}, 'end', ${date('t', 'end')}, 'citations', ${citations('relationshipId', 't.id')})`

const participants = children(
  'EventParticipant',
  'p',
  'p."eventId" = t.id',
  'p.id',
  `json_build_object('actor', ${reference('actor', 'p."actorId"')}, 'role', p.role, 'count', p.count, 'countKind', p."countKind",
     'onBehalfOf', ${reference('actor', 'p."onBehalfOfId"')}, 'note', p.note, 'disputedValues', ${disputedValues('participantId', 'p.id')})`,
)

const links = children(
  'EventLink',
  'l',
  'l."fromId" = t.id',
  'l.id',
  `json_build_object('kind', l.kind, 'to', ${reference('event', 'l."toId"')}, 'basis', l.basis, 'citations', ${citations('eventLinkId', 'l.id')})`,
)

const event = `json_build_object('record', 'EVENT', ${identity('event')},
  'mergedInto', ${reference('event', 't."mergedIntoId"')}, 'slug', t.slug, 'title', t.title, 'summary', t.summary, 'type', t.type,
  'status', t.status, 'certainty', t.certainty, 'date', ${date('t', 'date')}, 'location', ${reference('actor', 't."locationId"')},
  'cameoCode', t."cameoCode", 'goldstein', t.goldstein, 'origin', t.origin,
  'participants', ${participants}, 'links', ${links},
  'citations', ${citations('eventId', 't.id')}, 'disputedValues', ${disputedValues('eventId', 't.id')})`

const targets = children(
  'SanctionTarget',
  'g',
  'g."sanctionId" = t.id',
  'g.id',
  `json_build_object('actor', ${reference('actor', 'g."actorId"')}, 'listingId', g."listingId", 'listed', ${date('g', 'listed')},
     'delisted', ${date('g', 'delisted')}, 'sightings', ${children(
       'Sighting',
       's',
       's."targetId" = g.id',
       's.list COLLATE "C"',
       `json_build_object('list', s.list, 'absentOn', s."absentOn", 'firstSeenOn', s."firstSeenOn", 'seenOn', s."seenOn")`,
     )}, 'disputedValues', ${disputedValues('targetId', 'g.id')}, 'citations', ${citations('targetId', 'g.id')})`,
)

const actions = children(
  'SanctionAction',
  'a',
  'a."sanctionId" = t.id',
  'a.id',
  `json_build_object('kind', a.kind, 'date', ${date('a', 'date')}, 'event', ${reference('event', 'a."eventId"')},
     'target', (SELECT count(*) FROM "SanctionTarget" o WHERE o."sanctionId" = t.id AND o.id < a."targetId"
       HAVING a."targetId" IS NOT NULL),
     'certainty', a.certainty, 'legalRef', a."legalRef", 'citations', ${citations('sanctionActionId', 'a.id')})`,
)

const licences = children(
  'Licence',
  'l',
  'l."sanctionId" = t.id',
  'l.id',
  `json_build_object('authority', ${reference('actor', 'l."authorityId"')}, 'title', l.title, 'scope', l.scope,
     'target', (SELECT count(*) FROM "SanctionTarget" o WHERE o."sanctionId" = t.id AND o.id < l."targetId"
       HAVING l."targetId" IS NOT NULL),
     'from', ${date('l', 'from')}, 'to', ${date('l', 'to')}, 'extended', ${date('l', 'extended')}, 'revoked', ${date('l', 'revoked')},
     'certainty', l.certainty, 'citations', ${citations('licenceId', 'l.id')})`,
)

const sanction = `json_build_object('record', 'SANCTION', ${identity('sanction')},
  'slug', t.slug, 'title', t.title, 'program', t.program, 'authority', ${reference('actor', 't."authorityId"')}, 'measures', t.measures,
  'sector', t.sector, 'reason', t.reason, 'partOf', ${reference('sanction', 't."partOfId"')},
  'reasons', ${children('SanctionReason', 'r', 'r."sanctionId" = t.id', 'r."eventId"', reference('event', 'r."eventId"'))},
  'targets', ${targets}, 'actions', ${actions}, 'licences', ${licences}, 'citations', ${citations('sanctionId', 't.id')})`

const kinds = [
  { table: 'Source', record: source },
  { table: 'Actor', record: actor },
  { table: 'Relationship', record: relationship },
  { table: 'Event', record: event },
  { table: 'Sanction', record: sanction },
]
