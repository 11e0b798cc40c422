import { reads } from '../db/client.ts'
import { Actor, actorBy, actorOrders, actorSelect, actorWords, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { rootConnection } from './declare/connection.ts'
import { one } from './declare/one.ts'
import { table } from './declare/table.ts'
import { current, Versioned } from './versioned.ts'

const groups = table('Group', 'Actor', (c) => ({
  where: actorWords(c),
  orderBy: actorOrders(c),
  base: isKind('GROUP'),
  listed: current,
  search: 'search_actors',
}))

export const Group = builder.prismaNode('Actor', {
  variant: 'Group',
  description: 'A group of people or countries that the news refers to as one, such as "the West".',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'GROUP' }),
  nullable: true,
  select: actorSelect,
})

builder.queryFields((t) => ({
  group: one(t, Group, {
    description: 'The group with this key; null if it does not exist.',
    by: actorBy('Group'),
    table: groups,
    rows: () => reads.actor,
  }),
  groups: rootConnection(t, 'Query.groups', Group, () => reads.actor, {
    description: 'Groups, by name.',
    table: groups,
    by: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
