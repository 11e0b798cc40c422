import { Actor, keptListings } from './actor.ts'
import { builder } from './builder.ts'
import { nestedConnection } from './declare/connection.ts'
import { fuzzyDate } from './declare/field.ts'
import { table } from './declare/table.ts'
import { Sanction } from './sanction.ts'

const targets = table('SanctionTarget', 'SanctionTarget', (c) => ({
  where: {
    listingId: c.text('listingId'),
    listed: c.span('listed', 'When it was listed.'),
    delisted: c.span('delisted', 'When it was delisted.'),
    isListed: c.pending(
      'delisted',
      'Is on the list today (true): it has no delisting, or one that lies ahead. Or is not (false).',
    ),
    actor: c.one('actor', 'Actor'),
    sanction: c.one('sanction', 'Sanction'),
  },
}))

export const SanctionTarget = builder.prismaNode('SanctionTarget', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    sanction: t.relation('sanction', { type: Sanction }),
    actor: t.relation('actor', { type: Actor }),
    listingId: t.exposeString('listingId', { nullable: true }),
    listed: fuzzyDate(t, 'listed', { description: 'When it was listed; null when nothing is said of it.' }),
    delisted: fuzzyDate(t, 'delisted', {
      description: 'When it was delisted; null while listed or when nothing is said of it.',
    }),
  }),
})

builder.prismaObjectField(Sanction, 'targets', (t) =>
  nestedConnection(t, 'Sanction.targets', 'targets', SanctionTarget, {
    description: 'On whom it lies or lay, with the entries on the list, in the order in which they were recorded.',
    table: targets,
    by: [],
  }),
)

builder.prismaInterfaceField(Actor, 'listings', (t) =>
  nestedConnection(t, 'Actor.listings', 'targeted', SanctionTarget, {
    description:
      'Its entries as a target of sanctions, each with its time on the list, in the order in which they were recorded.',
    table: { ...targets, listed: keptListings },
    by: [],
  }),
)
