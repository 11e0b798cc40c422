import type { CountKind as CountKindValue, ParticipantRole as RoleValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { nestedConnection } from './declare/connection.ts'
import { describedEnum } from './declare/enum.ts'
import { table } from './declare/table.ts'
import { Event } from './event.ts'

export const ParticipantRole = describedEnum<RoleValue>('ParticipantRole', 'What part an actor has in an event.', {
  SPEAKER: 'Says it.',
  PARTY: 'Takes part on a par with others.',
  AGENT: 'Does it.',
  AUTHORITY: 'Decides or orders it.',
  SUBJECT: 'It happens to them.',
  TARGET: 'It is aimed at them.',
  BENEFICIARY: 'They gain by it.',
  COUNTERPART: 'It concerns relations with them.',
  DESTINATION: 'It leads to them.',
  LOCATION: 'It takes place there.',
  TOPIC: 'They are spoken of.',
})

export const CountKind = describedEnum<CountKindValue>('CountKind', 'How a count is meant.', {
  EXACT: 'Just so many.',
  AT_LEAST: 'So many or more.',
  ABOUT: 'Roughly so many.',
})

const participants = table('Participant', 'EventParticipant', (c) => ({
  where: {
    role: c.enum('role', ParticipantRole),
    count: c.number('count'),
    note: c.text('note'),
    actor: c.one('actor', 'Actor'),
    onBehalfOf: c.one('onBehalfOf', 'Actor'),
    event: c.one('event', 'Event'),
  },
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
    description: 'Who takes part, and how, in the order of the source.',
    table: participants,
    by: [],
  }),
)

builder.prismaInterfaceField(Actor, 'participations', (t) =>
  nestedConnection(t, 'Actor.participations', 'participations', EventParticipant, {
    description: 'The parts it has in events, one for each role, in the order in which they were recorded.',
    table: participants,
    by: [],
  }),
)
