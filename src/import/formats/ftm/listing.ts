import type { RecordOf } from '../dateline/record.ts'
import type { GoodLine } from '../line.ts'
import { fuzzyPrefix, identifierOf, keeperOf, programOf } from '../opensanctions/shared.ts'
import type { Entity } from './entity.ts'

/** Reads an entity of the schema Sanction: its targets, its programme, and the dates of listing and delisting. */
export function listingOf(
  { id, properties, datasets }: Entity,
  sources: readonly RecordOf<'SOURCE'>[],
  citations: NonNullable<RecordOf<'ACTOR'>['citations']>,
): Omit<GoodLine, 'number'> | undefined {
  const first = (property: string) => properties[property]?.[0]
  const name = first('authority') ?? datasets[0] ?? 'OpenSanctions'
  const program = first('programId') ?? first('program') ?? name
  const { sanction, companions } = programOf(
    program,
    { country: first('country') ?? keeperOf(datasets[0]), name },
    citations,
  )
  const listed = fuzzyPrefix(first('listingDate') ?? first('startDate') ?? '')
  const delisted = fuzzyPrefix(first('endDate') ?? '')
  const listings = (properties.entity ?? []).map((entity) => ({
    actor: identifierOf(entity),
    sanction: sanction.identifiers[0] ?? '',
    listingId: id,
    lists: sources.map(({ identifiers }) => identifiers[0] ?? ''),
    ...(listed ? { listed } : {}),
    ...(delisted ? { delisted } : {}),
  }))
  return listings.length > 0 ? { companions: [...sources, ...companions, sanction], listings } : undefined
}
