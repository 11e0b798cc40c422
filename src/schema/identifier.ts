import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { shortConnection } from './fields/connection.ts'
import { listSchema } from './filters/list-schema.ts'

const identifiers = listSchema('Identifier', 'Identifier', (c) => ({
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

/** The options of the identifiers of a record. */
export const identifiersOptions = { description: 'External identifiers.', listSchema: identifiers }

builder.prismaInterfaceField(Actor, 'identifiers', (t) =>
  shortConnection(t, 'Actor.identifiers', 'identifiers', Identifier, identifiersOptions),
)
