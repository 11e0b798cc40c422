import { alwaysTrue } from '../query/condition.ts'
import { ascending, descending } from '../query/page.ts'
import { Actor, visibleListings } from './actor.ts'
import { builder } from './builder.ts'
import { nestedConnection } from './fields/connection.ts'
import { fuzzyDate, list, lookup, relatedColumn, valueOfDay } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { RestrictionScope, Sanction, SanctionStatus } from './sanction.ts'

const targets = listSchema('SanctionTarget', 'SanctionTarget', (c) => ({
  where: {
    listingId: c.text('listingId'),
    listed: c.fuzzyDate('listed', 'The date of listing.'),
    delisted: c.fuzzyDate('delisted', 'The date of delisting.'),
    isListed: c.unsetOrFuture(
      'delisted',
      'True: the actor is on the list today, because there is no date of delisting or it is in the future. False: the actor is not on the list today.',
    ),
    status: c.relation('state').enum('status', SanctionStatus),
    scope: c.relation('state').enum('scope', RestrictionScope),
    actor: c.toOne('actor', 'Actor'),
    sanction: c.toOne('sanction', 'Sanction'),
  },
  orderBy: { NAME: c.relation('actor').byText('name') },
}))

const Sighting = builder.prismaObject('Sighting', {
  description: 'The snapshots of a sanctions list that contain an entry.',
  fields: (t) => ({
    list: t.exposeString('list'),
    absentOn: t.expose('absentOn', { type: 'Date', nullable: true }),
    firstSeenOn: t.expose('firstSeenOn', { type: 'Date', nullable: true }),
    lastSeenOn: t.expose('seenOn', { type: 'Date' }),
  }),
})

export const SanctionTarget = builder.prismaNode('SanctionTarget', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    sanction: t.relation('sanction', { type: Sanction }),
    actor: t.relation('actor', { type: Actor }),
    listingId: t.exposeString('listingId', { nullable: true }),
    listed: fuzzyDate(t, 'listed', {
      sense: 'point',
      description:
        'The date of listing; null if it is not known. A day that a source states, else the range between two snapshots of the list, which is also in `sightings`.',
    }),
    delisted: fuzzyDate(t, 'delisted', {
      sense: 'point',
      description: 'The date of delisting; null while the actor is listed.',
    }),
    status: relatedColumn(t, 'state', 'status', SanctionStatus),
    statusOn: valueOfDay(t, {
      type: SanctionStatus,
      description:
        'The status on a given day. IN_FORCE from the last day of the date of listing, LIFTED from the last day of the date of delisting, UNKNOWN before the first and between the ends of either date. Actions on this target change the status in the same way; actions on the whole sanction change that of the actors listed by then.',
      function: 'target_statuses',
      key: 'targetId',
      column: 'status',
      unless: 'UNKNOWN',
    }),
    scope: relatedColumn(t, 'state', 'scope', RestrictionScope),
    confirmedUntil: lookup(t, {
      type: 'Date',
      nullable: true,
      description:
        'The day of the last snapshot of a sanctions list that contains the entry; null if no snapshot has contained it. A later status IN_FORCE is not contradicted by a later snapshot, but not confirmed by one either.',
      args: {},
      relation: 'sightings',
      column: 'seenOn',
      where: () => alwaysTrue,
      order: descending('seenOn', 'list'),
    }),
    sightings: list(t, 'sightings', Sighting, {
      description:
        'The snapshots of sanctions lists between which the entry appeared, and the last one that contains it, for each list.',
      order: ascending('list'),
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
