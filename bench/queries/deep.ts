import type { BenchQuery, Nodes } from './query.ts'
import { nodes, object, text, word } from './sql.ts'

interface Actor {
  name: string
  kind: string
}

interface Event {
  title: string
  date: { edtf: string }
  participants: Nodes<{ role: string; actor: Actor }>
}

interface Sanction {
  title: string
  status: string
  targets: Nodes<{ actor: Actor & { events: Nodes<Event> } }>
}

interface EventRow {
  title: string
  dateEdtf: string
  eventParticipantsByEventId: Nodes<{ role: string; actorByActorId: Actor }>
}

interface SanctionRow {
  title: string
  status: string
  sanctionTargetsBySanctionId: Nodes<{
    actorByActorId: Actor & { eventActorsByActorId: Nodes<{ eventByEventId: EventRow }> }
  }>
}

export const deep: BenchQuery = {
  title: 'a country, 10 sanctions it imposes, their targets, 5 events of each, and 5 participants of each of those',
  operation: 'Deep',
  draws: () => 'SELECT iso2 AS code FROM "Country" ORDER BY md5(iso2)',
  dateline: {
    document: `query Deep($code: String!) {
  country(by: { code: $code }) {
    name
    sanctionsImposed(first: 10) {
      nodes {
        title
        status
        targets(first: 5) {
          nodes {
            actor {
              name
              kind
              events(first: 5) {
                nodes { title date { edtf } participants(first: 5) { nodes { role actor { name kind } } } }
              }
            }
          }
        }
      }
    }
  }
}`,
    variables: ({ code }) => ({ code }),
    read: ({ country }: { country: { name: string; sanctionsImposed: Nodes<Sanction> } }) => ({
      name: country.name,
      sanctions: country.sanctionsImposed.nodes.map(({ title, status, targets }) => ({
        title,
        status,
        targets: targets.nodes.map(({ actor: { name, kind, events } }) => ({
          name,
          kind,
          events: events.nodes.map(({ title, date, participants }) => ({
            title,
            date: date.edtf,
            participants: participants.nodes,
          })),
        })),
      })),
    }),
  },
  postgraphile: {
    document: `query Deep($code: String!) {
  countryByIso2(iso2: $code) {
    actorByActorId {
      name
      sanctionsByAuthorityId(first: 10, orderBy: [SORT_DATE_DESC, ROW_ID_DESC], condition: { retractedAt: null }) {
        nodes {
          title
          status
          sanctionTargetsBySanctionId(first: 5) {
            nodes {
              actorByActorId {
                name
                kind
                eventActorsByActorId(
                  first: 5
                  orderBy: [EVENT_DATE_DESC, EVENT_ID_DESC]
                  filter: { eventByEventId: { retractedAt: { isNull: true }, mergedIntoId: { isNull: true } } }
                ) {
                  nodes {
                    eventByEventId {
                      title
                      dateEdtf
                      eventParticipantsByEventId(first: 5) { nodes { role actorByActorId { name kind } } }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }
  }
}`,
    variables: ({ code }) => ({ code }),
    read: ({
      countryByIso2,
    }: {
      countryByIso2: { actorByActorId: { name: string; sanctionsByAuthorityId: Nodes<SanctionRow> } }
    }) => {
      const { name, sanctionsByAuthorityId: sanctions } = countryByIso2.actorByActorId
      return {
        name,
        sanctions: sanctions.nodes.map(({ title, status, sanctionTargetsBySanctionId: targets }) => ({
          title,
          status,
          targets: targets.nodes.map(({ actorByActorId: { name, kind, eventActorsByActorId: events } }) => ({
            name,
            kind,
            events: events.nodes.map(({ eventByEventId: { title, dateEdtf, eventParticipantsByEventId } }) => ({
              title,
              date: dateEdtf,
              participants: eventParticipantsByEventId.nodes.map(({ role, actorByActorId: actor }) => ({
                role,
                actor,
              })),
            })),
          })),
        })),
      }
    },
  },
  sql: { text: statement(), values: ({ code }) => [code] },
}

function statement(): string {
  const participants = nodes(
    object({ role: word('r.role'), actor: object({ name: text('r.name'), kind: word('r.kind') }) }),
    `SELECT p.role, a.name, a.kind FROM "EventParticipant" p JOIN "Actor" a ON a.id = p."actorId"
     WHERE p."eventId" = e.id ORDER BY p.id LIMIT 5`,
  )
  const event = object({ title: text('e.title'), date: object({ edtf: text('e."dateEdtf"') }), participants })
  const events = nodes(
    'r.item',
    `SELECT ${event} AS item FROM "EventActor" x JOIN "Event" e ON e.id = x."eventId"
     WHERE x."actorId" = b.id AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL
     ORDER BY x."eventDate" DESC, x."eventId" DESC LIMIT 5`,
  )
  const target = object({ actor: object({ name: text('b.name'), kind: word('b.kind'), events }) })
  const targets = nodes(
    'r.item',
    `SELECT ${target} AS item FROM "SanctionTarget" t JOIN "Actor" b ON b.id = t."actorId"
     WHERE t."sanctionId" = s.id ORDER BY t.id LIMIT 5`,
  )
  const sanctions = nodes(
    'r.item',
    `SELECT ${object({ title: text('s.title'), status: word('s.status'), targets })} AS item FROM "Sanction" s
     WHERE s."authorityId" = a.id AND s."retractedAt" IS NULL ORDER BY s."sortDate" DESC, s.id DESC LIMIT 10`,
  )
  return `
    SELECT ${object({ country: object({ name: text('a.name'), sanctionsImposed: sanctions }) })} AS data
    FROM "Country" c JOIN "Actor" a ON a.id = c."actorId" WHERE c.iso2 = $1`
}
