import { reads } from '../db/client.ts'
import type { AssetKind as AssetKindValue } from '../db/generated/prisma/enums.ts'
import { Actor, actorBy, actorOrders, actorSelect, actorWords, isKind } from './actor.ts'
import { builder } from './builder.ts'
import { Country } from './country.ts'
import { rootConnection } from './declare/connection.ts'
import { describedEnum } from './declare/enum.ts'
import { relatedColumn, relatedRecord } from './declare/field.ts'
import { one } from './declare/one.ts'
import { table } from './declare/table.ts'
import { current, Versioned } from './versioned.ts'

export const AssetKind = describedEnum<AssetKindValue>('AssetKind', 'The kinds of asset.', {
  VESSEL: 'A ship.',
  AIRCRAFT: 'An aircraft.',
  OTHER: 'Another kind of asset.',
})

const assets = table('Asset', 'Actor', (c) => ({
  where: {
    ...actorWords(c),
    assetKind: c.in('asset').enum('kind', AssetKind),
    flagState: c.in('asset').one('flag', 'Country'),
  },
  orderBy: actorOrders(c),
  base: isKind('ASSET'),
  listed: current,
  search: 'search_actors',
}))

export const Asset = builder.prismaNode('Actor', {
  variant: 'Asset',
  description: 'A vessel, an aircraft or another object on a sanctions list.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'ASSET' }),
  nullable: true,
  select: actorSelect,
  fields: (t) => ({
    assetKind: relatedColumn(t, 'asset', 'kind', AssetKind),
    flagState: relatedRecord(t, ['asset', 'flag'], Country, 'The country under whose flag the asset is registered.'),
  }),
})

builder.queryFields((t) => ({
  asset: one(t, Asset, {
    description: 'The asset with this key; null if it does not exist.',
    by: actorBy('Asset'),
    table: assets,
    rows: () => reads.actor,
  }),
  assets: rootConnection(t, 'Query.assets', Asset, () => reads.actor, {
    description: 'Assets, by name: vessels, aircraft and other objects on sanctions lists.',
    table: assets,
    by: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
