import type { LinkKind as LinkKindValue } from '../db/generated/prisma/enums.ts'
import { all, alwaysTrue, type Condition, onRelated } from '../query/condition.ts'
import { ascending } from '../query/page.ts'
import { builder } from './builder.ts'
import { Event } from './event.ts'
import { describedEnum } from './fields/enum.ts'
import { list, otherEnd } from './fields/model-fields.ts'
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

listSchema('EventLink', 'EventLink', (c) => ({
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
    other: otherEnd(
      t,
      ['from', 'to'],
      Event,
      'The event at the other end of the link, as seen from the event whose `links` were selected. Elsewhere: the second event.',
    ),
  }),
})

builder.prismaObjectField(Event, 'links', (t) =>
  list(
    t,
    [
      { relation: 'linksFrom', where: onRelated(['to'], current) },
      { relation: 'linksTo', where: onRelated(['from'], current) },
    ],
    EventLink,
    {
      description: 'The links between this event and other events, in both directions.',
      args: { kinds: t.arg({ type: [LinkKind], description: 'Return only these kinds. Default: all kinds.' }) },
      condition: ({ kinds }: { kinds?: LinkKindValue[] | null }): Condition =>
        kinds ? { column: 'kind', operator: 'in', value: kinds } : alwaysTrue,
    },
  ),
)

const isPart: Condition = { column: 'kind', operator: 'is', value: 'PART_OF' }

builder.prismaObjectField(Event, 'parts', (t) =>
  list(t, { relation: 'linksTo', join: 'from', where: all(isPart, onRelated(['from'], current)) }, Event, {
    description: 'The events that are part of this event, by date: for example the legs of an exchange of prisoners.',
    order: ascending('from.sortDate', 'fromId'),
    sharesRelation: true,
  }),
)

builder.prismaObjectField(Event, 'partOf', (t) =>
  list(t, { relation: 'linksFrom', join: 'to', where: all(isPart, onRelated(['to'], current)) }, Event, {
    description: 'The events that this event is part of, by date.',
    order: ascending('to.sortDate', 'toId'),
    sharesRelation: true,
  }),
)
