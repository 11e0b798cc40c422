import { reads } from '../db/client.ts'
import type {
  Certainty as CertaintyValue,
  EventStatus as EventStatusValue,
  EventType as EventTypeValue,
} from '../db/generated/prisma/enums.ts'
import { ascending } from '../plan/page.ts'
import { all, along, type Predicate } from '../plan/predicate.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Country } from './country.ts'
import { nestedConnection, rootConnection } from './declare/connection.ts'
import { describedEnum } from './declare/enum.ts'
import { fuzzyDate, list } from './declare/field.ts'
import { columnKey, idKey, keysOf } from './declare/key.ts'
import { one } from './declare/one.ts'
import { table } from './declare/table.ts'
import { Identifier } from './identifier.ts'
import { Person } from './person.ts'
import { current, Versioned, versionedFields } from './versioned.ts'

export const EventType = describedEnum<EventTypeValue>('EventType', 'What sort of event an event is.', {
  STATEMENT: 'Someone says something in public.',
  PHONE_CALL: 'Parties speak by phone.',
  MEETING: 'Parties meet.',
  PRISONER_RELEASE: 'Prisoners are set free.',
  DETENTION: 'Someone is arrested or held.',
  DEPORTATION: 'Someone is made to leave a country.',
  REFUSAL: 'Someone refuses something.',
  SANCTION_STEP: 'A sanction is imposed, eased, lifted or otherwise changed.',
  DIPLOMATIC_CHANGE: 'Relations between countries change.',
  ECONOMIC_CHANGE: 'Trade or economic relations change.',
  ELECTION: 'An election is held.',
  MILITARY_ACTION: 'Armed force is used.',
  DECISION: 'Someone decides something.',
  PROCESS: 'Something goes on that other events are part of.',
  PROTEST: 'People protest.',
  ATTACK: 'Someone or something is attacked.',
  AGREEMENT: 'Parties agree on something.',
  OTHER: 'Something else.',
})

export const EventStatus = describedEnum<EventStatusValue>('EventStatus', 'Whether an event has happened.', {
  PROSPECTIVE: 'It lies ahead: announced, planned, expected.',
  ONGOING: 'It goes on.',
  OCCURRED: 'It has happened.',
  CANCELLED: 'It was expected, and will not happen.',
})

export const Certainty = describedEnum<CertaintyValue>('Certainty', 'How sure a fact is.', {
  ASSERTED: 'The source says it as a fact.',
  REPORTED: 'The source says that others say it.',
  POSSIBLE: 'The source says that it may be so.',
  INFERRED: 'It follows from what the source says.',
  DISPUTED: 'Sources contradict each other.',
})

export const events = table('Event', 'Event', (c) => ({
  where: {
    id: c.id('id', 'Event'),
    slug: c.text('slug'),
    title: c.text('title'),
    summary: c.text('summary'),
    type: c.enum('type', EventType),
    status: c.enum('status', EventStatus),
    certainty: c.enum('certainty', Certainty),
    date: c.span('date', 'When it happened or is to happen.'),
    location: c.one('location', 'Country'),
    cameoCode: c.text('cameoCode'),
    goldstein: c.number('goldstein'),
    createdAt: c.instant('createdAt'),
    updatedAt: c.instant('updatedAt'),
    participants: c.many('participants', 'Participant'),
    actors: c.many('eventActors', 'Actor', 'actor'),
    linksFrom: c.many('linksFrom', 'EventLink'),
    linksTo: c.many('linksTo', 'EventLink'),
    sanctionActions: c.many('sanctionActions', 'SanctionAction'),
    sanctions: c.many('eventSanctions', 'Sanction', 'sanction'),
    citations: c.many('citations', 'Citation'),
    identifiers: c.many('identifiers', 'Identifier'),
  },
  orderBy: {
    DATE: c.byDay('sortDate'),
    TITLE: c.byText('title'),
    CREATED_AT: c.byInstant('createdAt'),
    UPDATED_AT: c.byInstant('updatedAt'),
  },
  listed: current,
  search: 'search_events',
}))

/** That an event's date begins in a month that is known: sortDate lies in it. */
export const monthIsKnown: Predicate = all(
  { column: 'dateEarliest', op: 'null', value: false },
  { not: { column: 'datePrecision', op: '=', value: 'YEAR' } },
)

export const Event = builder.prismaNode('Event', {
  interfaces: [Versioned],
  id: { field: 'id' },
  nullable: true,
  select: { id: true, mergedIntoId: true },
  fields: (t) => ({
    ...versionedFields(t),
    slug: t.exposeString('slug'),
    title: t.exposeString('title'),
    summary: t.exposeString('summary', { nullable: true }),
    type: t.expose('type', { type: EventType }),
    status: t.expose('status', { type: EventStatus }),
    certainty: t.expose('certainty', { type: Certainty }),
    date: fuzzyDate(t, 'date', { description: 'When it happened or is to happen.' }),
    location: t.relation('location', { type: Country, nullable: true }),
    cameoCode: t.exposeString('cameoCode', { nullable: true }),
    goldstein: t.exposeFloat('goldstein', { nullable: true }),
    people: list(t, { relation: 'eventPeople', through: 'actor', where: along(['actor'], current) }, Person, {
      description: 'The people in it, each once: those who take part and those for whom others act. By name.',
      order: ascending('actor.name', 'actorId'),
    }),
    countries: list(t, { relation: 'eventCountries', through: 'actor', where: along(['actor'], current) }, Country, {
      description: 'The countries in it, each once: taking part, acted for, or where it takes place. By name.',
      order: ascending('actor.name', 'actorId'),
    }),
    identifiers: list(t, { relation: 'identifiers' }, Identifier, {
      description: 'The keys that registers give to it.',
    }),
  }),
})

builder.prismaInterfaceField(Actor, 'events', (t) =>
  nestedConnection(t, 'Actor.events', 'actorEvents', Event, {
    description: 'The events it is in, each once: it takes part, another acts for it, or they take place in it.',
    table: events,
    by: [{ field: 'DATE', direction: 'DESC' }],
    through: { relation: 'event', id: 'eventId', carries: { DATE: 'eventDate' } },
  }),
)

builder.queryFields((t) => ({
  event: one(t, Event, {
    description: 'One event, or null.',
    by: keysOf('EventRef', 'Which event: exactly one of its keys.', {
      id: idKey('Event'),
      slug: columnKey('slug', 'Its slug.'),
    }),
    table: events,
    rows: () => reads.event,
  }),
  events: rootConnection(t, 'Query.events', Event, () => reads.event, {
    description: 'Events, the latest first.',
    table: events,
    by: [{ field: 'DATE', direction: 'DESC' }],
  }),
}))
