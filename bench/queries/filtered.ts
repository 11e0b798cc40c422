import { type BenchQuery, fromGlobalId, type Nodes } from './query.ts'
import { globalId, list, object, text, word } from './sql.ts'

interface Event {
  id: string
  title: string
  type: string
  date: { edtf: string }
  location: { iso2: string } | null
}

interface Row {
  rowId: string
  title: string
  type: string
  dateEdtf: string
  actorByLocationId: { countryByActorId: { iso2: string } } | null
}

/**
 * Returns the number of days in a range that contains about 200 events of one type: fewer days if there are more
 * events. A tenth of the events have only a month, and match all ranges that overlap their month.
 */
const days = (events: number) => Math.max(0, Math.round((93.9 * 100_000) / events - 3.9))

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
    where: { type: { eq: $type }, date: { overlaps: { from: $from, to: $to } } }
    orderBy: [{ field: DATE, direction: DESC }]
    first: 20
  ) {
    totalCount
    nodes { id title type date { edtf } location { iso2 } }
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
    condition: { type: $type, within: [$from, $to], retractedAt: null, mergedIntoId: null }
  ) {
    totalCount
    nodes { rowId title type dateEdtf actorByLocationId { countryByActorId { iso2 } } }
  }
}`,
    variables: (draw) => draw,
    read: ({ allEvents }: { allEvents: Nodes<Row> & { totalCount: number } }) => ({
      totalCount: allEvents.totalCount,
      nodes: allEvents.nodes.map(({ rowId, title, type, dateEdtf, actorByLocationId: place }) => ({
        id: rowId,
        title,
        type,
        date: { edtf: dateEdtf },
        location: place?.countryByActorId ?? null,
      })),
    }),
  },
  sql: { text: statement(), values: ({ type, from, to }) => [type, from, to] },
}

function statement(): string {
  const event = object({
    id: globalId('Event', 'r.id'),
    title: text('r.title'),
    type: word('r.type'),
    date: object({ edtf: text('r."dateEdtf"') }),
    location: `coalesce(${object({ iso2: word('r.iso2') })}, 'null')`,
  })
  const page = `
    SELECT e.*, c.iso2 FROM (SELECT * FROM kept ORDER BY "sortDate" DESC, id DESC LIMIT 20) k
    JOIN "Event" e ON e.id = k.id
    LEFT JOIN "Country" c ON c."actorId" = e."locationId" ORDER BY e."sortDate" DESC, e.id DESC`
  const events = object({ totalCount: '(SELECT count(*) FROM kept)', nodes: list(event, page) })
  return `
    WITH kept AS MATERIALIZED (
      SELECT id, "sortDate" FROM "Event"
      WHERE type = $1 AND daterange("dateEarliest", "dateLatest", '[]') && daterange($2, $3, '[]')
        AND "retractedAt" IS NULL AND "mergedIntoId" IS NULL
    )
    SELECT ${object({ events })} AS data`
}
