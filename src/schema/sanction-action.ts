import type { SanctionActionKind as KindValue } from '../db/generated/prisma/enums.ts'
import { builder } from './builder.ts'
import { Certainty, Event } from './event.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Sanction } from './sanction.ts'
import { SanctionTarget } from './sanction-target.ts'

export const SanctionActionKind = describedEnum<KindValue>('SanctionActionKind', 'The kinds of action on a sanction.', {
  IMPOSED: 'The sanction was imposed. Changes the status to IN_FORCE.',
  EXTENDED: 'The sanction was extended. Changes the status to IN_FORCE.',
  EASING_EXPECTED:
    'Easing of the sanction is expected. Supports the status IN_FORCE, and does not change another status.',
  EASED: 'The sanction was eased. Changes the status to EASED.',
  LICENSED: 'Exemptions were licensed. Does not change the status.',
  SUSPENDED: 'The sanction was suspended. Changes the status to SUSPENDED.',
  LIFT_ANNOUNCED:
    'Lifting of the sanction was announced. Supports the status IN_FORCE, and does not change another status.',
  LIFTED: 'The sanction was lifted. Changes the status to LIFTED.',
  REIMPOSED: 'The sanction was imposed again. Changes the status to IN_FORCE.',
  EXPIRED: 'The sanction expired. Changes the status to EXPIRED.',
})

const actions = listSchema('SanctionAction', 'SanctionAction', (c) => ({
  where: {
    kind: c.enum('kind', SanctionActionKind),
    date: c.fuzzyDate('date', 'The date of the action, past or planned.'),
    certainty: c.enum('certainty', Certainty),
    legalRef: c.text('legalRef'),
    event: c.toOne('event', 'Event'),
    target: c.toOne('target', 'SanctionTarget'),
    sanction: c.toOne('sanction', 'Sanction'),
  },
  orderBy: { DATE: c.byDay('sortDate') },
}))

export const SanctionAction = builder.prismaNode('SanctionAction', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    sanction: t.relation('sanction', { type: Sanction }),
    kind: t.expose('kind', { type: SanctionActionKind }),
    date: fuzzyDate(t, 'date', { sense: 'point', description: 'The date of the action, past or planned.' }),
    event: t.relation('event', { type: Event, nullable: true }),
    target: t.relation('target', { type: SanctionTarget, nullable: true }),
    certainty: t.expose('certainty', { type: Certainty }),
    legalRef: t.exposeString('legalRef', { nullable: true }),
  }),
})

const byDate = { listSchema: actions, defaultOrder: [{ field: 'DATE', direction: 'ASC' }] as const }

builder.prismaObjectField(Sanction, 'actions', (t) =>
  shortConnection(t, 'Sanction.actions', 'actions', SanctionAction, {
    description: 'The actions on the sanction, by date.',
    ...byDate,
  }),
)

builder.prismaObjectField(SanctionTarget, 'actions', (t) =>
  shortConnection(t, 'SanctionTarget.actions', 'actions', SanctionAction, {
    description: 'The actions that concern only this target, by date.',
    ...byDate,
  }),
)

builder.prismaObjectField(Event, 'sanctionActions', (t) =>
  shortConnection(t, 'Event.sanctionActions', 'sanctionActions', SanctionAction, {
    description: 'The sanction actions that took place in the event, by date.',
    ...byDate,
  }),
)
