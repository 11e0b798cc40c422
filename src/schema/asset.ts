import { reads } from '../db/client.ts'
import type { AssetKind as AssetKindValue } from '../db/generated/prisma/enums.ts'
import { Actor, actorColumns, actorFilters, actorKeyInput, actorOrders, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { Country } from './country.ts'
import { describedEnum } from './fields/enum.ts'
import { relatedColumn, relatedRecord } from './fields/model-fields.ts'
import { recordQueries } from './fields/record-queries.ts'
import { listSchema } from './filters/list-schema.ts'
import { current, Versioned } from './versioned.ts'

export const AssetKind = describedEnum<AssetKindValue>('AssetKind', 'The kinds of asset.', {
  VESSEL: 'A ship.',
  AIRCRAFT: 'An aircraft.',
  OTHER: 'Another kind of asset.',
})

const assets = listSchema('Asset', 'Actor', (c) => ({
  where: {
    ...actorFilters(c),
    assetKind: c.relation('asset').enum('kind', AssetKind),
    flagState: c.relation('asset').toOne('flag', 'Country'),
  },
  orderBy: actorOrders(c),
  base: isKind('ASSET'),
  visible: current,
  search: 'search_actors',
}))

export const Asset = builder.prismaNode('Actor', {
  variant: 'Asset',
  description: 'A vessel, an aircraft or another object on a sanctions list.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'ASSET' }),
  nullable: true,
  select: actorColumns,
  fields: (t) => ({
    assetKind: relatedColumn(t, 'asset', 'kind', AssetKind),
    flagState: relatedRecord(t, ['asset', 'flag'], Country, 'The country under whose flag the asset is registered.'),
  }),
})

recordQueries(
  Asset,
  assets,
  () => reads.actor,
  {
    asset: {
      description: 'The asset with this key; null if it does not exist.',
      key: actorKeyInput('Asset'),
    },
  },
  {
    assets: {
      description: 'Assets, by name: vessels, aircraft and other objects on sanctions lists.',
      defaultOrder: [{ field: 'NAME', direction: 'ASC' }],
    },
  },
)
