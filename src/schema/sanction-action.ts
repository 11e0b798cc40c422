import type { SanctionActionKind as KindValue } from '../db/generated/prisma/enums.ts'
import { ascending } from '../plan/page.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { fuzzyDate, list } from './declare/field.ts'
import { table } from './declare/table.ts'
import { Certainty, Event } from './event.ts'
import { Sanction } from './sanction.ts'
import { SanctionTarget } from './sanction-target.ts'

export const SanctionActionKind = describedEnum<KindValue>(
  'SanctionActionKind',
  'What was done or said about a sanction.',
  {
    IMPOSED: 'It was imposed: in force from then on.',
    EXTENDED: 'It was extended: in force on.',
    EASING_EXPECTED: 'Its easing is expected. Changes no status.',
    EASED: 'It was eased.',
    LICENSED: 'Licences were given: eased.',
    SUSPENDED: 'It was suspended.',
    LIFT_ANNOUNCED: 'Its lifting was announced. Changes no status.',
    LIFTED: 'It was lifted.',
    REIMPOSED: 'It was imposed again: in force from then on.',
    EXPIRED: 'It ran out.',
  },
)

table('SanctionAction', 'SanctionAction', (c) => ({
  where: {
    kind: c.enum('kind', SanctionActionKind),
    date: c.span('date', 'When it was done or is to be done.'),
    certainty: c.enum('certainty', Certainty),
    legalRef: c.text('legalRef'),
    event: c.one('event', 'Event'),
    target: c.one('target', 'SanctionTarget'),
    sanction: c.one('sanction', 'Sanction'),
  },
}))

export const SanctionAction = builder.prismaNode('SanctionAction', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    sanction: t.relation('sanction', { type: Sanction }),
    kind: t.expose('kind', { type: SanctionActionKind }),
    date: fuzzyDate(t, 'date', { description: 'When it was done or is to be done.' }),
    event: t.relation('event', { type: Event, nullable: true }),
    target: t.relation('target', { type: SanctionTarget, nullable: true }),
    certainty: t.expose('certainty', { type: Certainty }),
    legalRef: t.exposeString('legalRef', { nullable: true }),
  }),
})

const order = ascending('sortDate', 'id')

builder.prismaObjectField(Sanction, 'actions', (t) =>
  list(t, { relation: 'actions' }, SanctionAction, {
    description: 'What was done about it, by date.',
    order,
  }),
)

builder.prismaObjectField(SanctionTarget, 'actions', (t) =>
  list(t, { relation: 'actions' }, SanctionAction, {
    description: 'What was done about this target alone, by date.',
    order,
  }),
)

builder.prismaObjectField(Event, 'sanctionActions', (t) =>
  list(t, { relation: 'sanctionActions' }, SanctionAction, {
    description: 'What was done about sanctions in it, by date.',
    order,
  }),
)
