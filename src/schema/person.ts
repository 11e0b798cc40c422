import { reads } from '../db/client.ts'
import type { Gender as GenderValue } from '../db/generated/prisma/enums.ts'
import { Actor, actorColumns, actorFilters, actorKeyInput, actorOrders, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { describedEnum } from './fields/enum.ts'
import { fuzzyDate, relatedColumn } from './fields/model-fields.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, Versioned } from './versioned.ts'

export const Gender = describedEnum<GenderValue>('Gender', 'The gender of a person, as stated by a source.', {
  FEMALE: 'Female.',
  MALE: 'Male.',
  OTHER: 'Neither female nor male.',
  UNKNOWN: 'Unknown according to the source.',
})

export const people = listSchema('Person', 'Actor', (c) => ({
  where: {
    ...actorFilters(c),
    birth: c.relation('person').fuzzyDate('birth', 'The date of birth.'),
    death: c.relation('person').fuzzyDate('death', 'The date of death.'),
    gender: c.relation('person').enum('gender', Gender),
    detentions: c.toMany('detentions', 'Detention'),
  },
  orderBy: actorOrders(c),
  base: isKind('PERSON'),
  visible: current,
  search: 'search_actors',
}))

export const Person = builder.prismaNode('Actor', {
  variant: 'Person',
  description: 'A person in the news, such as a politician, an official or a prisoner.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'PERSON' }),
  nullable: true,
  select: actorColumns,
  fields: (t) => ({
    birth: fuzzyDate(t, 'birth', {
      sense: 'point',
      relation: 'person',
      description: 'The date of birth; null if it is not known.',
    }),
    death: fuzzyDate(t, 'death', {
      sense: 'point',
      relation: 'person',
      description: 'The date of death; null if it is not known.',
    }),
    gender: relatedColumn(t, 'person', 'gender', Gender),
  }),
})

recordQueries(
  Person,
  people,
  () => reads.actor,
  {
    person: {
      description: 'The person with this key; null if it does not exist.',
      key: actorKeyInput('Person'),
    },
  },
  {
    people: {
      description: 'People, by name.',
      defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
