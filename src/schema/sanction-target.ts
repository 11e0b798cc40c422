import { Actor, visibleListings } from './actor.ts'
import { builder } from './builder.ts'
import { nestedConnection } from './fields/connection.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Sanction } from './sanction.ts'

const targets = listSchema('SanctionTarget', 'SanctionTarget', (c) => ({
  where: {
    listingId: c.text('listingId'),
    listed: c.dateRange('listed', 'The date of listing.'),
    delisted: c.dateRange('delisted', 'The date of delisting.'),
    isListed: c.unsetOrFuture(
      'delisted',
      'True: the actor is on the list today, because there is no date of delisting or it is in the future. False: the actor is not on the list today.',
    ),
    actor: c.toOne('actor', 'Actor'),
    sanction: c.toOne('sanction', 'Sanction'),
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
    listed: fuzzyDate(t, 'listed', { description: 'The date of listing; null if it is not known.' }),
    delisted: fuzzyDate(t, 'delisted', {
      description: 'The date of delisting; null while the actor is listed.',
    }),
  }),
})

builder.prismaObjectField(Sanction, 'targets', (t) =>
  nestedConnection(t, 'Sanction.targets', 'targets', SanctionTarget, {
    description:
      'The actors that are or were targeted, each with its list entry, in the order in which they were recorded.',
    listSchema: targets,
    defaultOrder: [],
  }),
)

builder.prismaInterfaceField(Actor, 'listings', (t) =>
  nestedConnection(t, 'Actor.listings', 'targeted', SanctionTarget, {
    description:
      'The entries of the actor on sanctions lists, with the dates of listing and delisting, in the order in which they were recorded.',
    listSchema: { ...targets, visible: visibleListings },
    defaultOrder: [],
  }),
)
