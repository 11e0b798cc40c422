import { type BenchQuery, fromGlobalId, type Nodes, toGlobalId } from './query.ts'
import { globalId, nodes, object, text, word } from './sql.ts'

interface Citation<Source> {
  quote: string | null
  source: Source
}

interface Event {
  id: string
  title: string
  type: string
  status: string
  date: { edtf: string; basis: string }
  participants: Nodes<{ role: string; actor: { name: string; kind: string; iso2?: string } }>
  countries: Nodes<{ name: string; iso2: string }>
  citations: Nodes<Citation<{ title: string; url: string }>>
}

interface Row {
  rowId: string
  title: string
  type: string
  status: string
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
      date { edtf basis }
      participants(first: 5) { nodes { role actor { name kind ... on Country { iso2 } } } }
      countries { nodes { name iso2 } }
      citations { nodes { quote source { title url } } }
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
        countries: event.countries.nodes,
        citations: event.citations.nodes,
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
        date: { edtf: event.dateEdtf, basis: event.dateBasis },
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
  sql: { text: statement(), values: ({ date, id }) => [date, id] },
}

/** Reads the countries of all 20 events at once. For each event alone, PostgreSQL would scan the small table. */
function statement(): string {
  const code = `coalesce('","iso2":"' || r.iso2, '')`
  const actor = `'{"name":' || ${text('r.name')} || ',"kind":"' || r.kind || ${code} || '"}'`
  const country = object({ name: text('a.name'), iso2: word('c.iso2') })
  const participants = `
    SELECT p.role, a.name, a.kind, c.iso2
    FROM "EventParticipant" p JOIN "Actor" a ON a.id = p."actorId" LEFT JOIN "Country" c ON c."actorId" = a.id
    WHERE p."eventId" = e.id ORDER BY p.id LIMIT 5`
  const citations = `
    SELECT c.quote, s.title, s.url FROM "Citation" c JOIN "Source" s ON s.id = c."sourceId"
    WHERE c."eventId" = e.id ORDER BY c.id LIMIT 50`
  const event = object({
    id: globalId('Event', 'e.id'),
    title: text('e.title'),
    type: word('e.type'),
    status: word('e.status'),
    date: object({ edtf: text('e."dateEdtf"'), basis: word('e."dateBasis"') }),
    participants: nodes(object({ role: word('r.role'), actor }), participants),
    countries: `'{"nodes":[' || coalesce(there.countries, '') || ']}'`,
    citations: nodes(
      object({ quote: text('r.quote'), source: object({ title: text('r.title'), url: text('r.url') }) }),
      citations,
    ),
  })
  const events = `
    SELECT ${event} AS item FROM page e LEFT JOIN there ON there."eventId" = e.id
    ORDER BY e."sortDate" DESC, e.id DESC`
  return `
    WITH page AS MATERIALIZED (
      SELECT * FROM "Event"
      WHERE "retractedAt" IS NULL AND "mergedIntoId" IS NULL AND ("sortDate", id) < ($1::date, $2::uuid)
      ORDER BY "sortDate" DESC, id DESC LIMIT 20
    ), there AS (
      SELECT x."eventId", string_agg(${country}, ',' ORDER BY a.name) AS countries
      FROM page JOIN "EventActor" x ON x."eventId" = page.id
      JOIN "Country" c ON c."actorId" = x."actorId" JOIN "Actor" a ON a.id = x."actorId"
      WHERE x."actorKind" = 'COUNTRY' AND a."retractedAt" IS NULL AND a."mergedIntoId" IS NULL
      GROUP BY x."eventId"
    )
    SELECT ${object({ events: nodes('r.item', events) })} AS data`
}
