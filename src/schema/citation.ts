import { Actor } from './actor.ts'
import { Asset } from './asset.ts'
import { builder } from './builder.ts'
import { Country } from './country.ts'
import { Detention } from './detention.ts'
import { DisputedValue } from './disputed-value.ts'
import { Event } from './event.ts'
import { EventLink } from './event-link.ts'
import { nestedConnection, shortConnection } from './fields/connection.ts'
import { relatedUnion, typeOfRecord } from './fields/related-union.ts'
import { listSchema } from './filters/list-schema.ts'
import { Basis } from './fuzzy-date.ts'
import { Group } from './group.ts'
import { Licence } from './licence.ts'
import { Organization } from './organization.ts'
import { Person } from './person.ts'
import { Relationship } from './relationship.ts'
import { Sanction } from './sanction.ts'
import { SanctionAction } from './sanction-action.ts'
import { SanctionTarget } from './sanction-target.ts'
import { Source } from './source.ts'

const citations = listSchema('Citation', 'Citation', (c) => ({
  where: {
    quote: c.text('quote'),
    basis: c.enum('basis', Basis),
    source: c.toOne('source', 'Source'),
  },
}))

/** The relations to the record that a citation supports, each with its type. */
const subjects = {
  actor: 'Actor',
  relationship: 'Relationship',
  event: 'Event',
  eventLink: 'EventLink',
  sanction: 'Sanction',
  sanctionAction: 'SanctionAction',
  detention: 'Detention',
  disputedValue: 'DisputedValue',
  licence: 'Licence',
  target: 'SanctionTarget',
}

const CitationSubject = builder.unionType('CitationSubject', {
  description: 'A record that passages of sources support.',
  types: [
    ...[Person, Country, Organization, Group, Asset],
    ...[Relationship, Event, EventLink, Sanction, SanctionAction],
    ...[Detention, DisputedValue, Licence, SanctionTarget],
  ],
  resolveType: (record) => typeOfRecord(record),
})

export const Citation = builder.prismaNode('Citation', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    source: t.relation('source', { type: Source }),
    quote: t.exposeString('quote', { nullable: true }),
    start: t.exposeInt('start', { nullable: true }),
    end: t.exposeInt('end', { nullable: true }),
    basis: t.expose('basis', { type: Basis }),
    subject: relatedUnion(t, subjects, CitationSubject, 'The record that the passage supports.'),
  }),
})

const ofRecord = { description: 'The passages of sources that support the record.', listSchema: citations }

builder.prismaInterfaceField(Actor, 'citations', (t) =>
  shortConnection(t, 'Actor.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(Relationship, 'citations', (t) =>
  shortConnection(t, 'Relationship.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(Event, 'citations', (t) =>
  shortConnection(t, 'Event.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(EventLink, 'citations', (t) =>
  shortConnection(t, 'EventLink.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(Sanction, 'citations', (t) =>
  shortConnection(t, 'Sanction.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(SanctionAction, 'citations', (t) =>
  shortConnection(t, 'SanctionAction.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(SanctionTarget, 'citations', (t) =>
  shortConnection(t, 'SanctionTarget.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(Licence, 'citations', (t) =>
  shortConnection(t, 'Licence.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(Detention, 'citations', (t) =>
  shortConnection(t, 'Detention.citations', 'citations', Citation, ofRecord),
)
builder.prismaObjectField(DisputedValue, 'citations', (t) =>
  shortConnection(t, 'DisputedValue.citations', 'citations', Citation, ofRecord),
)

builder.prismaObjectField(Source, 'citations', (t) =>
  nestedConnection(t, 'Source.citations', 'citations', Citation, {
    description: 'The citations of the source, in the order in which they were recorded.',
    listSchema: citations,
    defaultOrder: [],
  }),
)
