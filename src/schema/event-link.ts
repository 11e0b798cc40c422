import type { LinkKind as LinkKindValue } from '../db/generated/prisma/enums.ts'
import type { Condition } from '../query/condition.ts'
import { builder } from './builder.ts'
import { Event, events } from './event.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { linkConnection } from './fields/link-connection.ts'
import { listSchema } from './filters/list-schema.ts'
import { Basis } from './fuzzy-date.ts'
import { current } from './versioned.ts'

export const LinkKind = describedEnum<LinkKindValue>(
  'LinkKind',
  'How two events are related, read from the first event to the second.',
  {
    FOLLOWED_BY: 'The second event came after the first, and the source reports them together.',
    CAUSED: 'The first event caused the second.',
    IN_EXCHANGE_FOR: 'The first event took place in exchange for the second.',
    ANNOUNCES: 'The first event announces the second.',
    FULFILS: 'The first event fulfils what the second announced.',
    PART_OF: 'The first event is part of the second.',
    INDICATES: 'The first event suggests that the second takes place or will take place.',
    CONTRADICTS: 'The first event contradicts the second.',
  },
)

const links = listSchema('EventLink', 'EventLink', (c) => ({
  where: {
    kind: c.enum('kind', LinkKind),
    basis: c.enum('basis', Basis),
    from: c.toOne('from', 'Event'),
    to: c.toOne('to', 'Event'),
  },
}))

export const EventLink = builder.prismaNode('EventLink', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: LinkKind }),
    basis: t.expose('basis', { type: Basis }),
    from: t.relation('from', { type: Event }),
    to: t.relation('to', { type: Event }),
  }),
})

builder.prismaObjectField(Event, 'links', (t) =>
  linkConnection(t, 'Event.links', EventLink, {
    description: 'The links between this event and other events, in both directions.',
    listSchema: links,
    ends: ['from', 'to'],
    lists: ['linksFrom', 'linksTo'],
    other: Event,
    visible: current,
  }),
)

const isPart: Condition = { column: 'kind', operator: 'is', value: 'PART_OF' }

builder.prismaObjectField(Event, 'parts', (t) =>
  shortConnection(t, 'Event.parts', 'linksTo', Event, {
    description: 'The events that are part of this event, such as the legs of an exchange of prisoners.',
    listSchema: events,
    defaultOrder: [{ field: 'DATE', direction: 'ASC' }],
    join: { relation: 'from', id: 'fromId', where: isPart },
  }),
)

builder.prismaObjectField(Event, 'partOf', (t) =>
  shortConnection(t, 'Event.partOf', 'linksFrom', Event, {
    description: 'The events that this event is part of.',
    listSchema: events,
    defaultOrder: [{ field: 'DATE', direction: 'ASC' }],
    join: { relation: 'to', id: 'toId', where: isPart },
  }),
)
