import type { RelationshipKind as KindValue } from '../db/generated/prisma/enums.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { shortConnection } from './fields/connection.ts'
import { describedEnum } from './fields/enum.ts'
import { linkConnection } from './fields/link-connection.ts'
import { fuzzyDate } from './fields/model-fields.ts'
import { listSchema } from './filters/list-schema.ts'
import { Identifier, identifiersOptions } from './identifier.ts'
import { current } from './versioned.ts'

export const RelationshipKind = describedEnum<KindValue>(
  'RelationshipKind',
  'The kinds of relationship between two actors, read from the subject to the object.',
  {
    SPOUSE_OF: 'The subject is married to the object.',
    PARENT_OF: 'The subject is a parent of the object.',
    RELATIVE_OF: 'The subject and the object are relatives.',
    HOLDS_OFFICE: 'The subject holds an office in or of the object.',
    REPRESENTS: 'The subject speaks or acts on behalf of the object.',
    MEMBER_OF: 'The subject is a member of the object.',
    OWNS: 'The subject owns the object or a part of it.',
    ALLY_OF: 'The subject is allied with the object.',
    OPPOSES: 'The subject opposes the object.',
    LINKED_TO: 'The subject is linked to the object in a way that the source does not specify.',
    NATIONAL_OF: 'The subject is a national or citizen of the object.',
  },
)

const relationships = listSchema('Relationship', 'Relationship', (c) => ({
  where: {
    kind: c.enum('kind', RelationshipKind),
    title: c.text('title'),
    start: c.fuzzyDate('start', 'The start date.'),
    end: c.fuzzyDate('end', 'The end date.'),
    subject: c.toOne('subject', 'Actor'),
    object: c.toOne('object', 'Actor'),
  },
}))

export const Relationship = builder.prismaNode('Relationship', {
  id: { field: 'id' },
  nullable: true,
  select: { id: true },
  fields: (t) => ({
    kind: t.expose('kind', { type: RelationshipKind }),
    title: t.exposeString('title', { nullable: true }),
    subject: t.relation('subject', { type: Actor }),
    object: t.relation('object', { type: Actor }),
    start: fuzzyDate(t, 'start', { sense: 'start', description: 'The start date; null if it is not known.' }),
    end: fuzzyDate(t, 'end', { sense: 'end', description: 'The end date; null if it is not known.' }),
    identifiers: shortConnection(t, 'Relationship.identifiers', 'identifiers', Identifier, identifiersOptions),
  }),
})

builder.prismaInterfaceField(Actor, 'relationships', (t) =>
  linkConnection(t, 'Actor.relationships', Relationship, {
    description: 'The relationships between this actor and other actors, in both directions.',
    listSchema: relationships,
    ends: ['subject', 'object'],
    lists: ['asSubject', 'asObject'],
    other: Actor,
    visible: current,
  }),
)
