import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { list } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'

listSchema('Identifier', 'Identifier', (c) => ({
  where: { scheme: c.text('scheme'), value: c.text('value') },
}))

export const Identifier = builder.prismaNode('Identifier', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    scheme: t.exposeString('scheme'),
    value: t.exposeString('value'),
  }),
})

builder.prismaInterfaceField(Actor, 'identifiers', (t) =>
  list(t, { relation: 'identifiers' }, Identifier, { description: 'External identifiers.' }),
)
