import type { LinkKind as LinkKindValue } from '../db/generated/prisma/enums.ts'
import { along, everything, type Predicate } from '../plan/predicate.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { list, otherEnd } from './declare/field.ts'
import { table } from './declare/table.ts'
import { Event } from './event.ts'
import { Basis } from './fuzzy-date.ts'
import { current } from './versioned.ts'

export const LinkKind = describedEnum<LinkKindValue>('LinkKind', 'How one event bears on another.', {
  FOLLOWED_BY: 'The other came after it, and is told together with it.',
  CAUSED: 'It brought the other about.',
  IN_EXCHANGE_FOR: 'It was done so that the other would be.',
  ANNOUNCES: 'It says that the other will be.',
  FULFILS: 'It is what the other announced.',
  PART_OF: 'It is a part of the other.',
  INDICATES: 'It suggests that the other will be or is.',
  CONTRADICTS: 'It speaks against the other.',
})

table('EventLink', 'EventLink', (c) => ({
  where: {
    kind: c.enum('kind', LinkKind),
    basis: c.enum('basis', Basis),
    from: c.one('from', 'Event'),
    to: c.one('to', 'Event'),
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
      'The other end, seen from the event whose links were asked for; else the event on which it bears.',
    ),
  }),
})

builder.prismaObjectField(Event, 'links', (t) =>
  list(
    t,
    [
      { relation: 'linksFrom', where: along(['to'], current) },
      { relation: 'linksTo', where: along(['from'], current) },
    ],
    EventLink,
    {
      description: 'How it bears on other events and they bear on it: both directions, each with its other end.',
      args: { kinds: t.arg({ type: [LinkKind], description: 'Only of these kinds.' }) },
      condition: ({ kinds }: { kinds?: LinkKindValue[] | null }): Predicate =>
        kinds ? { column: 'kind', op: 'in', value: kinds } : everything,
    },
  ),
)
