import type { BenchQuery, Nodes } from './query.ts'

interface Actor {
  name: string
  kind: string
}

interface Event {
  title: string
  date: { label: string }
  participants: Nodes<{ role: string; actor: Actor }>
}

interface Sanction {
  title: string
  status: string
  targets: Nodes<{ actor: Actor & { events: Nodes<Event> } }>
}

interface EventRow {
  title: string
  dateLabel: string
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
                nodes { title date { label } participants(first: 5) { nodes { role actor { name kind } } } }
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
            date: date.label,
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
                      dateLabel
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
            events: events.nodes.map(({ eventByEventId: { title, dateLabel, eventParticipantsByEventId } }) => ({
              title,
              date: dateLabel,
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
  sql: {
    text: `
      SELECT json_build_object('country', (
        SELECT json_build_object('name', a.name, 'sanctionsImposed', json_build_object('nodes', (
          SELECT coalesce(json_agg(row_to_json(s)), '[]') FROM (
            SELECT s.title, s.status, json_build_object('nodes', (
              SELECT coalesce(json_agg(row_to_json(t)), '[]') FROM (
                SELECT json_build_object('name', b.name, 'kind', b.kind, 'events', json_build_object('nodes', (
                  SELECT coalesce(json_agg(row_to_json(v)), '[]') FROM (
                    SELECT e.title, json_build_object('label', e."dateLabel") AS date, json_build_object('nodes', (
                      SELECT coalesce(json_agg(row_to_json(p)), '[]') FROM (
                        SELECT p.role, json_build_object('name', d.name, 'kind', d.kind) AS actor
                        FROM "EventParticipant" p JOIN "Actor" d ON d.id = p."actorId"
                        WHERE p."eventId" = e.id ORDER BY p.id LIMIT 5) p
                    )) AS participants
                    FROM (
                      SELECT e.id, e.title, e."dateLabel" FROM "EventActor" x JOIN "Event" e ON e.id = x."eventId"
                      WHERE x."actorId" = b.id AND e."retractedAt" IS NULL AND e."mergedIntoId" IS NULL
                      ORDER BY x."eventDate" DESC, x."eventId" DESC LIMIT 5
                    ) e) v
                ))) AS actor
                FROM (SELECT * FROM "SanctionTarget" WHERE "sanctionId" = s.id ORDER BY id LIMIT 5) t
                JOIN "Actor" b ON b.id = t."actorId" ORDER BY t.id) t
            )) AS targets
            FROM (
              SELECT * FROM "Sanction" WHERE "authorityId" = a.id AND "retractedAt" IS NULL
              ORDER BY "sortDate" DESC, id DESC LIMIT 10
            ) s ORDER BY s."sortDate" DESC, s.id DESC) s
        )))
        FROM "Country" c JOIN "Actor" a ON a.id = c."actorId" WHERE c.iso2 = $1
      )) AS data`,
    values: ({ code }) => [code],
  },
}
