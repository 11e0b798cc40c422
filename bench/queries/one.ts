import { type BenchQuery, fromGlobalId, type Nodes, toGlobalId } from './query.ts'
import { globalId, nodes, object, text, word } from './sql.ts'

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
    date { earliest latest precision text edtf }
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
  sql: { text: statement(), values: ({ id }) => [id] },
}

function statement(): string {
  const date = object({
    earliest: word('e."dateEarliest"', { nullable: true }),
    latest: word('e."dateLatest"', { nullable: true }),
    precision: word('e."datePrecision"'),
    text: text('e."dateText"'),
    edtf: text('e."dateEdtf"'),
  })
  const actor = object({ name: text('r.name'), slug: word('r.slug') })
  const participants = nodes(
    object({ role: word('r.role'), note: text('r.note'), actor }),
    `SELECT p.role, p.note, a.name, a.slug FROM "EventParticipant" p JOIN "Actor" a ON a.id = p."actorId"
     WHERE p."eventId" = e.id ORDER BY p.id LIMIT 10`,
  )
  const event = object({
    id: globalId('Event', 'e.id'),
    slug: word('e.slug'),
    title: text('e.title'),
    summary: text('e.summary'),
    type: word('e.type'),
    status: word('e.status'),
    certainty: word('e.certainty'),
    date,
    location: `CASE WHEN c.iso2 IS NULL THEN 'null' ELSE ${object({ name: text('a.name'), iso2: word('c.iso2') })} END`,
    participants,
  })
  return `
    SELECT ${object({ event })} AS data
    FROM "Event" e LEFT JOIN "Actor" a ON a.id = e."locationId" LEFT JOIN "Country" c ON c."actorId" = e."locationId"
    WHERE e.id = $1`
}
