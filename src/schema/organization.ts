import { reads } from '../db/client.ts'
import { Actor, actorColumns, actorFilters, actorKeyInput, actorOrders, isKind } from './actor.ts'
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
  select: actorColumns,
})

recordQueries(
  Organization,
  organizations,
  () => reads.actor,
  {
    organization: {
      description: 'The organization with this key; null if it does not exist.',
      key: actorKeyInput('Organization'),
    },
  },
  {
    organizations: {
      description: 'Organizations, by name.',
      defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
