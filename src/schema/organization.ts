import { reads } from '../db/client.ts'
import { Actor, actorBy, actorOrders, actorSelect, actorWords, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { rootConnection } from './declare/connection.ts'
import { one } from './declare/one.ts'
import { table } from './declare/table.ts'
import { current, Versioned } from './versioned.ts'

const organizations = table('Organization', 'Actor', (c) => ({
  where: actorWords(c),
  orderBy: actorOrders(c),
  base: isKind('ORGANIZATION'),
  listed: current,
  search: 'search_actors',
}))

export const Organization = builder.prismaNode('Actor', {
  variant: 'Organization',
  description: 'A named body, such as a government, a ministry, a company or an embassy.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'ORGANIZATION' }),
  nullable: true,
  select: actorSelect,
})

builder.queryFields((t) => ({
  organization: one(t, Organization, {
    description: 'The organization with this key; null if it does not exist.',
    by: actorBy('Organization'),
    table: organizations,
    rows: () => reads.actor,
  }),
  organizations: rootConnection(t, 'Query.organizations', Organization, () => reads.actor, {
    description: 'Organizations, by name.',
    table: organizations,
    by: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
