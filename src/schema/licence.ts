import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { Certainty } from './event.ts'
import { shortConnection } from './fields/connection.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Sanction } from './sanction.ts'
import { SanctionTarget } from './sanction-target.ts'

const licences = listSchema('Licence', 'Licence', (c) => ({
  where: {
    title: c.text('title'),
    scope: c.text('scope'),
    from: c.fuzzyDate('from', 'The day from which the licence is valid.'),
    to: c.fuzzyDate('to', 'The end that the licence states.'),
    extended: c.fuzzyDate('extended', 'The end after the last extension.'),
    revoked: c.fuzzyDate('revoked', 'The day on which the licence was revoked.'),
    certainty: c.enum('certainty', Certainty),
    authority: c.toOne('authority', 'Actor'),
    target: c.toOne('target', 'SanctionTarget'),
    sanction: c.toOne('sanction', 'Sanction'),
  },
}))

export const Licence = builder.prismaNode('Licence', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    sanction: t.relation('sanction', { type: Sanction }),
    target: t.relation('target', { type: SanctionTarget, nullable: true }),
    authority: t.relation('authority', { type: Actor }),
    title: t.exposeString('title'),
    scope: t.exposeString('scope'),
    from: fuzzyDate(t, 'from', {
      sense: 'start',
      description: 'The day from which the licence is valid; null if it is not known.',
    }),
    to: fuzzyDate(t, 'to', {
      sense: 'end',
      description:
        'The end that the licence states; null if it states none. After its end, the sanction forbids again what the licence permitted: the end of a licence is not the end of the sanction.',
    }),
    extended: fuzzyDate(t, 'extended', {
      sense: 'end',
      description: 'The end after the last extension; null if the licence was not extended.',
    }),
    revoked: fuzzyDate(t, 'revoked', {
      sense: 'point',
      description: 'The day on which the licence was revoked; null if it was not.',
    }),
    certainty: t.expose('certainty', { type: Certainty }),
  }),
})

builder.prismaObjectField(Sanction, 'licences', (t) =>
  shortConnection(t, 'Sanction.licences', 'licences', Licence, {
    description: 'What authorities permit although the sanction forbids it, in the order in which it was recorded.',
    listSchema: licences,
  }),
)

builder.prismaObjectField(SanctionTarget, 'licences', (t) =>
  shortConnection(t, 'SanctionTarget.licences', 'licences', Licence, {
    description: 'The licences that concern only this target, in the order in which they were recorded.',
    listSchema: licences,
  }),
)
