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
  description: 'People or countries that are spoken of together, such as "the West".',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'GROUP' }),
  nullable: true,
  select: actorSelect,
})

builder.queryFields((t) => ({
  group: one(t, Group, {
    description: 'One group, or null.',
    by: actorBy('Group'),
    table: groups,
    rows: () => reads.actor,
  }),
  groups: rootConnection(t, 'Query.groups', Group, () => reads.actor, {
    description: 'Groups.',
    table: groups,
    by: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
