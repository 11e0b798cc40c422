// The changes of each type of record: the interface Change with the record in its current state.
import { reads } from '../db/client.ts'
import type { FieldPlan } from '../query/field-plan.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import type { LoggedChange } from './change.sql.ts'
import { ChangeType } from './change.ts'
import { Event } from './event.ts'
import { Sanction } from './sanction.ts'
import { Source } from './source.ts'

const record = (model: string) => ({
  fieldPlan: { kind: 'recordsByColumns', model, columns: ['entityId'] } satisfies FieldPlan,
})

builder.objectRef<LoggedChange>('ActorChange').implement({
  interfaces: [ChangeType],
  description: 'A change of an actor.',
  fields: (t) => ({
    actor: t.prismaField({
      type: Actor,
      nullable: true,
      description: 'The actor in its current state, even if it was retracted or merged; null if it was erased.',
      extensions: record('Actor'),
      resolve: (query, { entityId }) => reads.actor.findUnique({ ...query, where: { id: entityId } }),
    }),
  }),
})

builder.objectRef<LoggedChange>('EventChange').implement({
  interfaces: [ChangeType],
  description: 'A change of an event.',
  fields: (t) => ({
    event: t.prismaField({
      type: Event,
      nullable: true,
      description: 'The event in its current state, even if it was retracted or merged.',
      extensions: record('Event'),
      resolve: (query, { entityId }) => reads.event.findUnique({ ...query, where: { id: entityId } }),
    }),
  }),
})

builder.objectRef<LoggedChange>('SanctionChange').implement({
  interfaces: [ChangeType],
  description: 'A change of a sanction.',
  fields: (t) => ({
    sanction: t.prismaField({
      type: Sanction,
      nullable: true,
      description: 'The sanction in its current state, even if it was retracted.',
      extensions: record('Sanction'),
      resolve: (query, { entityId }) => reads.sanction.findUnique({ ...query, where: { id: entityId } }),
    }),
  }),
})

builder.objectRef<LoggedChange>('SourceChange').implement({
  interfaces: [ChangeType],
  description: 'A change of a source.',
  fields: (t) => ({
    source: t.prismaField({
      type: Source,
      nullable: true,
      description: 'The source in its current state, even if it was retracted.',
      extensions: record('Source'),
      resolve: (query, { entityId }) => reads.source.findUnique({ ...query, where: { id: entityId } }),
    }),
  }),
})
