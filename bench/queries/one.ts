import { type BenchQuery, fromGlobalId, globalId, type Nodes, toGlobalId } from './query.ts'

const columns = ['slug', 'title', 'summary', 'type', 'status', 'certainty'] as const
type Columns = Record<(typeof columns)[number], string | null>

interface Event extends Columns {
  id: string
  date: object
  location: { name: string; iso2: string } | null
  participants: Nodes<{ role: string; note: string | null; actor: { name: string; slug: string } }>
}

interface Row extends Columns {
  rowId: string
  dateEarliest: string | null
  dateLatest: string | null
  datePrecision: string
  dateText: string | null
  dateEdtf: string
  dateLabel: string
  actorByLocationId: { name: string; countryByActorId: { iso2: string } } | null
  eventParticipantsByEventId: Nodes<{
    role: string
    note: string | null
    actorByActorId: { name: string; slug: string }
  }>
}

const pick = (row: Columns) => Object.fromEntries(columns.map((column) => [column, row[column]]))

export const one: BenchQuery = {
  title: 'one event by its id, with its columns, place and participants',
  operation: 'One',
  draws: () => 'SELECT id FROM "Event" WHERE "retractedAt" IS NULL ORDER BY md5(id::text) LIMIT 1000',
  dateline: {
    document: `query One($id: ID!) {
  event(by: { id: $id }) {
    id
    ${columns.join('\n    ')}
    date { earliest latest precision text edtf label }
    location { name iso2 }
    participants(first: 10) { nodes { role note actor { name slug } } }
  }
}`,
    variables: ({ id = '' }) => ({ id: toGlobalId('Event', id) }),
    read: ({ event }: { event: Event }) => ({
      ...pick(event),
      id: fromGlobalId(event.id),
      date: event.date,
      location: event.location,
      participants: event.participants.nodes,
    }),
  },
  postgraphile: {
    document: `query One($id: UUID!) {
  eventByRowId(rowId: $id) {
    rowId
    ${columns.join('\n    ')}
    dateEarliest
    dateLatest
    datePrecision
    dateText
    dateEdtf
    dateLabel
    actorByLocationId { name countryByActorId { iso2 } }
    eventParticipantsByEventId(first: 10) { nodes { role note actorByActorId { name slug } } }
  }
}`,
    variables: ({ id }) => ({ id }),
    read: ({ eventByRowId: event }: { eventByRowId: Row }) => ({
      ...pick(event),
      id: event.rowId,
      date: {
        earliest: event.dateEarliest,
        latest: event.dateLatest,
        precision: event.datePrecision,
        text: event.dateText,
        edtf: event.dateEdtf,
        label: event.dateLabel,
      },
      location: event.actorByLocationId && {
        name: event.actorByLocationId.name,
        iso2: event.actorByLocationId.countryByActorId.iso2,
      },
      participants: event.eventParticipantsByEventId.nodes.map(({ role, note, actorByActorId: actor }) => ({
        role,
        note,
        actor,
      })),
    }),
  },
  sql: {
    text: `
      SELECT json_build_object('event', (
        SELECT row_to_json(v) FROM (
          SELECT ${globalId('Event', 'e.id')} AS id, ${columns.map((column) => `e."${column}"`).join(', ')},
            json_build_object('earliest', e."dateEarliest", 'latest', e."dateLatest", 'precision', e."datePrecision",
              'text', e."dateText", 'edtf', e."dateEdtf", 'label', e."dateLabel") AS date,
            (
              SELECT json_build_object('name', a.name, 'iso2', c.iso2)
              FROM "Actor" a JOIN "Country" c ON c."actorId" = a.id
              WHERE a.id = e."locationId"
            ) AS location,
            (
              SELECT json_build_object('nodes', coalesce(json_agg(row_to_json(p)), '[]')) FROM (
                SELECT p.role, p.note, json_build_object('name', a.name, 'slug', a.slug) AS actor
                FROM "EventParticipant" p JOIN "Actor" a ON a.id = p."actorId"
                WHERE p."eventId" = e.id ORDER BY p.id LIMIT 10) p
            ) AS participants
          FROM "Event" e WHERE e.id = $1
        ) v
      )) AS data`,
    values: ({ id }) => [id],
  },
}
