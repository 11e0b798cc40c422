import { type BenchQuery, fromGlobalId, globalId, type Nodes, toGlobalId } from './query.ts'

interface Citation<Source> {
  quote: string | null
  source: Source
}

interface Event {
  id: string
  title: string
  type: string
  status: string
  date: { label: string; edtf: string; basis: string }
  participants: Nodes<{ role: string; actor: { name: string; kind: string; iso2?: string } }>
  countries: { name: string; iso2: string }[]
  citations: Citation<{ title: string; url: string }>[]
}

interface Row {
  rowId: string
  title: string
  type: string
  status: string
  dateLabel: string
  dateEdtf: string
  dateBasis: string
  eventParticipantsByEventId: Nodes<{
    role: string
    actorByActorId: { name: string; kind: string; countryByActorId: { iso2: string } | null }
  }>
  eventCountriesByEventId: Nodes<{ actorByActorId: { name: string; countryByActorId: { iso2: string } } }>
  citationsByEventId: Nodes<{ quote: string | null; sourceBySourceId: { title: string; url: string } }>
}

interface Edges {
  edges: { cursor: string }[]
}

export const timeline: BenchQuery = {
  title: '20 events, latest first, each with its date, participants, countries and sources',
  operation: 'Timeline',
  draws: () => `
    SELECT id, "sortDate"::text AS date FROM "Event" WHERE "retractedAt" IS NULL AND "mergedIntoId" IS NULL
    ORDER BY "sortDate" DESC, id DESC LIMIT 200`,
  dateline: {
    document: `query Timeline($after: String!) {
  events(first: 20, after: $after) {
    nodes {
      id
      title
      type
      status
      date { label edtf basis }
      participants(first: 5) { nodes { role actor { name kind ... on Country { iso2 } } } }
      countries { name iso2 }
      citations { quote source { title url } }
    }
  }
}`,
    variables: ({ after }) => ({ after }),
    read: ({ events }: { events: Nodes<Event> }) =>
      events.nodes.map((event) => ({
        ...event,
        id: fromGlobalId(event.id),
        participants: event.participants.nodes.map(({ role, actor: { name, kind, iso2 = null } }) => ({
          role,
          actor: { name, kind, iso2 },
        })),
      })),
    cursor: {
      document: 'query Place($id: ID!) { events(where: { id: { eq: $id } }) { edges { cursor } } }',
      variables: ({ id = '' }) => ({ id: toGlobalId('Event', id) }),
      read: ({ events }: { events: Edges }) => events.edges[0]?.cursor,
    },
  },
  postgraphile: {
    document: `query Timeline($after: Cursor!) {
  allEvents(
    first: 20
    after: $after
    orderBy: [SORT_DATE_DESC, ROW_ID_DESC]
    condition: { retractedAt: null, mergedIntoId: null }
  ) {
    nodes {
      rowId
      title
      type
      status
      dateLabel
      dateEdtf
      dateBasis
      eventParticipantsByEventId(first: 5) { nodes { role actorByActorId { name kind countryByActorId { iso2 } } } }
      eventCountriesByEventId { nodes { actorByActorId { name countryByActorId { iso2 } } } }
      citationsByEventId { nodes { quote sourceBySourceId { title url } } }
    }
  }
}`,
    variables: ({ after }) => ({ after }),
    read: ({ allEvents }: { allEvents: Nodes<Row> }) =>
      allEvents.nodes.map((event) => ({
        id: event.rowId,
        title: event.title,
        type: event.type,
        status: event.status,
        date: { label: event.dateLabel, edtf: event.dateEdtf, basis: event.dateBasis },
        participants: event.eventParticipantsByEventId.nodes.map(({ role, actorByActorId: actor }) => ({
          role,
          actor: { name: actor.name, kind: actor.kind, iso2: actor.countryByActorId?.iso2 ?? null },
        })),
        countries: event.eventCountriesByEventId.nodes
          .map(({ actorByActorId: { name, countryByActorId } }) => ({ name, iso2: countryByActorId.iso2 }))
          .sort((a, b) => (a.name < b.name ? -1 : 1)),
        citations: event.citationsByEventId.nodes.map(({ quote, sourceBySourceId: source }) => ({ quote, source })),
      })),
    cursor: {
      document: `query Place($id: UUID!) {
  allEvents(first: 1, condition: { rowId: $id }, orderBy: [SORT_DATE_DESC, ROW_ID_DESC]) { edges { cursor } }
}`,
      variables: ({ id }) => ({ id }),
      read: ({ allEvents }: { allEvents: Edges }) => allEvents.edges[0]?.cursor,
    },
  },
  sql: {
    text: `
      SELECT json_build_object('events', json_build_object('nodes', coalesce(json_agg(row_to_json(v)), '[]'))) AS data
      FROM (
        SELECT ${globalId('Event', 'e.id')} AS id, e.title, e.type, e.status,
          json_build_object('label', e."dateLabel", 'edtf', e."dateEdtf", 'basis', e."dateBasis") AS date,
          (
            SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(p)), '[]')) FROM (
              SELECT p.role, CASE WHEN c.iso2 IS NULL THEN json_build_object('name', a.name, 'kind', a.kind)
                ELSE json_build_object('name', a.name, 'kind', a.kind, 'iso2', c.iso2) END AS actor
              FROM "EventParticipant" p
              JOIN "Actor" a ON a.id = p."actorId" LEFT JOIN "Country" c ON c."actorId" = a.id
              WHERE p."eventId" = e.id ORDER BY p.id LIMIT 5) p
          ) AS participants,
          (
            SELECT coalesce(json_agg(row_to_json(c)), '[]') FROM (
              SELECT a.name, c.iso2 FROM "EventActor" x
              JOIN "Actor" a ON a.id = x."actorId" JOIN "Country" c ON c."actorId" = a.id
              WHERE x."eventId" = e.id AND x."actorKind" = 'COUNTRY'
                AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
              ORDER BY a.name LIMIT 50) c
          ) AS countries,
          (
            SELECT coalesce(json_agg(row_to_json(c)), '[]') FROM (
              SELECT c.quote, json_build_object('title', s.title, 'url', s.url) AS source
              FROM "Citation" c JOIN "Source" s ON s.id = c."sourceId"
              WHERE c."eventId" = e.id ORDER BY c.id LIMIT 50) c
          ) AS citations
        FROM "Event" e
        WHERE e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL AND (e."sortDate", e.id) < ($1::date, $2::uuid)
        ORDER BY e."sortDate" DESC, e.id DESC LIMIT 20
      ) v`,
    values: ({ date, id }) => [date, id],
  },
}
