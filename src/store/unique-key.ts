import type { Transaction } from './rows.ts'

const columns = { Actor: 'slug', Event: 'slug', Sanction: 'slug', Source: 'url' } as const

/** A row that has what no two may share. */
export interface Taken {
  readonly id: string
  /** The row itself, unless it was merged into another. */
  readonly survivorId: string
}

/** Tells which rows have the given slugs (of sources: addresses), which no two rows may share. */
export async function findTaken(
  tx: Transaction,
  table: keyof typeof columns,
  values: readonly string[],
): Promise<Map<string, Taken>> {
  if (values.length === 0) return new Map()
  const survivor = table === 'Actor' || table === 'Event' ? 'coalesce("mergedIntoId", id)' : 'id'
  const rows = await tx.$queryRawUnsafe<(Taken & { value: string })[]>(
    `SELECT "${columns[table]}" AS value, id::text AS id, ${survivor}::text AS "survivorId" FROM "${table}" WHERE "${columns[table]}" = ANY ($1::text[])`,
    values,
  )
  return new Map(rows.map(({ value, ...taken }) => [value, taken]))
}
