import type { RelationshipKind as KindValue } from '../db/generated/prisma/enums.ts'
import { along, everything, type Predicate } from '../plan/predicate.ts'
import { Actor } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './declare/enum.ts'
import { fuzzyDate, list, otherEnd } from './declare/field.ts'
import { table } from './declare/table.ts'
import { Identifier } from './identifier.ts'
import { current } from './versioned.ts'

export const RelationshipKind = describedEnum<KindValue>('RelationshipKind', 'What a subject is to its object.', {
  SPOUSE_OF: 'The subject is married to the object.',
  PARENT_OF: 'The subject is a parent of the object.',
  RELATIVE_OF: 'The subject is of the same family as the object.',
  HOLDS_OFFICE: 'The subject holds an office in or of the object.',
  REPRESENTS: 'The subject speaks or acts for the object.',
  MEMBER_OF: 'The subject is a member of the object.',
  OWNS: 'The subject owns the object or a part of it.',
  ALLY_OF: 'The subject is allied with the object.',
  OPPOSES: 'The subject is opposed to the object.',
  LINKED_TO: 'The subject is linked to the object in a way that the source does not name.',
})

table('Relationship', 'Relationship', (c) => ({
  where: {
    kind: c.enum('kind', RelationshipKind),
    title: c.text('title'),
    start: c.span('start', 'When it began.'),
    end: c.span('end', 'When it ended.'),
    subject: c.one('subject', 'Actor'),
    object: c.one('object', 'Actor'),
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
    other: otherEnd(
      t,
      ['subject', 'object'],
      Actor,
      'The other end, seen from the actor whose relationships were asked for; else the object.',
    ),
    start: fuzzyDate(t, 'start', { description: 'When it began; null when nothing is said of it.' }),
    end: fuzzyDate(t, 'end', { description: 'When it ended; null when nothing is said of it.' }),
    identifiers: list(t, { relation: 'identifiers' }, Identifier, {
      description: 'The keys that registers give to it.',
    }),
  }),
})

builder.prismaInterfaceField(Actor, 'relationships', (t) =>
  list(
    t,
    [
      { relation: 'asSubject', where: along(['object'], current) },
      { relation: 'asObject', where: along(['subject'], current) },
    ],
    Relationship,
    {
      description: 'What it is to others and others are to it: both directions, each with its other end.',
      args: { kinds: t.arg({ type: [RelationshipKind], description: 'Only of these kinds.' }) },
      condition: ({ kinds }: { kinds?: KindValue[] | null }): Predicate =>
        kinds ? { column: 'kind', op: 'in', value: kinds } : everything,
    },
  ),
)
