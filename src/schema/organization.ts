import { reads } from '../db/client.ts'
import { Actor, actorBy, actorFilters, actorOrders, actorSelect, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, Versioned } from './versioned.ts'

const organizations = listSchema('Organization', 'Actor', (c) => ({
  where: actorFilters(c),
  orderBy: actorOrders(c),
  base: isKind('ORGANIZATION'),
  visible: current,
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

recordQueries(
  Organization,
  organizations,
  () => reads.actor,
  {
    organization: {
      description: 'The organization with this key; null if it does not exist.',
      by: actorBy('Organization'),
    },
  },
  {
    organizations: {
      description: 'Organizations, by name.',
      by: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
