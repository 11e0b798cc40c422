import { reads } from '../db/client.ts'
import type {
  Certainty as CertaintyValue,
  EventOrigin as EventOriginValue,
  EventStatus as EventStatusValue,
  EventType as EventTypeValue,
} from '../db/generated/prisma/enums.ts'
import { all, type Condition } from '../query/condition.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Country, countries } from './country.ts'
import { nestedConnection, shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { columnKey, idKey, keyInput } from './fields/record-key.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { Identifier, identifiersOptions } from './identifier.ts'
import { Person, people } from './person.ts'
import { current, Versioned, versionedFields } from './versioned.ts'

export const EventType = describedEnum<EventTypeValue>('EventType', 'The types of event.', {
  STATEMENT: 'A public statement.',
  PHONE_CALL: 'A phone call.',
  MEETING: 'A meeting.',
  PRISONER_RELEASE: 'A release of prisoners.',
  DETENTION: 'An arrest or detention.',
  TRIAL: 'A trial, or a part of one.',
  SENTENCE: 'A sentence of a court.',
  DEPORTATION: 'A deportation or forced departure from a country.',
  REFUSAL: 'A refusal.',
  SANCTION_STEP: 'A change of a sanction, such as its imposition, easing or lifting.',
  DIPLOMATIC_CHANGE: 'A change in the diplomatic relations of countries.',
  ECONOMIC_CHANGE: 'A change in trade or economic relations.',
  ELECTION: 'An election.',
  MILITARY_ACTION: 'A use of armed force.',
  DECISION: 'A decision.',
  PROCESS: 'A longer process that other events are part of.',
  PROTEST: 'A protest.',
  ATTACK: 'An attack on a person or an object.',
  AGREEMENT: 'An agreement.',
  DEATH: 'A death.',
  APPOINTMENT: 'An appointment to an office, or a removal from one.',
  OTHER: 'Another type of event.',
})

export const EventStatus = describedEnum<EventStatusValue>(
  'EventStatus',
  'Whether an event has happened. Independent of how certain the report is.',
  {
    PROSPECTIVE: 'The event is announced, planned or expected.',
    ONGOING: 'The event is in progress.',
    OCCURRED: 'The event has happened.',
    CANCELLED: 'The event was expected, but will not happen.',
  },
)

const byName = (listSchema: typeof people) => ({
  listSchema,
  defaultOrder: [{ field: 'NAME', direction: 'ASC' }] as const,
  join: { relation: 'actor', id: 'actorId' },
})

export const EventOrigin = describedEnum<EventOriginValue>('EventOrigin', 'Who wrote the record of an event.', {
  EDITED: 'People, or a program that they answer for. The default.',
  MACHINE_CODED:
    'A machine that read the news, such as GDELT. Its records are many, and contain errors and repetitions.',
})

export const Certainty = describedEnum<CertaintyValue>(
  'Certainty',
  'How certain a fact is. `Basis` says whether a detail of it is stated or inferred, and `DatePrecision` how exactly its date is known.',
  {
    ASSERTED: 'The source states it as a fact.',
    REPORTED: 'The source attributes it to others.',
    POSSIBLE: 'The source says that it is possible.',
    INFERRED: 'It was inferred from the source.',
    DISPUTED: 'Sources contradict each other.',
  },
)

/** What the descriptions of lists say of the default of the filter `origin`. */
export const editedOnly =
  'Only EDITED events, unless `where` has a condition on `origin`, such as `origin: { in: [EDITED, MACHINE_CODED] }`.'

export const events = listSchema('Event', 'Event', (c) => ({
  where: {
    id: c.id('id', 'Event'),
    slug: c.text('slug'),
    title: c.text('title'),
    summary: c.text('summary'),
    type: c.enum('type', EventType),
    status: c.enum('status', EventStatus),
    certainty: c.enum('certainty', Certainty),
    date: c.fuzzyDate('date', 'The date of the event, past or expected.'),
    location: c.toOne('location', 'Country'),
    cameoCode: c.text('cameoCode'),
    goldstein: c.number('goldstein'),
    origin: {
      ...c.enum('origin', EventOrigin),
      description:
        'Who wrote the record. Without a condition here or in `and`, `or` or `not`, lists, counts and quantifiers are about EDITED events only. Both: `{ in: [EDITED, MACHINE_CODED] }`.',
    },
    createdAt: c.instant('createdAt'),
    updatedAt: c.instant('updatedAt'),
    participants: c.toMany('participants', 'Participant'),
    actors: c.toMany('eventActors', 'Actor', 'actor'),
    linksFrom: c.toMany('linksFrom', 'EventLink'),
    linksTo: c.toMany('linksTo', 'EventLink'),
    sanctionActions: c.toMany('sanctionActions', 'SanctionAction'),
    sanctions: c.toMany('eventSanctions', 'Sanction', 'sanction'),
    citations: c.toMany('citations', 'Citation'),
    identifiers: c.toMany('identifiers', 'Identifier'),
    disputedValues: c.toMany('disputedValues', 'DisputedValue'),
  },
  orderBy: {
    DATE: c.byDay('sortDate'),
    TITLE: c.byText('title'),
    CREATED_AT: c.byInstant('createdAt'),
    UPDATED_AT: c.byInstant('updatedAt'),
  },
  visible: current,
  unlessAsked: {
    filter: 'origin',
    condition: { column: 'origin', operator: 'is', value: 'EDITED' },
    inWords: 'only EDITED events',
  },
  search: 'search_events',
}))

/** The precisions that are too low to know in which interval of a length a date starts. */
const tooImprecise = { DAY: ['MONTH', 'YEAR'], WEEK: ['MONTH', 'YEAR'], MONTH: ['YEAR'], YEAR: [] } as const

/** Returns the condition that the interval in which an event starts is known. `sortDate` lies in this interval. */
export const startIsKnown = (interval: keyof typeof tooImprecise): Condition =>
  all(
    { column: 'dateEarliest', operator: 'isNull', value: false },
    { not: { any: tooImprecise[interval].map((value) => ({ column: 'datePrecision', operator: 'is', value })) } },
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
    date: fuzzyDate(t, 'date', { sense: 'event', description: 'The date of the event, past or expected.' }),
    location: t.relation('location', { type: Country, nullable: true }),
    cameoCode: t.exposeString('cameoCode', { nullable: true }),
    goldstein: t.exposeFloat('goldstein', { nullable: true }),
    origin: t.expose('origin', { type: EventOrigin }),
    people: shortConnection(t, 'Event.people', 'eventPeople', Person, {
      description:
        'The people in the event, each once, by name. Includes participants and people on whose behalf participants act.',
      ...byName(people),
    }),
    countries: shortConnection(t, 'Event.countries', 'eventCountries', Country, {
      description:
        'The countries in the event, each once, by name. Includes participants, countries on whose behalf participants act, countries for which one of these holds office throughout the time of the event, and the location.',
      ...byName(countries),
    }),
    identifiers: shortConnection(t, 'Event.identifiers', 'identifiers', Identifier, identifiersOptions),
  }),
})

builder.prismaInterfaceField(Actor, 'events', (t) =>
  nestedConnection(t, 'Actor.events', 'actorEvents', Event, {
    description: `The events that the actor is in, each once: as a participant, through a participant that acts on its behalf, as the location, or as a country for which a participant, or the one on whose behalf it acts, holds office throughout the time of the event. ${editedOnly}`,
    listSchema: events,
    defaultOrder: [{ field: 'DATE', direction: 'DESC' }],
    join: { relation: 'event', id: 'eventId', denormalized: { DATE: 'eventDate', origin: 'eventOrigin' } },
  }),
)

recordQueries(
  Event,
  events,
  () => reads.event,
  {
    event: {
      description: 'The event with this key; null if it does not exist.',
      key: keyInput('EventRef', 'The key of an event: exactly one of the fields.', {
        id: idKey('Event'),
        slug: columnKey('slug', 'The slug.'),
      }),
    },
  },
  {
    events: {
      description: `Events, the latest first. ${editedOnly}`,
      defaultOrder: [{ field: 'DATE', direction: 'DESC' }],
    },
  },
)
