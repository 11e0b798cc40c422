import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Detention } from './detention.ts'
import { DisputedValue } from './disputed-value.ts'
import { Event } from './event.ts'
import { EventLink } from './event-link.ts'
import { nestedConnection } from './fields/connection.ts'
import { list } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Basis } from './fuzzy-date.ts'
import { Licence } from './licence.ts'
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
    actor: t.relation('actor', { type: Actor, nullable: true }),
    relationship: t.relation('relationship', { type: Relationship, nullable: true }),
    event: t.relation('event', { type: Event, nullable: true }),
    eventLink: t.relation('eventLink', { type: EventLink, nullable: true }),
    sanction: t.relation('sanction', { type: Sanction, nullable: true }),
    sanctionAction: t.relation('sanctionAction', { type: SanctionAction, nullable: true }),
    detention: t.relation('detention', { type: Detention, nullable: true }),
    disputedValue: t.relation('disputedValue', { type: DisputedValue, nullable: true }),
    licence: t.relation('licence', { type: Licence, nullable: true }),
    sanctionTarget: t.relation('target', { type: SanctionTarget, nullable: true }),
  }),
})

const citationsRelation = { relation: 'citations' } as const
const description = 'The passages of sources that support the record.'

builder.prismaInterfaceField(Actor, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(Relationship, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(Event, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(EventLink, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(Sanction, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(SanctionAction, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(SanctionTarget, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(Licence, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(Detention, 'citations', (t) => list(t, citationsRelation, Citation, { description }))
builder.prismaObjectField(DisputedValue, 'citations', (t) => list(t, citationsRelation, Citation, { description }))

builder.prismaObjectField(Source, 'citations', (t) =>
  nestedConnection(t, 'Source.citations', 'citations', Citation, {
    description: 'The citations of the source, in the order in which they were recorded.',
    listSchema: citations,
    defaultOrder: [],
  }),
)
