import { reads } from '../db/client.ts'
import type {
  SanctionMeasure as MeasureValue,
  RestrictionScope as ScopeValue,
  SanctionStatus as StatusValue,
} from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Event, editedOnly, events } from './event.ts'
import { nestedConnection, shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { relatedColumn, valueOfDay } from './fields/model-fields.ts'
import { columnKey, idKey, keyInput } from './fields/record-key.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { Identifier, identifiersOptions } from './identifier.ts'
import { notRetracted, Versioned, versionedFields } from './versioned.ts'

export const SanctionMeasure = describedEnum<MeasureValue>('SanctionMeasure', 'The kinds of restriction.', {
  ASSET_FREEZE: 'Assets are frozen.',
  TRAVEL_BAN: 'Entry and transit are forbidden.',
  ARMS_EMBARGO: 'The supply of arms is forbidden.',
  TRADE_RESTRICTION: 'Trade in goods is restricted.',
  SECTORAL: 'Dealings with a sector of the economy are restricted.',
  FINANCIAL_RESTRICTION: 'Financing and financial services are restricted.',
  DIPLOMATIC: 'Diplomatic relations are reduced.',
  OTHER: 'Another kind of restriction.',
})

export const SanctionStatus = describedEnum<StatusValue>(
  'SanctionStatus',
  'The status of a sanction or of a target. It is what the known actions and listings support, else UNKNOWN.',
  {
    IN_FORCE:
      'In force: it was imposed or the actor was listed, or its lifting or easing is announced or expected and has not happened.',
    EASED: 'Still in force, but eased.',
    SUSPENDED: 'Suspended.',
    LIFTED: 'Lifted, or the actor was delisted.',
    EXPIRED: 'Expired.',
    UNKNOWN:
      'Not known: nothing that is recorded supports another status. For example before the first action or listing, between two snapshots of a list of which only one has the entry, or for a programme of a list without a listed actor.',
  },
)

export const RestrictionScope = describedEnum<ScopeValue>('RestrictionScope', 'What a sanction restricts.', {
  PARTY: 'The actor: its assets, its travel, or dealings with it.',
  SECTOR: 'Dealings with a sector of the economy.',
  GOODS: 'Trade in goods, such as an export or its import.',
})

export const sanctions = listSchema('Sanction', 'Sanction', (c) => ({
  where: {
    id: c.id('id', 'Sanction'),
    slug: c.text('slug'),
    title: c.text('title'),
    program: c.text('program'),
    sector: c.text('sector'),
    statedReason: c.text('reason'),
    measures: c.enumList('measures', SanctionMeasure),
    status: c.enum('status', SanctionStatus),
    scope: c.enum('scope', RestrictionScope),
    createdAt: c.instant('createdAt'),
    updatedAt: c.instant('updatedAt'),
    authority: c.toOne('authority', 'Actor'),
    partOf: c.toOne('partOf', 'Sanction'),
    parts: c.toMany('parts', 'Sanction'),
    targets: c.toMany('targets', 'SanctionTarget'),
    actions: c.toMany('actions', 'SanctionAction'),
    licences: c.toMany('licences', 'Licence'),
    events: c.toMany('sanctionEvents', 'Event', 'event'),
    identifiers: c.toMany('identifiers', 'Identifier'),
    citations: c.toMany('citations', 'Citation'),
  },
  orderBy: {
    DATE: c.byDay('sortDate'),
    TITLE: c.byText('title'),
    CREATED_AT: c.byInstant('createdAt'),
    UPDATED_AT: c.byInstant('updatedAt'),
  },
  visible: notRetracted,
  search: 'search_sanctions',
}))

export const Sanction = builder.prismaNode('Sanction', {
  interfaces: [Versioned],
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    ...versionedFields(t),
    slug: t.exposeString('slug'),
    title: t.exposeString('title'),
    program: t.exposeString('program', { nullable: true }),
    authority: t.relation('authority', { type: Actor }),
    measures: t.expose('measures', { type: [SanctionMeasure] }),
    sector: t.exposeString('sector', { nullable: true }),
    statedReason: t.exposeString('reason', { nullable: true }),
    reasonEvents: shortConnection(t, 'Sanction.reasonEvents', 'reasons', Event, {
      description: 'The events for which the sanction was imposed, by date.',
      listSchema: events,
      defaultOrder: [{ field: 'DATE', direction: 'ASC' }],
      join: { relation: 'event', id: 'eventId' },
    }),
    partOf: t.relation('partOf', { nullable: true }),
    status: t.expose('status', { type: SanctionStatus }),
    statusOn: valueOfDay(t, {
      type: SanctionStatus,
      description:
        'The status on a given day; UNKNOWN before the first action and the first listing, and between the first and the last day of the date of an action that changes it.',
      function: 'sanction_statuses',
      key: 'sanctionId',
      column: 'status',
      unless: 'UNKNOWN',
    }),
    statusAsOf: relatedColumn(t, 'snapshot', 'asOf', 'Date'),
    scope: t.expose('scope', { type: RestrictionScope }),
    identifiers: shortConnection(t, 'Sanction.identifiers', 'identifiers', Identifier, identifiersOptions),
    events: nestedConnection(t, 'Sanction.events', 'sanctionEvents', Event, {
      description: `The events that led to the sanction and the events of its actions, each once. ${editedOnly}`,
      listSchema: events,
      defaultOrder: [{ field: 'DATE', direction: 'DESC' }],
      join: { relation: 'event', id: 'eventId' },
    }),
  }),
})

builder.prismaObjectField(Sanction, 'parts', (t) =>
  shortConnection(t, 'Sanction.parts', 'parts', Sanction, {
    description: 'The sanctions that are part of this sanction.',
    listSchema: sanctions,
  }),
)

const latestFirst = [{ field: 'DATE', direction: 'DESC' }] as const

builder.prismaInterfaceField(Actor, 'sanctions', (t) =>
  nestedConnection(t, 'Actor.sanctions', 'actorSanctions', Sanction, {
    description:
      'The sanctions that target or targeted the actor, each once, the latest first. Includes ended listings; `listings` has the dates.',
    listSchema: sanctions,
    defaultOrder: latestFirst,
    join: { relation: 'sanction', id: 'sanctionId' },
  }),
)

builder.prismaInterfaceField(Actor, 'sanctionsImposed', (t) =>
  nestedConnection(t, 'Actor.sanctionsImposed', 'imposed', Sanction, {
    description: 'The sanctions that the actor imposes, the latest first.',
    listSchema: sanctions,
    defaultOrder: latestFirst,
  }),
)

recordQueries(
  Sanction,
  sanctions,
  () => reads.sanction,
  {
    sanction: {
      description: 'The sanction with this key; null if it does not exist.',
      key: keyInput('SanctionRef', 'The key of a sanction: exactly one of the fields.', {
        id: idKey('Sanction'),
        slug: columnKey('slug', 'The slug.'),
      }),
    },
  },
  {
    sanctions: {
      description: 'Sanctions, the latest first.',
      defaultOrder: latestFirst,
    },
  },
)
