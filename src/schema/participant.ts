import type { CountKind as CountKindValue, ParticipantRole as RoleValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Event } from './event.ts'
import { nestedConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { listSchema } from './filters/list-schema.ts'

export const ParticipantRole = describedEnum<RoleValue>('ParticipantRole', 'The roles of an actor in an event.', {
  SPEAKER: 'The actor makes the statement.',
  PARTY: 'The actor takes part on equal terms with others.',
  AGENT: 'The actor carries out the event.',
  AUTHORITY: 'The actor decides or orders the event.',
  SUBJECT: 'The actor is directly affected by the event, such as a released prisoner.',
  TARGET: 'The actor is the target of the event.',
  BENEFICIARY: 'The actor benefits from the event.',
  COUNTERPART: 'The actor is the other side of the relation that the event concerns.',
  DESTINATION: 'The actor is the destination, such as the country of exile.',
  LOCATION: 'The actor is the place of the event.',
  TOPIC: 'The actor is the topic of the event.',
})

export const CountKind = describedEnum<CountKindValue>('CountKind', 'Whether a count is exact.', {
  EXACT: 'Exactly this number.',
  AT_LEAST: 'This number or more.',
  ABOUT: 'About this number.',
})

const participants = listSchema('Participant', 'EventParticipant', (c) => ({
  where: {
    role: c.enum('role', ParticipantRole),
    count: c.number('count'),
    note: c.text('note'),
    actor: c.toOne('actor', 'Actor'),
    onBehalfOf: c.toOne('onBehalfOf', 'Actor'),
    event: c.toOne('event', 'Event'),
  },
  orderBy: { NAME: c.relation('actor').byText('name'), DATE: c.relation('event').byDay('sortDate') },
}))

export const EventParticipant = builder.prismaNode('EventParticipant', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    role: t.expose('role', { type: ParticipantRole }),
    count: t.exposeInt('count', { nullable: true }),
    countKind: t.expose('countKind', { type: CountKind, nullable: true }),
    note: t.exposeString('note', { nullable: true }),
    actor: t.relation('actor', { type: Actor }),
    onBehalfOf: t.relation('onBehalfOf', { type: Actor, nullable: true }),
    event: t.relation('event', { type: Event }),
  }),
})

builder.prismaObjectField(Event, 'participants', (t) =>
  nestedConnection(t, 'Event.participants', 'participants', EventParticipant, {
    description: 'The participants of the event and their roles, in the order of the source.',
    listSchema: participants,
    defaultOrder: [],
  }),
)

builder.prismaInterfaceField(Actor, 'participations', (t) =>
  nestedConnection(t, 'Actor.participations', 'participations', EventParticipant, {
    description:
      'The roles of the actor in events, one entry per event and role, in the order in which they were recorded.',
    listSchema: participants,
    defaultOrder: [],
  }),
)
