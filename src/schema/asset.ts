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

export const AssetKind = describedEnum<AssetKindValue>('AssetKind', 'What sort of thing an asset is.', {
  VESSEL: 'A ship.',
  AIRCRAFT: 'An aircraft.',
  OTHER: 'Something else.',
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
  description: 'A vessel, an aircraft or another thing that sanctions lists name.',
  interfaces: [Versioned, Actor],
  id: { field: 'id' },
  findUnique: (id) => ({ id, kind: 'ASSET' }),
  nullable: true,
  select: actorSelect,
  fields: (t) => ({
    assetKind: relatedColumn(t, 'asset', 'kind', AssetKind),
    flagState: relatedRecord(t, ['asset', 'flag'], Country, 'The country whose flag it bears.'),
  }),
})

builder.queryFields((t) => ({
  asset: one(t, Asset, {
    description: 'One asset, or null.',
    by: actorBy('Asset'),
    table: assets,
    rows: () => reads.actor,
  }),
  assets: rootConnection(t, 'Query.assets', Asset, () => reads.actor, {
    description: 'Vessels, aircraft and other things that sanctions lists name.',
    table: assets,
    by: [{ field: 'NAME', direction: 'ASC' }],
  }),
}))
