import type { DetentionOutcome as OutcomeValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { fuzzyDate, list } from './declare/field.ts'
import { table } from './declare/table.ts'
import { Certainty, Event } from './event.ts'
import { Person } from './person.ts'

export const DetentionOutcome = describedEnum<OutcomeValue>('DetentionOutcome', 'How a detention ended.', {
  RELEASED: 'The person was set free.',
  EXILED: 'The person was made to leave the country.',
  DIED: 'The person died.',
  ESCAPED: 'The person got away.',
  UNKNOWN: 'It ended, and how is not known.',
})

table('Detention', 'Detention', (c) => ({
  where: {
    person: c.one('person', 'Person'),
    authority: c.one('authority', 'Actor'),
    start: c.span('start', 'When it began.'),
    end: c.span('end', 'When it ended.'),
    startedBy: c.one('startedBy', 'Event'),
    endedBy: c.one('endedBy', 'Event'),
    certainty: c.enum('certainty', Certainty),
    outcome: c.enum('outcome', DetentionOutcome),
  },
}))

export const Detention = builder.prismaNode('Detention', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    person: t.relation('person', { type: Person }),
    authority: t.relation('authority', { type: Actor, nullable: true }),
    start: fuzzyDate(t, 'start', { description: 'When it began; null when nothing is said of it.' }),
    end: fuzzyDate(t, 'end', { description: 'When it ended; null while it lasts or when nothing is said of it.' }),
    startedBy: t.relation('startedBy', { type: Event, nullable: true }),
    endedBy: t.relation('endedBy', { type: Event, nullable: true }),
    certainty: t.expose('certainty', { type: Certainty }),
    outcome: t.expose('outcome', { type: DetentionOutcome, nullable: true }),
  }),
})

builder.prismaObjectField(Person, 'detentions', (t) =>
  list(t, { relation: 'detentions' }, Detention, { description: 'Times during which this person was held.' }),
)
