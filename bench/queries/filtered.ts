import { type BenchQuery, fromGlobalId, globalId, type Nodes } from './query.ts'

interface Event {
  id: string
  title: string
  type: string
  date: { label: string }
  location: { iso2: string } | null
}

interface Row {
  rowId: string
  title: string
  type: string
  dateLabel: string
  actorByLocationId: { countryByActorId: { iso2: string } } | null
}

/** Of ranges that keep about 250 events of one type: the more events there are, the narrower. */
const days = (events: number) => Math.max(1, Math.round((90 * 100_000) / events))

export const filtered: BenchQuery = {
  title: '20 events of one type that can lie in a range of days, with the number of all of them',
  operation: 'Filtered',
  draws: (events) => `
    SELECT type::text, day::text AS from, (day + ${days(events)})::text AS to
    FROM unnest(enum_range(NULL::"EventType")) type, generate_series(0, 49) place,
      LATERAL (VALUES (DATE '2015-02-01' + place * 78)) d (day)
    ORDER BY md5(type::text || place)`,
  dateline: {
    document: `query Filtered($type: EventType!, $from: Date!, $to: Date!) {
  events(
    where: { type: { eq: $type }, date: { from: $from, to: $to } }
    orderBy: [{ field: DATE, direction: DESC }]
    first: 20
  ) {
    totalCount
    nodes { id title type date { label } location { iso2 } }
  }
}`,
    variables: (draw) => draw,
    read: ({ events }: { events: Nodes<Event> & { totalCount: number } }) => ({
      totalCount: events.totalCount,
      nodes: events.nodes.map((event) => ({ ...event, id: fromGlobalId(event.id) })),
    }),
  },
  postgraphile: {
    document: `query Filtered($type: EventType!, $from: Date!, $to: Date!) {
  allEvents(
    first: 20
    orderBy: [SORT_DATE_DESC, ROW_ID_DESC]
    filter: {
      retractedAt: { isNull: true }
      mergedIntoId: { isNull: true }
      type: { equalTo: $type }
      and: [
        { or: [{ dateLatest: { greaterThanOrEqualTo: $from } }, { dateLatest: { isNull: true } }] }
        { or: [{ dateEarliest: { lessThanOrEqualTo: $to } }, { dateEarliest: { isNull: true } }] }
      ]
    }
  ) {
    totalCount
    nodes { rowId title type dateLabel actorByLocationId { countryByActorId { iso2 } } }
  }
}`,
    variables: (draw) => draw,
    read: ({ allEvents }: { allEvents: Nodes<Row> & { totalCount: number } }) => ({
      totalCount: allEvents.totalCount,
      nodes: allEvents.nodes.map(({ rowId, title, type, dateLabel, actorByLocationId: place }) => ({
        id: rowId,
        title,
        type,
        date: { label: dateLabel },
        location: place?.countryByActorId ?? null,
      })),
    }),
  },
  sql: {
    text: `
      WITH kept AS MATERIALIZED (
        SELECT id, "sortDate" FROM "Event"
        WHERE type = $1 AND "retractedAt" IS NULL AND "mergedIntoId" IS NULL
          AND daterange("dateEarliest", "dateLatest", '[]') && daterange($2, $3, '[]')
      )
      SELECT json_build_object('events', json_build_object(
        'totalCount', (SELECT count(*) FROM kept),
        'nodes', (
          SELECT coalesce(json_agg(row_to_json(v)), '[]') FROM (
            SELECT ${globalId('Event', 'e.id')} AS id, e.title, e.type,
              json_build_object('label', e."dateLabel") AS date,
              (SELECT json_build_object('iso2', c.iso2) FROM "Country" c WHERE c."actorId" = e."locationId") AS location
            FROM (SELECT * FROM kept ORDER BY "sortDate" DESC, id DESC LIMIT 20) k JOIN "Event" e ON e.id = k.id
            ORDER BY k."sortDate" DESC, k.id DESC
          ) v
        )
      )) AS data`,
    values: ({ type, from, to }) => [type, from, to],
  },
}
