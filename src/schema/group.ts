import { reads } from '../db/client.ts'
import { Actor, actorColumns, actorFilters, actorKeyInput, actorOrders, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, Versioned } from './versioned.ts'

const groups = listSchema('Group', 'Actor', (c) => ({
  where: actorFilters(c),
  orderBy: actorOrders(c),
  base: isKind('GROUP'),
  visible: current,
  search: 'search_actors',
}))

export const Group = builder.prismaNode('Actor', {
  variant: 'Group',
  description: 'A group of people or countries that the news refers to as one, such as "the West".',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'GROUP' }),
  nullable: true,
  select: actorColumns,
})

recordQueries(
  Group,
  groups,
  () => reads.actor,
  {
    group: {
      description: 'The group with this key; null if it does not exist.',
      key: actorKeyInput('Group'),
    },
  },
  {
    groups: {
      description: 'Groups, by name.',
      defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
