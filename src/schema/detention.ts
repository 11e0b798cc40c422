import type { DetentionOutcome as OutcomeValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Certainty, Event } from './event.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Person } from './person.ts'

export const DetentionOutcome = describedEnum<OutcomeValue>(
  'DetentionOutcome',
  'The possible outcomes of a detention.',
  {
    RELEASED: 'The person was released.',
    EXILED: 'The person was forced to leave the country.',
    DIED: 'The person died in detention.',
    ESCAPED: 'The person escaped.',
    UNKNOWN: 'The detention ended in an unknown way.',
  },
)

const detentions = listSchema('Detention', 'Detention', (c) => ({
  where: {
    person: c.toOne('person', 'Person'),
    authority: c.toOne('authority', 'Actor'),
    start: c.fuzzyDate('start', 'The start date.'),
    end: c.fuzzyDate('end', 'The end date.'),
    startedBy: c.toOne('startedBy', 'Event'),
    endedBy: c.toOne('endedBy', 'Event'),
    certainty: c.enum('certainty', Certainty),
    outcome: c.enum('outcome', DetentionOutcome),
    charge: c.text('charge'),
    term: c.text('term'),
    termMonths: c.number('termMonths'),
    court: c.toOne('court', 'Actor'),
  },
}))

export const Detention = builder.prismaNode('Detention', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    person: t.relation('person', { type: Person }),
    authority: t.relation('authority', { type: Actor, nullable: true }),
    start: fuzzyDate(t, 'start', { sense: 'start', description: 'The start date; null if it is not known.' }),
    end: fuzzyDate(t, 'end', {
      sense: 'end',
      description: 'The end date; null while the detention lasts or if the date is not known.',
    }),
    startedBy: t.relation('startedBy', { type: Event, nullable: true }),
    endedBy: t.relation('endedBy', { type: Event, nullable: true }),
    certainty: t.expose('certainty', { type: Certainty }),
    outcome: t.expose('outcome', { type: DetentionOutcome, nullable: true }),
    charge: t.exposeString('charge', { nullable: true }),
    term: t.exposeString('term', { nullable: true }),
    termMonths: t.exposeInt('termMonths', { nullable: true }),
    court: t.relation('court', { type: Actor, nullable: true }),
  }),
})

builder.prismaObjectField(Person, 'detentions', (t) =>
  shortConnection(t, 'Person.detentions', 'detentions', Detention, {
    description: 'The detentions of the person, in the order in which they were recorded.',
    listSchema: detentions,
  }),
)
